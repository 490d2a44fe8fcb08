import type { Envelope } from '../../node/contract/envelope.ts';
import type { Port } from '../../node/contract/port.ts';

/** Two ends of a pipe in one process, each message copied as a real one would be. */
export function pair(): readonly [Port, Port] {
  const listeners: ((message: Envelope) => void)[][] = [[], []];
  const end = (own: 0 | 1, other: 0 | 1): Port => ({
    post: (message) => queueMicrotask(() => listeners[other]?.forEach((listener) => listener(structuredClone(message)))),
    onMessage: (listener) => listeners[own]?.push(listener),
    onClose: () => undefined,
    close: () => undefined,
  });
  return [end(0, 1), end(1, 0)];
}
