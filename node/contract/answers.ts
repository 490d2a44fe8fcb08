import type { ModuleId, ProcessId, Slot } from './ids.ts';
import type { Assignment, Item, Tag } from './item.ts';
import type { Verdict } from './outcome.ts';
import type { PackedFacts } from './packed-facts.ts';
import type { Fact } from './trace.ts';

/** Nothing to say. */
export type Empty = Readonly<Record<string, never>>;

/** A process as the SU knows it. */
export interface ProcessInfo {
  readonly process: ProcessId;
  readonly module: ModuleId;
  readonly name: string | null;
  readonly item: Item;
  readonly assignment: Assignment;
  readonly slotLatest: Slot;
}

/** What a rebuilding of the logs has found. */
export interface RebuildReport {
  /** Processes, slots and notes that were brought back. */
  readonly processes: number;
  readonly slots: number;
  readonly notes: number;
  /** The first slot of each process that the gateway lacks, or whose bytes do not fit, while later ones are there. */
  readonly gaps: readonly { readonly process: ProcessId; readonly slot: Slot; readonly reason: string }[];
}

/** A message for a dry run: what it says stands above what the newest slot says (protocol §4.6). */
export interface DryRunMessage {
  readonly id?: string | undefined;
  readonly target?: string | undefined;
  readonly timestampMs?: number | undefined;
  readonly blockHeight?: number | undefined;
  readonly owner?: string | undefined;
  readonly from?: string | undefined;
  readonly tags: readonly Tag[];
  readonly data: string | null;
  readonly anchor?: string | undefined;
}

/** Where a cron message stands: see CronOutcome. */
export interface CronPlace {
  readonly slot: Slot;
  readonly tick: number;
}

/** When a process wakes up by itself. */
export interface CronDue {
  readonly process: ProcessId;
  /** The time, Unix ms, at which its next cron message will be before the present. */
  readonly nextMs: number;
  /** How many come in a second, on average. */
  readonly perSecond: number;
}

export interface FactsArgs {
  readonly after: number;
  readonly limit: number;
  /** As columns, without those that no window shows: for a window that reads a long run. */
  readonly isPacked?: boolean | undefined;
}

export interface FactsReply {
  /** None where they are packed. */
  readonly facts: readonly Fact[];
  readonly last: number;
  readonly packed?: PackedFacts;
}

/** A process that a limit has stopped, and that waits for a person (`limits.onLimit`). */
export interface PausedProcess {
  readonly process: ProcessId;
  readonly slot: Slot;
  /** Of a cron message before the slot; null for the slot's own message. */
  readonly tick: number | null;
  /** What ended it, and in words. */
  readonly verdict: Verdict | null;
  readonly error: string | null;
}
