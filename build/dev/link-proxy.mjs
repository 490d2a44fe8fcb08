import { timingSafeEqual } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Hands the window's socket, which asks at Vite's address, on to the node that runs now. The token of the dev address
 * stays the same over restarts of the node; each node gets its own.
 * @param server Vite's HTTP server
 * @param token what a page must show
 * @param address gives `{ port, token }` of the node, null while it restarts (the window tries again by itself)
 */
export function proxyLink(server, token, address) {
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (url.pathname !== '/link') return;
    const node = address();
    socket.on('error', () => socket.destroy());
    if (!isSame(url.searchParams.get('token') ?? '', token) || node === null) {
      socket.end(`HTTP/1.1 ${node === null ? '503 Service Unavailable' : '401 Unauthorized'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    const host = `127.0.0.1:${node.port}`;
    const target = connect(node.port, '127.0.0.1', () => {
      const kept = Object.entries(request.headers).filter(([name]) => name !== 'host' && name !== 'origin');
      const headers = [['Host', host], ['Origin', `http://${host}`], ...kept].map(([name, value]) => `${name}: ${value}`);
      target.write(`GET /link?token=${node.token} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
      target.write(head);
      socket.pipe(target).pipe(socket);
    });
    target.on('error', () => socket.destroy());
    target.on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
  });
}

function isSame(given, wanted) {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
