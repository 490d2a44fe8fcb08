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
  const sorted = values.toSorted();
  return made(total, sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0);
}

function within(rows: readonly MessageRow[], { fromMs, toMs }: TimeRange): readonly MessageRow[] {
  return rows.filter(({ place }) => place.ms >= fromMs && place.ms <= toMs);
}
