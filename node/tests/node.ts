import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../contract/desktop.ts';
import type { ModuleId } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import { sha256 } from '../item/hash.ts';
import { seededWallet, writeSeededWallet } from '../item/wallet.ts';
import { startLocalNode } from '../local.ts';
import { projectFiles, type ProjectFiles } from '../workspace/files.ts';
import { builtInModule } from '../workspace/module.ts';
import { compilerScript, openCompilers } from '../workspace/modules/compilers.ts';
import { openModules, type Modules } from '../workspace/modules/modules.ts';
import { createSigning, type Signing } from '../workspace/signing.ts';
import { openBuildTrust, type TrustSource } from '../workspace/trust.ts';
import { OWN_WALLET } from './own-wallet.ts';

/** Every run begins at the same time: the clock is paused there. */
const START_MS = Date.UTC(2030, 0, 1);
/** Memory in place of a disk, where the system has such a folder. */
const MEMORY_DISK = '/dev/shm';

export interface TestNodeOptions {
  /** The project folder's real path. */
  readonly project: string;
  readonly manifest: Manifest;
  readonly assetsDir: string;
  /** Where the modules of the installation are kept. */
  readonly modulesDir: string;
  readonly trust: TrustSource;
}

/** A node that keeps nothing, for the tests of one file. Its keys, its time and its ids are the same in every run. */
export interface TestNode {
  readonly ask: Client['ask'];
  readonly files: ProjectFiles;
  readonly modules: Modules;
  /** The built-in Lua module. */
  readonly lua: ModuleId;
  /** Signs with the wallet of this name. */
  signing(name: string): Signing;
  /** What ids are derived from until the next call: the test that runs. */
  begin(test: string): void;
  close(): Promise<void>;
}

/** @throws AoError what the first unit that cannot start says. */
export async function openTestNode({ project, manifest, assetsDir, modulesDir, trust }: TestNodeOptions): Promise<TestNode> {
  const root = await mkdtemp(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'aoscope-test-'));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    const walletDir = join(root, 'wallets');
    await mkdir(walletDir, { recursive: true });
    for (const unit of ['su', 'mu']) await writeSeededWallet(join(walletDir, `${unit}.json`), seedOf(unit));
    const { network = {}, limits = {} } = manifest;
    const node = await startLocalNode({
      dataDir: join(root, 'data'),
      walletDir,
      assetsDir,
      limits,
      // A test says nothing to units elsewhere.
      network: { ...network, units: {}, readThrough: null },
      clock: { startMs: START_MS, rate: null },
      isChecked: false,
    });
    let test = '';
    let count = 0;
    const signings = new Map<string, Signing>();
    const signing = (name: string): Signing => {
      const known = signings.get(name);
      if (known !== undefined) return known;
      const signers = { scheduler: node.opened.su.address, authority: node.opened.mu.address };
      const made = createSigning(walletDir, node.ask, () => signers, {
        wallet: seededWallet(seedOf(`wallet ${name}`)),
        anchor: () =>
          sha256(Buffer.from(`${test} ${name} ${count++}`))
            .toString('hex')
            .slice(0, 32),
      });
      signings.set(name, made);
      return made;
    };
    const builtIn = builtInModule(assetsDir, node.ask, signing(OWN_WALLET), () => undefined);
    const files = projectFiles(
      project,
      () => undefined,
      () => undefined,
    );
    const compilers = openCompilers({ script: compilerScript(assetsDir), trust: openBuildTrust(trust) });
    const modules = openModules({
      folder: modulesDir,
      ask: node.ask,
      signing: signing(OWN_WALLET),
      builtIn,
      compilers,
      target: 'here',
      progress: () => undefined,
    });
    return {
      ask: node.ask,
      files,
      modules,
      lua: await builtIn.ensure(),
      signing,
      begin(next) {
        test = next;
        count = 0;
      },
      async close() {
        try {
          await compilers.close();
          await node.close();
        } finally {
          await remove();
        }
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function seedOf(name: string): string {
  return `aoscope test ${name}`;
}
