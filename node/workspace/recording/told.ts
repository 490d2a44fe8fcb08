import type { FactsArgs, FactsReply, ProcessInfo } from '../../contract/answers.ts';
import type { Client } from '../../contract/rpc.ts';
import type { CuTold, MuTold, SuTold, ToldFact } from '../../contract/told.ts';
import type { Cause, Fact, ItemSketch } from '../../contract/trace.ts';
import type { RedactionPlan } from './redact/plan.ts';

const PAGE = 5_000;
/** Facts of one line. */
const LINE = 500;
/** Stands where the words of an error were. */
const REMOVED_WORDS = '(these words were taken out of the recording)';

/** Whose facts are meant. */
interface Wanted {
  /** Is the slot one of the recorded? */
  has(process: string, slot: number): boolean;
  isRecorded(process: string): boolean;
  readonly plan: RedactionPlan | null;
  /** Messages that were given a slot behind the recorded ones, as `id process`. */
  readonly later: Set<string>;
  /** Journeys of which something is told. */
  readonly journeys: Set<string>;
}

/**
 * What the units told of the recorded messages and no log holds: who received, sent and refused what, and when. In parts, to be
 * written as lines. Other messages are not told of, nor, with a plan, anything of what must not leave.
 */
export async function* toldOf(
  ask: Client['ask'],
  infos: readonly ProcessInfo[],
  plan: RedactionPlan | null,
): AsyncGenerator<readonly ToldFact[]> {
  const last = new Map<string, number>(infos.map(({ process, slotLatest }) => [process, slotLatest]));
  const wanted: Wanted = {
    has: (process, slot) => slot <= (last.get(process) ?? -1),
    isRecorded: (process) => last.has(process),
    plan,
    later: new Set(),
    journeys: new Set(),
  };
  yield* parts(factsOf(ask, 'su.facts'), (fact) => ofScheduler(fact, wanted));
  yield* parts(factsOf(ask, 'mu.facts'), (fact) => ofMessenger(fact, wanted));
  yield* parts(factsOf(ask, 'cu.facts'), (fact) => ofCompute(fact, wanted));
}

async function* factsOf(ask: Client['ask'], command: 'su.facts' | 'mu.facts' | 'cu.facts'): AsyncGenerator<Fact> {
  let after = 0;
  // What is told while this is read belongs to what comes later.
  let end = Infinity;
  while (after < end) {
    const args: FactsArgs = { after, limit: PAGE };
    const { facts, last }: FactsReply = await ask(command, args);
    end = Math.min(end, last);
    yield* facts;
    const read = facts.at(-1)?.seq;
    if (read === undefined) return;
    after = read;
  }
}

