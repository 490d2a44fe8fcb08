import type { Test } from './filter-keys.ts';
import { firstFrom } from './order.ts';
import { isTrouble, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** A stretch of the run, by the time of the rows' places: ms since 1970, both ends included. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The rows that a person looks for. */
export interface Hits {
  /** Those that fit the filter, in the order of the world; the world's own list where every row does. */
  readonly matched: readonly MessageRow[];
  /** Those of them that lie in the range. */
  readonly rows: readonly MessageRow[];
  /** 1 at the place of each of `rows`; null where every row is a hit. */
  readonly marks: Uint8Array | null;
}

/** What the hits took together. */
export interface Sums {
  readonly messages: number;
  readonly errors: number;
  readonly gas: number;
  readonly gasP95: number;
  readonly ms: number;
  readonly msP95: number;
}

/** The rows of `world` that fit, within `range`. Cost: what the test takes for each row. */
export function hitsOf(world: World, test: Test | null, range: TimeRange | null): Hits {
  const matched = test === null ? world.messages : world.messages.filter(test);
  const rows = range === null ? matched : within(matched, range);
  if (rows === world.messages) return { matched, rows, marks: null };
  const marks = new Uint8Array(world.messages.length);
  for (const row of rows) marks[row.at] = 1;
  return { matched, rows, marks };
}

/** Is this row one of the hits? */
export function isHit({ marks }: Hits, row: MessageRow): boolean {
  return marks === null || marks[row.at] === 1;
}

/** The hit after (or before) place `at`; null where there is none that way. */
export function nextHit({ rows }: Hits, at: number, step: 1 | -1): MessageRow | null {
  const first = firstFrom(rows, step === 1 ? at + 1 : at);
  return rows[step === 1 ? first : first - 1] ?? null;
}

export function sumsOf(rows: readonly MessageRow[]): Sums {
  const gas = new Float64Array(rows.length);
  const ms = new Float64Array(rows.length);
  let evaluated = 0;
  let errors = 0;
  for (const row of rows) {
    if (isTrouble(row)) errors += 1;
    if (row.evaluatedAtMs === null) continue;
    gas[evaluated] = row.gasUsed;
    ms[evaluated] = row.durationMs;
    evaluated += 1;
  }
  return {
    messages: rows.length,
    errors,
    ...totals(gas.subarray(0, evaluated), (gas, gasP95) => ({ gas, gasP95 })),
    ...totals(ms.subarray(0, evaluated), (ms, msP95) => ({ ms, msP95 })),
  };
}

function totals<T>(values: Float64Array, made: (total: number, p95: number) => T): T {
  let total = 0;
  for (const value of values) total += value;
  return made(total, nth(values, Math.max(0, Math.ceil(values.length * 0.95) - 1)));
}

/** The value that would stand at place `at` if they were sorted; 0 where there are none. Their order changes. Cost: a few ns each. */
function nth(values: Float64Array, at: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = values[(low + high) >> 1] ?? 0;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] ?? 0) < middle) left += 1;
      while ((values[right] ?? 0) > middle) right -= 1;
      if (left > right) break;
      const one = values[left] ?? 0;
      values[left] = values[right] ?? 0;
      values[right] = one;
      left += 1;
      right -= 1;
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else break;
  }
  return values[at] ?? 0;
}

function within(rows: readonly MessageRow[], { fromMs, toMs }: TimeRange): readonly MessageRow[] {
  return rows.filter(({ place }) => place.ms >= fromMs && place.ms <= toMs);
}
