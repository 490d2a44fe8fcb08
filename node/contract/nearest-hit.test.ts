import { expect, it } from 'vitest';
import { toProcessId, toSlot } from './ids.ts';
import type { HistoryHit } from './recording.ts';
import { nearestHit, type AskSearch, type HitWish, type HistoryPlace } from './nearest-hit.ts';

const hit = (slot: number, step: number | null = null): HistoryHit => ({ slot: toSlot(slot), tick: null, step, text: null, before: null });
/** Hits of each query by its expression, in chunks of ten slots as the compute unit gives them. */
const HITS: Readonly<Record<string, readonly HistoryHit[]>> = {
  a: [hit(3, 5), hit(3, 9), hit(41, 2)],
  b: [hit(12), hit(40)],
};
const LATEST = 60;
const ask: AskSearch = ({ query, from, direction }) => {
  const isForwards = direction === 'forwards';
  const [first, last] = isForwards ? [from, Math.min(LATEST, from + 9)] : [Math.max(0, from - 9), from];
  const all = HITS[query.kind === 'condition' ? query.expression : ''] ?? [];
  const here = all.filter(({ slot }) => slot >= first && slot <= last);
  const next = isForwards ? last + 1 : first - 1;
  const hits = isForwards ? here : here.toReversed();
  return Promise.resolve({ hits, slots: last - first + 1, isSampled: false, next: next < 0 || next > LATEST ? null : toSlot(next) });
};
const place = (slot: number, step: number | null): HistoryPlace => ({ slot: toSlot(slot), tick: null, step });
const found = async (from: HistoryPlace | null, direction: HitWish['direction']): Promise<string | null> => {
  const queries = ['a', 'b'].map((expression) => ({ kind: 'condition' as const, expression }));
  const wish = { process: toProcessId('p'.repeat(43)), queries, from, latest: toSlot(LATEST), direction };
  const best = await nearestHit(ask, wish, new AbortController().signal, () => undefined);
  return best === null ? null : `${best.hit.slot}:${best.hit.step} of ${best.query}`;
};

it('goes to the nearest of all queries, forwards and backwards, also within one slot', async () => {
  expect(await found(null, 'backwards')).toBe('41:2 of 0');
  expect(await found(place(41, 2), 'backwards')).toBe('40:null of 1');
  expect(await found(place(12, null), 'backwards')).toBe('3:9 of 0');
  expect(await found(place(3, 9), 'backwards')).toBe('3:5 of 0');
  expect(await found(place(3, 5), 'backwards')).toBeNull();
  expect(await found(place(3, 5), 'forwards')).toBe('3:9 of 0');
  expect(await found(place(3, 9), 'forwards')).toBe('12:null of 1');
  expect(await found(place(41, null), 'forwards')).toBeNull();
});
