import type { ImageRoom } from '../vm/machine.ts';

/** Larger images get room of their own each time: nothing so large is held for later. */
export const ROOM_MAX = 64 * 1024 * 1024;
const STEP_BYTES = 1024 * 1024;

/** Room that is used again and again, and grows with what it is asked for. */
export class KeptRoom implements ImageRoom {
  #bytes: Uint8Array = new Uint8Array(0);

  take(bytes: number): Uint8Array {
    if (bytes > ROOM_MAX) return new Uint8Array(bytes);
    if (this.#bytes.length < bytes) this.#bytes = new Uint8Array(Math.ceil((bytes * 1.25) / STEP_BYTES) * STEP_BYTES);
    return this.#bytes.subarray(0, bytes);
  }
}

/** Two rooms in turn: what was written last stands while the next is made out of it. */
export class TurningRooms implements ImageRoom {
  #next = new KeptRoom();
  #last = new KeptRoom();

  take(bytes: number): Uint8Array {
    [this.#next, this.#last] = [this.#last, this.#next];
    return this.#last.take(bytes);
  }
}
