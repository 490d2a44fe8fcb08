import { tmpdir } from 'node:os';
import type { NetworkProfile } from '../../contract/network.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { Client } from '../../contract/rpc.ts';
import type { Wallet } from '../../item/wallet.ts';
import { builtInModule } from '../module.ts';
import { compilerScript, openCompilers } from '../modules/compilers.ts';
import { openModules, type Modules } from '../modules/modules.ts';
import type { NodeToTry } from '../ports.ts';
import type { BuildTrust } from '../trust.ts';
import { createSigning, type Signing, type SigningWays } from '../signing.ts';

/** Where a project is brought to: a network of others, or a node here to rehearse on. */
export interface Place {
  readonly ask: Client['ask'];
  readonly signing: Signing;
  readonly modules: Modules;
}

interface PlaceOptions extends Pick<SigningWays, 'consent' | 'heads' | 'signItem'> {
  readonly wallet: Wallet;
  /** Of the modules of this installation. */
  readonly modulesDir: string;
  readonly assetsDir: string;
  readonly trust: BuildTrust;
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

/** A key to rehearse with: what it signs is good nowhere afterwards. */
export async function throwawayWallet(): Promise<Wallet> {
  const { createWallet } = await import('../../item/wallet.ts');
  return createWallet();
}

/** What is signed with `wallet` and sent by way of `node`. */
export function placeOn({ ask, signers }: NodeToTry, { wallet, modulesDir, assetsDir, trust, ...ways }: PlaceOptions): Place {
  // With a wallet at hand no folder of wallets is looked into.
  const signing = createSigning(tmpdir(), ask, signers, { wallet, ...ways });
  const builtIn = builtInModule(assetsDir, ask, signing, () => undefined);
  // Its thread ends by itself, and keeps nobody from ending.
  const compilers = openCompilers({ script: compilerScript(assetsDir), trust });
  const progress = (): void => undefined;
  return { ask, signing, modules: openModules({ folder: modulesDir, ask, signing, builtIn, compilers, target: 'network', progress }) };
}
