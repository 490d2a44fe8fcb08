import { anySignal } from '../any-signal.ts';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ProcessInfo } from '../../contract/answers.ts';
import type { BroughtHome } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { toAddress, toSlot, type ModuleId, type ProcessId } from '../../contract/ids.ts';
import type { LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import type { Progress } from '../../contract/timeline.ts';
import { buildItem } from '../../item/build.ts';
import { BUNDLE_TAGS, writeBundle } from '../../item/bundle.ts';
import { createWallet, type Wallet } from '../../item/wallet.ts';
import { fileError } from '../file-errors.ts';
import { fetchModule } from '../modules/fetch-module.ts';
import { comingPages } from './coming-pages.ts';
import { FORMAT, VERSION, type RecordingHeader, type RecordingLine } from './header.ts';
import { addressOf, bytesOf, fitting, logPages, type CheckedLine, type LogPage } from './log-pages.ts';
import { writeRecording } from './write.ts';

/** What is brought home, and where to. */
export interface HomeWish {
  readonly process: ProcessId;
  /** The name of the network that it lives on. */
  readonly network: string;
  /** Where its module is fetched. */
  readonly gateway: string;
  /** Nothing stands there yet. */
  readonly file: string;
  readonly app: string;
  /** Bytes of the log at most; {@link LOG_BYTES_MAX} when absent. */
  readonly logBytesMax?: number;
  /** Bytes of the module at most; {@link MODULE_BYTES_MAX} when absent. */
  readonly moduleBytesMax?: number;
}

/** Following the head of a log that was brought home. */
export interface HomeFollow {
  /** Ends it; the file is written then. */
  readonly until: AbortSignal;
  /** Is told each new slot, with its signatures checked. */
  readonly arrived: (entry: LogEntry) => void;
  /** Is told where the network is lost, which is tried again. */
  readonly lost: (error: AoError) => void;
}

/** Who waits for it. */
export interface HomeWatch {
  readonly tell: (progress: Progress) => void;
  /** Gives it up: nothing is written then. */
  readonly signal: AbortSignal;
  readonly follow?: HomeFollow;
}

/** One line of a recording holds it. */
const MODULE_BYTES_MAX = 256 * 1024 * 1024;
const LINE_DIGITS = 32;
/** Slots whose outcome the network is asked for, spread over the log. */
const COMPARED = 10;

/** How far a log was read. */
type Read = Pick<BroughtHome, 'slots' | 'of' | 'gap'>;

/**
 * Brings a process that lives on a network of others home: its log as it was signed, and its module, in a recording. Every signature
 * and the hash chain are checked, and that all is of the scheduler that the process names; where something does not fit, a slot is
 * missing, or the log has no end, the file ends before it and the answer says why.
 * @param ask a node whose scheduler, compute unit and gateway are those of the network.
 * @throws AoError PROCESS_UNKNOWN, HOME_NOTHING, MODULE_*, FILE_EXISTS, FILE_UNREADABLE, CANCELLED; what the units say.
 */
export async function bringHome(ask: Client['ask'], wish: HomeWish, watch: HomeWatch): Promise<BroughtHome> {
  const { signal } = watch;
  if (existsSync(wish.file)) throw new AoError('FILE_EXISTS', { path: wish.file });
  const info = await ask('su.process', { process: wish.process }, signal);
  const module = moduleOf(info);
  const lines = `${wish.file}.lines`;
  const out = createWriteStream(lines);
  out.on('error', () => undefined);
  try {
    await put(out, await moduleLine(module, wish, signal));
    const carrier = createWallet();
    const read = await readLog(ask, info, { wish, watch, take: (line) => putLine(out, carrier, line) });
    const { slots, gap } = read;
    if (slots === 0) throw nothing(wish.process, gap);
    let compared = 0;
    for await (const line of outcomesThere(ask, { process: wish.process, slots, signal })) {
      await put(out, line);
      compared++;
    }
    out.end();
    await finished(out);
    const header = homeHeader(wish, info, { ...read, carrier: carrier.address });
    await writeRecording(header, kept(lines), { file: wish.file, isReplacing: false, signal });
    return { process: wish.process, name: info.name ?? '', ...read, module, compared, file: wish.file };
  } catch (error) {
    if (signal.aborted) throw new AoError('CANCELLED');
    throw fileError(error, wish.file);
  } finally {
    // It may have ended before all was written.
    if (!out.closed) await new Promise<void>((resolve) => out.once('close', resolve).destroy());
    await rm(lines, { force: true });
  }
}

/** The module that runs: another may stand in for the one that the process names. */
export function moduleOf({ assignment, module }: ProcessInfo): ModuleId {
  return standInsOf(assignment).module ?? module;
}

/** Nothing of a process could be had. */
export function nothing(process: ProcessId, gap: LogPage['gap']): AoError {
  return new AoError('HOME_NOTHING', { process, reason: gap?.reason ?? 'its log is empty' });
}

/** One line; where the disk is slower than the network, the network waits. */
async function put(out: Writable, line: RecordingLine): Promise<void> {
  if (out.errored !== null) throw out.errored;
  if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
}

function kept(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

/** A module as a line of a recording, fetched from the gateway of the network and checked. @throws AoError MODULE_*. */
export async function moduleLine(
  module: ModuleId,
  { gateway, moduleBytesMax = MODULE_BYTES_MAX }: Pick<HomeWish, 'gateway' | 'moduleBytesMax'>,
  signal: AbortSignal,
): Promise<Extract<RecordingLine, { readonly kind: 'known' | 'item' }>> {
  const address = gateway.replace(/\/+$/, '');
  const { head, program } = await fetchModule(module, {
    gateway: address,
    signal,
    progress: () => undefined,
    programBytesMax: moduleBytesMax,
  });
  if (head === null) return { kind: 'known', bytes: Buffer.from(program).toString('base64url') };
  return { kind: 'item', bytes: Buffer.concat([head, program]).toString('base64url') };
}

interface LogReading {
  readonly wish: HomeWish;
  readonly watch: HomeWatch;
  take(line: CheckedLine): Promise<void>;
}

async function readLog(ask: Client['ask'], { process, slotLatest }: ProcessInfo, { wish, watch, take }: LogReading): Promise<Read> {
  const { tell, signal, follow } = watch;
  const startMs = performance.now();
  let [bytes, of] = [0, slotLatest + 1];
  let before: LogEntry['assignment'] | null = null;
  const slots = (): number => (before === null ? 0 : before.slot + 1);
  /** @returns what is taken; nothing is after its gap. */
  const takePage = async (page: LogPage): Promise<LogPage> => {
    const taken = fitting(page, bytes, wish.logBytesMax);
    bytes += bytesOf(taken.lines);
    for (const line of taken.lines) {
      await take(line);
      before = line.entry.assignment;
    }
    tell({ done: slots(), of, elapsedMs: performance.now() - startMs });
    return taken;
  };
  for await (const page of logPages(ask, { process, before, last: slotLatest }, signal)) {
    const { gap } = await takePage(page);
    // Where it is followed, what is not shown yet is waited for below.
    if (follow !== undefined && page.isBehind === true) break;
    if (gap !== null) return { slots: slots(), of, gap };
  }
  if (follow === undefined) return { slots: slots(), of, gap: null };
  const known = (count: number): void => void (of = Math.max(of, count));
  const coming = { isFollowed: () => true, known, idle: () => undefined, lost: follow.lost };
  try {
    const either = anySignal([signal, follow.until]);
    for await (const page of comingPages(ask, { process, before }, { signal: either, ...coming })) {
      const { lines, gap } = await takePage(page);
      for (const { entry } of lines) follow.arrived(entry);
      if (gap !== null) return { slots: slots(), of, gap };
    }
  } catch (error) {
    // Whoever ends it has what came until then.
    if (signal.aborted || !follow.until.aborted) throw error;
  }
  return { slots: slots(), of: Math.max(of, slots()), gap: null };
}

/** Data that it assigns stands before it. */
async function putLine(out: Writable, carrier: Wallet, line: CheckedLine): Promise<void> {
  if (line.assigned !== null) await put(out, { kind: 'item', bytes: Buffer.from(line.assigned).toString('base64url') });
  await put(out, { kind: 'item', bytes: carried(carrier, line) });
}

/** As a scheduler gives its lines to a gateway. What it is signed with is worth nothing: what it carries has signatures of its own. */
function carried(carrier: Wallet, { entry: { assignment }, ...bytes }: CheckedLine): string {
  const data = writeBundle([
    { id: assignment.id, bytes: bytes.assignment },
    ...(bytes.message === null ? [] : [{ id: assignment.message, bytes: bytes.message }]),
  ]);
  return buildItem(carrier, { anchor: String(assignment.slot + 1).padStart(LINE_DIGITS, '0'), tags: BUNDLE_TAGS, data }).raw;
}

/** Which outcomes a network is asked for, and how long. */
interface OutcomesWish {
  readonly process: ProcessId;
  readonly slots: number;
  readonly signal: AbortSignal;
  /** Nothing more is asked for once it aborts: its compute unit may evaluate for minutes before it answers. */
  readonly enough?: AbortSignal;
}

/** What the network says came of some slots. One that says nothing keeps nobody from looking at the history. */
export async function* outcomesThere(ask: Client['ask'], { process, slots, signal, enough }: OutcomesWish): AsyncGenerator<RecordingLine> {
  const either = enough === undefined ? signal : anySignal([signal, enough]);
  const step = Math.max(1, Math.ceil(slots / COMPARED));
  for (let slot = slots - 1; slot >= 0; slot -= step) {
    try {
      const { hash } = await ask('cu.result', { process, slot: toSlot(slot) }, either);
      yield { kind: 'outcomes', process, from: slot, hashes: [hash] };
    } catch (error) {
      if (!(error instanceof AoError) || signal.aborted) throw error;
      return;
    }
  }
}

/** What stands at the head of a recording of a process that was brought home. @param read how far; and who signed what its lines lie in. */
export function homeHeader(
  { process, network, app }: Pick<HomeWish, 'process' | 'network' | 'app'>,
  { name, assignment }: Pick<ProcessInfo, 'name' | 'assignment'>,
  { slots, of, gap, carrier }: Read & { readonly carrier: string | null },
): RecordingHeader {
  const part = slots >= of ? '' : ` Slots ${slots} to ${of - 1} are missing${gap === null ? '' : `: ${gap.reason}`}.`;
  return {
    format: FORMAT,
    version: VERSION,
    app,
    note: `Brought home from ${network}.${part}`,
    scheduler: toAddress(addressOf(assignment)),
    carrier: carrier === null ? null : toAddress(carrier),
    lua: null,
    processes: [{ process, name: name ?? '', slots }],
    focus: { process, slot: toSlot(slots - 1) },
    notes: [],
    marks: [],
    redaction: null,
  };
}
