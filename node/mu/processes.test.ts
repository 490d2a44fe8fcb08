import { expect, test } from 'vitest';
import type { CommandName, Commands } from '../contract/commands.ts';
import type { Client } from '../contract/rpc.ts';
import { createProcesses } from './processes.ts';

const WALLET = 'w'.repeat(43);
const LATER = 'l'.repeat(43);

/** A scheduler that knows some ids, and which ids it was asked for. */
function scheduler(): { readonly ask: Client['ask']; readonly known: Set<string>; readonly asked: string[] } {
  const known = new Set<string>();
  const asked: string[] = [];
  const answers: { readonly [N in CommandName]?: (args: Commands[N]['args']) => Commands[N]['reply'] } = {
    'su.isProcess'({ id }) {
      asked.push(id);
      return { isProcess: known.has(id) };
    },
  };
  const ask: Client['ask'] = async (name, args) => {
    const answer = answers[name];
    if (answer === undefined) throw new Error(`${name} is not expected here`);
    return answer(args);
  };
  return { ask, known, asked };
}

test('a process that is spawned after somebody has written to its id is found', async () => {
  const su = scheduler();
  const processes = createProcesses(su.ask);
  expect(await processes.isProcess(LATER)).toBe(false);
  su.known.add(LATER);
  expect(await processes.isProcess(LATER)).toBe(true);
});

test('of an address that has signed the scheduler is asked once, and its word counts', async () => {
  const su = scheduler();
  const processes = createProcesses(su.ask);
  processes.hasSigned(WALLET);
  expect([await processes.isProcess(WALLET), await processes.isProcess(WALLET)]).toEqual([false, false]);
  expect(su.asked).toEqual([WALLET]);
  // A key that was made to hash to the id of a process does not take its messages away.
  su.known.add(LATER);
  processes.hasSigned(LATER);
  expect(await processes.isProcess(LATER)).toBe(true);
});
