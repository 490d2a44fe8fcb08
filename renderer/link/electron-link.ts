import type { Envelope } from '../../node/contract/envelope.ts';
import type { Port } from '../../node/contract/port.ts';
import { createLink, type LinkEnds } from './link.ts';

/** What the preload says to the page when it hands over the window's end of the pipe. */
const HAND_OVER = 'aoscope-link';

/** A transferred message port as a port. `close` is announced by newer engines; else a new hand-over replaces it. */
function channelPort(channel: MessagePort): Port {
  const closers = new Set<() => void>();
  channel.addEventListener('close', () => {
    for (const close of closers) close();
  });
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => {
      channel.addEventListener('message', (event: MessageEvent<Envelope>) => listener(event.data));
      channel.start();
    },
    onClose: (listener) => {
      closers.add(listener);
    },
    close: () => channel.close(),
  };
}

/** The link of the desktop window: the preload posts a port to the page, from this very window and no other. */
export function createElectronLink(page: Window): LinkEnds {
  const ends = createLink();
  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    const [channel] = event.ports;
    if (event.source !== page || event.data !== HAND_OVER || channel === undefined) return;
    ends.attach(channelPort(channel));
  });
  return ends;
}
