import type { SlotOutcome } from '../contract/outcome.ts';
import { entriesOf, type Entry } from './entries.ts';
import { deliveryOrder } from './order.ts';
import type { Job } from './outbox.ts';

/** A job with its outcome: what is to be delivered, in which order, and what of it still is. */
export interface Batch {
  readonly job: Job;
  readonly outcome: SlotOutcome;
  /** Entries of the outcome, delivered or not. */
  readonly size: number;
  /** Turns that are left, rising. A turn may be done while they are gone through. */
  left(): Iterable<number>;
  /** The entry whose turn it is, with its place in the outbox. */
  at(turn: number): { readonly index: number; readonly entry: Entry };
  /** That turn is over. */
  done(turn: number): void;
  isDone(): boolean;
  /** The job as far as it has come. */
  rest(): Job;
}

/** @param shuffle as of {@link deliveryOrder}. */
export function createBatch(job: Job, outcome: SlotOutcome, shuffle: number | null): Batch {
  const entries = entriesOf(outcome);
  const order = deliveryOrder(entries.length, job.message, shuffle);
  const left = new Set(order.keys());
  for (const turn of order.keys()) if (turn < job.next || job.ahead.includes(turn)) left.delete(turn);
  return {
    job,
    outcome,
    size: entries.length,
    left: () => left,
    at(turn) {
      const index = order[turn] ?? turn;
      const entry = entries[index];
      if (entry === undefined) throw new RangeError(`the outcome has no entry for turn ${turn}`);
      return { index, entry };
    },
    done: (turn) => void left.delete(turn),
    isDone: () => left.size === 0,
    rest() {
      const [next = order.length] = left;
      // One after another, as nearly always, nothing lies ahead.
      const isInOrder = left.size === order.length - next;
      const ahead = isInOrder ? [] : [...order.keys()].filter((turn) => turn > next && !left.has(turn));
      return { ...job, slot: outcome.slot, next, ahead };
    },
  };
}
