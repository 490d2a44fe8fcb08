import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { isLoopbackHost } from './loopback-host.ts';
import { listen, type FetchApp, type Listening } from './listen.ts';

const app: FetchApp = {
  async fetch(incoming) {
    const body = await incoming.text();
    return Response.json({ path: new URL(incoming.url).pathname, length: body.length });
  },
};

let listening: Listening | null = null;
afterEach(async () => {
  await listening?.close();
  listening = null;
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request as a foreign page or a script would send it; `host` null leaves the header as Node sets it. */
function send(port: number, host: string | null, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', path: '/there', method: 'POST', headers: host === null ? {} : { host } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) as unknown }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test('answers the app on a free port of the loopback address', async () => {
  listening = await listen(app, 0);
  expect(listening.url).toBe(`http://127.0.0.1:${listening.port}`);
  expect(await send(listening.port, null, 'abc')).toEqual({ status: 200, body: { path: '/there', length: 3 } });
});

describe('the Host header', () => {
  test.each(['127.0.0.1', '127.0.0.1:4000', 'localhost', 'LOCALHOST:1', '[::1]:4002'])('%s is this machine', async (host) => {
    listening = await listen(app, 0);
    expect((await send(listening.port, host)).status).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4000', 'evil.example:127', '0.0.0.0:4000'])(
    '%s is refused',
    async (host) => {
      listening = await listen(app, 0);
      expect(await send(listening.port, host)).toMatchObject({ status: 403, body: { code: 'HOST_REFUSED' } });
    },
  );
});

test.each([undefined, null, '', '127.0.0.1:', '127.0.0.1:x', ' localhost', 'localhost\n', 'localhost:4000@evil.example'])(
  '%o is no name of this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);

test('nobody outside of this machine reaches it', async () => {
  listening = await listen(app, 0);
  const { port } = listening;
  const outer = Object.values(networkInterfaces())
    .flat()
    .filter((one) => one !== undefined && !one.internal && one.family === 'IPv4');
  const reached = outer.map(
    (one) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ port, host: one?.address ?? '' });
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
  );
  expect(await Promise.all(reached)).toEqual(outer.map(() => false));
  expect(listening.server.address()).toMatchObject({ address: '127.0.0.1' });
});

test('a body over the limit is refused, however it is sent', async () => {
  listening = await listen(app, 0, { bodyLimitBytes: 1000 });
  expect(await send(listening.port, null, 'x'.repeat(1000))).toMatchObject({ status: 200 });
  expect(await send(listening.port, null, 'x'.repeat(1001))).toMatchObject({
    status: 413,
    body: { code: 'BODY_TOO_LARGE', details: { limit: 1000 } },
  });
  const chunks = new ReadableStream({
    start(controller) {
      for (let index = 0; index < 11; index += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(100)));
      controller.close();
    },
  });
  const answer = await fetch(listening.url, { method: 'POST', body: chunks, duplex: 'half' } as RequestInit);
  expect(answer.status).toBe(413);
});

test('who announces too much and sends nothing is told so at once, and so is who sends all of it first', async () => {
  listening = await listen(app, 0, { bodyLimitBytes: 1000 });
  const { port } = listening;
  const answered = (send: (socket: Socket) => void): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => send(socket));
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('end', () => resolve(text)).on('error', reject);
    });
  const head = (bytes: number): string => `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${bytes}\r\n\r\n`;
  const refused = /^HTTP\/1\.1 413 [^]*connection: close\r\n[^]*BODY_TOO_LARGE/i;
  expect(await answered((socket) => socket.write(head(2_000_000_000)))).toMatch(refused);
  const size = 20_000_000;
  expect(await answered((socket) => socket.end(Buffer.concat([Buffer.from(head(size)), Buffer.alloc(size)])))).toMatch(refused);
});

test('a taken port is said by its number', async () => {
  listening = await listen(app, 0);
  await expect(listen(app, listening.port)).rejects.toMatchObject({ code: 'PORTS_TAKEN', details: { port: listening.port } });
});

test('closing ends connections that are still open', async () => {
  listening = await listen({ fetch: () => new Promise(() => undefined) }, 0);
  const waiting = send(listening.port, null);
  await expect.poll(() => new Promise((resolve) => listening?.server.getConnections((_error, count) => resolve(count)))).toBe(1);
  const ended = waiting.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code,
  );
  await listening.close();
  expect(await ended).toBe('ECONNRESET');
});
