import { AoError } from '../contract/errors.ts';
import { isId, toItemId, toModuleId, type Address, type ModuleId } from '../contract/ids.ts';
import { tagValue, tagValues, type Item, type Tag } from '../contract/item.ts';
import type { NetworkProfile } from '../contract/network.ts';
import type { Client } from '../contract/rpc.ts';
import { NO_STAND_INS, STANDS_IN, type StandIns } from '../contract/stand-ins.ts';

/**
 * What stands in for what in a process that is about to be spawned; null, at once, where nothing does.
 * @param messenger of this node; null where the spawn came through another door than its own.
 */
export type DecideStandIns = (process: Item, messenger: Address | null) => Promise<StandIns> | null;

/** The gateway knows which modules are there; it is asked only about modules that the network profile has a stand-in for. */
export function createStandIns(network: NetworkProfile, ask: Client['ask']): DecideStandIns {
  return ({ tags }, messenger) => {
    const named = tagValue(tags, 'Module') ?? '';
    const authority = messenger === null ? null : authorityInPlaceOf(network.authorities, tags, messenger);
    if (Object.hasOwn(network.modules, named)) return moduleInPlaceOf(ask, toModuleId(named)).then((module) => ({ module, authority }));
    return authority === null ? null : Promise.resolve({ ...NO_STAND_INS, authority });
  };
}

/** Whom a process trusts, as its tags have it: aos takes several in one of them. */
export function authoritiesOf(tags: readonly Tag[]): readonly string[] {
  return tagValues(tags, 'Authority').flatMap((value) => value.split(','));
}

/** The messenger, where the process names an authority that it stands in for (aos takes several in one tag) and not itself. */
function authorityInPlaceOf(replaced: readonly string[], tags: readonly Tag[], messenger: Address): Address | null {
  const named = authoritiesOf(tags);
  return !named.includes(messenger) && replaced.some((authority) => named.includes(authority)) ? messenger : null;
}

/** Null where the module itself is there, and where nothing is: the CU says so then. */
async function moduleInPlaceOf(ask: Client['ask'], named: ModuleId): Promise<ModuleId | null> {
  try {
    const { tags } = await ask('gateway.item', { id: toItemId(named) });
    const by = tagValue(tags, STANDS_IN);
    return by !== null && isId(by) ? toModuleId(by) : null;
  } catch (error) {
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') return null;
    throw error;
  }
}
