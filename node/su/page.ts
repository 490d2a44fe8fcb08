import type { HandlersOf } from '../contract/handlers.ts';
import { toSlot, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';

/** What a page of the log is asked with: two numbers of one kind, the lower exclusive, the upper inclusive. */
export interface PageRequest {
  readonly kind: 'timestamp' | 'nonce';
  readonly from: number | null;
  readonly to: number | null;
  /** At least 1. */
  readonly limit: number;
}

export interface Page {
  readonly entries: readonly LogEntry[];
  readonly hasNextPage: boolean;
}

type LogHandlers = Pick<HandlersOf<'su'>, 'su.log' | 'su.process'>;

/**
 * A page of a process's log in order of slots (protocol §3.2). The process's own item, slot 0, only stands on a page
 * that begins at the beginning: without `from`, or with the nonce -1. `hasNextPage` is exact (§11.6).
 * @throws AoError PROCESS_UNKNOWN.
 */
export async function readPage(handlers: LogHandlers, process: ProcessId, request: PageRequest, signal: AbortSignal): Promise<Page> {
  const { kind, from, to, limit } = request;
  const { slotLatest } = await handlers['su.process']({ process }, signal);
  const slotAfter = async (bound: number): Promise<number> =>
    kind === 'nonce' ? bound + 1 : firstSlotLater(handlers, process, bound, slotLatest, signal);
  const begins = from === null || (kind === 'nonce' && from === -1);
  const first = begins ? 0 : Math.max(1, await slotAfter(from));
  const end = to === null ? slotLatest + 1 : Math.min(slotLatest + 1, await slotAfter(to));
  if (first >= end) return { entries: [], hasNextPage: false };
  const { entries } = await handlers['su.log']({ process, from: toSlot(first), limit: Math.min(limit, end - first) }, signal);
  return { entries, hasNextPage: end - first > entries.length };
}

/** The first slot whose timestamp is later than `timestampMs`: timestamps never fall, so it is found by halving. */
async function firstSlotLater(
  handlers: LogHandlers,
  process: ProcessId,
  timestampMs: number,
  slotLatest: number,
  signal: AbortSignal,
): Promise<number> {
  let low = 0;
  let high = slotLatest + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { entries } = await handlers['su.log']({ process, from: toSlot(middle), limit: 1 }, signal);
    const isLater = (entries[0]?.assignment.timestampMs ?? Number.POSITIVE_INFINITY) > timestampMs;
    if (isLater) high = middle;
    else low = middle + 1;
  }
  return low;
}
