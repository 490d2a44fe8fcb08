import type { ProcessId, Slot } from '../contract/ids.ts';
import { AoError, ERRORS } from '../contract/errors.ts';
import type { Note, NotedTick } from '../contract/note.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { CuPorts } from './ports.ts';

/**
 * Has the SU write down what came of a process, beside its log and before anything is announced. A scheduler of
 * another kind keeps none: then it is known here alone.
 */
export async function note({ ask }: Pick<CuPorts, 'ask'>, process: ProcessId, notes: readonly Note[]): Promise<void> {
  try {
    await ask('su.note', { process, notes });
  } catch (error) {
    if (!(error instanceof AoError) || ERRORS[error.code].fault === 'system') throw error;
  }
}

/** What was written down of a slot that is not there yet. */
export async function notesOf({ ask }: Pick<CuPorts, 'ask'>, process: ProcessId, slot: Slot): Promise<readonly Note[]> {
  try {
    return (await ask('su.notes', { process, slot })).notes;
  } catch (error) {
    if (error instanceof AoError && ERRORS[error.code].fault === 'user') return [];
    throw error;
  }
}

/** A note of an outcome that a limit or a person brought about; null for one that did not. @param tick of a cron message before the slot. */
export function verdictNote(slot: Slot, tick: number | null, { verdict, error, output, gasUsed }: Outcome): Note | null {
  return verdict === null ? null : { kind: 'verdict', slot, tick, verdict, error: error ?? '', output, gasUsed };
}

/** The outcome that was written down for a slot, or for the cron message `tick` before it; null when it is to be computed. */
export function recordedOutcome(notes: readonly Note[], slot: Slot, tick: number | null): Outcome | null {
  for (const one of notes) {
    if (one.kind !== 'verdict' || one.slot !== slot || one.tick !== tick) continue;
    const { verdict, error, output, gasUsed } = one;
    return { output, messages: [], spawns: [], assignments: [], error, gasUsed, verdict };
  }
  return null;
}

/** The cron messages that were run before a slot, from the `from`-th on. */
export function recordedTicks(notes: readonly Note[], slot: Slot, from: number): readonly NotedTick[] {
  const ticks: NotedTick[] = [];
  for (const one of notes) {
    if (one.kind === 'ticks' && one.slot === slot) ticks.push(...one.ticks.slice(Math.max(0, from + ticks.length - one.first)));
  }
  return ticks;
}
