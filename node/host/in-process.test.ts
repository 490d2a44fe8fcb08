import { describe, expect, test } from 'vitest';
import type { Envelope } from '../contract/envelope.ts';
import { connect, serve } from '../contract/rpc.ts';
import { assertPlain, inProcessPair } from './in-process.ts';

const value = (args: unknown): Envelope => ({ kind: 'answer', id: 1, value: args });

describe('what cannot cross a real process fails in process, too', () => {
  test.each([
    ['a function', { f: () => 1 }, 'answer.value.f is function'],
    ['undefined', { a: [1, undefined] }, 'answer.value.a[1] is undefined'],
    ['a Date', { at: new Date(0) }, 'answer.value.at is a Date'],
    ['bytes', { bytes: new Uint8Array(2) }, 'answer.value.bytes is a Uint8Array'],
    ['a Map', new Map(), 'answer.value is a Map'],
    ['not a number', { n: Number.NaN }, 'answer.value.n is NaN'],
    ['a bigint', { n: 1n }, 'answer.value.n is bigint'],
  ])('%s', (_name, raw, reason) => {
    const [here] = inProcessPair();
    expect(() => here.post(value(raw))).toThrow(reason);
  });

  test('the answering side tells the asker of it', async () => {
    const [here, there] = inProcessPair();
    serve<'gateway.network'>(there, { 'gateway.network': async () => ({ height: Number.NaN }) });
    await expect(connect(here).ask('gateway.network', {})).rejects.toMatchObject({ code: 'UNEXPECTED' });
  });

  test('plain values pass', () => {
    expect(() => assertPlain({ a: [null, 1, 'x', true, { b: Object.create(null) as object }] }, 'it')).not.toThrow();
  });
});

test('the other side gets a copy, later', async () => {
  const [here, there] = inProcessPair();
  const sent = { list: [1] };
  const got = new Promise<Envelope>((resolve) => there.onMessage(resolve));
  here.post(value(sent));
  sent.list.push(2);
  expect(await got).toEqual(value({ list: [1] }));
});

test('what was posted before the close still arrives', async () => {
  const [here, there] = inProcessPair();
  const heard: string[] = [];
  there.onMessage(() => heard.push('message'));
  there.onClose(() => heard.push('close'));
  here.post(value(1));
  here.close();
  here.close();
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(heard).toEqual(['message', 'close']);
});
