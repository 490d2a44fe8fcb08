import { setImmediate as breathe } from 'node:timers/promises';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ItemId, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue, type LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { sha256 } from '../../item/hash.ts';
import { endOf, isAssigned, notNext } from '../../item/log-line.ts';
import { resignedBytes } from '../../item/resigned.ts';

/** A slot of a log, and both of its items as they were signed. */
export interface CheckedLine {
  readonly entry: LogEntry;
  readonly assignment: Uint8Array;
  /** Null where existing data is assigned. */
  readonly message: Uint8Array | null;
  /** That data, fetched from the gateway; null where the slot has a message of its own. */
  readonly assigned: Uint8Array | null;
}

/** The next slots of a log; `gap` says why none follow, where the log does not end there. */
export interface LogPage {
  readonly lines: readonly CheckedLine[];
  readonly gap: { readonly slot: Slot; readonly reason: string } | null;
  /** The scheduler has announced slots, and shows none from the gap on: a new one may be shown a moment later. */
  readonly isBehind?: boolean;
}

/** Which part of a log is read. */
export interface LogPart {
  readonly process: ProcessId;
  /** The assignment of the slot before the first; null where that is slot 0. */
  readonly before: LogEntry['assignment'] | null;
  readonly last: number;
}

/** Of a log that comes home: what a recording unpacks to is limited, and base64 takes a third more. */
export const LOG_BYTES_MAX = 4 * 1024 * 1024 * 1024;
const NOT_SHOWN = 'the scheduler does not show this slot';
/** As many as the reference compute unit asks for. */
const PAGE = 1_000;
/** Lines that are handed over together, but for the last. */
const PAGE_BYTES = 16 * 1024 * 1024;
const ITEM_BYTES_MAX = 512 * 1024 * 1024;
/** Checking signatures lets others in between after so many slots. */
const TOGETHER = 16;

/**
 * Reads a log from a scheduler and checks every signature, the hash chain, and that all is of the scheduler that the process names. The
 * next page is fetched while one is checked. After a gap nothing follows.
 * @throws AoError what the scheduler unit says; CANCELLED.
 */
export async function* logPages(ask: Client['ask'], part: LogPart, signal: AbortSignal): AsyncGenerator<LogPage> {
  const { process, last } = part;
  let { before } = part;
  let size = PAGE;
  const fetched = (from: number): Promise<readonly LogEntry[] | null> => {
    const page = pageOf(ask, { process, from: toSlot(from), limit: Math.min(size, last - from + 1) }, signal);
    // It may fail while the page before it is still checked: then it is told when its turn has come.
    page.catch(() => undefined);
    return page;
  };
  let from = before === null ? 0 : before.slot + 1;
  let coming = from > last ? null : fetched(from);
  while (coming !== null) {
    const entries = await coming;
    if (entries === null) {
      // One scheduler cuts its pages where they grow large, another gives pages that are too large to be read.
      size = Math.ceil(Math.min(size, last - from + 1) / 4);
      coming = fetched(from);
      continue;
    }
    const next = from + entries.length;
    coming = entries.length === 0 || next > last ? null : fetched(next);
    if (entries.length === 0) yield { lines: [], gap: { slot: toSlot(from), reason: NOT_SHOWN }, isBehind: true };
    for await (const page of checked(entries, { process, from, before }, { ask, signal })) {
      yield page;
      if (page.gap !== null) return;
      before = page.lines.at(-1)?.entry.assignment ?? before;
    }
    from = next;
  }
}

interface Asking {
  readonly ask: Client['ask'];
  readonly signal: AbortSignal;
}

/** In pages that are small enough to be held: what the slots assign is fetched, and may be large. */
async function* checked(
  entries: readonly LogEntry[],
  at: { readonly process: ProcessId; readonly from: number; readonly before: LogEntry['assignment'] | null },
  asking: Asking,
): AsyncGenerator<LogPage> {
  const { process } = at;
  let lines: CheckedLine[] = [];
  let bytes = 0;
  let { from, before } = at;
  for (const entry of entries) {
    const line = entry.assignment.slot === from ? await checkedLine(entry, { process, before }, asking) : NOT_SHOWN;
    if (typeof line === 'string') {
      yield { lines, gap: { slot: toSlot(from), reason: line } };
      return;
    }
    lines.push(line);
    before = entry.assignment;
    bytes += lineBytes(line);
    if (bytes > PAGE_BYTES) {
      yield { lines, gap: null };
      [lines, bytes] = [[], 0];
    }
    if (++from % TOGETHER === 0) await breathe();
    if (asking.signal.aborted) throw new AoError('CANCELLED');
  }
  if (lines.length > 0) yield { lines, gap: null };
}

