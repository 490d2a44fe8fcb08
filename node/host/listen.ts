import { IncomingMessage, type Server } from 'node:http';
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server';
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
/** What is still taken from the line, and forgotten, of a body that was refused for its size; and for how long. */
const LINGER_BYTES = 256 * 1024 * 1024;
const LINGER_MS = 30_000;
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
  const server = createAdaptorServer({ fetch: guard(app, options.bodyLimitBytes ?? BODY_MAX) }) as Server;
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

/** No app of its own around the app: each request would be looked at twice for what a few lines decide. */
function guard(app: FetchApp, limit: number): (request: Request, bindings: HttpBindings | Http2Bindings) => Promise<Response> {
  const room = createBodyRoom(BODIES_MAX);
  const tooLarge = (): Response => Response.json(toWireError(new AoError('BODY_TOO_LARGE', { limit })), { status: 413 });
  // Who does not say how much comes is counted.
  const counting = new Hono().use(bodyLimit({ maxSize: limit, onError: tooLarge })).all('*', ({ req }) => app.fetch(req.raw));
  const answerTo = async (request: Request): Promise<Response> => {
    const host = request.headers.get('host');
    if (!isLoopbackHost(host))
      return Response.json(toWireError(new AoError('HOST_REFUSED', { host: (host ?? 'nobody').slice(0, 100) })), { status: 403 });
    const announced = announcedBytes(request);
    if (announced !== null && announced > limit) return tooLarge();
    if (announced !== null && announced < SMALL) return app.fetch(request);
    const leave = await room.enter(announced ?? UNKNOWN, request.signal);
    try {
      return await (announced === null ? counting : app).fetch(request);
    } finally {
      leave();
    }
  };
  return async (request, { incoming }) => {
    const response = await answerTo(request);
    if (response.status === 413 && incoming instanceof IncomingMessage) {
      response.headers.set('Connection', 'close');
      linger(incoming);
    }
    return response;
  };
}

/**
 * Most clients read no answer before they have sent everything, and a connection that is closed with bytes unread takes
 * the answer with it. So the answer goes out at once, and what still comes is taken and forgotten until the body is at
 * its end, or its client has had its share of bytes or time.
 */
function linger(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  const { socket } = incoming;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  // Called once the answer is out: our own half of the connection ends, the other is still read.
  socket.destroySoon = () => void socket.end();
  let bytes = 0;
  // Whoever has read until now would stop the flow when nobody takes from him.
  incoming.removeAllListeners('data');
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) socket.destroy();
  });
  incoming.resume();
}

/** How long a body says it is, 0 for none; null for one that does not say. */
function announcedBytes({ method, headers }: Request): number | null {
  if (method === 'GET' || method === 'HEAD') return 0;
  if (headers.has('Transfer-Encoding')) return null;
  return Number(headers.get('Content-Length') ?? 0);
}
