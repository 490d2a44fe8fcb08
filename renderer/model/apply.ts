import { assertNever } from '../../node/base/assert.ts';
import type { ErrorCode } from '../../node/contract/errors.ts';
import { isId, toItemId, type ItemId } from '../../node/contract/ids.ts';
import type { ShownFact } from '../../node/contract/packed-facts.ts';
import type { Cause, ItemSketch } from '../../node/contract/trace.ts';
import { addHint, hintOfOutput, hintsOfTimes } from './hints.ts';
import { each, findOne, withOne } from './few.ts';
import { draftOf, kept, keptId, placed, putAt, settle } from './draft.ts';
import { changed } from './numbers.ts';
import { newRow } from './row.ts';
import { keyOf, tickKey, type Place, type Refusal, type RowDraft } from './rows.ts';
import { causeKey, causedBy, siblingsOf, stepTold } from './told.ts';
import type { Inside } from './world.ts';
import { verdictCode } from './verdict.ts';

type FactOf<K extends ShownFact['kind']> = Extract<ShownFact, { readonly kind: K }>;

/** Writes one fact into the indexes. `ms` is the fact's time, never falling within its unit. */
export function applyFact(inside: Inside, fact: ShownFact, ms: number): void {
  switch (fact.kind) {
    case 'gateway.accepted':
    case 'su.clock':
    case 'su.rebuilt':
    case 'store.cut':
      return;
    case 'cu.paused':
      draftOf(inside, fact.process).paused = { slot: fact.slot, tick: fact.tick, error: fact.error, atMs: fact.atMs };
      return;
    case 'mu.pulled':
    case 'mu.monitored':
    case 'mu.unmonitored':
    case 'su.stored':
    case 'su.unstored':
      return stepTold(inside, fact);
    case 'cu.resumed':
      draftOf(inside, fact.process).paused = null;
      return;
    case 'mu.retried':
      draftOf(inside, fact.process).retried.set(fact.slot, {
        atMs: fact.atMs,
        attempt: fact.attempt,
        message: fact.message,
        code: fact.code ?? null,
      });
      return;
    case 'su.gap':
      return refuse(inside, fact, { process: fact.process, gap: fact.slot });
    case 'gateway.rejected':
      return refuse(inside, fact, { id: fact.id });
    case 'mu.received':
    case 'mu.pushed':
      return sent(inside, fact, ms);
    case 'mu.rejected':
      return rejectedByMu(inside, fact, ms);
    case 'mu.dropped':
      return dropped(inside, fact, ms);
    case 'mu.held':
      return held(inside, fact);
    case 'mu.continued':
    case 'mu.ended':
      return continued(inside, fact.journey);
    case 'mu.paused':
    case 'mu.resumed':
      inside.isPaused = fact.kind === 'mu.paused';
      return;
    case 'mu.waiting':
      return waits(inside, fact, ms);
    case 'mu.assigned':
      return assignedByProcess(inside, fact, ms);
    case 'su.assigned':
      return assigned(inside, fact, ms);
    case 'su.rejected':
      return rejectedBySu(inside, fact, ms);
    case 'cu.cron':
      return ticked(inside, fact, ms);
    case 'cu.evaluated':
      return evaluated(inside, fact, ms);
    case 'cu.failed':
      return failed(inside, fact);
    default:
      assertNever(fact);
  }
}

function sent(inside: Inside, fact: FactOf<'mu.received' | 'mu.pushed'>, ms: number): void {
  const row = rowFor(inside, fact.id, fact.sketch.target, { ms, unit: 'mu', seq: fact.seq, rank: 1 });
  // What the log says of a message counts: in a recording something may be missing from what the messenger told.
  if (row.slot === null || row.type === null) fill(inside, row, fact.sketch);
  row.journey ??= keptId(inside, fact.journey);
  row.receivedAtMs ??= fact.atMs;
  if (fact.kind === 'mu.pushed') row.hops = fact.hops;
  if (fact.cause !== undefined) {
    causedBy(inside, row, fact.cause);
    waitsNoMore(inside, row, fact.cause);
  }
  settle(inside, row);
}

