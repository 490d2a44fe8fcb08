import { expect, test, vi } from 'vitest';
import type { Envelope } from '../../node/contract/envelope.ts';
import type { Port } from '../../node/contract/port.ts';
import { createLink } from './link.ts';
import { linkAddress } from './socket-link.ts';

interface Wire extends Port {
  readonly sent: Envelope[];
  receive(message: Envelope): void;
  break(): void;
}

function wire(): Wire {
  const sent: Envelope[] = [];
  const messages: ((message: Envelope) => void)[] = [];
  const closers: (() => void)[] = [];
  return {
    sent,
    post: (message) => sent.push(message),
    onMessage: (listener) => messages.push(listener),
    onClose: (listener) => closers.push(listener),
    close: () => undefined,
    receive: (message) => messages.forEach((listener) => listener(message)),
    break: () => closers.forEach((closer) => closer()),
  };
}

test('a question before the first pipe waits for it', async () => {
  const { link, attach } = createLink();
  const answer = link.ask('project.current', {});
  const one = wire();
  attach(one);
  await vi.waitFor(() => expect(one.sent).toHaveLength(1));
  one.receive({ kind: 'answer', id: 1, value: { project: null } });
  expect(await answer).toEqual({ project: null });
});

test('a lost pipe fails what was asked, says so, and the next one takes over with the same listeners', async () => {
  const { link, attach } = createLink();
  const states: string[] = [];
  const beat = vi.fn<() => void>();
  link.onState((state) => states.push(state));
  link.on('beat', beat);
  const one = wire();
  attach(one);
  const asked = link.ask('project.current', {});
  one.break();
  await expect(asked).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  await expect(link.ask('project.current', {})).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  const two = wire();
  attach(two);
  two.receive({ kind: 'tell', name: 'beat', seq: 1, body: { unit: 'cu' } });
  expect(beat).toHaveBeenCalledTimes(1);
  one.receive({ kind: 'tell', name: 'beat', seq: 2, body: { unit: 'cu' } });
  expect(beat).toHaveBeenCalledTimes(1);
  expect(states).toEqual(['open', 'lost', 'open']);
});

test('another version of the contract is told', () => {
  const { attach, onMismatch } = createLink();
  const told = vi.fn<(error: unknown) => void>();
  onMismatch(told);
  const one = wire();
  attach(one);
  one.receive({ kind: 'hello', version: 1 });
  expect(told).not.toHaveBeenCalled();
  one.receive({ kind: 'hello', version: 99 });
  expect(told.mock.calls[0]?.[0]).toMatchObject({ code: 'CONTRACT_MISMATCH' });
});

test("the socket stands on the page's own origin and carries its token", () => {
  expect(linkAddress({ protocol: 'http:', host: '127.0.0.1:4010', search: '?token=a%2Fb' })).toBe('ws://127.0.0.1:4010/link?token=a%2Fb');
  expect(linkAddress({ protocol: 'https:', host: 'x', search: '' })).toBe('wss://x/link?token=');
});
