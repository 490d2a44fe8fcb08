import { join } from 'node:path';
import type { ModuleId } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import type { Signing } from './signing.ts';

/** The built-in Lua module on the gateway of the open project. */
export interface BuiltInModule {
  /** Its id; null until the gateway has it. */
  current(): ModuleId | null;
  /** Resolves once the gateway has it; tries anew after a failure. */
  ensure(): Promise<ModuleId>;
  /** Another gateway's database is open now: whether the module stands there is to be found out again. */
  forget(): void;
}

/** The built-in module as this version of the app has it. */
export async function builtInContent(assetsDir: string): Promise<Uint8Array> {
  const { buildLuaModule } = await import('../lua/module.ts');
  return buildLuaModule(join(assetsDir, 'lua')).bytes;
}

/** @param changed is called when `current()` has changed. */
export function builtInModule(assetsDir: string, ask: Client['ask'], signing: Signing, changed: () => void): BuiltInModule {
  let pending: Promise<ModuleId> | null = null;
  let id: ModuleId | null = null;

  const upload = async (): Promise<ModuleId> => {
    const { buildLuaModule } = await import('../lua/module.ts');
    const { tags, bytes } = buildLuaModule(join(assetsDir, 'lua'));
    const uploaded = await signing.uploadModule(tags, bytes);
    await ask('gateway.lua', { module: uploaded });
    return uploaded;
  };
  return {
    current: () => id,
    ensure() {
      if (pending !== null) return pending;
      const mine = upload();
      pending = mine;
      mine.then(
        (done) => {
          if (pending !== mine) return;
          id = done;
          changed();
        },
        () => {
          if (pending === mine) pending = null;
        },
      );
      return mine;
    },
    forget() {
      pending = null;
      id = null;
    },
  };
}
