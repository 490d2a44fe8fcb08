import type { ItemId } from '../contract/ids.ts';
import { sha256 } from '../item/hash.ts';

/**
 * In which order the `count` entries of one outcome are delivered. The reference delivers them side by side, so two
 * sends of one evaluation may reach their targets in either order; a process that relies on the order in which it sent
 * works here and fails there (protocol §11.33).
 * @param seed mixes the order, the same for the same message every time; null keeps it.
 * @returns indices of the outcome's entries.
 */
export function deliveryOrder(count: number, message: ItemId, seed: number | null): readonly number[] {
  const indices = Array.from({ length: count }, (_, index) => index);
  if (seed === null) return indices;
  const drawn = new Map(indices.map((index) => [index, sha256(Buffer.from(`${seed} ${message} ${index}`)).toString('hex')]));
  return indices.toSorted((a, b) => ((drawn.get(a) ?? '') < (drawn.get(b) ?? '') ? -1 : 1));
}
