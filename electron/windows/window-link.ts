import { ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import type { Events } from '../../node/contract/events.ts';
import type { Port } from '../../node/contract/port.ts';
import type { Hub } from '../../node/host/hub.ts';
import { electronMessagePort } from '../../node/host/message-port.ts';
import { isOwnSender } from '../security.ts';

/** The names agreed with electron/preload.ts. */
const ASK_FOR_LINK = 'aoscope-ask-for-link';
const LINK = 'aoscope-link';

/** What is needed of the contents of a window. */
interface LinkedPage {
  isDestroyed(): boolean;
  once(event: 'destroyed', listener: () => void): unknown;
  postMessage(channel: string, message: unknown, transfer?: MessagePortMain[]): void;
}

/** Asks pages to run their commands. */
export interface PageAsker {
  /** @param contents of which window; null for the first that listens. What comes before it listens waits for it. */
  run(contents: LinkedPage | null, command: string, argument: string | null): void;
}

/**
 * Gives every page of ours that asks for it one end of a message channel whose other end is the hub's; a page that
 * has been loaded anew gets a new one. The node may still be starting: the page waits.
 */
export function linkWindows(running: Promise<{ readonly hub: Hub }>): PageAsker {
  const known = new WeakSet<LinkedPage>();
  const attached = new Map<LinkedPage, { readonly port: Port; detach(): void }>();
  let early: { readonly of: LinkedPage | null; readonly body: Events['window.command'] }[] = [];
  const firstThatListens = (): LinkedPage | null => [...attached.keys()][0] ?? null;
  const run = (of: LinkedPage | null, body: Events['window.command']): void =>
    void running.then(
      ({ hub }) => {
        const to = of === null || of.isDestroyed() ? firstThatListens() : of;
        const link = to === null ? undefined : attached.get(to);
        if (link === undefined) early.push({ of: to, body });
        else hub.tellWindow(link.port, 'window.command', body);
      },
      () => undefined,
    );
  const follow = (contents: LinkedPage): void => {
    if (known.has(contents)) return;
    known.add(contents);
    contents.once('destroyed', () => {
      attached.get(contents)?.detach();
      attached.delete(contents);
      // What it did not hear is for another one, or for the next.
      const unheard = early.filter(({ of }) => of === contents);
      early = early.filter(({ of }) => of !== contents);
      for (const { body } of unheard) run(null, body);
    });
  };
  ipcMain.on(ASK_FOR_LINK, (event) => {
    if (!isOwnSender(event)) return;
    const contents: LinkedPage = event.sender;
    follow(contents);
    // A start that failed is told by whoever started it.
    void running.then(
      ({ hub }) => {
        if (contents.isDestroyed()) return;
        attached.get(contents)?.detach();
        const { port1, port2 } = new MessageChannelMain();
        const port = electronMessagePort(port1);
        attached.set(contents, { port, detach: hub.attachWindow(port) });
        contents.postMessage(LINK, null, [port2]);
        const mine = early.filter(({ of }) => of === null || of === contents);
        early = early.filter((one) => !mine.includes(one));
        for (const { body } of mine) hub.tellWindow(port, 'window.command', body);
      },
      () => undefined,
    );
  });
  return {
    run(contents, command, argument) {
      if (contents !== null) follow(contents);
      run(contents, { command, argument });
    },
  };
}