/** An outbox entry that is not delivered while the node is paused. Its item has its id already, so its row stays the same one. */
function waits(inside: Inside, fact: FactOf<'mu.waiting'>, ms: number): void {
  const { id, item, sketch, target, journey, cause, hops } = fact.delivery;
  const place: Place = { ms, unit: 'mu', seq: fact.seq, rank: 1 };
  const known = inside.waiting.get(causeKey(cause))?.row;
  const row = known ?? (item === null ? namelessRow(inside, target, place) : rowFor(inside, item, target, place));
  if (sketch !== null) fill(inside, row, sketch);
  row.from ??= cause.process;
  row.journey ??= keptId(inside, journey);
  row.hops = hops;
  row.isWaiting = row.slot === null && row.receivedAtMs === null;
  causedBy(inside, row, cause);
  inside.waiting.set(causeKey(cause), { id, row });
  inside.isWaitingChanged = true;
  settle(inside, row);
}

/** It goes, or is lost: whoever asked for it waits no more. */
function waitsNoMore(inside: Inside, row: RowDraft, cause: Cause): void {
  row.isWaiting = false;
  // Nothing waits while a long history is read.
  if (inside.waiting.size === 0) return;
  const key = causeKey(cause);
  const waiting = inside.waiting.get(key);
  if (waiting === undefined) return;
  inside.waiting.delete(key);
  inside.isWaitingChanged = true;
  waiting.row.isWaiting = false;
  if (waiting.row !== row) settle(inside, waiting.row);
}

/** What a process had assigned is a row of its own, beside that of whoever the data was for. */
function assignedByProcess(inside: Inside, fact: FactOf<'mu.assigned'>, ms: number): void {
  const row = rowFor(inside, fact.id, fact.process, { ms, unit: 'mu', seq: fact.seq, rank: 1 });
  row.journey ??= keptId(inside, fact.journey);
  row.receivedAtMs ??= fact.atMs;
  row.hops = fact.hops;
  causedBy(inside, row, fact.cause);
  waitsNoMore(inside, row, fact.cause);
  settle(inside, row);
}

function rejectedByMu(inside: Inside, fact: FactOf<'mu.rejected'>, ms: number): void {
  const place: Place = { ms, unit: 'mu', seq: fact.seq, rank: 1 };
  refuse(inside, fact, { id: fact.id, process: fact.sketch?.target ?? null });
  const { id, sketch } = fact;
  // A readable id without a sketch is a message that stands in the list already: its push failed later.
  if (id !== null && sketch === null) return;
  const row =
    id !== null && isId(id) && sketch !== null
      ? rowFor(inside, toItemId(id), sketch.target, place)
      : namelessRow(inside, sketch?.target ?? '', place);
  if (sketch !== null) fill(inside, row, sketch);
  row.receivedAtMs ??= fact.atMs;
  if (fact.code === 'MESSAGE_DUPLICATE') addHint(inside, row, { code: 'MESSAGE_AGAIN', about: keyOf(row), details: {} });
  row.refusedByMu = { code: fact.code, message: fact.message };
  settle(inside, row);
}

function dropped(inside: Inside, fact: FactOf<'mu.dropped'>, ms: number): void {
  const { cause } = fact;
  const siblings = siblingsOf(draftOf(inside, cause.process), cause);
  const pushed = each(siblings).find(
    (one) =>
      one.cause?.index === cause.index && one.drop === null && (one.to === fact.target || (fact.target === '' && one.type === 'Process')),
  );
  const row = pushed ?? namelessRow(inside, fact.target, { ms, unit: 'mu', seq: fact.seq, rank: 1 });
  row.journey ??= keptId(inside, fact.journey);
  row.receivedAtMs ??= fact.atMs;
  row.from ??= cause.process;
  row.action ??= fact.action ?? null;
  row.drop = { code: fact.code, message: fact.message };
  causedBy(inside, row, cause);
  waitsNoMore(inside, row, cause);
  settle(inside, row);
}

