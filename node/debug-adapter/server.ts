import { createServer, type Socket } from 'node:net';
import type { OpenEngine } from './engine.ts';
import { DebugSession } from './session.ts';

/** A debug adapter that others connect to. */
export interface DebugServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What a header of the protocol begins with. A web page that posts here begins otherwise, and gets no answer. */
const BEGINNING = /^content-length:/i;
const HEADER_MAX = 4_096;
const SESSIONS_MAX = 20;

/** Serves one editor over the standard streams. Resolves when it has gone. */
export function serveStreams(open: OpenEngine, folder: string | null): Promise<void> {
  return new Promise((resolve) => {
    const session = new DebugSession(open, folder, resolve);
    session.start(process.stdin, process.stdout);
  });
}

/** Serves editors on 127.0.0.1, each with a session of its own. @param port 0 takes any free one */
export async function serveDebugger(open: OpenEngine, folder: string | null, port: number): Promise<DebugServer> {
  const sockets = new Set<Socket>();
  const sessions = new Set<DebugSession>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // One that has gone already must not end the others.
    socket.on('error', () => socket.destroy());
    if (sessions.size >= SESSIONS_MAX) return void socket.destroy();
    whenProtocol(socket, () => {
      const session: DebugSession = new DebugSession(open, folder, () => {
        sessions.delete(session);
        socket.end();
      });
      sessions.add(session);
      session.start(socket, socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      await Promise.all([...sessions].map((session) => session.end()));
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Hands the socket on once its first bytes are those of the protocol; ends it otherwise. */
function whenProtocol(socket: Socket, go: () => void): void {
  let head = '';
  const look = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    if (head.length < 'Content-Length:'.length) return;
    socket.off('data', look);
    socket.pause();
    if (!BEGINNING.test(head) || head.indexOf('\r\n\r\n') > HEADER_MAX) return void socket.destroy();
    socket.unshift(Buffer.from(head, 'latin1'));
    go();
  };
  socket.on('data', look);
}
