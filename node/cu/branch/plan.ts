import type { BranchEdit, BranchSpec, BranchStep } from '../../contract/branch.ts';
import { AoError } from '../../contract/errors.ts';
import type { ProcessId } from '../../contract/ids.ts';

type EditOf<K extends BranchEdit['kind']> = Extract<BranchEdit, { readonly kind: K }>;

/** How one entry of the main line comes in the branch. */
export interface PlannedEntry {
  readonly slot: number;
  /** Right after where the entry of this slot stood; null in its own place. */
  readonly after: number | null;
  /** Between 0 and 1: the order of what comes after the same place. */
  readonly rank: number;
  readonly origin: Extract<BranchStep['origin'], 'main' | 'edited' | 'moved' | 'duplicated'>;
  readonly edit: EditOf<'edit'> | null;
}

/** The edits of one process, sorted by what they concern. */
export interface LinePlan {
  readonly process: ProcessId;
  /** The last slot of the main line that nothing has touched; -1 for none. */
  readonly base: number;
  readonly module: EditOf<'module'>['module'] | null;
  readonly injected: readonly { readonly inject: EditOf<'inject'>; readonly rank: number }[];
  /** How the entry of a slot comes: not at all, once, or several times. */
  entriesOf(slot: number): readonly PlannedEntry[];
  /** Its times are others than on the main line: so are its cron messages. */
  readonly isShifted: boolean;
  /** Nothing of its main line comes. */
  readonly isGone: boolean;
  /** Milliseconds by which the time of this slot is later. */
  shiftOf(slot: number): number;
}

/**
 * Sorts a spec's edits by process.
 * @throws AoError BRANCH_INVALID for a spec without edits, or one that moves the spawn itself.
 */
export function planLines({ edits }: BranchSpec): readonly LinePlan[] {
  if (edits.length === 0) throw new AoError('BRANCH_INVALID', { reason: 'it has no edits' });
  for (const edit of edits)
    if ((edit.kind === 'skip' || edit.kind === 'move' || edit.kind === 'duplicate') && edit.slot === 0)
      throw new AoError('BRANCH_INVALID', { reason: 'slot 0 is the process itself and can only be edited' });
  const processes = [...new Set(edits.map(({ process }) => process))];
  return processes.map((process) =>
    planLine(
      process,
      edits.filter((edit) => edit.process === process),
    ),
  );
}

/** The plan of a process that the edits of others reach. */
export function plainLine(process: ProcessId, base: number): LinePlan {
  return { ...planLine(process, []), base };
}

/** The plan of a process that is not there in a branch: nothing of its main line comes. */
export function goneLine(process: ProcessId): LinePlan {
  return { ...plainLine(process, -1), isGone: true, entriesOf: () => [] };
}

function planLine(process: ProcessId, edits: readonly BranchEdit[]): LinePlan {
  const of = <K extends BranchEdit['kind']>(kind: K): EditOf<K>[] => edits.filter((edit): edit is EditOf<K> => edit.kind === kind);
  const [edited, skipped, moved, duplicated, clocks] = [of('edit'), of('skip'), of('move'), of('duplicate'), of('clock')];
  /** Edits in their order, between two times of the log. */
  const rankOf = (edit: BranchEdit): number => (edits.indexOf(edit) + 1) / (edits.length + 1);
  const module = of('module').at(-1)?.module ?? null;
  const touched = edits.flatMap((edit) => (edit.kind === 'module' ? [0] : edit.kind === 'inject' ? [edit.after + 1] : firstTouched(edit)));
  return {
    process,
    base: Math.min(...touched, Number.MAX_SAFE_INTEGER) - 1,
    module,
    injected: of('inject').map((inject) => ({ inject, rank: rankOf(inject) })),
    isShifted: clocks.length > 0,
    isGone: false,
    shiftOf: (slot) => clocks.reduce((sum, { slot: from, shiftMs }) => (slot >= from ? sum + shiftMs : sum), 0),
    entriesOf(slot) {
      const edit = edited.findLast((one) => one.slot === slot) ?? null;
      const origin = edit === null ? 'main' : 'edited';
      const copies = duplicated
        .filter((one) => one.slot === slot)
        .map((one): PlannedEntry => ({ slot, after: one.after, rank: rankOf(one), origin: 'duplicated', edit }));
      if (skipped.some((one) => one.slot === slot)) return copies;
      const move = moved.findLast((one) => one.slot === slot);
      const itself: PlannedEntry =
        move === undefined
          ? { slot, after: null, rank: 0, origin, edit }
          : { slot, after: move.after, rank: rankOf(move), origin: 'moved', edit };
      return [itself, ...copies];
    },
  };
}

function firstTouched(edit: Extract<BranchEdit, { readonly slot: unknown }>): number[] {
  return edit.kind === 'move' || edit.kind === 'duplicate' ? [edit.slot, edit.after + 1] : [edit.slot];
}
