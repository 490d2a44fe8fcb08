import { isId, toItemId } from '../../../node/contract/ids.ts';
import { deliveriesOf } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';

/** The slot that a text means: `31`, `#31`, `slot 31`. Null when it means none. */
export function parseSlot(text: string): number | null {
  const digits = /^\s*(?:#|slot\s+)?(\d{1,9})\s*$/i.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The first delivery of the item whose whole id was typed. */
export function findItem(world: World, text: string): MessageRow | null {
  const id = text.trim();
  return isId(id) ? (deliveriesOf(world, toItemId(id))[0] ?? null) : null;
}
