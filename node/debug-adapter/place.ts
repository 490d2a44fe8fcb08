import type { Slot } from '../contract/ids.ts';
import type { EvaluationPlace } from '../contract/recording.ts';
import type { Client } from '../contract/rpc.ts';

/** Where a process stands: in an evaluation, before the line of a step, or after the whole of it where `step` is null. */
export interface Place extends EvaluationPlace {
  readonly step: number | null;
}

export function isSameEvaluation(a: EvaluationPlace, b: EvaluationPlace): boolean {
  return a.process === b.process && a.slot === b.slot && a.tick === b.tick;
}

/** The slot of a place in words. */
export function slotWords({ slot, tick }: EvaluationPlace): string {
  return tick === null ? `slot ${slot}` : `cron ${tick} before slot ${slot}`;
}

/**
 * The evaluation that comes next, or came before, on the line of a process: cron messages have a place there too.
 * @returns null at either end.
 * @throws AoError as `cu.timeline`.
 */
export async function neighbour(ask: Client['ask'], place: EvaluationPlace, by: 1 | -1): Promise<EvaluationPlace | null> {
  const { process, slot } = place;
  const from = Math.max(0, by === 1 ? slot : slot - 1) as Slot;
  const { entries } = await ask('cu.timeline', { process, from, limit: 3 });
  const at = entries.findIndex((one) => one.slot === slot && one.tick === place.tick);
  const found = at < 0 ? undefined : entries[at + by];
  return found === undefined ? null : { process, slot: found.slot, tick: found.tick };
}

/** The first evaluation of a process; null where it has none yet. */
export async function firstEvaluation(ask: Client['ask'], process: EvaluationPlace['process']): Promise<EvaluationPlace | null> {
  const { entries } = await ask('cu.timeline', { process, from: 0 as Slot, limit: 1 });
  const [first] = entries;
  return first === undefined ? null : { process, slot: first.slot, tick: first.tick };
}
