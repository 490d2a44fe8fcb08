import type { Envelope } from '../contract/envelope.ts';

const EARLY_MAX = 10_000;

/** The receiving half that every port shares. */
export interface Inbox {
  readonly isClosed: boolean;
  deliver(message: Envelope): void;
  /** Says to the listeners, once, that the other side is gone. */
  end(): void;
  onMessage(listener: (message: Envelope) => void): void;
  onClose(listener: () => void): void;
}

/**
 * Keeps what arrives before anyone listens and hands it over, in order, once the code that opened the port
 * has had its turn: so one port can carry questions in both directions without losing the first of them.
 */
export function createInbox(): Inbox {
  const listeners = new Set<(message: Envelope) => void>();
  const closers = new Set<() => void>();
  let early: Envelope[] | null = [];
  let isClosed = false;

  const flush = (): void => {
    const kept = early ?? [];
    early = null;
    for (const message of kept) for (const listener of listeners) listener(message);
  };

  return {
    get isClosed() {
      return isClosed;
    },
    deliver(message) {
      if (early === null) {
        for (const listener of listeners) listener(message);
      } else if (early.length < EARLY_MAX) early.push(message);
    },
    end() {
      if (isClosed) return;
      isClosed = true;
      for (const closer of closers) closer();
      closers.clear();
    },
    onMessage(listener) {
      if (listeners.size === 0) queueMicrotask(flush);
      listeners.add(listener);
    },
    onClose(listener) {
      if (isClosed) queueMicrotask(listener);
      else closers.add(listener);
    },
  };
}
