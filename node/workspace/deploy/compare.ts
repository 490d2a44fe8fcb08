import type { Compared } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import type { Address } from '../../contract/ids.ts';
import type { SlotOutcome } from '../../contract/outcome.ts';
import type { RanProcess } from '../../contract/topology.ts';
import type { Place } from './place.ts';

const PARTS = ['error', 'output', 'messages', 'spawns', 'assignments'] as const;
type Part = (typeof PARTS)[number];
type Parts = Readonly<Record<Part, string>>;

/** What the code of processes ended in, by their names; ids of the processes count as their names. */
export type Outcomes = ReadonlyMap<string, Parts>;

/** What code ended in on forks of live processes, by their names, and in which slot. */
export type ForkOutcomes = ReadonlyMap<string, { readonly slot: number; readonly parts: Partial<Parts> }>;

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

/** What was rehearsed: from nothing on, and on forks. */
export interface Rehearsed {
  readonly outcomes: Outcomes;
  readonly forks: ForkOutcomes;
}

/** Compares what the code of each process ended in on the network with what it ended in when it was rehearsed. */
export async function compareOutcomes(
  { ask }: Pick<Place, 'ask'>,
  ran: readonly RanProcess[],
  rehearsed: Rehearsed,
): Promise<readonly Compared[]> {
  const all: Compared[] = [];
  for (const one of ran) {
    const { name, did, slot } = one;
    if (did === 'kept' || did === 'left') continue;
    const fork = rehearsed.forks.get(name);
    // What came to it since the fork was made is a past that the rehearsal did not have.
    if (did === 'evaluated' && fork?.slot !== slot) {
      all.push({ name, is: 'other', difference: null });
      continue;
    }
    const ours = await outcomeIn(ask, ran, one).catch(unlessCancelled);
    const theirs = did === 'evaluated' ? fork?.parts : rehearsed.outcomes.get(name);
    if (ours === null || theirs === undefined) {
      all.push({ name, is: 'unknown', difference: null });
      continue;
    }
    const difference = differenceOf(ours, theirs);
    all.push({ name, is: difference === null ? 'equal' : 'different', difference });
  }
  return all;
}

function differenceOf(ours: Parts, theirs: Partial<Parts>): Compared['difference'] {
  for (const part of PARTS) {
    const rehearsal = theirs[part];
    if (rehearsal !== undefined && rehearsal !== ours[part]) return { part, network: ours[part], rehearsal };
  }
  return null;
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
  const { error, output, messages, spawns, assignments } = await ask('cu.result', { process, slot });
  return { ...partsOf({ error, output, messages, spawns }, ran, signers), assignments: partText(assignments, ran, signers) };
}

/** What an outcome says, with the names of processes in place of their ids. */
export function partsOf(
  { error, output, messages, spawns }: Pick<SlotOutcome, Exclude<Part, 'assignments'>>,
  named: readonly NamedProcess[],
  signers?: Signers,
): Omit<Parts, 'assignments'> {
  const text = (value: unknown): string => partText(value, named, signers);
  return { error: text(error), output: text(output), messages: text(messages), spawns: text(spawns) };
}

type NamedProcess = Pick<RanProcess, 'name' | 'process'>;

function partText(value: unknown, named: readonly NamedProcess[], signers?: Signers): string {
  let told = JSON.stringify(value) ?? '';
  for (const other of named) told = told.replaceAll(other.process, () => `<${other.name}>`);
  return signers === undefined ? told : told.replaceAll(signers.rehearsed, () => signers.deploys);
}
