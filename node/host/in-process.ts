import type { Envelope } from '../contract/envelope.ts';
import type { Port } from '../contract/port.ts';
import { createInbox, type Inbox } from './inbox.ts';

/**
 * A pair of ports in one process. Every message is cloned and arrives later, as from a real process.
 * With `isChecked` it throws on what only one of structured clone and JSON could carry (a Date, undefined, a
 * function, a class), so that a test here fails on what a window or another process could not receive.
 */
export function inProcessPair(isChecked = true): readonly [Port, Port] {
  const here = createInbox();
  const there = createInbox();
  const close = (): void => {
    // Both ends hear of it after what was posted before has arrived.
    queueMicrotask(() => {
      here.end();
      there.end();
    });
  };
  return [end(here, there, close, isChecked), end(there, here, close, isChecked)];
}

function end(own: Inbox, other: Inbox, close: () => void, isChecked: boolean): Port {
  return {
    post(message) {
      if (own.isClosed) return;
      if (isChecked) assertPlain(message, message.kind);
      const copy: Envelope = structuredClone(message);
      queueMicrotask(() => {
        if (!other.isClosed) other.deliver(copy);
      });
    },
    onMessage: own.onMessage,
    onClose: own.onClose,
    close,
  };
}

/** @throws TypeError naming the place of the first value that JSON would lose or change. */
export function assertPlain(value: unknown, place: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${place} is ${value}, which JSON has no word for`);
    return;
  }
  if (typeof value !== 'object') throw new TypeError(`${place} is ${typeof value}, which JSON cannot carry`);
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) assertPlain(one, `${place}[${index}]`);
    return;
  }
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) throw new TypeError(`${place} is a ${value.constructor.name}, not a plain object`);
  for (const [key, one] of Object.entries(value)) assertPlain(one, `${place}.${key}`);
}
