import type { ItemId } from './ids.ts';
import type { Cause, ItemSketch } from './trace.ts';

/** An outbox entry that waits because the node is paused. */
export interface Delivery {
  /** Names it for `mu.deliver`; the same over restarts. */
  readonly id: string;
  /** The id that its item will have; that of the data for an assignment. Null where no item can be made of it: delivering it says why. */
  readonly item: ItemId | null;
  /** Null for an assignment, and where no item can be made. */
  readonly sketch: ItemSketch | null;
  /** Where it goes: a process, a wallet, or whatever the program wrote; '' for a spawn that cannot be made. */
  readonly target: string;
  readonly journey: ItemId;
  readonly cause: Cause;
  /** Hops from the item that began the journey, as it will have them. */
  readonly hops: number;
}

export interface Deliveries {
  readonly isPaused: boolean;
  /** All that wait; `deliveries` may be fewer. */
  readonly total: number;
  readonly deliveries: readonly Delivery[];
}
