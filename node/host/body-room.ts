/** Memory for the bodies of requests that are being read and answered. */
export interface BodyRoom {
  /**
   * Waits until there is room for a body, in the order of asking; whoever waits has nothing of it in memory yet.
   * @returns how to give the room back, once.
   * @throws the signal's reason when the client is gone meanwhile.
   */
  enter(bytes: number, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly bytes: number;
  admit(): void;
}

/** @param limit bytes of all bodies together; a larger one comes in alone. */
export function createBodyRoom(limit: number): BodyRoom {
  const line: Waiting[] = [];
  let taken = 0;
  const fits = (bytes: number): boolean => taken === 0 || taken + bytes <= limit;
  const next = (): void => {
    for (let first = line[0]; first !== undefined && fits(first.bytes); [first] = line) {
      line.shift();
      first.admit();
    }
  };
  const take = (bytes: number): (() => void) => {
    taken += bytes;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      taken -= bytes;
      next();
    };
  };
  return {
    enter(bytes, signal) {
      if (line.length === 0 && fits(bytes)) return Promise.resolve(take(bytes));
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          const at = line.indexOf(mine);
          if (at >= 0) line.splice(at, 1);
          reject(signal.reason as Error);
          next();
        };
        const mine: Waiting = {
          bytes,
          admit() {
            signal.removeEventListener('abort', leave);
            resolve(take(bytes));
          },
        };
        line.push(mine);
        if (signal.aborted) leave();
        else signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
