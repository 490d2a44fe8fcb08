import { busyNowMs } from './busy.ts';

/** A keyframe is due once this much of the processor's time was spent since the last one (design §4: 50–100 ms of execution). */
const KEYFRAME_MS = 50;
/** And at least so many times what one takes: history costs at most this share of the time, so that all of it is below 8 % (design §5). */
const KEYFRAME_SHARE = 1 / 0.045;
/** Where that would be further away than this, as of a large memory or on a busy machine, history may cost twice as much: any slot is to be near. */
const FAR_MS = 150;
/** Where nobody goes back to a slot, only to what an error is undone from, that is so many times what setting such a point takes. */
const POINT_SHARE = 1 / 0.02;
/** Of so many the mean says what one takes: the system counts time in steps that are longer than that. */
const LATELY = 12;
/** Fewer than these say little. */
const FEW = 4;
/** The longest time to the next one while those few are not together. */
const FIRST_MAX_MS = 150;

/** When the next keyframe of a process is due, by what the last ones have taken. */
export class KeyframeDue {
  #spentMs = 0;
  /** Asking costs a little: only where the time that went by says that it may be due. On a busy machine much of that is waiting. */
  #busyAtMs = busyNowMs();
  #dueMs = KEYFRAME_MS;
  #fullMs = 0;
  #tookLatelyMs: readonly number[] = [];

  /** A slot has taken so long, by the clock. */
  spend(ms: number): void {
    this.#spentMs += ms;
  }

  get isDue(): boolean {
    return this.#spentMs >= this.#dueMs && busyNowMs() - this.#busyAtMs >= this.#dueMs;
  }

  /** One was taken, begun at `startMs` of the processor's time. @param sharers how many share what one that stands alone takes */
  took(startMs: number, isFull: boolean, sharers: number): void {
    const tookMs = this.#beginAgain(startMs);
    // One that stands alone takes far longer than the others: they bear their share of it, so that the gap behind it is no longer.
    if (isFull) {
      this.#fullMs = tookMs;
      return;
    }
    this.#tookLatelyMs = [tookMs, ...this.#tookLatelyMs].slice(0, LATELY);
    const meanMs = this.#tookLatelyMs.reduce((sum, one) => sum + one, 0) / this.#tookLatelyMs.length;
    const fairMs = (meanMs + this.#fullMs / sharers) * KEYFRAME_SHARE;
    // The first ones run code that is not warm yet, in rooms that are new: they say little.
    const nearMs = fairMs > FAR_MS ? Math.max(FAR_MS, fairMs / 2) : fairMs;
    this.#dueMs = Math.max(KEYFRAME_MS, this.#tookLatelyMs.length < FEW ? Math.min(nearMs, FIRST_MAX_MS) : nearMs);
  }

  /** In its place only the point to go back to was set, as it is not kept or too large for that: the next one is as far away as that was long. */
  passed(startMs: number): void {
    this.#dueMs = Math.max(KEYFRAME_MS, this.#beginAgain(startMs) * POINT_SHARE);
  }

  #beginAgain(startMs: number): number {
    this.#spentMs = 0;
    this.#busyAtMs = busyNowMs();
    return this.#busyAtMs - startMs;
  }
}
