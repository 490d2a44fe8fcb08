import type { RanProcess } from '../contract/topology.ts';

const DID: Readonly<Record<RanProcess['did'], string>> = {
  spawned: 'spawned',
  evaluated: 'evaluated',
  kept: 'as it is in its files',
  left: 'left as it is: what was changed takes a new process (--respawn)',
};

/** What was done with processes, as a person reads it: a line for each, and what its code ended in below. */
export function ranLines(ran: readonly RanProcess[]): readonly string[] {
  return ran.flatMap(({ name, process, did, error }) => [
    `${process}  ${name}  ${DID[did]}`,
    ...(error?.split('\n') ?? []).map((text) => `    ${text}`),
  ]);
}
