import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startApp, type RunningApp } from '../../node/app/start-app.ts';
import { toModuleId, toProcessId, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { untilUp } from '../../node/app/until-up.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import type { MessageInput } from '../../node/cu/vm/machine.ts';
import { createWallet, type Wallet } from '../../node/item/wallet.ts';
import type { ClientOrder, ClientReport } from './client.ts';

const OUT = resolve(import.meta.dirname, '../../out');

/** A busy machine is no hung unit: what is measured must not be restarted meanwhile. */
const PATIENT = { silentMs: 60_000, openMs: 120_000 };

/** The app without a window: the four units as the child processes that `npm start` starts. */
export interface BenchApp {
  readonly app: RunningApp;
  /** Where its projects and keys are. */
  readonly userDir: string;
  readonly module: ModuleId;
  /** @param on another module than our own; @param more tags besides. */
  spawn(wallet: Wallet, source: string, on?: ModuleId, more?: readonly Tag[]): Promise<ProcessId>;
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
    timings: PATIENT,
  });
  await untilUp(app);
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
    userDir,
    module,
    async spawn(wallet, source, on = module, more = []) {
      const tags = tagsOf('Process', [
        ...more,
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

/** A message as a machine is given it, of which only what is said matters. @param tags besides, and data as its sender wrote them. */
export function inputAt(process: string, slot: number, tags: readonly Tag[], data: string): MessageInput {
  return {
    Id: slot === 0 ? process : String(slot).padStart(43, 'm'),
    Data: data,
    Owner: 'owner',
    From: 'owner',
    Anchor: null,
    Tags: tags,
    Target: process,
    Epoch: 0,
    Nonce: slot,
    Timestamp: 1_700_000_000_000 + slot,
    'Block-Height': 1,
    'Hash-Chain': '',
    Cron: false,
    'Read-Only': false,
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

/** CPU ms that a process (this one unless told) and every descendant have used so far, without those below `except`; null where there is no /proc. */
export function treeCpuMs(except: readonly number[] = [], root: number = process.pid): number | null {
  try {
    return treeOf(root, except).reduce((sum, pid) => sum + cpuMsOf(pid), 0);
  } catch {
    return null;
  }
}

/** The process and its descendants, without those below `except`. */
function treeOf(root: number, except: readonly number[]): number[] {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((one) => one !== '')
    .map(Number);
  return [root, ...children.filter((pid) => !except.includes(pid)).flatMap((pid) => treeOf(pid, except))];
}

/** Ticks of a hundredth of a second, user and system. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Clients in a process of their own; see client.ts. */
export interface Clients {
  readonly pid: number;
  run(order: ClientOrder): Promise<ClientReport>;
  stop(): void;
}

export function startClients(): Clients {
  const child = fork(resolve(import.meta.dirname, 'client.ts'), [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    pid: child.pid ?? 0,
    run: (order) =>
      new Promise((done, failed) => {
        const ended = (code: number | null): void => failed(new Error(`the clients ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (report: ClientReport) => {
          child.removeListener('exit', ended);
          done(report);
        });
        child.send(order);
      }),
    stop: () => child.disconnect(),
  };
}

/** The public address of a unit. */
export function urlOf(bench: BenchApp, unit: UnitName): string {
  const url = bench.app.status().units.find((one) => one.unit === unit)?.url;
  if (url === undefined || url === null) throw new Error(`the ${unit} has no address`);
  return url;
}

/** Uploads a module of the network. */
export async function uploadModule(bench: BenchApp, wallet: Wallet, format: string, data: Uint8Array): Promise<ModuleId> {
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: format },
  ];
  const { id } = await bench.app.hub.ask('gateway.upload', { item: buildItem(wallet, { tags, data }).raw });
  return toModuleId(id);
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A fresh wallet for a client. */
export const newWallet = (): Wallet => createWallet();

/** One row of the table that `npm run bench` prints. @param ratio to what it is compared with, or the aim */
export const row = (what: string, value: string, ratio: string): void => console.log([what, value, ratio].join(' | '));
