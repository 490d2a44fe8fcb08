import type { ProcessId } from '../../node/contract/ids.ts';
import { isTrouble, type RowDraft } from './rows.ts';
import type { Inside, ProcessDraft } from './world.ts';

export function draftOf(inside: Inside, id: ProcessId): ProcessDraft {
  const known = inside.drafts.get(id);
  if (known !== undefined) {
    known.isChanged = true;
    return known;
  }
  const draft: ProcessDraft = {
    id,
    firstSeq: Number.POSITIVE_INFINITY,
    program: null,
    slots: [],
    children: [],
    ticks: new Map(),
    count: 0,
    evaluatedTo: -1,
    errorSlots: [],
    failures: new Map(),
    heldSlots: new Set(),
    retried: new Map(),
    tickChildren: new Map(),
    storedAtMs: [],
    pulledAtMs: [],
    unstored: new Map(),
    monitor: null,
    paused: null,
    isChanged: true,
  };
  inside.drafts.set(id, draft);
  return draft;
}

/** Makes status, error and code anew out of what the units said. */
export function settle(inside: Inside, row: RowDraft): void {
  const draft = row.slot === null ? undefined : inside.drafts.get(row.to);
  const trouble =
    row.cron !== null
      ? row.evaluationError
      : row.slot === null
        ? (row.drop ?? row.refusedByMu ?? row.refusedBySu)
        : (draft?.failures.get(row.slot) ?? row.evaluationError);
  row.isHeld = row.slot !== null && draft?.heldSlots.has(row.slot) === true;
  row.error = trouble?.message ?? null;
  row.code = trouble?.code ?? null;
  row.status = statusOf(row, trouble !== null);
  if (draft !== undefined && row.slot !== null) markError(draft.errorSlots, row.slot, row.status === 'error');
  if (draft !== undefined) draft.isChanged = true;
  if (isTrouble(row)) inside.troubled.add(row);
  else inside.troubled.delete(row);
}

function statusOf(row: RowDraft, isTroubled: boolean): RowDraft['status'] {
  if (row.cron !== null) return isTroubled ? 'error' : 'evaluated';
  if (row.slot === null) {
    if (!isTroubled) return row.isWaiting ? 'waiting' : 'received';
    return row.drop === null ? 'rejected' : 'dropped';
  }
  if (isTroubled) return 'error';
  if (row.isHeld) return 'held';
  return row.evaluatedAtMs === null ? 'assigned' : 'evaluated';
}

function markError(slots: number[], slot: number, isError: boolean): void {
  let at = slots.length;
  while (at > 0 && (slots[at - 1] ?? -1) >= slot) at -= 1;
  const isMarked = slots[at] === slot;
  if (isError && !isMarked) slots.splice(at, 0, slot);
  if (!isError && isMarked) slots.splice(at, 1);
}

/** Writes past the end too, without leaving a hole that slows the array. */
export function putAt<T>(list: (T | undefined)[], index: number, value: T): void {
  while (list.length < index) list.push(undefined);
  list[index] = value;
}
