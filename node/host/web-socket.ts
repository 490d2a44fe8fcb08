import { AoError, toWireError } from '../contract/errors.ts';
import { parseEnvelope } from '../contract/parse.ts';
import type { Port } from '../contract/port.ts';
import { createInbox } from './inbox.ts';

/** What the browser's WebSocket and that of the `ws` package have in common. */
export interface Socket {
  readonly readyState: number;
  /** Bytes handed over and not yet sent. */
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
}

const CONNECTING = 0;
const OPEN = 1;
/** RFC 6455 §7.4.1 has no code for "too slow"; 4000–4999 are for applications. */
const TOO_SLOW = 4008;

/** Characters that may wait to be sent before the other side counts as too slow. */
const BUFFER_MAX = 64 * 1024 * 1024;

/**
 * A port over a web socket, for either end: messages travel as JSON text. What is posted before the socket is open
 * waits. A side that reads too slowly is cut off rather than piled up for: it connects again and asks for what it missed.
 */
export function webSocketPort(socket: Socket, bufferMax: number = BUFFER_MAX): Port {
  const inbox = createInbox();
  let waiting: string[] = [];
  let waitingLength = 0;

  const cutOff = (): void => {
    waiting = [];
    socket.close(TOO_SLOW, 'reads too slowly');
    inbox.end();
  };
  const post: Port['post'] = (message) => {
    if (inbox.isClosed) return;
    const text = JSON.stringify(message);
    if (socket.readyState === CONNECTING) {
      waitingLength += text.length;
      if (waitingLength > bufferMax) return cutOff();
      waiting.push(text);
    } else if (socket.readyState === OPEN) {
      if (socket.bufferedAmount > bufferMax) return cutOff();
      socket.send(text);
    }
  };

  socket.addEventListener('open', () => {
    for (const text of waiting) socket.send(text);
    waiting = [];
  });
  socket.addEventListener('message', (event) => {
    if (typeof event.data !== 'string') return;
    const message = parseEnvelope(event.data);
    if (message !== null) return inbox.deliver(message);
    // A question we cannot read still gets an answer: no promise waits for ever.
    const ask = idAndName(event.data);
    if (ask !== null) post({ kind: 'fail', id: ask.id, error: toWireError(new AoError('COMMAND_UNKNOWN', { command: ask.name })) });
  });
  socket.addEventListener('close', inbox.end);
  // A failed connection also closes; without a listener `ws` would throw.
  socket.addEventListener('error', () => undefined);

  return {
    post,
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close() {
      socket.close();
      inbox.end();
    },
  };
}

function idAndName(text: string): { readonly id: number; readonly name: string } | null {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw !== 'object' || raw === null || !('kind' in raw) || raw.kind !== 'ask') return null;
    if (!('id' in raw) || typeof raw.id !== 'number' || !('name' in raw) || typeof raw.name !== 'string') return null;
    return { id: raw.id, name: raw.name.slice(0, 100) };
  } catch {
    return null;
  }
}
