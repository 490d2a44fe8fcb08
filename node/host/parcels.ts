import { deserialize, serialize } from 'node:v8';
import type { Envelope } from '../contract/envelope.ts';

/** The sending half of a pipe between two processes. */
export interface Parcels {
  /** @throws DataCloneError for what cannot cross a process; nothing of it is sent. */
  post(message: Envelope): void;
  /** Sends what waits, now. */
  flush(): void;
}

/**
 * What is posted within one turn of the event loop goes out as one parcel: waking the other process costs more than all
 * that a message holds. Each message is written down when it is posted, so that nothing which changes later is sent.
 * @param send hands a parcel to the pipe.
 */
export function createParcels(send: (parcel: readonly Uint8Array[]) => void): Parcels {
  let waiting: Uint8Array[] = [];
  const flush = (): void => {
    const parcel = waiting;
    waiting = [];
    if (parcel.length > 0) send(parcel);
  };
  return {
    post(message) {
      if (waiting.push(serialize(message)) === 1) setImmediate(flush);
    },
    flush,
  };
}

/** The messages of a parcel, in the order in which they were posted. */
export function openParcel(parcel: unknown): Envelope[] {
  return Array.isArray(parcel) ? parcel.map((bytes: Uint8Array) => deserialize(bytes) as Envelope) : [];
}
