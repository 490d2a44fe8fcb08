import type { IncomingMessage, Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { AoError, reasonOf, toWireError } from '../contract/errors.ts';
import { createBodyRoom } from './body-room.ts';
import { isLoopbackHost } from './loopback-host.ts';

/** Anything that answers web requests: a Hono app is one. */
export interface FetchApp {
  fetch(request: Request): Response | Promise<Response>;
}

export interface ListenOptions {
  /** Bytes that one request may carry; more is answered with 413. */
  readonly bodyLimitBytes?: number;
}

export interface Listening {
  /** http://127.0.0.1:<port> */
  readonly url: string;
  readonly port: number;
  /** For those who take over upgrades (the page's socket). They check the Host header themselves. */
  readonly server: Server;
  /** Stops listening and ends every open connection. */
  close(): Promise<void>;
}

/** The largest body anyone here takes: a module, with its envelope. */
const BODY_MAX = 128 * 1024 * 1024;
/** Bodies in memory at once; those below `SMALL` do not count, so that large ones never keep a message waiting. */
const BODIES_MAX = 256 * 1024 * 1024;
const SMALL = 256 * 1024;
/** What a body takes that does not say how long it is. */
const UNKNOWN = 8 * 1024 * 1024;
/** What is still taken from the line, and forgotten, of a body that was refused for its size. */
const DRAINED_MAX = 256 * 1024 * 1024;
const DRAIN_MS = 30_000;
/** A browser opens six, a busy client some dozens. */
const CONNECTIONS_MAX = 2_000;
/** How long the head of a request, and all of it, may take to come in: a client that trickles holds its connection no longer. */
const HEAD_MS = 15_000;
const REQUEST_MS = 120_000;
/** How long a connection is kept for the next request. Short, it is often closed in the very moment in which a busy client sends one. */
const IDLE_MS = 60_000;

/**
 * Answers web requests on 127.0.0.1 only; requests that name another host are refused with 403 before the app sees them.
 * @param port 0 takes any free one.
 * @throws AoError PORTS_TAKEN when `port` is in use.
 */
export async function listen(app: FetchApp, port: number, options: ListenOptions = {}): Promise<Listening> {
  const guarded = guard(app, options.bodyLimitBytes ?? BODY_MAX);
  const server = createAdaptorServer({ fetch: guarded.fetch }) as Server;
  server.maxConnections = CONNECTIONS_MAX;
  server.headersTimeout = HEAD_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = IDLE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      reject(isTaken ? new AoError('PORTS_TAKEN', { port }) : new AoError('UNEXPECTED', { reason: reasonOf(error) }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function guard(app: FetchApp, bodyLimitBytes: number): Hono<{ Bindings: HttpBindings }> {
  const guarded = new Hono<{ Bindings: HttpBindings }>();
  guarded.use(async (context, next) => {
    await next();
    if (context.res.status === 413) await drained(context.env.incoming);
  });
  guarded.use(async (context, next) => {
    const host = context.req.header('host');
    if (!isLoopbackHost(host))
      return context.json(toWireError(new AoError('HOST_REFUSED', { host: (host ?? 'nobody').slice(0, 100) })), 403);
    await next();
    return undefined;
  });
  guarded.use(
    bodyLimit({
      maxSize: bodyLimitBytes,
      onError: (context) => context.json(toWireError(new AoError('BODY_TOO_LARGE', { limit: bodyLimitBytes })), 413),
    }),
  );
  const room = createBodyRoom(BODIES_MAX);
  guarded.all('*', async (context) => {
    const { raw } = context.req;
    const bytes = bodyBytes(raw);
    if (bytes < SMALL) return app.fetch(raw);
    const leave = await room.enter(bytes, raw.signal);
    try {
      return await app.fetch(raw);
    } finally {
      leave();
    }
  });
  return guarded;
}

/**
 * Most clients read no answer before they have sent everything, and a connection that is closed with bytes unread takes
 * the answer with it. Resolves once the body has come to its end, or its client has had its share of bytes or time.
 */
function drained(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    // Whoever has read until now would stop the flow when nobody takes from him.
    incoming.removeAllListeners('data');
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DRAINED_MAX) done();
    });
    for (const end of ['end', 'close', 'error']) incoming.once(end, done);
    incoming.resume();
  });
}

function bodyBytes({ method, headers }: Request): number {
  if (method === 'GET' || method === 'HEAD') return 0;
  const length = headers.get('Content-Length');
  if (length !== null) return Number(length);
  return headers.get('Transfer-Encoding') === null ? 0 : UNKNOWN;
}
