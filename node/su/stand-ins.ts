import { AoError } from '../contract/errors.ts';
import { isId, toItemId, toModuleId, type ModuleId } from '../contract/ids.ts';
import { tagValue, type Item } from '../contract/item.ts';
import type { NetworkProfile } from '../contract/network.ts';
import type { Client } from '../contract/rpc.ts';
import { NO_STAND_INS, STANDS_IN, type StandIns } from '../contract/stand-ins.ts';

/** What stands in for what in a process that is about to be spawned; null, at once, where nothing does. */
export type DecideStandIns = (process: Item) => Promise<StandIns> | null;

/** The gateway knows which modules are there; it is asked only about modules that the network profile has a stand-in for. */
export function createStandIns(network: NetworkProfile, ask: Client['ask']): DecideStandIns {
  return ({ tags }) => {
    const named = tagValue(tags, 'Module') ?? '';
    if (!Object.hasOwn(network.modules, named)) return null;
    return moduleInPlaceOf(ask, toModuleId(named)).then((module) => ({ ...NO_STAND_INS, module }));
  };
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
