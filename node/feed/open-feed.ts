import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isLoopbackHost } from '../host/loopback-host.ts';
import { createToken, isToken } from '../host/token.ts';
import { serveFeed, type FeedPorts } from './feed.ts';
import { publishFeed } from './published.ts';
import { FEED_BYTES_MAX, FEED_SCHEMA, type FeedRight } from './wire.ts';

export const FEED_READERS_MAX = 50;

/** The feed of a running app or node. */
export interface Feed {
  /** ws://127.0.0.1:…/?token=… */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Opens the feed on any free port of 127.0.0.1, and writes its address into the folder of the open project, for the
 * user alone. Its token gives no more than looking; a second one, beside it, also lets the commands of a terminal run the project.
 */
export async function openFeed(ports: FeedPorts): Promise<Feed> {
  const token = createToken();
  const control = createToken();
  const taking = (maxPayload: number): WebSocketServer => new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  const sockets: Readonly<Record<FeedRight, WebSocketServer>> = {
    look: taking(FEED_BYTES_MAX.look),
    control: taking(FEED_BYTES_MAX.control),
  };
  const readers = (): readonly WebSocket[] => [...sockets.look.clients, ...sockets.control.clients];
  const server = createServer((_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' }).end('This is a WebSocket.\n');
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isFull = readers().length >= FEED_READERS_MAX;
    const found = isFull ? { refusal: '503 Service Unavailable' } : rightOf(request, { look: token, control });
    if ('refusal' in found) {
      // A client that has gone already must not end the server.
      socket.on('error', () => {});
      socket.end(`HTTP/1.1 ${found.refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets[found.right].handleUpgrade(request, socket, head, (opened) => serveFeed(opened, ports, found.right));
  });
  const url = await listening(server);
  const published = publishFeed({ schema: FEED_SCHEMA, pid: process.pid, url, token, control }, () => ports.project().path);
  const leave = ports.hub.on('project.changed', published.follow);
  return {
    address: `${url}?token=${token}`,
    async close() {
      leave();
      for (const socket of readers()) socket.terminate();
      for (const one of Object.values(sockets)) one.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await published.remove();
    },
  };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`);
    });
  });
}

/** Programs send no Origin; a page may come from this machine alone. */
function rightOf(
  request: IncomingMessage,
  tokens: Readonly<Record<FeedRight, string>>,
): { readonly right: FeedRight } | { readonly refusal: string } {
  const { host, origin, authorization } = request.headers;
  if (!isLoopbackHost(host)) return { refusal: '403 Forbidden' };
  if (origin !== undefined && !isLoopbackHost(origin.replace(/^https?:\/\//, ''))) return { refusal: '403 Forbidden' };
  if (!URL.canParse(request.url ?? '', `http://${host}`)) return { refusal: '400 Bad Request' };
  const url = new URL(request.url ?? '', `http://${host}`);
  if (url.pathname !== '/') return { refusal: '404 Not Found' };
  const given = url.searchParams.get('token') ?? /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const right = (['look', 'control'] as const).find((one) => isToken(given, tokens[one]));
  return right === undefined ? { refusal: '401 Unauthorized' } : { right };
}
