import type { Client } from '../../node/contract/rpc.ts';
import type { HandlersOf } from '../../node/contract/handlers.ts';
import type { ItemId, ProcessId, Slot } from '../../node/contract/ids.ts';
import type { Hub } from '../../node/host/hub.ts';
import type { OpenUnit } from '../../node/contract/unit.ts';
import { AoError } from '../../node/contract/errors.ts';

/** Mistakes that must not compile. The type check of the tests fails when one of them does. */
export async function mistakesInAsking(client: Client, item: ItemId, process: ProcessId, slot: Slot): Promise<void> {
  // @ts-expect-error a raw string is no process id
  await client.ask('cu.result', { process: 'abc', slot });
  // @ts-expect-error ids do not swap places
  await client.ask('su.find', { process: item, id: process });
  // @ts-expect-error a raw number is no slot
  await client.ask('cu.result', { process, slot: 3 });
  // @ts-expect-error there is no such command
  await client.ask('su.asign', { process });
  // @ts-expect-error an argument is missing
  await client.ask('su.find', { process });
  // @ts-expect-error undefined does not survive JSON
  await client.ask('files.write', { path: 'a', text: '', version: undefined });
  // @ts-expect-error the reply has another shape
  const { nothing } = await client.ask('cu.result', { process, slot });
  void nothing;
}

// @ts-expect-error the other commands of the gateway are missing
export const half: HandlersOf<'gateway'> = { 'gateway.network': async () => ({ height: 1 }) };

// @ts-expect-error a misspelt command belongs to nobody
export const misspelt: Pick<HandlersOf<'su'>, 'su.time'> = { 'su.tiem': async () => ({ timestampMs: 1, blockHeight: 1 }) };

// @ts-expect-error a unit without a way to close it
export const unclosable: OpenUnit<'su'> = async () => ({ handlers: {} as HandlersOf<'su'>, opened: { url: null, address: null } });

export function mistakesInTelling(hub: Hub): void {
  // @ts-expect-error there is no such announcement
  hub.tell('facts.new', {});
  // @ts-expect-error its body has another shape
  hub.tell('window.command', { command: 'file.save' });
  // @ts-expect-error there is no such unit
  hub.unitUp('scheduler');
  // @ts-expect-error an error that is in no table
  throw new AoError('SOMETHING_ELSE');
}
