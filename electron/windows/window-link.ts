import { ipcMain, MessageChannelMain, type WebContents } from 'electron';
import type { Hub } from '../../node/host/hub.ts';
import { electronMessagePort } from '../../node/host/message-port.ts';
import { isOwnSender } from '../security.ts';

/** The names agreed with electron/preload.ts. */
const ASK_FOR_LINK = 'aoscope-ask-for-link';
const LINK = 'aoscope-link';

/**
 * Gives every page of ours that asks for it one end of a message channel whose other end is the hub's; a page that
 * has been loaded anew gets a new one. The node may still be starting: the page waits.
 */
export function linkWindows(running: Promise<{ readonly hub: Hub }>, onLinked: () => void): void {
  const known = new WeakSet<WebContents>();
  const attached = new Map<WebContents, () => void>();
  ipcMain.on(ASK_FOR_LINK, (event) => {
    if (!isOwnSender(event)) return;
    const contents = event.sender;
    if (!known.has(contents)) {
      known.add(contents);
      contents.once('destroyed', () => {
        attached.get(contents)?.();
        attached.delete(contents);
      });
    }
    // A start that failed is told by whoever started it.
    void running.then(
      ({ hub }) => {
        if (contents.isDestroyed()) return;
        attached.get(contents)?.();
        const { port1, port2 } = new MessageChannelMain();
        attached.set(contents, hub.attachWindow(electronMessagePort(port1)));
        contents.postMessage(LINK, null, [port2]);
        onLinked();
      },
      () => undefined,
    );
  });
}
