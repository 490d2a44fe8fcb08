import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleInfo } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';

/** The sample projects, in the order in which the welcome screen shows them; their folders are node/samples/<id>. */
export const SAMPLES: readonly SampleInfo[] = [
  {
    id: 'ping-pong',
    title: 'Ping-pong',
    about: 'Two processes rally a ball ten times; the shortest way to see messages travel.',
    group: 'first',
    icon: 'repeat',
  },
  {
    id: 'chat-room',
    title: 'Chat room',
    about: 'Three members register and every line one of them says reaches all.',
    group: 'first',
    icon: 'messages',
  },
  {
    id: 'token',
    title: 'Token',
    about: 'A token is minted and passed between two holders, with credit and debit notices.',
    group: 'first',
    icon: 'coins',
  },
  {
    id: 'lost-ball',
    title: 'Lost ball',
    about: 'A rally of twelve rounds stops after nine: which message did nobody answer?',
    group: 'hunt',
    icon: 'search',
  },
  {
    id: 'ledger',
    title: 'Ledger',
    about: 'Two hundred transfers with a planted bug: find out why dave owes money.',
    group: 'hunt',
    icon: 'book',
  },
  {
    id: 'amm',
    title: 'AMM pool',
    about: 'Liquidity, swaps and a slippage limit: why does ada get no silver back?',
    group: 'hunt',
    icon: 'waves',
  },
  {
    id: 'stablecoin',
    title: 'Stablecoin',
    about: 'Vaults, an oracle by cron, liquidations: ada was safe: who took her ore?',
    group: 'hunt',
    icon: 'scale',
  },
  {
    id: 'dao',
    title: 'DAO',
    about: 'Staking, proposals and a treasury: how can more votes be cast than the members have coins?',
    group: 'hunt',
    icon: 'vote',
  },
  {
    id: 'arena',
    title: 'Arena',
    about: 'Processes fight on a grid in rounds by cron: why does the one win who hits nobody?',
    group: 'alone',
    icon: 'swords',
  },
  {
    id: 'agent',
    title: 'Price agent',
    about: 'It subscribes to a market, decides and trades by itself: why does it never rest?',
    group: 'alone',
    icon: 'chart',
  },
  {
    id: 'chat-bot',
    title: 'Chat bot',
    about: 'A desk, a queue and two workers, one of them slow: who answers leo twice?',
    group: 'alone',
    icon: 'bot',
  },
  {
    id: 'weave',
    title: 'Pages on Arweave',
    about: 'Data is written by sending it, and read by having the very item assigned.',
    group: 'beyond',
    icon: 'archive',
  },
  {
    id: 'sqlite',
    title: 'SQLite',
    about: 'A library in SQL tables, on a module of the network that you add first.',
    group: 'beyond',
    icon: 'table',
  },
  {
    id: 'contract',
    title: 'JavaScript contract',
    about: 'A token in the manner of SmartWeave, which a Lua process pays with.',
    group: 'beyond',
    icon: 'code',
  },
  {
    id: 'wasm-counter',
    title: 'WASM counter',
    about: 'A process in AssemblyScript, compiled in the app, that counts for one in Lua.',
    group: 'beyond',
    icon: 'binary',
  },
];

/**
 * Copies a sample into a new folder of its own, `<projects>/<sample>-<n>`.
 * @returns the new folder.
 * @throws AoError SAMPLE_UNKNOWN.
 */
export async function copySample(sample: string, assetsDir: string, projects: string): Promise<string> {
  if (!SAMPLES.some((one) => one.id === sample)) throw new AoError('SAMPLE_UNKNOWN', { sample });
  const folder = await freshFolder(projects, sample);
  await copyFolder(join(assetsDir, 'samples', sample), folder);
  return folder;
}

async function freshFolder(projects: string, sample: string): Promise<string> {
  await mkdir(projects, { recursive: true });
  const taken = new Set(await readdir(projects));
  for (let number = 1; ; number++) {
    const name = `${sample}-${number}`;
    if (taken.has(name)) continue;
    try {
      await mkdir(join(projects, name));
      return join(projects, name);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

// Written anew rather than copied: the assets of a package may be read-only, and the person's copy must not be.
export async function copyFolder(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await mkdir(join(to, entry.name));
      await copyFolder(join(from, entry.name), join(to, entry.name));
    } else {
      await writeFile(join(to, entry.name), await readFile(join(from, entry.name)));
    }
  }
}
