import { createHash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { AoError } from '../contract/errors.ts';
import type { ItemId, ProcessId, Slot } from '../contract/ids.ts';
import { outputText, type CronOutcome, type Json, type Outcome, type SlotOutcome, type Verdict } from '../contract/outcome.ts';
import type { FactBody } from '../contract/trace.ts';

/** Of each text that a fact carries: the whole stands in the outcome. */
const TEXT_CHARACTERS = 4_096;

/** JSON with sorted keys: equal values give equal text. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonicalJson(one)).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`;
}

/** base64url SHA-256 over everything that a replay must reproduce. */
export function outcomeHash(outcome: Outcome): string {
  const { output, messages, spawns, assignments, error, gasUsed, verdict } = outcome;
  const judged = verdict === null ? null : { kind: verdict.kind, limit: verdict.limit };
  const parts: readonly Json[] = [output, messages.map(plain), spawns.map(plain), assignments.map(plain), error, gasUsed, judged];
  return createHash('sha256').update(canonicalJson(parts)).digest('base64url');
}

function plain(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** An outcome in its place. */
export function slotOutcome(
  at: { process: ProcessId; slot: Slot; message: ItemId },
  outcome: Outcome,
  cost: { memoryBytes: number; durationMs: number },
): SlotOutcome {
  return { ...at, ...outcome, ...cost, hash: outcomeHash(outcome) };
}

/** The outcome of a slot that was ended from outside the program. */
export function cutShort({ kind, limit }: Verdict, slot: Slot): Outcome {
  const error = kind === 'stopped' ? new AoError('EVALUATION_STOPPED', { slot }) : new AoError('EVALUATION_TIME', { slot, limit });
  return { output: '', messages: [], spawns: [], assignments: [], error: error.message, gasUsed: 0, verdict: { kind, limit } };
}

/** The outcome of a slot that has cost its evaluator its life, again and again: most likely its outcome alone is too much. */
export function deadly(error: AoError, memoryBytes: number): Outcome {
  const verdict: Verdict = { kind: 'memory', limit: memoryBytes };
  return { output: '', messages: [], spawns: [], assignments: [], error: error.message, gasUsed: 0, verdict };
}

/** The outcome of a cron message in its place. */
export function cronOutcome(
  at: Pick<CronOutcome, 'process' | 'slot' | 'tick' | 'cron' | 'timestampMs' | 'blockHeight'>,
  outcome: Outcome,
  cost: { memoryBytes: number; durationMs: number },
): CronOutcome {
  return { ...at, ...outcome, ...cost, hash: outcomeHash(outcome) };
}

/** What the CU announces of a cron message. */
export function cronFact({
  process,
  slot,
  tick,
  cron,
  timestampMs,
  hash,
  error,
  output,
  messages,
  spawns,
  assignments,
  durationMs,
}: CronOutcome): FactBody {
  return {
    kind: 'cu.cron',
    process,
    slot,
    tick,
    cron,
    timestampMs,
    hash,
    durationMs,
    error: error?.slice(0, TEXT_CHARACTERS) ?? null,
    output: outputText(output).text.slice(0, TEXT_CHARACTERS),
    messages: messages.length,
    spawns: spawns.length,
    assignments: assignments.length,
  };
}

/** What the CU announces of an evaluation. */
export function evaluatedFact(result: SlotOutcome): FactBody {
  const { text, prompt } = outputText(result.output);
  return {
    kind: 'cu.evaluated',
    process: result.process,
    slot: result.slot,
    id: result.message,
    hash: result.hash,
    error: result.error?.slice(0, TEXT_CHARACTERS) ?? null,
    output: text.slice(0, TEXT_CHARACTERS),
    prompt: prompt === null ? null : stripVTControlCharacters(prompt.slice(0, TEXT_CHARACTERS)),
    messages: result.messages.length,
    spawns: result.spawns.length,
    assignments: result.assignments.length,
    gasUsed: result.gasUsed,
    memoryBytes: result.memoryBytes,
    durationMs: result.durationMs,
    isCutShort: result.verdict !== null,
  };
}
