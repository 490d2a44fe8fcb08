import type { HandlersOf } from '../contract/handlers.ts';
import { toSlot, type ItemId, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { SlotOutcome } from '../contract/outcome.ts';
import { cursorOf, nodeJson, type Bound, type Sort } from './wire.ts';

/** What a page of outcomes is read with. */
export interface ResultsSource {
  readonly handlers: Pick<HandlersOf<'cu'>, 'cu.results'>;
  /** The SU's log entry of a message or an assignment. */
  find(process: ProcessId, id: ItemId): Promise<LogEntry>;
}

export interface ResultsRequest {
  readonly process: ProcessId;
  /** Exclusive; the lower bound in either order. */
  readonly from: Bound | null;
  /** Inclusive; the upper bound in either order. */
  readonly to: Bound | null;
  readonly limit: number;
  readonly sort: Sort;
}

/**
 * A page of evaluated outcomes as `/results` answers it (protocol §4.1): nothing is evaluated for it, errors are left
 * out after the page was cut, and the order a cursor was made in beats the one asked for.
 * @throws AoError PROCESS_UNKNOWN.
 */
export async function resultsPage(source: ResultsSource, request: ResultsRequest, signal: AbortSignal): Promise<object> {
  const { process, limit } = request;
  const sort = sortOf(request.from) ?? sortOf(request.to) ?? request.sort;
  const after = request.from === null ? -1 : await slotAt(source, process, request.from, signal);
  const last = request.to === null ? null : await slotAt(source, process, request.to, signal);
  if (last !== null && last <= after) return { pageInfo: { hasNextPage: false }, edges: [] };
  const bounds = { from: toSlot(after + 1), to: last === null ? null : toSlot(last) };
  const order = sort === 'ASC' ? 'asc' : 'desc';
  const { results } = await source.handlers['cu.results']({ process, ...bounds, limit: limit + 1, order }, signal);
  const shown = results.slice(0, limit).filter(({ error }) => error === null);
  const edges = shown.map(async (outcome) => ({
    node: nodeJson(outcome),
    cursor: cursorOf(await timestampOf(source, outcome), outcome.slot, sort),
  }));
  return { pageInfo: { hasNextPage: results.length > limit }, edges: await Promise.all(edges) };
}

function sortOf(bound: Bound | null): Sort | null {
  return bound?.kind === 'slot' ? bound.sort : null;
}

/** When the SU scheduled it. A message that was assigned to the process again keeps the time of its first slot. */
async function timestampOf({ find }: ResultsSource, { process, message }: SlotOutcome): Promise<number> {
  return (await find(process, message)).assignment.timestampMs;
}

/** The slot a bound stands for. For a timestamp: the last evaluated slot that is not later, found by halving; -1 for none. */
async function slotAt(source: ResultsSource, process: ProcessId, bound: Bound, signal: AbortSignal): Promise<number> {
  if (bound.kind === 'slot') return bound.slot;
  const newest = await source.handlers['cu.results']({ process, from: null, to: null, limit: 1, order: 'desc' }, signal);
  let low = -1;
  let high = newest.results[0]?.slot ?? -1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { results } = await source.handlers['cu.results']({ process, from: toSlot(middle), to: null, limit: 1, order: 'asc' }, signal);
    const [outcome] = results;
    if (outcome !== undefined && (await timestampOf(source, outcome)) <= bound.timestampMs) low = Math.max(middle, outcome.slot);
    else high = middle - 1;
  }
  return low;
}
