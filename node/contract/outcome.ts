import type { Tag } from './item.ts';
import type { RemovedOutcome } from './redaction.ts';
import type { ProcessId, Slot, ItemId } from './ids.ts';

/** A value as JSON knows it: what a module may answer with. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A message in an outbox, as the module emitted it; the MU drops what it cannot sign and says so. */
export interface OutboxMessage {
  readonly Target: string;
  readonly Anchor: string;
  readonly Tags: readonly Tag[];
  readonly Data: string;
  /** Names of tags whose value was no text, such as a number; it stands in JSON then. The network sends nothing with such a tag. */
  readonly NotText?: readonly string[];
}

/** A spawn in an outbox. The MU adds the scheduler when the tags name none. */
export interface OutboxSpawn {
  readonly Anchor: string;
  readonly Tags: readonly Tag[];
  readonly Data: string;
  /** Names of tags whose value was no text, such as a number; it stands in JSON then. The network sends nothing with such a tag. */
  readonly NotText?: readonly string[];
}

/** A wish that data already on the gateway (or another process's message) be assigned to processes. */
export interface OutboxAssignment {
  readonly Processes: readonly string[];
  readonly Message: string;
  readonly BaseLayer?: boolean;
  readonly Exclude?: readonly string[];
}

/**
 * Why a slot was cut short by a limit rather than by its own code. Part of the log: every replay obeys it
 * (design: "limits are part of the log").
 */
export interface Verdict {
  readonly kind: 'gas' | 'memory' | 'time' | 'stopped' | 'unavailable';
  /** The limit that applied: instructions, bytes or milliseconds; 0 for a person's stop, and where data was not available (WeaveDrive). */
  readonly limit: number;
}

/** What a slot's evaluation gave. With an `error`, memory is that of before the message and every outbox is empty. */
export interface Outcome {
  readonly output: Json;
  readonly messages: readonly OutboxMessage[];
  readonly spawns: readonly OutboxSpawn[];
  readonly assignments: readonly OutboxAssignment[];
  readonly error: string | null;
  /** VM instructions, counted by the instruction hook: the same on every replay. */
  readonly gasUsed: number;
  readonly verdict: Verdict | null;
  /** What was taken out of it before it came here in a recording; its hash is empty then. Absent where it is whole. */
  readonly removed?: RemovedOutcome;
}

/** Was the slot ended from outside? Then its verdict stands as it was recorded: no replay can compute it again (design §3). */
export function isFromOutside({ verdict, gasUsed }: Outcome): boolean {
  // A program that meets its memory limit has always used gas.
  return (
    verdict !== null &&
    (verdict.kind === 'time' ||
      verdict.kind === 'stopped' ||
      verdict.kind === 'unavailable' ||
      (verdict.kind === 'memory' && gasUsed === 0))
  );
}

/** The outcome of a cron message. It has no slot of its own: it is run after slot `slot - 1` and before slot `slot`. */
export interface CronOutcome extends Outcome {
  readonly process: ProcessId;
  /** The slot before whose message it is run, which may not be there yet. */
  readonly slot: Slot;
  /** Its place among the cron messages before that slot, from 0 on. */
  readonly tick: number;
  /** As the reference CU names it: `0-10-seconds`. */
  readonly cron: string;
  readonly timestampMs: number;
  readonly blockHeight: number;
  readonly hash: string;
  readonly memoryBytes: number;
  readonly durationMs: number;
}

/** An outcome with its place in the log and its cost. */
export interface SlotOutcome extends Outcome {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly message: ItemId;
  /** base64url SHA-256 over the outcome's canonical JSON: equal on every replay. */
  readonly hash: string;
  /** Linear memory after the slot. */
  readonly memoryBytes: number;
  /** CPU time of the evaluation; measuring time, never part of a hash. */
  readonly durationMs: number;
}

/** The printable part of an output: text, or `data` as text, or `data.output` of old modules (protocol §8.1, §8.7). */
export function outputText(output: Json): { readonly text: string; readonly prompt: string | null } {
  const data = field(output, 'data') ?? output;
  const inner = field(data, 'output') ?? data;
  const prompt = field(output, 'prompt') ?? field(data, 'prompt');
  const isEmpty = inner === null || (typeof inner === 'object' && Object.keys(inner).length === 0);
  const text = typeof inner === 'string' ? inner : isEmpty ? '' : JSON.stringify(inner);
  return { text, prompt: typeof prompt === 'string' ? prompt : null };
}

function field(value: Json, key: string): Json {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  return isObject && Object.hasOwn(value, key) ? ((value as { readonly [key: string]: Json })[key] ?? null) : null;
}
