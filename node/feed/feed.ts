import type { WebSocket } from 'ws';
import type { CommandName, Commands } from '../contract/commands.ts';
import type { ProjectInfo } from '../contract/desktop.ts';
import { AoError, toWireError } from '../contract/errors.ts';
import { parseWindowAsk } from '../contract/parse.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';
import type { Hub } from '../host/hub.ts';
import { FEED_SCHEMA, isFeedCommand, parseFromOthers, type FeedRight, type FromOthers, type ToOthers } from './wire.ts';

/** Bytes that may wait for a reader. Over it nothing more is read from the journal for it until it has caught up: nothing is lost. */
export const FEED_WAITING_MAX = 4 * 1024 * 1024;
/** Questions that one reader may have open at once. */
export const FEED_PENDING_MAX = 100;
/** Facts in one message. */
const PAGE = 500;
/** How long until a unit that is down is asked again. */
const AGAIN_MS = 1_000;

export interface FeedPorts {
  readonly hub: Pick<Hub, 'ask' | 'on'>;
  readonly version: string;
  readonly project: () => ProjectInfo;
}

/** Serves one reader until it leaves. */
export function serveFeed(socket: WebSocket, { hub, version, project }: FeedPorts, right: FeedRight): void {
  const asking = new Map<number, AbortController>();
  let subscription: AbortController | null = null;
  const named = (): { readonly name: string; readonly path: string } => ({ name: project().name, path: project().path });
  const send = (message: ToOthers): Promise<void> =>
    new Promise((resolve) => {
      const text = JSON.stringify(message);
      // Whoever has gone needs nothing any more.
      socket.send(text, () => resolve());
      if (socket.bufferedAmount <= FEED_WAITING_MAX) resolve();
    });

  const answer = async ({ id, name, args }: Extract<FromOthers, { readonly kind: 'ask' }>): Promise<void> => {
    const stop = new AbortController();
    asking.set(id, stop);
    try {
      if (asking.size > FEED_PENDING_MAX || socket.bufferedAmount > FEED_WAITING_MAX)
        throw new AoError('TOO_MANY_PENDING', { limit: FEED_PENDING_MAX });
      if (!isFeedCommand(name, right)) throw new AoError('COMMAND_REFUSED', { command: name });
      const parsed = parseWindowAsk(name as CommandName, args);
      const value = await hub.ask(parsed.name, parsed.args as Commands[CommandName]['args'], stop.signal);
      await send({ kind: 'answer', id, value });
    } catch (error) {
      await send({ kind: 'fail', id, error: toWireError(error) });
    } finally {
      asking.delete(id);
    }
  };
  const subscribe = ({ after, units = [...UNITS] }: Extract<FromOthers, { readonly kind: 'subscribe' }>): void => {
    subscription?.abort();
    subscription = new AbortController();
    const { signal } = subscription;
    for (const unit of units) void tellUnit(hub, unit, typeof after === 'string' ? after : (after[unit] ?? 0), send, signal);
  };
  const leaveProject = hub.on('project.changed', () => {
    subscription?.abort();
    subscription = null;
    void send({ kind: 'project', project: named() });
  });

  void send({ kind: 'hello', schema: FEED_SCHEMA, version, project: named() });
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? 'it is no text' : parseFromOthers(String(data));
    if (typeof message === 'string') void send({ kind: 'wrong', reason: message });
    else if (message.kind === 'ask') void answer(message);
    else if (message.kind === 'cancel') asking.get(message.id)?.abort();
    else if (message.kind === 'subscribe') subscribe(message);
    else subscription?.abort();
  });
  socket.on('close', () => {
    leaveProject();
    subscription?.abort();
    for (const stop of asking.values()) stop.abort();
  });
  // A connection that failed closes as well.
  socket.on('error', () => undefined);
}

/** Tells the facts of one unit as its journal has them: a reader that is slow gets them later, and all. */
async function tellUnit(
  hub: FeedPorts['hub'],
  unit: UnitName,
  after: number | 'start' | 'now',
  send: (message: ToOthers) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let at: number | null = after === 'now' ? null : after === 'start' ? 0 : after;
  let isLive = false;
  while (!signal.aborted) {
    // Whatever comes from here on wakes it, also what comes while it reads.
    const news = nextFacts(hub, unit, signal);
    try {
      const from: number = at ?? (await hub.ask(`${unit}.facts`, { after: 0, limit: 1 })).last;
      const { facts, last } = await hub.ask(`${unit}.facts`, { after: from, limit: PAGE });
      if (signal.aborted) return;
      if (facts.length > 0) await send({ kind: 'facts', unit, facts });
      at = facts.at(-1)?.seq ?? Math.max(from, last);
      if (at < last) continue;
      if (!isLive) await send({ kind: 'live', unit, seq: at });
      isLive = true;
      await news;
    } catch {
      // The unit is down: it is started again, and its journal is still there.
      await Promise.race([news, later(signal)]);
    }
  }
}

function nextFacts(hub: FeedPorts['hub'], unit: UnitName, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const leave = hub.on('facts', (body) => {
      if (body.unit === unit) done();
    });
    const done = (): void => {
      leave();
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done, { once: true });
  });
}

function later(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, AGAIN_MS);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
