import type { Envelope } from '../contract/envelope.ts';
import type { Port } from '../contract/port.ts';
import { parentPort } from './child-process.ts';
import { createInbox } from './inbox.ts';
import { dataOf } from './message-port.ts';

/** The parent's port inside an Electron utility process; typed here because this folder does not know Electron. */
interface UtilityParentPort {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (event: unknown) => void): unknown;
}

/**
 * The port to whoever started this process: Electron's utility process or a forked child.
 * @throws Error when nobody did.
 */
export function unitPort(): Port {
  const raw = utilityParentPort();
  if (raw !== null) return utilityPort(raw);
  if (process.send !== undefined) return parentPort();
  throw new Error('A unit is started by its host; start the app, or `aoscope node`.');
}

function utilityParentPort(): UtilityParentPort | null {
  if (!('parentPort' in process)) return null;
  const raw = process.parentPort;
  return isParentPort(raw) ? raw : null;
}

function isParentPort(raw: unknown): raw is UtilityParentPort {
  return typeof raw === 'object' && raw !== null && 'postMessage' in raw && 'on' in raw;
}

function utilityPort(raw: UtilityParentPort): Port {
  const inbox = createInbox();
  raw.on('message', (event) => inbox.deliver(dataOf(event) as Envelope));
  return {
    post(message) {
      if (!inbox.isClosed) raw.postMessage(message);
    },
    onMessage: inbox.onMessage,
    // Electron ends its utility processes with the app, so the end of the parent is never seen from here.
    onClose: inbox.onClose,
    close: inbox.end,
  };
}
