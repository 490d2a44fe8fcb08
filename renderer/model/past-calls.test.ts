import { expect, test } from 'vitest';
import { toProcessId } from '../../node/contract/ids.ts';
import { recalledCalls, tagsOf, withCall, type PastCall } from './past-calls.ts';

const process = toProcessId('p'.repeat(43));
const call = (slot: number | null, quantity: string): PastCall => ({
  process,
  draft: { action: 'Transfer', tags: [{ name: 'Quantity', value: quantity }], data: '' },
  wallet: 'dev',
  slot,
  atMs: 1,
});

test('what is empty is not sent, and the action stands first', () => {
  const tags = [
    { name: 'Quantity', value: '5' },
    { name: 'Memo', value: '' },
    { name: '', value: 'lost' },
  ];
  expect(tagsOf({ action: 'Transfer', tags, data: '' })).toEqual([
    { name: 'Action', value: 'Transfer' },
    { name: 'Quantity', value: '5' },
  ]);
});

test('the same call again stands once, with its newest slot; a dry run beside it', () => {
  const calls = [call(3, '5'), call(4, '7'), call(5, '5'), call(null, '5')].reduce<readonly PastCall[]>(withCall, []);
  expect(calls.map(({ slot }) => slot)).toEqual([null, 5, 4]);
});

test('calls come back from where they are kept, and what has another shape does not', () => {
  const kept: unknown = JSON.parse(JSON.stringify([call(3, '5'), { process: 'short' }, null, { ...call(1, '1'), draft: 'x' }]));
  expect(recalledCalls(kept)).toEqual([call(3, '5')]);
  expect(recalledCalls('nonsense')).toEqual([]);
});
