import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { inProcessPair } from '../../node/host/in-process.ts';
import { nodeMessagePort, pageMessagePort } from '../../node/host/message-port.ts';
import { serveUnit } from '../../node/host/unit-process.ts';
import { webSocketPort } from '../../node/host/web-socket.ts';
import type { Pipe } from './conversation.ts';
import { openTalker } from './talker.ts';

/** The talker in this process. */
export async function openInProcess(): Promise<Pipe> {
  const [port, theirs] = inProcessPair();
  const served = serveUnit('su', theirs, openTalker);
  return {
    port,
    cut: theirs.close,
    free: async () => {
      port.close();
      await served.close();
    },
  };
}

/** The talker behind a channel of worker_threads. */
export async function openMessagePort(): Promise<Pipe> {
  const { port1, port2 } = new MessageChannel();
  const served = serveUnit('su', nodeMessagePort(port2), openTalker);
  const port = nodeMessagePort(port1);
  return {
    port,
    cut: () => port2.close(),
    free: async () => {
      port.close();
      await served.close();
    },
  };
}

/** The same, through the adapter that the window uses. */
export async function openPagePort(): Promise<Pipe> {
  const { port1, port2 } = new globalThis.MessageChannel();
  const served = serveUnit('su', pageMessagePort(port2), openTalker);
  const port = pageMessagePort(port1);
  return {
    port,
    cut: () => port2.close(),
    free: async () => {
      port.close();
      await served.close();
    },
  };
}

/** The talker as a forked child; `program` is its bundle. */
export async function openChild(program: string): Promise<Pipe> {
  const started = createChildStarter({ programOf: () => program, output: (_unit, text) => process.stderr.write(text) }).start('su');
  const gone = new Promise<void>((resolve) => started.onExit(() => resolve()));
  return {
    port: started.port,
    cut: started.kill,
    async free() {
      started.port.close();
      await gone;
    },
  };
}

/** The talker behind a real socket on loopback: `ws` on its side, the engine's own WebSocket on ours, as in a browser. */
export async function openWebSocket(): Promise<Pipe> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const served: { close(): Promise<void> }[] = [];
  server.on('connection', (socket) => served.push(serveUnit('su', webSocketPort(socket), openTalker)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const port = webSocketPort(new WebSocket(`ws://127.0.0.1:${address.port}`));
  return {
    port,
    cut: () => {
      for (const client of server.clients) client.terminate();
    },
    async free() {
      port.close();
      for (const client of server.clients) client.terminate();
      await Promise.all(served.map((one) => one.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
