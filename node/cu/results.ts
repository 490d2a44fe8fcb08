import type { CronPlace } from '../contract/answers.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { toSlot, type ItemId, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { CronOutcome, SlotOutcome } from '../contract/outcome.ts';
import type { Ticks } from './timeline/ticks.ts';
import { cursorOf, nodeJson, type Bound, type Sort } from './wire.ts';

/** What a page of outcomes is read with. */
export interface ResultsSource {
  readonly handlers: Pick<HandlersOf<'cu'>, 'cu.results'>;
  readonly ticks: Pick<Ticks, 'page' | 'at'>;
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

/** A slot's cron messages are run before its own message, which so stands behind all of them. */
const MESSAGE = Number.MAX_SAFE_INTEGER;
const EMPTY = { pageInfo: { hasNextPage: false }, edges: [] };

/**
 * A page of evaluated outcomes as `/results` answers it (protocol §4.1): nothing is evaluated for it, errors are left
 * out after the page was cut, and the order a cursor was made in beats the one asked for. Cron messages come in their
 * places between the slots.
 * @throws AoError PROCESS_UNKNOWN.
 */
export async function resultsPage(source: ResultsSource, request: ResultsRequest, signal: AbortSignal): Promise<object> {
  const { process, limit } = request;
  const sort = sortOf(request.from) ?? sortOf(request.to) ?? request.sort;
  const { after, last } = await boundsOf(source, request, signal);
  if (last !== null && compare(last, after) <= 0) return EMPTY;
  const from = toSlot(after.tick === MESSAGE ? after.slot + 1 : after.slot);
  const to = last === null ? null : toSlot(last.tick === MESSAGE ? last.slot : last.slot - 1);
  const order = sort === 'ASC' ? 'asc' : 'desc';
  const { results } = await source.handlers['cu.results']({ process, from, to, limit: limit + 1, order }, signal);
  const ticks = source.ticks.page(process, placeOf(after), last === null ? null : placeOf(last), limit + 1, order);
  const sign = sort === 'ASC' ? 1 : -1;
  const both =
    ticks.length === 0 ? results : [...results, ...ticks].sort((a, b) => sign * compare(standing(a), standing(b))).slice(0, limit + 1);
  return pageJson(source, both, limit, sort);
}

/**
 * A page of the outcomes of cron messages as `/cron` answers it, the oldest first. The caller has evaluated up to the
 * present.
 */
export async function cronPage(source: ResultsSource, request: ResultsRequest, signal: AbortSignal): Promise<object> {
  const { process, limit } = request;
  const { after, last } = await boundsOf(source, request, signal);
  if (last !== null && compare(last, after) <= 0) return EMPTY;
  return pageJson(source, source.ticks.page(process, placeOf(after), last === null ? null : placeOf(last), limit + 1, 'asc'), limit, 'ASC');
}

/** Where an outcome stands among the others of its process. */
interface Standing {
  readonly slot: number;
  readonly tick: number;
}

function standing(outcome: SlotOutcome | CronOutcome): Standing {
  return 'tick' in outcome ? outcome : { slot: outcome.slot, tick: MESSAGE };
}

function compare(one: Standing, other: Standing): number {
  return one.slot - other.slot || one.tick - other.tick;
}

function placeOf({ slot, tick }: Standing): CronPlace | null {
  return slot < 0 ? null : { slot: toSlot(slot), tick };
}

async function boundsOf(
  source: ResultsSource,
  { process, from, to }: ResultsRequest,
  signal: AbortSignal,
): Promise<{ after: Standing; last: Standing | null }> {
  const after = from === null ? { slot: -1, tick: MESSAGE } : await standingAt(source, process, from, signal);
  return { after, last: to === null ? null : await standingAt(source, process, to, signal) };
}

async function standingAt(source: ResultsSource, process: ProcessId, bound: Bound, signal: AbortSignal): Promise<Standing> {
  const slot = bound.kind === 'slot' ? bound.slot : await slotAt(source, process, bound.timestampMs, signal);
  const tick = bound.kind === 'slot' ? bound.tick : { cron: null, timestampMs: bound.timestampMs };
  const before = tick === null ? null : source.ticks.at(process, slot + 1, tick.timestampMs, tick.cron);
  return before ?? { slot, tick: MESSAGE };
}

async function pageJson(
  source: ResultsSource,
  outcomes: readonly (SlotOutcome | CronOutcome)[],
  limit: number,
  sort: Sort,
): Promise<object> {
  const shown = outcomes.slice(0, limit).filter(({ error }) => error === null);
  const edges = shown.map(async (outcome) => ({
    node: nodeJson(outcome),
    cursor:
      'tick' in outcome
        ? cursorOf(outcome.timestampMs, outcome.slot - 1, outcome.cron, sort)
        : cursorOf(await timestampOf(source, outcome), outcome.slot, null, sort),
  }));
  return { pageInfo: { hasNextPage: outcomes.length > limit }, edges: await Promise.all(edges) };
}

function sortOf(bound: Bound | null): Sort | null {
  return bound?.kind === 'slot' ? bound.sort : null;
}

/** When the SU scheduled it. A message that was assigned to the process again keeps the time of its first slot. */
async function timestampOf({ find }: ResultsSource, { process, message }: SlotOutcome): Promise<number> {
  return (await find(process, message)).assignment.timestampMs;
}

/** The last evaluated slot that is not later than a time, found by halving; -1 for none. */
async function slotAt(source: ResultsSource, process: ProcessId, timestampMs: number, signal: AbortSignal): Promise<number> {
  const newest = await source.handlers['cu.results']({ process, from: null, to: null, limit: 1, order: 'desc' }, signal);
  let low = -1;
  let high = newest.results[0]?.slot ?? -1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { results } = await source.handlers['cu.results']({ process, from: toSlot(middle), to: null, limit: 1, order: 'asc' }, signal);
    const [outcome] = results;
    if (outcome !== undefined && (await timestampOf(source, outcome)) <= timestampMs) low = Math.max(middle, outcome.slot);
    else high = middle - 1;
  }
  return low;
}
