import { expect, it } from 'vitest';
import { AoError } from '../../contract/errors.ts';
import { toProcessId, toSlot } from '../../contract/ids.ts';
import type { Past, PastMessage } from './past.ts';
import { createSources } from './source.ts';

const PROCESS = toProcessId('p'.repeat(43));
const OWNER = 'o'.repeat(43);
const SLOTS = 50;
const never = (): never => {
  throw new Error('not asked for here');
};

/** A process that booted with a function, whose log is counted while it is read; the first `failures` readings break off. */
function longPast(failures = 0): { readonly past: Past; read(): number } {
  let read = 0;
  let left = failures;
  const code = 'function pay()\\nend';
  async function* messages(from: number, to: number): AsyncGenerator<PastMessage> {
    for (let slot = from; slot <= to; slot += 1) {
      await new Promise((done) => setImmediate(done));
      if (slot === SLOTS >> 1 && left > 0) {
        left -= 1;
        throw new AoError('UNIT_DOWN', { unit: 'su' });
      }
      read += 1;
      const tags = slot === 0 ? [{ name: 'On-Boot', value: 'Data' }] : [];
      yield { slot: toSlot(slot), id: null, tags, data: slot === 0 ? code : 'x', from: OWNER, anchor: '', isAssigned: false };
    }
  }
  const past: Past = {
    process: PROCESS,
    program: {
      module: { id: 'm', format: 'lua-1', bytes: new Uint8Array() },
      env: { Process: { Id: PROCESS, Owner: OWNER, Tags: [] }, Module: { Id: 'm', Owner: OWNER, Tags: [] } },
      engine: 'lua',
      cron: null,
    },
    key: PROCESS,
    to: SLOTS,
    messages,
    errorOf: () => null,
    evaluation: never,
    placeAt: never,
    after: never,
    errors: never,
    scan: never,
    samples: never,
    sent: never,
  };
  return { past, read: () => read };
}

it('reads a long log once, however many look for a text in it meanwhile', async () => {
  const { past, read } = longPast();
  const sources = createSources({ ask: never });
  const ask = (slot: number) => sources.text(past, toSlot(slot), { chunk: 'aos', line: 1 });
  const found = await Promise.all([SLOTS, SLOTS - 1, SLOTS - 2, SLOTS].map(ask));
  expect(found.map(({ slot, kind }) => [slot, kind])).toEqual(found.map(() => [0, 'boot']));
  expect(read()).toBe(SLOTS + 1);
  await ask(SLOTS);
  expect(read()).toBe(SLOTS + 1);
});

it('reads it anew for those who waited where another reading broke off', async () => {
  const { past } = longPast(1);
  const sources = createSources({ ask: never });
  const ask = (slot: number) => sources.text(past, toSlot(slot), { chunk: 'aos', line: 1 });
  const [first, second] = await Promise.allSettled([ask(SLOTS), ask(SLOTS)]);
  expect(first).toMatchObject({ status: 'rejected', reason: { code: 'UNIT_DOWN' } });
  expect(second).toMatchObject({ status: 'fulfilled', value: { kind: 'boot' } });
});
