import { lowerBound } from '../../node/base/lower-bound.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { UNIT_OF, type MessageRow, type RowDraft } from './rows.ts';

// A message is received before it is assigned and assigned before it is evaluated, also within one clock tick.
const RANK: Readonly<Record<UnitName, number>> = { gateway: 0, mu: 1, su: 2, cu: 3 };

/** Order by time; a unit's own facts keep their order whatever its clock does. */
export function compareRows(a: RowDraft, b: RowDraft): number {
  const unitA = UNIT_OF[a.placeRank];
  const unitB = UNIT_OF[b.placeRank];
  if (unitA === unitB) return a.placeSeq - b.placeSeq;
  return a.placeMs - b.placeMs || RANK[unitA] - RANK[unitB];
}

/**
 * Puts the `moved` rows, new or with a new place, where they belong in `order`, and renumbers `at` from there on.
 * Cost: the tail of the list from the first row that moves, so a live batch at the end is cheap. Returns the first place
 * where another row stands than before.
 */
export function place(order: RowDraft[], moved: ReadonlySet<RowDraft>): number {
  if (moved.size === 0) return order.length;
  let start = order.length;
  for (const row of moved) if (row.at >= 0 && row.at < start) start = row.at;
  const incoming = [...moved].toSorted(compareRows);
  const first = incoming[0];
  if (first !== undefined) start = Math.min(start, placeIn(order, start, first));
  const kept = order.slice(start).filter((row) => !moved.has(row));
  let next = 0;
  let at = start;
  const put = (row: RowDraft): void => {
    row.at = at;
    order[at] = row;
    at += 1;
  };
  for (const row of incoming) {
    for (let one = kept[next]; one !== undefined && compareRows(one, row) <= 0; one = kept[next]) {
      put(one);
      next += 1;
    }
    put(row);
  }
  for (let one = kept[next]; one !== undefined; one = kept[next]) {
    put(one);
    next += 1;
  }
  return start;
}

/** Index of the first row that stands at place `at` or behind it; the number of rows when there is none. */
export function firstFrom(rows: readonly MessageRow[], at: number): number {
  return lowerBound(rows.length, (index) => (rows[index]?.at ?? 0) < at);
}

/** First place in order[0, end) whose row is not before `row`. */
function placeIn(order: readonly RowDraft[], end: number, row: RowDraft): number {
  return lowerBound(end, (index) => {
    const other = order[index];
    return other !== undefined && compareRows(other, row) < 0;
  });
}
