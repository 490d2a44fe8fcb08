import { anySignal } from '../any-signal.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessInfo } from '../../contract/answers.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import type { Client } from '../../contract/rpc.ts';
import { DATA_FOLDER } from '../inside.ts';
import { emptyManifest, MANIFEST_FILE, manifestText } from '../manifest.ts';
import type { Projects } from '../projects.ts';
import { markOpened, type RecordingLine } from './header.ts';
import { homeHeader, moduleLine, moduleOf, nothing } from './home.ts';
import { keepOrigin, type HomeOrigin } from './home-origin.ts';
import { handOver } from './home-session.ts';
import { bytesOf, logPages, type LogPage } from './log-pages.ts';
import { pruneRecordings } from './prune.ts';

/** All that is needed before a process of a network can be looked at. */
export interface HomeFirst {
  readonly info: ProcessInfo;
  readonly module: Extract<RecordingLine, { readonly kind: 'known' | 'item' }>;
  readonly page: LogPage;
}

/** Slots that are fetched before anything is opened. */
const FIRST = 100;

/**
 * The module of a process and its first slots, checked.
 * @throws AoError PROCESS_UNKNOWN, HOME_NOTHING, MODULE_*, CANCELLED; what the units say.
 */
export async function readFirst(
  there: Client['ask'],
  { process, gateway }: { readonly process: ProcessId; readonly gateway: string },
  signal: AbortSignal,
): Promise<HomeFirst> {
  const info = await there('su.process', { process }, signal);
  const stop = new AbortController();
  const either = anySignal([signal, stop.signal]);
  try {
    const [module, page] = await Promise.all([moduleLine(moduleOf(info), { gateway }, either), firstPage(there, info, either)]);
    return { info, module, page };
  } finally {
    stop.abort();
  }
}

async function firstPage(there: Client['ask'], { process, slotLatest }: ProcessInfo, signal: AbortSignal): Promise<LogPage> {
  for await (const page of logPages(there, { process, before: null, last: Math.min(slotLatest, FIRST - 1) }, signal)) {
    if (page.lines.length === 0) throw nothing(process, page.gap);
    return page;
  }
  throw nothing(process, null);
}

interface OpenPorts {
  readonly ask: Client['ask'];
  readonly recordingsDir: string;
  readonly projects: Projects;
}

/**
 * Opens a read-only project below the opened recordings, and puts the first slots into it. Where that fails, the project that was open is
 * opened again, and nothing of it stays.
 * @returns where it came from, the folder in which that is kept, and how many slots are here.
 * @throws AoError PROJECT_*; what the units say.
 */
export async function openFirst(
  { info, module, page }: HomeFirst,
  { network, addresses, app }: Pick<HomeOrigin, 'network' | 'addresses'> & { readonly app: string },
  { ask, recordingsDir, projects }: OpenPorts,
): Promise<{ readonly origin: HomeOrigin; readonly originDir: string; readonly here: number }> {
  const { process } = info;
  const name = info.name ?? '';
  const origin: HomeOrigin = { process, name, network, addresses, of: info.slotLatest + 1, bytes: bytesOf(page.lines), file: null };
  await mkdir(recordingsDir, { recursive: true });
  const root = await mkdtemp(join(recordingsDir, 'home-'));
  const former = projects.info().path;
  try {
    const folder = join(root, 'project');
    const dataDir = join(folder, DATA_FOLDER);
    await mkdir(dataDir, { recursive: true });
    // What is missing is told as it comes in: the note is about all of it.
    const header = homeHeader({ process, network, app }, info, { slots: origin.of, of: origin.of, gap: null, carrier: null });
    await markOpened(dataDir, { ...header, focus: { process, slot: toSlot(page.lines.length - 1) } }, null);
    await keepOrigin(root, origin);
    await writeFile(join(folder, MANIFEST_FILE), manifestText(emptyManifest(name || process.slice(0, 8))));
    await projects.open(folder);
    if (module.kind === 'known') await ask('gateway.known', { data: module.bytes });
    else await ask('gateway.upload', { item: module.bytes });
    const here = await handOver(ask, origin, page.lines);
    await pruneRecordings(recordingsDir, [root, former]).catch(() => undefined);
    return { origin, originDir: root, here };
  } catch (error) {
    if (projects.info().path !== former) await projects.open(former);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}
