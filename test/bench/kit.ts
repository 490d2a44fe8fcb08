import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startApp, type RunningApp } from '../../node/app/start-app.ts';
import { toProcessId, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { createWallet, type Wallet } from '../../node/item/wallet.ts';

const OUT = resolve(import.meta.dirname, '../../out');

/** The app without a window: the four units as the child processes that `npm start` starts. */
export interface BenchApp {
  readonly app: RunningApp;
  readonly module: ModuleId;
  /** @param on another module than our own */
  spawn(wallet: Wallet, source: string, on?: ModuleId): Promise<ProcessId>;
  message(wallet: Wallet, process: ProcessId, action: string): SignedItem;
  stop(): Promise<void>;
}

/** Starts it on a folder of its own, which is gone after `stop`. */
export async function startBenchApp(): Promise<BenchApp> {
  const userDir = mkdtempSync(join(tmpdir(), 'aoscope-bench-'));
  const starter = createChildStarter({ programOf: (unit) => join(OUT, 'node/units', `${unit}.cjs`), output: () => undefined });
  const app = await startApp({
    shell: 'served',
    version: '0',
    starter,
    paths: { assetsDir: join(OUT, 'assets'), userDir },
    firstPort: null,
    project: null,
    chooseFolder: null,
  });
  await app.ready;
  const status = app.status();
  const module = status.luaModule;
  if (module === null) throw new Error('the node has no Lua module');
  let anchors = 0;
  const tagsOf = (type: string, more: readonly Tag[]): Tag[] => [
    ...more,
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: type },
  ];
  const anchor = (): string => String(++anchors).padStart(32, '0');
  return {
    app,
    module,
    async spawn(wallet, source, on = module) {
      const tags = tagsOf('Process', [
        { name: 'Module', value: on },
        { name: 'Scheduler', value: status.scheduler ?? '' },
        { name: 'Authority', value: status.authority ?? '' },
        { name: 'On-Boot', value: 'Data' },
      ]);
      const item = buildItem(wallet, { anchor: anchor(), tags, data: source });
      const { process, slot } = await app.hub.ask('mu.send', { item: item.raw });
      if (process === null || slot === null) throw new Error('the spawn was not scheduled');
      const { error } = await app.hub.ask('cu.result', { process, slot });
      if (error !== null) throw new Error(error);
      return toProcessId(process);
    },
    message: (wallet, process, action) =>
      buildItem(wallet, { target: process, anchor: anchor(), tags: tagsOf('Message', [{ name: 'Action', value: action }]), data: '1' }),
    async stop() {
      await app.stop();
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process (this one unless told) and every descendant, MiB; null where there is no /proc. */
export function treeMemoryMiB(root: number = process.pid): number | null {
  try {
    const stats = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStat);
    const inTree = new Set([root]);
    // Parents come before children only by accident, so go round until nothing is added.
    for (let size = 0; size !== inTree.size;) {
      size = inTree.size;
      for (const { pid, parent } of stats) if (inTree.has(parent)) inTree.add(pid);
    }
    return stats.filter(({ pid }) => inTree.has(pid)).reduce((sum, { residentMiB }) => sum + residentMiB, 0);
  } catch {
    return null;
  }
}

function readStat(pid: string): { readonly pid: number; readonly parent: number; readonly residentMiB: number }[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return [{ pid: Number(pid), parent: field('PPid'), residentMiB: field('VmRSS') / 1024 }];
  } catch {
    return [];
  }
}

/** A fresh wallet for a client. */
export const newWallet = (): Wallet => createWallet();

/** One row of the table that `npm run bench` prints. @param ratio to what it is compared with, or the aim */
export const row = (what: string, value: string, ratio: string): void => console.log([what, value, ratio].join(' | '));
