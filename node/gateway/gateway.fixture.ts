import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAndSignData, DataItem, EthereumSigner } from 'arbundles';
import { DEFAULT_LIMITS } from '../contract/commands.ts';
import { DEFAULT_NETWORK } from '../contract/network.ts';
import type { Tag } from '../contract/item.ts';
import type { Fact } from '../contract/trace.ts';
import type { OpenedUnit } from '../contract/unit.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import type { Wallet } from '../item/wallet.ts';
import { openGateway } from './open.ts';

/** A gateway on a folder of its own, with its routes on a free loopback port. */
export interface TestGateway extends OpenedUnit<'gateway'> {
  readonly url: string;
  readonly dataDir: string;
  /** What it announced so far. */
  readonly facts: readonly Fact[];
  /** Closes it and removes the folder. */
  end(): Promise<void>;
}

/** @param dataDir a folder of an earlier gateway, to open it again. */
export async function startTestGateway(dataDir: string = mkdtempSync(join(tmpdir(), 'aoscope-gateway-'))): Promise<TestGateway> {
  const facts: Fact[] = [];
  const config = { dataDir, walletDir: dataDir, assetsDir: dataDir, httpPort: 0, limits: DEFAULT_LIMITS, network: DEFAULT_NETWORK };
  const unit = await openGateway(config, {
    ask: () => Promise.reject(new Error('the gateway asks nobody')),
    tell: (name, body) => {
      if (name === 'facts') facts.push(...(body as { facts: readonly Fact[] }).facts);
    },
  });
  return {
    ...unit,
    url: unit.opened.url ?? '',
    dataDir,
    facts,
    async end() {
      await unit.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A signed item with the tags given as an object. */
export function signed(
  wallet: Wallet,
  tags: Readonly<Record<string, string>>,
  data: string | Uint8Array = 'data',
  target?: string,
): SignedItem {
  const list: Tag[] = Object.entries(tags).map(([name, value]) => ({ name, value }));
  return buildItem(wallet, { tags: list, data, ...(target === undefined ? {} : { target }) });
}

/** Several items as the data of one, packed by arbundles. */
export async function bundled(wallet: Wallet, items: readonly SignedItem[]): Promise<SignedItem> {
  const parts = items.map(({ bytes, id }) => Object.assign(new DataItem(Buffer.from(bytes)), { rawId: Buffer.from(id, 'base64url') }));
  // All have an id, which tells arbundles that they are signed already: this signer is asked for and not used.
  const bundle = await bundleAndSignData(parts, new EthereumSigner('11'.repeat(32)));
  return signed(wallet, { 'Bundle-Format': 'binary', 'Bundle-Version': '2.0.0' }, bundle.getRaw());
}
