import { whoGets, whoOf, type OwnWallets } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';

/** One sentence about a message, for those who cannot see the canvas. */
export function describe(world: World, row: MessageRow, own: OwnWallets): string {
  if (row.cron !== null) {
    const end = row.error === null ? row.status : `${row.status}: ${row.error}`;
    return `${row.action ?? 'cron'} of ${whoGets(world, row.to, own)}, before slot ${row.cron.slot}, ${end}.`;
  }
  const what = row.type === 'Process' ? `spawn of ${row.name ?? 'a process'}` : (row.action ?? 'message without action');
  const where = row.slot === null ? 'without a slot' : `slot ${row.slot} of ${whoGets(world, row.to, own)}`;
  const end = row.error === null ? row.status : `${row.status}: ${row.error}`;
  return `${what} from ${whoOf(world, row.from, own)}, ${where}, ${end}.`;
}

/** Thousands apart: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** 1 message, 12,345 messages. */
export function messages(number: number): string {
  return `${count(number)} ${number === 1 ? 'message' : 'messages'}`;
}
