import type { Slot } from './ids.ts';
import type { Json, Verdict } from './outcome.ts';

/** The limits under which a slot and the cron messages after it are run: those that held when it was assigned. */
export interface SlotLimits {
  /** VM instructions. */
  readonly gas: number;
  readonly memoryBytes: number;
}

/** Where nothing else is written down. Never changed: logs that exist mean these. */
export const UNWRITTEN_LIMITS: SlotLimits = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };

/** A cron message by what tells it from the others of its process. */
export interface NotedTick {
  readonly cron: string;
  readonly timestampMs: number;
  readonly blockHeight: number;
}

/**
 * What came of a slot that its log alone cannot tell. The CU has it written down beside the log before it announces
 * anything, and obeys it whenever it runs the log again: so a CU without any data comes to the same outcomes.
 */
export type Note =
  /** A limit, or a person, ended the slot, or the cron message `tick` before it. */
  | {
      readonly kind: 'verdict';
      readonly slot: Slot;
      readonly tick: number | null;
      readonly verdict: Verdict;
      readonly error: string;
      readonly output: Json;
      readonly gasUsed: number;
    }
  /** These cron messages are run before the slot, from the `first` on: which of a backlog were left out cannot be computed. */
  | { readonly kind: 'ticks'; readonly slot: Slot; readonly first: number; readonly ticks: readonly NotedTick[] };
