import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Port } from '../contract/port.ts';
import { isLoopbackHost } from '../host/loopback-host.ts';
import { webSocketPort } from '../host/web-socket.ts';
import { isToken } from '../host/token.ts';

/** The largest message a window sends is a source file on its way to disk, as JSON. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Takes the upgrades of `server` at `/link?token=…`: they need the token, a loopback Host and the page's own Origin, so
 * that no other site open in the same browser gets in. Each socket becomes a window's port.
 * @returns the way to end every socket.
 */
export function openLink(server: Server, token: string, attach: (port: Port) => void): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, token);
    if (refusal !== null) {
      // A client that has gone already must not end the server.
      socket.on('error', () => {});
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => attach(webSocketPort(opened)));
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function refusalOf(request: IncomingMessage, token: string): string | null {
  const { host, origin } = request.headers;
  if (!isLoopbackHost(host)) return '403 Forbidden';
  if (origin !== `http://${host}`) return '403 Forbidden';
  if (!URL.canParse(request.url ?? '', origin)) return '400 Bad Request';
  const url = new URL(request.url ?? '', origin);
  if (url.pathname !== '/link') return '404 Not Found';
  return isToken(url.searchParams.get('token'), token) ? null : '401 Unauthorized';
}
