import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BranchEdit } from '../../node/contract/branch.ts';
import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { placedAt, planRows, withEdit, type PlanRow } from './branch-plan.ts';

const bank = toProcessId('b'.repeat(43));
const shop = toProcessId('s'.repeat(43));
const words = (rows: readonly PlanRow[]): string =>
  rows.map(({ kind, slot, isSkipped }) => `${kind === 'copy' ? '+' : ''}${slot ?? 'new'}${isSkipped ? '×' : ''}`).join(' ');
const order = (edits: readonly BranchEdit[], latest = 5): string => words(planRows(edits, bank, latest));
const move = (slot: number, after: number): BranchEdit => ({ kind: 'move', process: bank, slot: toSlot(slot), after: toSlot(after) });
const inject = (after: number): BranchEdit => ({ kind: 'inject', process: bank, after: toSlot(after), from: 'me', tags: [], data: '' });

describe('the messages as a branch has them', () => {
  test('stand in their own places where nothing is changed, and those of other processes play no part', () => {
    expect(order([])).toBe('1 2 3 4 5');
    expect(order([{ kind: 'skip', process: shop, slot: toSlot(2) }])).toBe('1 2 3 4 5');
  });

  test('are crossed out, delayed, repeated and put in', () => {
    const edits: BranchEdit[] = [
      { kind: 'skip', process: bank, slot: toSlot(1) },
      move(2, 4),
      { kind: 'duplicate', process: bank, slot: toSlot(3), after: toSlot(3) },
      inject(0),
    ];
    expect(order(edits)).toBe('new 1× 3 +3 4 2 5');
  });

  test('stand in the order of the edits where they come after one place', () => {
    expect(order([move(5, 0), inject(0), move(3, 0)])).toBe('5 new 3 1 2 4');
  });

  test('can be brought into any order by moving one at a time, and back without an edit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 30 }), (moves) => {
        let edits: readonly BranchEdit[] = [inject(2)];
        let wanted = planRows(edits, bank, 6).map(({ slot }) => slot);
        for (const [from, to] of moves) {
          const rows = planRows(edits, bank, 6);
          const [fromAt, toAt] = [from % rows.length, to % rows.length];
          edits = placedAt(edits, bank, rows, fromAt, toAt);
          const rest = wanted.filter((_, index) => index !== fromAt);
          wanted = [...rest.slice(0, toAt), wanted[fromAt] ?? null, ...rest.slice(toAt)];
          expect(planRows(edits, bank, 6).map(({ slot }) => slot)).toEqual(wanted);
        }
        // Back to where they belong, one by one.
        for (let slot = 1; slot <= 6; slot++) {
          const rows = planRows(edits, bank, 6);
          const from = rows.findIndex((row) => row.slot === slot);
          const rest = rows.filter((_, index) => index !== from);
          const behind = rest.findIndex((row) => row.slot !== null && row.slot > slot && rest.indexOf(row) >= slot - 1);
          edits = placedAt(edits, bank, rows, from, behind < 0 ? rest.length : behind);
        }
        expect(planRows(edits, bank, 6).flatMap(({ slot }) => slot ?? [])).toEqual([1, 2, 3, 4, 5, 6]);
      }),
    );
    const rows = planRows([], bank, 4);
    const swapped = placedAt([], bank, rows, 1, 2);
    expect(order(swapped, 4)).toBe('1 3 2 4');
    expect(placedAt(swapped, bank, planRows(swapped, bank, 4), 2, 1)).toEqual([]);
  });

  test('take one wish of a kind each', () => {
    const skipped = withEdit([move(2, 4)], { kind: 'skip', process: bank, slot: toSlot(2) });
    expect(skipped).toEqual({ edits: [{ kind: 'skip', process: bank, slot: toSlot(2) }], index: 0 });
    expect(withEdit(skipped.edits, move(2, 3)).edits).toEqual([move(2, 3)]);
    expect(withEdit([move(2, 4), inject(1)], move(2, 3))).toEqual({ edits: [move(2, 3), inject(1)], index: 0 });
    expect(withEdit([inject(1)], inject(1)).edits).toHaveLength(2);
  });

  test('are laid out for 50,000 slots in a moment', () => {
    expect(planRows([move(40_000, 2), inject(49_999)], bank, 50_000)).toHaveLength(50_001);
  });
});
