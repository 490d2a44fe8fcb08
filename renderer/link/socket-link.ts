import { parseEnvelope } from '../../node/contract/parse.ts';
import type { Port } from '../../node/contract/port.ts';
import { createLink, type LinkEnds } from './link.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** A browser's socket as a port. JSON text, one envelope a message; what is none of ours is dropped. */
function socketPort(socket: WebSocket): Port {
  return {
    post: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        const envelope = typeof event.data === 'string' ? parseEnvelope(event.data) : null;
        if (envelope !== null) listener(envelope);
      });
    },
    onClose: (listener) => socket.addEventListener('close', listener, { once: true }),
    close: () => socket.close(),
  };
}

/** The address of the socket on the page's own origin, with the token that the page's address carries. */
export function linkAddress(page: { readonly protocol: string; readonly host: string; readonly search: string }): string {
  const token = new URLSearchParams(page.search).get('token') ?? '';
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/link?token=${encodeURIComponent(token)}`;
}

/** The link of the served app: opens again by itself, waiting a little longer each time. */
export function createSocketLink(page: Location): LinkEnds {
  const ends = createLink();
  let waitMs = FIRST_WAIT_MS;
  const open = (): void => {
    const socket = new WebSocket(linkAddress(page));
    socket.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      ends.attach(socketPort(socket));
    });
    socket.addEventListener('close', () => {
      setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
  };
  open();
  return ends;
}