function held(inside: Inside, fact: FactOf<'mu.held'>): void {
  const { journey, process, slot, hops, limit } = fact;
  const stops = inside.held.get(journey) ?? [];
  inside.held.set(journey, [...stops, { journey, process, slot, hops, limit, pushed: fact.pushed ?? null }]);
  const draft = draftOf(inside, process);
  draft.heldSlots.add(slot);
  // What it asked for waits with it now, for the journey and not for the node.
  for (const row of each(draft.children[slot])) if (row.isWaiting && row.cause !== null) waitsNoMore(inside, row, row.cause);
  const row = draft.slots[slot];
  if (row !== undefined) settle(inside, row);
}

function continued(inside: Inside, journey: ItemId): void {
  const stops = inside.held.get(journey) ?? [];
  inside.held.delete(journey);
  for (const { process, slot } of stops) {
    const draft = draftOf(inside, process);
    draft.heldSlots.delete(slot);
    const row = draft.slots[slot];
    if (row !== undefined) settle(inside, row);
  }
}

function assigned(inside: Inside, fact: FactOf<'su.assigned'>, ms: number): void {
  const row = rowFor(inside, fact.id, fact.process, { ms, unit: 'su', seq: fact.seq, rank: 0 });
  fill(inside, row, fact.sketch);
  row.slot = fact.slot;
  row.timestampMs = fact.timestampMs;
  row.assignedAtMs = fact.atMs;
  const draft = draftOf(inside, fact.process);
  draft.firstSeq = Math.min(draft.firstSeq, fact.seq);
  draft.count += 1;
  draft.program ??= fact.program ?? null;
  placed(inside, draft, fact.slot, row);
  for (const hint of hintsOfTimes(row, fact.sketch, draft.slots[fact.slot - 1])) addHint(inside, row, hint);
  const messenger = fact.program?.distrusts;
  if (messenger !== undefined) addHint(inside, row, { code: 'AUTHORITY_MISSING', about: row.to, details: { process: row.to, messenger } });
  for (const tick of draft.ticks.get(fact.slot) ?? []) if (tick !== undefined) putBefore(inside, tick, row);
  settle(inside, row);
}

/** A cron message that was run. One that is run again after a kill is the same one. */
function ticked(inside: Inside, fact: FactOf<'cu.cron'>, ms: number): void {
  const draft = draftOf(inside, fact.process);
  const before = draft.ticks.get(fact.slot) ?? [];
  draft.ticks.set(fact.slot, before);
  const known = before[fact.tick];
  const row = known ?? newRow(null, fact.process, { ms, unit: 'cu', seq: fact.seq, rank: 3 });
  row.cron = { slot: fact.slot, tick: fact.tick, name: fact.cron, hash: fact.hash };
  row.from = fact.process;
  row.action = `cron ${fact.cron}`;
  row.timestampMs = fact.timestampMs;
  row.evaluatedAtMs = fact.atMs;
  row.evaluationError = fact.error === null ? null : { code: null, message: fact.error };
  row.output = fact.output;
  row.messages = fact.messages;
  row.spawns = fact.spawns;
  row.assignments = fact.assignments;
  row.durationMs = fact.durationMs;
  addHint(inside, row, hintOfOutput(row, fact.output));
  if (known === undefined) {
    putAt(before, fact.tick, row);
    inside.nameless.set(keyOf(row), row);
    inside.moved.add(row);
    for (const child of each(draft.tickChildren.get(tickKey(fact.slot, fact.tick)))) changed(inside.numbers, child);
    const slot = draft.slots[fact.slot];
    if (slot !== undefined) putBefore(inside, row, slot);
  }
  settle(inside, row);
}

/** A cron message that was run only when the slot was to be evaluated stands before that slot all the same. */
function putBefore(inside: Inside, tick: RowDraft, slot: RowDraft): void {
  if (tick.cron === null || slot.place.unit !== 'su' || tick.place.unit !== 'cu' || slot.place.ms > tick.place.ms) return;
  tick.place = { ...slot.place, seq: slot.place.seq - 1 + (tick.cron.tick + 1) / TICKS_BETWEEN, rank: 0 };
  inside.moved.add(tick);
}

/** More cron messages than can stand between two slots. */
const TICKS_BETWEEN = 1_000_000;

