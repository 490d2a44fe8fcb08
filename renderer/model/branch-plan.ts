import type { BranchEdit } from '../../node/contract/branch.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';

/** One message of a process as a branch is to have it, in its place. */
export interface PlanRow {
  /** The same for the same message wherever it stands. */
  readonly key: string;
  readonly kind: 'main' | 'copy' | 'new';
  /** The slot whose message it is; null for a new one. */
  readonly slot: number | null;
  /** Place in the edits of the one that put it here; null where it stands in its own place. */
  readonly editIndex: number | null;
  readonly isSkipped: boolean;
  readonly isEdited: boolean;
}

type Placed = Extract<BranchEdit, { readonly kind: 'move' | 'duplicate' | 'inject' }>;

/** Puts a message elsewhere than in its own place. */
function isPlaced(edit: BranchEdit): edit is Placed {
  return edit.kind === 'move' || edit.kind === 'duplicate' || edit.kind === 'inject';
}

/**
 * The messages of slots 1 to `latest` of a process as the edits have them, in the order in which the branch will meet them (the compute unit's
 * plan: what comes after one place comes in the order of the edits). What is left out stays in its place, crossed out.
 */
export function planRows(edits: readonly BranchEdit[], process: ProcessId, latest: number): readonly PlanRow[] {
  const own = edits.flatMap((edit, index) => (edit.process === process ? [{ edit, index }] : []));
  const slotsOf = (kind: BranchEdit['kind']): Set<number> =>
    new Set(own.flatMap(({ edit }) => (edit.kind === kind && 'slot' in edit ? [edit.slot] : [])));
  const [skipped, edited, moved] = [slotsOf('skip'), slotsOf('edit'), slotsOf('move')];
  const placed = own
    .flatMap(({ edit, index }) => (isPlaced(edit) ? [{ edit, index }] : []))
    .filter(({ edit }) => edit.kind !== 'move' || !skipped.has(edit.slot))
    .sort((a, b) => a.edit.after - b.edit.after || a.index - b.index);
  const rows: PlanRow[] = [];
  let next = 0;
  const placeAfter = (after: number): void => {
    for (let one = placed[next]; one !== undefined && one.edit.after <= after; one = placed[++next]) {
      const { edit, index } = one;
      const slot = edit.kind === 'inject' ? null : edit.slot;
      rows.push({
        key: edit.kind === 'move' ? `slot ${edit.slot}` : `edit ${index}`,
        kind: edit.kind === 'move' ? 'main' : edit.kind === 'duplicate' ? 'copy' : 'new',
        slot,
        editIndex: index,
        isSkipped: false,
        isEdited: slot !== null && edited.has(slot),
      });
    }
  };
  placeAfter(0);
  for (let slot = 1; slot <= latest; slot++) {
    const isSkipped = skipped.has(slot);
    if (isSkipped || !moved.has(slot))
      rows.push({ key: `slot ${slot}`, kind: 'main', slot, editIndex: null, isSkipped, isEdited: edited.has(slot) });
    placeAfter(slot);
  }
  placeAfter(Infinity);
  return rows;
}

/**
 * The edits after the row at `from` has been put before the row that is at `to` of the list without it. A message of the main line that comes
 * back to its own place needs no edit any more.
 */
export function placedAt(
  edits: readonly BranchEdit[],
  process: ProcessId,
  rows: readonly PlanRow[],
  from: number,
  to: number,
): readonly BranchEdit[] {
  const row = rows[from];
  if (row === undefined || row.isSkipped) return edits;
  const rest = rows.filter((one) => one !== row);
  const [before, behind] = [rest[to - 1], rest[to]];
  const placeOf = (one: PlanRow | undefined, otherwise: number): number => {
    if (one === undefined) return otherwise;
    const edit = one.editIndex === null ? undefined : edits[one.editIndex];
    return edit !== undefined && isPlaced(edit) ? edit.after + 0.5 : (one.slot ?? otherwise);
  };
  const old = row.editIndex === null ? null : (edits[row.editIndex] ?? null);
  const others = edits.filter((edit) => edit !== old);
  if (row.kind === 'main' && row.slot !== null && placeOf(before, 0) < row.slot && row.slot < placeOf(behind, Infinity)) return others;
  const neighbour = before === undefined || before.editIndex === null ? null : (edits[before.editIndex] ?? null);
  const after = toSlot(Math.floor(placeOf(before, 0)));
  // Right behind the edit that put the one before it there; before all others where that stands in its own place.
  const at = neighbour === null ? 0 : others.indexOf(neighbour) + 1;
  const made: BranchEdit | null =
    old !== null && isPlaced(old) ? { ...old, after } : row.slot === null ? null : { kind: 'move', process, slot: toSlot(row.slot), after };
  return made === null ? edits : [...others.slice(0, at), made, ...others.slice(at)];
}

/** The edits with one more; where one of the same kind says something else of the same message, in its place. */
export function withEdit(
  edits: readonly BranchEdit[],
  edit: BranchEdit,
): { readonly edits: readonly BranchEdit[]; readonly index: number } {
  const isSame = (one: BranchEdit): boolean => {
    if (one.process !== edit.process) return false;
    if (edit.kind === 'module') return one.kind === 'module';
    if (one.kind === 'module' || one.kind === 'inject' || edit.kind === 'inject' || one.slot !== edit.slot) return false;
    return one.kind === edit.kind && edit.kind !== 'duplicate';
  };
  // What is left out is neither moved nor repeated: the other wish stands.
  const isAgainst = (one: BranchEdit): boolean =>
    one.process === edit.process &&
    'slot' in one &&
    'slot' in edit &&
    one.slot === edit.slot &&
    ((edit.kind === 'skip' && one.kind === 'move') || (edit.kind === 'move' && one.kind === 'skip'));
  const kept = edits.filter((one) => !isAgainst(one));
  const at = kept.findIndex(isSame);
  if (at < 0) return { edits: [...kept, edit], index: kept.length };
  return { edits: kept.map((one, index) => (index === at ? edit : one)), index: at };
}