function lineBytes({ assignment, message, assigned }: CheckedLine): number {
  return assignment.length + (message ?? assigned ?? []).length;
}

/** What lines weigh in a log. */
export function bytesOf(lines: readonly CheckedLine[]): number {
  return lines.reduce((sum, line) => sum + lineBytes(line), 0);
}

/**
 * As much of a page as a log may still grow by.
 * @param bytes that the log has before it.
 * @returns the gap says so where that is not all.
 */
export function fitting({ lines, gap }: LogPage, bytes: number, bytesMax = LOG_BYTES_MAX): LogPage {
  let left = bytesMax - bytes;
  const at = lines.findIndex((line) => (left -= lineBytes(line)) < 0);
  const over = lines[at];
  if (over === undefined) return { lines, gap };
  const reason = `the log up to here has more than ${bytesMax} bytes`;
  return { lines: lines.slice(0, at), gap: { slot: over.entry.assignment.slot, reason } };
}

/** Null where less is to be asked for. */
async function pageOf(
  ask: Client['ask'],
  part: { readonly process: ProcessId; readonly from: Slot; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly LogEntry[] | null> {
  try {
    return (await ask('su.log', part, signal)).entries.slice(0, part.limit);
  } catch (error) {
    if (part.limit > 1 && error instanceof AoError && error.code === 'UNIT_ANSWER_WRONG' && 'limit' in error.details) return null;
    throw error;
  }
}

/** The items of a slot as they were signed; or why they cannot be had. */
async function checkedLine(
  entry: LogEntry,
  { process, before }: { readonly process: ProcessId; readonly before: LogEntry['assignment'] | null },
  asking: Asking,
): Promise<CheckedLine | string> {
  const { assignment, message } = entry;
  const wrong = notNext(assignment, process, before === null ? null : endOf(before));
  if (wrong !== null) return wrong;
  if (!isAssigned(assignment, message))
    return before === null ? 'the scheduler does not show the process itself' : 'it shows another message than the one that was assigned';
  const assigned = await resignedBytes({ ...assignment, target: '', data: '' }, ITEM_BYTES_MAX);
  if (assigned === null) return 'the signature of its assignment does not fit what the scheduler shows';
  // Whoever else signs may put what they like into a log, also what is to run in place of its module.
  const named = before === null ? tagValue(message?.tags ?? [], 'Scheduler') : addressOf(before);
  if (addressOf(assignment) !== named) return `its assignment is not signed by the scheduler ${named ?? ''} of the process`;
  if (message === null) {
    const data = await assignedData(assignment.message, asking);
    return typeof data === 'string' ? data : { entry, assignment: assigned, message: null, assigned: data };
  }
  const bytes = await resignedBytes(message, ITEM_BYTES_MAX);
  if (bytes === null)
    return 'the signature of its message does not fit what the scheduler shows (data that is no text is not shown exactly)';
  return { entry, assignment: assigned, message: bytes, assigned: null };
}

/** Data that a slot assigns lies on the gateway; or why it cannot be had from there as it was signed. */
async function assignedData(id: ItemId, { ask, signal }: Asking): Promise<Uint8Array | string> {
  try {
    const bytes = await resignedBytes(await ask('gateway.item', { id }, signal), ITEM_BYTES_MAX);
    return bytes ?? `it assigns ${id}, whose signature does not fit what the gateway shows (a transaction, or data that is no text)`;
  } catch (error) {
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') return `it assigns ${id}, which the gateway does not have`;
    if (error instanceof AoError && error.code === 'UNIT_ANSWER_WRONG')
      return `it assigns ${id}, which the gateway does not show: ${error.message.replace(/\.$/, '')}`;
    throw error;
  }
}

/** Of the key that signed, whatever the scheduler says. */
export function addressOf({ owner }: LogEntry['assignment']): string {
  return sha256(Buffer.from(owner, 'base64url')).toString('base64url');
}
