import { expect, it } from 'vitest';
import { toItemId, toProcessId, toSlot } from '../../node/contract/ids.ts';
import { newRow } from './row.ts';
import { fixtureId } from './run.fixture.ts';

const id = toItemId(fixtureId('m', 1));
const process = toProcessId(fixtureId('p', 1));
/** As a unit measures it: with fractions of a millisecond, as finely as a number of this size can be. */
const NOW_MS = 1_767_225_600_123 + 0.4567;

it.each([
  ['of today', NOW_MS, [0, 0.000_25, 3.3, 1_200.7]],
  ['far apart', NOW_MS, [86_400_000.25, 400 * 86_400_000.125, -60_000.5]],
  ['small', 12.3, [0.1, 4_000.7]],
])('keeps every time as it was told: %s', (_, fromMs, behindMs) => {
  for (const behind of behindMs) {
    const row = newRow(id, process, { ms: fromMs, unit: 'mu', seq: 1, rank: 1 });
    const ms = fromMs + behind;
    Object.assign(row, { timestampMs: Math.floor(ms), receivedAtMs: ms, assignedAtMs: ms, evaluatedAtMs: ms });
    row.place = { ms, unit: 'su', seq: 7, rank: 0 };
    expect([row.timestampMs, row.receivedAtMs, row.assignedAtMs, row.evaluatedAtMs]).toEqual([Math.floor(ms), ms, ms, ms]);
    expect(row.place).toEqual({ ms, unit: 'su', seq: 7, rank: 0 });
    row.evaluatedAtMs = null;
    expect(row.evaluatedAtMs).toBeNull();
  }
});

it('has no cause until it is told one, and keeps that, of a cron message too', () => {
  const row = newRow(id, process, { ms: NOW_MS, unit: 'mu', seq: 1, rank: 1 });
  expect(row.cause).toBeNull();
  const cause = { process, slot: toSlot(0), message: toItemId(fixtureId('m', 0)), index: 2 };
  row.cause = cause;
  expect(row.cause).toEqual(cause);
  row.cause = { ...cause, tick: 0 };
  expect(row.cause).toEqual({ ...cause, tick: 0 });
  row.cause = null;
  expect(row.cause).toBeNull();
});
