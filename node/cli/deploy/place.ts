import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeLimits } from '../../contract/commands.ts';
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

interface PlaceOptions {
  /** How its node is put together. */
  readonly network: Partial<NetworkProfile>;
  /** What slots may use, where its units are here. */
  readonly limits?: Partial<NodeLimits>;
  readonly wallet: Wallet;
  /** Of the modules of this installation. */
  readonly modulesDir: string;
}

/** Units of others as the network names them; nothing of this installation takes part. */
export function profileOf({ gateway, graphql, su, cu, mu, upload, authority }: UnitsNetwork): Partial<NetworkProfile> {
  return {
    units: { gateway, su, cu, mu },
    ...(graphql === undefined ? {} : { graphql }),
    ...(upload === undefined ? {} : { upload }),
    ...(authority === undefined ? {} : { authorities: [authority] }),
  };
}

/**
 * Opens a place with `wallet`. Whatever it keeps lies in a folder that is gone at the end.
 * @throws AoError UNIT_DOWN.
 */
export async function openPlace(outDir: string, { network, limits = {}, wallet, modulesDir }: PlaceOptions): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'aoscope-deploy-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const app = await startToTry(outDir, home, { network, limits });
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
