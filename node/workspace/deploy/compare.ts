import type { Compared } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import type { Address } from '../../contract/ids.ts';
import type { SlotOutcome } from '../../contract/outcome.ts';
import type { RanProcess } from '../../contract/topology.ts';
import type { Place } from './place.ts';

const PARTS = ['error', 'output', 'messages', 'spawns', 'assignments'] as const;
type Parts = Readonly<Record<(typeof PARTS)[number], string>>;

/** What the code of processes ended in, by their names; ids of the processes count as their names. */
export type Outcomes = ReadonlyMap<string, Parts>;

/** Who signed a rehearsal, and who deploys. */
interface Signers {
  readonly rehearsed: Address;
  readonly deploys: Address;
}

/**
 * @param signers the address that a rehearsal was signed with, and the one that deploys: they count as one.
 * @throws AoError what the compute unit says.
 */
export async function outcomesOf({ ask }: Pick<Place, 'ask'>, ran: readonly RanProcess[], signers: Signers): Promise<Outcomes> {
  const found = new Map<string, Parts>();
  for (const one of ran) {
    const parts = await outcomeIn(ask, ran, one, signers);
    if (parts !== null) found.set(one.name, parts);
  }
  return found;
}

/** Compares what the code of each process ended in on the network with what it ended in when it was rehearsed. */
export async function compareOutcomes(
  { ask }: Pick<Place, 'ask'>,
  ran: readonly RanProcess[],
  rehearsed: Outcomes,
): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (const one of ran) {
    const { name, did } = one;
    if (did === 'kept' || did === 'left') continue;
    if (did === 'evaluated') {
      all.push({ name, is: 'other', difference: null });
      continue;
    }
    const ours = await outcomeIn(ask, ran, one).catch(unlessCancelled);
    const theirs = rehearsed.get(name) ?? null;
    if (ours === null || theirs === null) {
      all.push({ name, is: 'unknown', difference: null });
      continue;
    }
    const part = PARTS.find((each) => ours[each] !== theirs[each]);
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
  ask: Place['ask'],
  ran: readonly RanProcess[],
  { process, slot }: RanProcess,
  signers?: Signers,
): Promise<Parts | null> {
  if (slot === null) return null;
  const outcome: SlotOutcome = await ask('cu.result', { process, slot });
  const text = (value: unknown): string => {
    let told = JSON.stringify(value) ?? '';
    for (const other of ran) told = told.replaceAll(other.process, () => `<${other.name}>`);
    return signers === undefined ? told : told.replaceAll(signers.rehearsed, () => signers.deploys);
  };
  const { error, output, messages, spawns, assignments } = outcome;
  return { error: text(error), output: text(output), messages: text(messages), spawns: text(spawns), assignments: text(assignments) };
}
