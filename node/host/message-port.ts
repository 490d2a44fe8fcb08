import type { Envelope } from '../contract/envelope.ts';
import type { Port } from '../contract/port.ts';
import { createInbox } from './inbox.ts';

/** What every kind of message port offers. */
interface StartablePort {
  postMessage(value: unknown): void;
  start(): void;
  close(): void;
}

/** What Node's MessagePort and Electron's MessagePortMain have in common. */
export interface EmittingPort extends StartablePort {
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** What the window's MessagePort offers. */
export interface PagePort extends StartablePort {
  addEventListener(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(event: 'close', listener: () => void): void;
}

/** A port of worker_threads: it hands over the bare value. */
export function nodeMessagePort(raw: EmittingPort): Port {
  return emittingPort(raw, (value) => value);
}

/** A port of Electron's main process: it wraps the value in an event. */
export function electronMessagePort(raw: EmittingPort): Port {
  return emittingPort(raw, dataOf);
}

/** The value inside a message event. */
export function dataOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined;
}

function emittingPort(raw: EmittingPort, open: (value: unknown) => unknown): Port {
  const inbox = createInbox();
  raw.on('message', (value) => inbox.deliver(open(value) as Envelope));
  raw.on('close', inbox.end);
  return startedPort(raw, inbox);
}

/** The window's end of a channel. Only newer engines tell of the other side's end; in Electron the window ends with it. */
export function pageMessagePort(raw: PagePort): Port {
  const inbox = createInbox();
  raw.addEventListener('message', (event) => inbox.deliver(event.data as Envelope));
  raw.addEventListener('close', inbox.end);
  return startedPort(raw, inbox);
}

/** What both kinds of port do alike, once they deliver to `inbox`. */
function startedPort(raw: StartablePort, inbox: ReturnType<typeof createInbox>): Port {
  raw.start();
  return {
    post(message) {
      if (!inbox.isClosed) raw.postMessage(message);
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      raw.close();
      inbox.end();
    },
  };
}