async function* parts(facts: AsyncIterable<Fact>, told: (fact: Fact) => ToldFact | null): AsyncGenerator<readonly ToldFact[]> {
  let part: ToldFact[] = [];
  for await (const fact of facts) {
    const one = told(fact);
    if (one !== null) part.push(one);
    if (part.length < LINE) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

function ofScheduler(fact: Fact, { has, isRecorded, plan, later }: Wanted): SuTold | null {
  switch (fact.kind) {
    case 'su.assigned': {
      const { kind, id, process, slot, program, atMs } = fact;
      if (isRecorded(process) && !has(process, slot)) later.add(`${id} ${process}`);
      return has(process, slot) ? { kind, process, slot, atMs, ...(program === undefined ? {} : { program }) } : null;
    }
    case 'su.rejected':
      return isRecorded(fact.process) ? leftWords(fact, plan) : null;
    case 'su.unstored':
      return has(fact.process, fact.slot) ? leftWords(fact, plan) : null;
    case 'su.stored': {
      const stored = fact.stored
        .map(({ process, slots }) => ({ process, slots: slots.filter((slot) => has(process, slot)) }))
        .filter(({ slots }) => slots.length > 0);
      return stored.length === 0 ? null : { kind: fact.kind, stored, atMs: fact.atMs };
    }
    default:
      return null;
  }
}

function ofMessenger(fact: Fact, wanted: Wanted): MuTold | null {
  const { has, isRecorded, plan, later, journeys } = wanted;
  const isOf = (target: string, cause: Cause | undefined): boolean => {
    if (plan !== null && isLeft(plan, target, cause)) return false;
    return isRecorded(target) || (cause !== undefined && has(cause.process, cause.slot));
  };
  const isCauseLater = (cause: Cause | undefined): boolean =>
    cause !== undefined && isRecorded(cause.process) && !has(cause.process, cause.slot);
  switch (fact.kind) {
    case 'mu.received':
    case 'mu.pushed': {
      const { id, sketch, cause } = fact;
      if (!isOf(sketch.target, cause) || isCauseLater(cause) || later.has(`${id} ${sketch.target}`)) return null;
      if (plan !== null && isLeft(plan, sketch.from, cause)) return null;
      journeys.add(fact.journey);
      const left = leftSketch(sketch, plan);
      return fact.kind === 'mu.received' ? { ...fact, sketch: left } : { ...fact, sketch: left };
    }
    case 'mu.assigned':
      if (!isOf(fact.process, fact.cause) || isCauseLater(fact.cause) || later.has(`${fact.id} ${fact.process}`)) return null;
      journeys.add(fact.journey);
      return fact;
    case 'mu.rejected':
      if (fact.sketch === null || !isOf(fact.sketch.target, undefined)) return null;
      if (plan !== null && isLeft(plan, fact.sketch.from, undefined)) return null;
      return leftWords({ ...fact, sketch: leftSketch(fact.sketch, plan) }, plan);
    case 'mu.dropped':
      return has(fact.cause.process, fact.cause.slot) && isOf(fact.target, fact.cause) ? leftWords(leftAction(fact, plan), plan) : null;
    case 'mu.retried':
      return has(fact.process, fact.slot) ? leftWords(fact, plan) : null;
    case 'mu.pulled':
    case 'mu.held':
      return has(fact.process, fact.slot) ? fact : null;
    case 'mu.monitored':
    case 'mu.unmonitored':
      return isRecorded(fact.process) ? fact : null;
    case 'mu.continued':
    case 'mu.ended':
      return journeys.has(fact.journey) ? fact : null;
    default:
      return null;
  }
}

function ofCompute(fact: Fact, { has }: Wanted): CuTold | null {
  if (fact.kind !== 'cu.evaluated' && fact.kind !== 'cu.cron') return null;
  const { process, slot, durationMs, atMs } = fact;
  const tick = fact.kind === 'cu.cron' ? fact.tick : null;
  // Cron messages behind the last slot are part of it all the same.
  const isThere = tick === null || slot === 0 ? has(process, slot) : has(process, slot - 1);
  return isThere ? { kind: 'cu.evaluated', process, slot, tick, durationMs, atMs } : null;
}

/** Is it about a process that stays away? */
function isLeft({ redaction }: RedactionPlan, party: string, cause: Cause | undefined): boolean {
  const left: readonly string[] = redaction.left;
  return left.includes(party) || (cause !== undefined && left.includes(cause.process));
}

/** What a log holds comes from the log; of what stands in none, little is told where something must not leave. */
function leftSketch(sketch: ItemSketch, plan: RedactionPlan | null): ItemSketch {
  if (plan === null) return sketch;
  const { type, target, from } = sketch;
  const stays = (text: string | null): string | null => (text === null || plan.rules.holds(text) ? null : text);
  return { type, target, from, action: stays(sketch.action), name: stays(sketch.name), preview: null, dataBytes: 0 };
}

function leftAction(fact: MuTold & { readonly kind: 'mu.dropped' }, plan: RedactionPlan | null): MuTold & { readonly kind: 'mu.dropped' } {
  const { action, ...rest } = fact;
  return action === undefined || plan === null || !plan.rules.holds(action) ? fact : rest;
}

function leftWords<F extends { readonly message: string }>(fact: F, plan: RedactionPlan | null): F {
  return plan !== null && plan.rules.holds(fact.message) ? { ...fact, message: REMOVED_WORDS } : fact;
}
