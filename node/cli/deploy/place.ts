import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { NetworkProfile } from '../../contract/network.ts';
import type { Client } from '../../contract/rpc.ts';
import type { Wallet } from '../../item/wallet.ts';
import { builtParts } from '../../serve/built.ts';
import { builtInModule } from '../../workspace/module.ts';
import { openModules, type Modules } from '../../workspace/modules/modules.ts';
import { createSigning, type Signing } from '../../workspace/signing.ts';
import { startToTry } from '../headless.ts';
import { untilUp } from '../until-up.ts';

/** Where a project is brought to: a network of others, or a node here to rehearse on. */
export interface Place {
  readonly ask: Client['ask'];
  readonly signing: Signing;
  readonly modules: Modules;
  close(): Promise<void>;
}

/** Units of others as the network names them; nothing of this installation takes part. */
export function profileOf({ gateway, su, cu, mu, upload, authority }: UnitsNetwork): Partial<NetworkProfile> {
  return {
    units: { gateway, su, cu, mu },
    ...(upload === undefined ? {} : { upload }),
    ...(authority === undefined ? {} : { authorities: [authority] }),
  };
}

/**
 * Opens a place with `wallet`. Whatever it keeps lies in a folder that is gone at the end.
 * @param network how its node is put together; @param modulesDir of the modules of this installation
 * @throws AoError UNIT_DOWN.
 */
export async function openPlace(outDir: string, network: Partial<NetworkProfile>, wallet: Wallet, modulesDir: string): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'aoscope-deploy-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const app = await startToTry(outDir, home, network);
    const { ask } = app.hub;
    const close = async (): Promise<void> => {
      await app.stop();
      await remove();
    };
    try {
      await untilUp(app);
    } catch (error) {
      await app.stop();
      throw error;
    }
    const signing = createSigning(join(home, 'wallets'), ask, app.status, { wallet });
    const builtIn = builtInModule(builtParts(outDir).assetsDir, ask, signing, () => undefined);
    const modules = openModules({ folder: modulesDir, ask, signing, builtIn, progress: () => undefined });
    return { ask, signing, modules, close };
  } catch (error) {
    await remove();
    throw error;
  }
}
