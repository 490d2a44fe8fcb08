import type { ItemId, ProcessId } from '../../node/contract/ids.ts';
import { each, firstOf } from './few.ts';
import { COLOURS } from './hints.ts';
import { changed } from './numbers.ts';
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

/** The copy of a text that is kept, where there are few of its kind. */
export function kept<T extends string>(inside: Inside, text: T): T;
export function kept<T extends string>(inside: Inside, text: T | null): T | null;
export function kept(inside: Inside, text: string | null): string | null {
  if (text === null || text.length > KEPT_MAX) return text;
  const known = inside.texts.get(text);
  if (known !== undefined) return known;
  inside.texts.set(text, text);
  return text;
}

/** Longer texts are seldom the same twice. */
const KEPT_MAX = 64;

/** The copy of an id that its own row has. */
export function keptId(inside: Inside, id: ItemId): ItemId {
  return firstOf(inside.byId.get(id))?.id ?? id;
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
  // aos colours its errors, and begins them with empty lines.
  row.error = trouble?.message.replaceAll(COLOURS, '').trim() ?? null;
  row.code = trouble?.code ?? null;
  row.status = statusOf(row, trouble !== null);
  if (draft !== undefined && row.slot !== null) markError(draft.errorSlots, row.slot, row.status === 'error');
  if (draft !== undefined) draft.isChanged = true;
  if (isTrouble(row)) inside.troubled.add(row);
  else inside.troubled.delete(row);
  changed(inside.numbers, row);
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

/** The slot is known now: what it asked for has a place to come from. */
export function placed(inside: Inside, draft: ProcessDraft, slot: number, row: RowDraft): void {
  if (draft.slots[slot] === row) return;
  putAt(draft.slots, slot, row);
  for (const child of each(draft.children[slot])) changed(inside.numbers, child);
}

/** Writes past the end too, without leaving a hole that slows the array. */
export function putAt<T>(list: (T | undefined)[], index: number, value: T): void {
  while (list.length < index) list.push(undefined);
  list[index] = value;
}
