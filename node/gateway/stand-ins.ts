import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import type { NetworkProfile } from '../contract/network.ts';
import { STANDS_IN } from '../contract/stand-ins.ts';
import type { TransactionQuery } from './query.ts';
import type { Shelf, Shelved } from './shelf.ts';

/**
 * A shelf on which the stand-ins of the network profile answer for modules that are not there, openly: the answer has
 * the id that was asked for and the stand-in's tags and data, and one more tag says what it is. A module that is there
 * answers for itself.
 * @param lua the app's own Lua module; null until it has been uploaded.
 */
export function withStandIns(shelf: Shelf, modules: NetworkProfile['modules'], lua: () => ItemId | null): Shelf {
  const standInFor = (id: ItemId): ItemId | null => {
    const to = Object.hasOwn(modules, id) ? modules[id] : undefined;
    if (to === undefined || shelf.has(id)) return null;
    return to === 'lua' ? lua() : toItemId(to);
  };
  const get = (id: ItemId): Shelved | null => {
    const by = standInFor(id);
    const found = by === null ? null : shelf.get(by);
    return found === null ? shelf.get(id) : standingIn(found, id);
  };
  /** The query with the stand-ins of what it asks for by id, and for whom each of them answers. */
  const resolved = (query: TransactionQuery): { readonly query: TransactionQuery; readonly asked: ReadonlyMap<string, ItemId> } => {
    const asked = new Map<string, ItemId>();
    for (const id of query.ids) {
      const by = Object.hasOwn(modules, id) ? standInFor(toItemId(id)) : null;
      if (by !== null && !query.ids.includes(by)) asked.set(by, toItemId(id));
    }
    return { query: asked.size === 0 ? query : { ...query, ids: [...query.ids, ...asked.keys()] }, asked };
  };
  return {
    ...shelf,
    get,
    find(wanted) {
      const { query, asked } = resolved(wanted);
      return shelf.find(query).map((found) => {
        const id = asked.get(found.id);
        return id === undefined ? found : standingIn(found, id);
      });
    },
    count: (wanted) => shelf.count(resolved(wanted).query),
  };
}

function standingIn(found: Shelved, id: ItemId): Shelved {
  const renamed = (item: Item): Item => ({ ...item, id, tags: [...item.tags, { name: STANDS_IN, value: found.id }] });
  return { ...found, id, transaction: () => null, head: () => renamed(found.head()), item: () => renamed(found.item()) };
}
