import { LRUCache } from 'lru-cache';
import { AoError } from '../contract/errors.ts';
import { toItemId, type ModuleId } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import type { Client } from '../contract/rpc.ts';
import type { ModuleSource, ProcessEnv } from './vm/machine.ts';

/** A module as its processes need it. */
export interface LoadedModule {
  readonly source: ModuleSource;
  /** What every evaluation is told of it. */
  readonly env: ProcessEnv['Module'];
}

/** Modules from the gateway, each kept once however many processes run it. */
export interface Modules {
  /** @throws AoError MODULE_UNKNOWN, MODULE_FORMAT_UNKNOWN. */
  get(id: ModuleId): Promise<LoadedModule>;
}

const MODULES_KEPT = 16;

export function createModules(ask: Client['ask']): Modules {
  const kept = new LRUCache<ModuleId, Promise<LoadedModule>>({ max: MODULES_KEPT });
  return {
    get(id) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const fetched = fetchModule(ask, id).catch((error: unknown) => {
        kept.delete(id);
        throw error;
      });
      kept.set(id, fetched);
      // The module itself may come to the gateway later.
      void fetched.then(
        ({ env }) => tagValue(env.Tags, 'Stands-In') !== null && kept.delete(id),
        () => undefined,
      );
      return fetched;
    },
  };
}

async function fetchModule(ask: Client['ask'], id: ModuleId): Promise<LoadedModule> {
  const item = await ask('gateway.item', { id: toItemId(id) }).catch((error: unknown) => {
    if (error instanceof AoError && error.code === 'ITEM_NOT_FOUND') throw new AoError('MODULE_UNKNOWN', { module: id });
    throw error;
  });
  const format = tagValue(item.tags, 'Module-Format');
  if (format === null) throw new AoError('MODULE_FORMAT_UNKNOWN', { module: id, format: 'none' });
  const { data } = await ask('gateway.data', { id: item.id });
  return { source: { id, format, bytes: Buffer.from(data, 'base64url') }, env: { Id: id, Owner: item.address, Tags: item.tags } };
}
