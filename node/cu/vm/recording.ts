import { lowerBound } from '../../base/lower-bound.ts';
import type { CallNode, SlotRecording } from '../../contract/recording.ts';

/** What a recording keeps. */
export interface RecordWish {
  /** Lines of the person's program that are kept one by one; all are counted. */
  readonly steps: number;
  readonly calls: number;
  /** True to read arguments and returned values of calls. */
  readonly isWithValues: boolean;
  /** Where the steps so far are counted (32 bits), for who has to end it from outside; left out where nobody has. */
  readonly progress?: SharedArrayBuffer;
  /** It is ended at this step; left out where it runs to its own end. */
  readonly until?: number;
}

/** Stands in a column of calls for a step that belongs to none. */
export const NO_CALL = 0xffff_ffff;

/** Numbers in the order in which they came. */
export class Column {
  #values = new Uint32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The values from `from` on, at most `limit`. */
  slice(from: number, limit: number): number[] {
    return [...this.#values.subarray(from, Math.min(this.#length, from + limit))];
  }

  /** Place of the first value that is not below `value`, in a column that rises. */
  placeOf(value: number): number {
    return lowerBound(this.#length, (at) => (this.#values[at] ?? 0) < value);
  }
}

/** What a machine's recording holds: the summary, and lines and calls one by one. */
export interface VmRecording {
  readonly summary: Omit<SlotRecording, 'isFaithful' | 'guard'>;
  /** Were handlers asked? */
  readonly wasWalked: boolean;
  readonly steps: { readonly step: Column; readonly source: Column; readonly line: Column; readonly call: Column };
  readonly calls: readonly CallNode[];
}
