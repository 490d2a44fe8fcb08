import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Commands } from '../contract/commands.ts';
import { AoError, isErrorCode } from '../contract/errors.ts';
import { RemoteError, type Client } from '../contract/rpc.ts';
import type { Fact } from '../contract/trace.ts';
import type { Published } from './published.ts';
import { FEED_BYTES_MAX, FEED_SCHEMA } from './wire.ts';

/** A node that runs elsewhere, as its feed shows it. */
export interface FeedClient {
  /** @throws RemoteError with the code of the other side; NODE_GONE when the connection ends; BODY_TOO_LARGE; CANCELLED. */
  readonly ask: Client['ask'];
  /** Real path of the project that is open there. */
  readonly project: string;
  /** Hears what the units do from the beginning of the connection on. */
  onFacts(listener: (facts: readonly Fact[]) => void): () => void;
  /** Hears once that the connection is over, or that another project is open there. */
  onEnd(listener: () => void): void;
  close(): void;
}

const details = z.record(z.string(), z.union([z.string(), z.number()]));
const error = z.object({ code: z.string(), message: z.string(), cure: z.string(), details });
const fromFeed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), schema: z.number(), project: z.object({ path: z.string() }) }),
  z.object({ kind: z.literal('facts'), facts: z.array(z.custom<Fact>()) }),
  z.object({ kind: z.literal('project') }),
  z.object({ kind: z.literal('live') }),
  z.object({ kind: z.literal('answer'), id: z.number(), value: z.unknown() }),
  z.object({ kind: z.literal('fail'), id: z.number(), error }),
  z.object({ kind: z.literal('wrong'), reason: z.string() }),
]);
type FromFeed = z.output<typeof fromFeed>;

const CONNECT_MS = 10_000;

/** Connects to a feed. @returns null where nobody says hello in time, or what answers speaks another schema. */
export async function connectFeed({ url, token, control }: Published, connectMs = CONNECT_MS): Promise<FeedClient | null> {
  const socket = new WebSocket(`${url}?token=${encodeURIComponent(token)}`, { handshakeTimeout: connectMs, perMessageDeflate: false });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Set<(facts: readonly Fact[]) => void>();
  const ends = new Set<() => void>();
  const bytesMax = FEED_BYTES_MAX[token === control ? 'control' : 'look'];
  let lastId = 0;
  let isOver = false;
  let greeted: (project: string | null) => void = () => undefined;
  const greeting = new Promise<string | null>((resolve) => {
    greeted = resolve;
  });

  const end = (): void => {
    if (isOver) return;
    isOver = true;
    greeted(null);
    for (const one of waiting.values()) one.reject(new AoError('NODE_GONE'));
    waiting.clear();
    for (const listener of ends) listener();
  };
  const settle = (id: number, how: (one: { resolve(value: unknown): void; reject(error: Error): void }) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one !== undefined) how(one);
  };
  const hear = (message: FromFeed): void => {
    if (message.kind === 'hello') greeted(message.schema === FEED_SCHEMA ? message.project.path : null);
    else if (message.kind === 'facts') for (const listener of listeners) listener(message.facts);
    else if (message.kind === 'project') socket.close();
    else if (message.kind === 'answer') settle(message.id, ({ resolve }) => resolve(message.value));
    else if (message.kind === 'fail') {
      const { code } = message.error;
      const wire = { ...message.error, code: isErrorCode(code) ? code : ('UNEXPECTED' as const) };
      settle(message.id, ({ reject }) => reject(new RemoteError(wire)));
    }
  };
  socket.on('message', (data) => {
    const message = parse(String(data));
    if (message !== null) hear(message);
  });
  socket.on('close', end);
  // One that failed closes as well; without a listener it would throw.
  socket.on('error', () => undefined);

  const late = setTimeout(() => greeted(null), connectMs);
  const project = await greeting;
  clearTimeout(late);
  if (project === null) {
    socket.terminate();
    return null;
  }
  socket.send(JSON.stringify({ kind: 'subscribe', after: 'now' }));
  return {
    project,
    ask: (name, args, signal) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(new AoError('NODE_GONE'));
        if (signal?.aborted === true) return reject(new AoError('CANCELLED'));
        const id = ++lastId;
        const text = JSON.stringify({ kind: 'ask', id, name, args });
        // Over it the other side would end the connection.
        if (Buffer.byteLength(text) > bytesMax) return reject(new AoError('BODY_TOO_LARGE', { limit: bytesMax }));
        const cancel = (): void => {
          socket.send(JSON.stringify({ kind: 'cancel', id }));
          settle(id, (one) => one.reject(new AoError('CANCELLED')));
        };
        const leave = (): void => signal?.removeEventListener('abort', cancel);
        waiting.set(id, {
          resolve: (value) => {
            leave();
            resolve(value as Commands[typeof name]['reply']);
          },
          reject: (failure) => {
            leave();
            reject(failure);
          },
        });
        signal?.addEventListener('abort', cancel, { once: true });
        socket.send(text);
      }),
    onFacts(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onEnd: (listener) => void ends.add(listener),
    close: () => socket.close(),
  };
}

/** Null for what this client does not know: a later schema may say more. */
function parse(text: string): FromFeed | null {
  try {
    return fromFeed.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
