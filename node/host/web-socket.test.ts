import { expect, test } from 'vitest';
import type { Envelope } from '../contract/envelope.ts';
import { webSocketPort, type Socket } from './web-socket.ts';

/** The minimal socket interface, in the state a test wants; what a real socket does is tried in test/contract. */
function socketIn(readyState: number): {
  socket: Socket & { readyState: number; bufferedAmount: number };
  sent: string[];
  closed: (number | undefined)[];
  emit(type: string, data?: unknown): void;
} {
  const listeners = new Map<string, ((event: { readonly data: unknown }) => void)[]>();
  const sent: string[] = [];
  const closed: (number | undefined)[] = [];
  return {
    sent,
    closed,
    emit: (type, data) => listeners.get(type)?.forEach((listener) => listener({ data })),
    socket: {
      readyState,
      bufferedAmount: 0,
      send: (text) => void sent.push(text),
      close: (code) => void closed.push(code),
      addEventListener(type: string, listener: (event: { readonly data: unknown }) => void) {
        listeners.set(type, [...(listeners.get(type) ?? []), listener]);
      },
    },
  };
}
const hello: Envelope = { kind: 'hello', version: 1 };

test('what is posted before the socket is open waits for it, in order', () => {
  const { socket, sent, emit } = socketIn(0);
  const port = webSocketPort(socket);
  port.post(hello);
  port.post({ kind: 'cancel', id: 4 });
  expect(sent).toEqual([]);
  socket.readyState = 1;
  emit('open');
  port.post({ kind: 'cancel', id: 5 });
  expect(sent.map((text) => JSON.parse(text) as unknown)).toEqual([hello, { kind: 'cancel', id: 4 }, { kind: 'cancel', id: 5 }]);
});

test.each([0, 1])('a side that does not read is cut off instead of being piled up for (state %i)', (state) => {
  const { socket, sent, closed } = socketIn(state);
  const port = webSocketPort(socket, 100);
  let isClosed = false;
  port.onClose(() => {
    isClosed = true;
  });
  socket.bufferedAmount = 101;
  for (let id = 0; id < 10; id += 1) port.post({ kind: 'cancel', id });
  expect(sent).toEqual([]);
  expect(closed).toEqual([4008]);
  expect(isClosed).toBe(true);
});

test('a question with an unknown name is answered, other nonsense is left aside', () => {
  const { sent, socket, emit } = socketIn(1);
  const port = webSocketPort(socket);
  const heard: Envelope[] = [];
  port.onMessage((message) => heard.push(message));
  for (const text of ['', '{', 'null', '[]', '{"kind":"ask"}', '{"kind":"ask","id":"x","name":"su.time"}', '{"kind":"nothing","id":1}'])
    emit('message', text);
  emit('message', new ArrayBuffer(4));
  expect(sent).toEqual([]);
  emit('message', JSON.stringify({ kind: 'ask', id: 9, name: 'su.everything', args: {} }));
  expect(JSON.parse(sent[0] ?? '')).toMatchObject({ kind: 'fail', id: 9, error: { code: 'COMMAND_UNKNOWN' } });
  expect(heard).toEqual([]);
});
