import { AoError } from '../../contract/errors.ts';
import type { SlotOutcome } from '../../contract/outcome.ts';
import type { RanProcess } from '../../contract/topology.ts';
import type { Place } from './place.ts';

/** How the answer of a network stands to that of the rehearsal. */
export interface Compared {
  readonly name: string;
  /** `other`: it was evaluated into a process that has a past, and the rehearsal has none; `unknown`: the network did not say. */
  readonly is: 'equal' | 'different' | 'other' | 'unknown';
  /** The first part that differs: what the network gave, and what the rehearsal did. */
  readonly difference: { readonly part: string; readonly network: string; readonly rehearsal: string } | null;
}

const PARTS = ['error', 'output', 'messages', 'spawns', 'assignments'] as const;

/** Compares what the code of each process ended in, there and in the rehearsal; ids of the processes count as their names. */
export async function compareOutcomes(
  there: { readonly place: Place; readonly ran: readonly RanProcess[] },
  here: { readonly place: Place; readonly ran: readonly RanProcess[] },
): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (const { name, did } of there.ran) {
    if (did === 'kept' || did === 'left') continue;
    if (did === 'evaluated') {
      all.push({ name, is: 'other', difference: null });
      continue;
    }
    const [ours, theirs] = [await outcomeIn(there, name).catch(unlessCancelled), await outcomeIn(here, name)];
    if (ours === null || theirs === null) {
      all.push({ name, is: 'unknown', difference: null });
      continue;
    }
    const part = PARTS.find((one) => ours[one] !== theirs[one]);
    const difference = part === undefined ? null : { part, network: ours[part], rehearsal: theirs[part] };
    all.push({ name, is: difference === null ? 'equal' : 'different', difference });
  }
  return all;
}

/** All is deployed by now: that it could not be compared is told, and ends nothing. */
function unlessCancelled(error: unknown): null {
  if (error instanceof AoError && error.code !== 'CANCELLED') return null;
  throw error;
}

async function outcomeIn(
  { place, ran }: { readonly place: Place; readonly ran: readonly RanProcess[] },
  name: string,
): Promise<Record<(typeof PARTS)[number], string> | null> {
  const one = ran.find((process) => process.name === name);
  if (one === undefined || one.slot === null) return null;
  const outcome: SlotOutcome = await place.ask('cu.result', { process: one.process, slot: one.slot });
  const text = (value: unknown): string => {
    let told = JSON.stringify(value) ?? '';
    for (const other of ran) told = told.replaceAll(other.process, () => `<${other.name}>`);
    return told;
  };
  const { error, output, messages, spawns, assignments } = outcome;
  return { error: text(error), output: text(output), messages: text(messages), spawns: text(spawns), assignments: text(assignments) };
}
