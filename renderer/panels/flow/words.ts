import { nameOf } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';

/** Who is meant by a lane or an address: a process's name, or You for everything outside. */
export function whoOf(world: World, id: string | null): string {
  return id !== null && world.processById.has(id) ? nameOf(world, id) : 'You';
}

/** As {@link whoOf}, with the address of whoever is outside and is not the wallet of this installation. */
export function partyOf(world: World, id: string | null, wallet: string | null): string {
  const isStranger = id !== null && id !== '' && id !== wallet && wallet !== null;
  return isStranger ? nameOf(world, id) : whoOf(world, id);
}

/** One sentence about a message, for those who cannot see the canvas. */
export function describe(world: World, row: MessageRow): string {
  if (row.cron !== null) {
    const end = row.error === null ? row.status : `${row.status}: ${row.error}`;
    return `${row.action ?? 'cron'} of ${whoOf(world, row.to)}, before slot ${row.cron.slot}, ${end}.`;
  }
  const what = row.type === 'Process' ? `spawn of ${row.name ?? 'a process'}` : (row.action ?? 'message without action');
  const where = row.slot === null ? 'without a slot' : `slot ${row.slot} of ${whoOf(world, row.to)}`;
  const end = row.error === null ? row.status : `${row.status}: ${row.error}`;
  return `${what} from ${whoOf(world, row.from)}, ${where}, ${end}.`;
}

/** Thousands apart: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** 1 message, 12,345 messages. */
export function messages(number: number): string {
  return `${count(number)} ${number === 1 ? 'message' : 'messages'}`;
}
