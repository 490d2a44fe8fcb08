import type { Cause, Fact } from '../../node/contract/trace.ts';
import { draftOf, kept, keptId, putAt } from './draft.ts';
import { withOne, type Few } from './few.ts';
import { tickKey, type RowDraft } from './rows.ts';
import type { Inside, ProcessDraft } from './world.ts';

/** What tells of a step on the way of messages, and makes no message of its own. */
type StepFact = Extract<Fact, { readonly kind: 'mu.pulled' | 'mu.monitored' | 'mu.unmonitored' | 'su.stored' | 'su.unstored' }>;

/** Writes down when what came of a slot was fetched, when the gateway had it, and who has a process watched. */
export function stepTold(inside: Inside, fact: StepFact): void {
  switch (fact.kind) {
    case 'mu.pulled':
      return putTime(draftOf(inside, fact.process).pulledAtMs, fact.slot, fact.atMs);
    case 'mu.monitored':
      draftOf(inside, fact.process).monitor = { by: fact.by, sinceMs: fact.atMs };
      return;
    case 'mu.unmonitored':
      draftOf(inside, fact.process).monitor = null;
      return;
    case 'su.stored':
      for (const { process, slots } of fact.stored) for (const slot of slots) putTime(draftOf(inside, process).storedAtMs, slot, fact.atMs);
      return;
    case 'su.unstored':
      draftOf(inside, fact.process).unstored.set(fact.slot, { code: fact.code, message: fact.message });
  }
}

/** Puts a row below the evaluation that asked for it, the first time that it is told. */
export function causedBy(inside: Inside, row: RowDraft, cause: Cause): void {
  if (row.cause !== null) {
    // Two entries of an outbox with the same bytes are one item.
    if (causeKey(row.cause) !== causeKey(cause)) inside.repeats.set(causeKey(cause), row);
    return;
  }
  row.cause = { ...cause, process: kept(inside, cause.process), message: keptId(inside, cause.message) };
  const draft = draftOf(inside, cause.process);
  const siblings = withOne(siblingsOf(draft, cause), row);
  if (cause.tick === undefined) putAt(draft.children, cause.slot, siblings);
  else draft.tickChildren.set(tickKey(cause.slot, cause.tick), siblings);
}

/** What the same evaluation asked for; undefined while nothing of it is known. */
export function siblingsOf(draft: ProcessDraft, { slot, tick }: Cause): Few<RowDraft> {
  return tick === undefined ? draft.children[slot] : draft.tickChildren.get(tickKey(slot, tick));
}

/** A measuring time by slot: NaN where none is known. The first counts, since a kill may have it told twice. */
function putTime(list: number[], slot: number, ms: number): void {
  while (list.length <= slot) list.push(Number.NaN);
  if (Number.isNaN(list[slot])) list[slot] = ms;
}

/** Names an outbox entry. */
export function causeKey({ process, slot, index, tick }: Cause): string {
  return tick === undefined ? `${process} ${slot} ${index}` : `${process} ${slot}:${tick} ${index}`;
}