function rejectedBySu(inside: Inside, fact: FactOf<'su.rejected'>, ms: number): void {
  refuse(inside, fact, { id: fact.id, process: fact.process });
  const row = rowFor(inside, fact.id, fact.process, { ms, unit: 'su', seq: fact.seq, rank: 2 });
  row.refusedBySu ??= { code: fact.code, message: fact.message };
  settle(inside, row);
}

function evaluated(inside: Inside, fact: FactOf<'cu.evaluated'>, ms: number): void {
  const draft = draftOf(inside, fact.process);
  // Most have their slot already: no place that a compute unit gives is before theirs, and no search by id is needed.
  const known = draft.slots[fact.slot];
  const row = known?.id === fact.id ? known : rowFor(inside, fact.id, fact.process, { ms, unit: 'cu', seq: fact.seq, rank: 3 });
  row.slot = fact.slot;
  row.evaluatedAtMs = fact.atMs;
  row.evaluationError = fact.error === null ? null : { code: codeOf(fact, fact.error), message: fact.error };
  row.output = fact.output;
  row.prompt = kept(inside, fact.prompt);
  row.messages = fact.messages;
  row.spawns = fact.spawns;
  row.assignments = fact.assignments;
  row.gasUsed = fact.gasUsed;
  row.memoryBytes = fact.memoryBytes;
  row.durationMs = fact.durationMs;
  row.isCutShort = fact.isCutShort;
  placed(inside, draft, fact.slot, row);
  hintOf(inside, row);
  draft.failures.delete(fact.slot);
  draft.evaluatedTo = Math.max(draft.evaluatedTo, fact.slot);
  settle(inside, row);
}

/** Which row of the error table a slot's own error is; null for one of the process's code. */
function codeOf(fact: FactOf<'cu.evaluated'>, error: string): ErrorCode | null {
  if (fact.isCutShort) return verdictCode(error);
  return fact.slot === 0 ? 'BOOT_ERROR' : null;
}

function failed(inside: Inside, fact: FactOf<'cu.failed'>): void {
  const draft = draftOf(inside, fact.process);
  draft.failures.set(fact.slot, { code: fact.code, message: fact.message });
  const row = draft.slots[fact.slot];
  if (row !== undefined) settle(inside, row);
}

function rowFor(inside: Inside, id: ItemId, to: string, place: Place): RowDraft {
  const deliveries = inside.byId.get(id);
  const known = findOne(deliveries, (one) => one.to === to);
  if (known !== undefined) {
    if (place.rank < known.placeRank) {
      known.place = place;
      inside.moved.add(known);
    }
    return known;
  }
  const row = newRow(id, kept(inside, to), place);
  inside.byId.set(id, withOne(deliveries, row));
  inside.moved.add(row);
  return row;
}

function namelessRow(inside: Inside, to: string, place: Place): RowDraft {
  const row = newRow(null, kept(inside, to), place);
  inside.nameless.set(`${place.unit}:${place.seq}`, row);
  inside.moved.add(row);
  return row;
}

/** Shorter data is often the same. */
const SHORT = 8;

function fill(inside: Inside, row: RowDraft, sketch: ItemSketch): void {
  row.type = sketch.type;
  row.from = kept(inside, sketch.from);
  row.action = kept(inside, sketch.action);
  row.name = sketch.name;
  row.preview = sketch.preview !== null && sketch.preview.length <= SHORT ? kept(inside, sketch.preview) : sketch.preview;
  row.dataBytes = sketch.dataBytes;
  hintOf(inside, row);
}

/** What an evaluation printed is understood once it is known which message it was of: units speak side by side. */
function hintOf(inside: Inside, row: RowDraft): void {
  if (row.type === null || row.evaluatedAtMs === null || row.evaluationError !== null || row.cron !== null) return;
  addHint(inside, row, hintOfOutput(row, row.output));
}

function refuse(
  inside: Inside,
  fact: ShownFact & { readonly code: Refusal['code']; readonly message: string },
  about: Partial<Pick<Refusal, 'id' | 'process' | 'gap'>>,
): void {
  const { unit, seq, atMs, code, message } = fact;
  inside.refusals.push({ unit, seq, atMs, code, message, id: about.id ?? null, process: about.process ?? null, gap: about.gap ?? null });
}
