import { once } from 'node:events';
import { constants, createReadStream, createWriteStream, existsSync } from 'node:fs';
import { copyFile, link, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable, type Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ProcessInfo } from '../../contract/answers.ts';
import type { BroughtHome } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { toAddress, toSlot, type ModuleId, type ProcessId, type Slot } from '../../contract/ids.ts';
import { tagValue, type LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import type { Progress } from '../../contract/timeline.ts';
import { buildItem } from '../../item/build.ts';
import { BUNDLE_TAGS, writeBundle } from '../../item/bundle.ts';
import { sha256 } from '../../item/hash.ts';
import { resignedBytes } from '../../item/resigned.ts';
import { createWallet, type Wallet } from '../../item/wallet.ts';
import { fileError, systemCode } from '../file-errors.ts';
import { fetchModule } from '../modules/fetch-module.ts';
import { FORMAT, lineSum, VERSION, type RecordingHeader, type RecordingLine } from './header.ts';

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

const PAGE = 500;
const ITEM_BYTES_MAX = 512 * 1024 * 1024;
/** What a recording unpacks to is limited, and base64 takes a third more. */
const LOG_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** One line of a recording holds it. */
const MODULE_BYTES_MAX = 256 * 1024 * 1024;
const LINE_DIGITS = 32;
/** Slots whose outcome the network is asked for, spread over the log. */
const COMPARED = 10;

/**
 * Brings a process that lives on a network of others home: its log as it was signed, and its module, in a recording. Every signature
 * and the hash chain are checked, and that all is of the scheduler that the process names; where something does not fit, a slot is
 * missing, or the log has no end, the file ends before it and the answer says why.
 * @param ask a node whose scheduler, compute unit and gateway are those of the network.
 * @throws AoError PROCESS_UNKNOWN, HOME_NOTHING, MODULE_*, FILE_EXISTS, FILE_UNREADABLE, CANCELLED; what the units say.
 */
export async function bringHome(
  ask: Client['ask'],
  wish: HomeWish,
  { tell, signal }: { readonly tell: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<BroughtHome> {
  const startMs = performance.now();
  if (existsSync(wish.file)) throw new AoError('FILE_EXISTS', { path: wish.file });
  const info = await ask('su.process', { process: wish.process }, signal);
  const of = info.slotLatest + 1;
  const module = standInsOf(info.assignment).module ?? info.module;
  const lines = `${wish.file}.lines`;
  const part = `${wish.file}.part`;
  const out = createWriteStream(lines);
  out.on('error', () => undefined);
  try {
    await put(out, await moduleLine(module, wish, signal));
    const carrier = createWallet();
    const { slots, gap } = await readLog(ask, info, {
      signal,
      bytesMax: wish.logBytesMax ?? LOG_BYTES_MAX,
      take: (entry, bytes) => put(out, { kind: 'item', bytes: carried(carrier, entry, bytes) }),
      told: (done) => tell({ done, of, elapsedMs: performance.now() - startMs }),
    });
    if (slots === 0) throw new AoError('HOME_NOTHING', { process: wish.process, reason: gap?.reason ?? 'its log is empty' });
    const compared = await putOutcomes(ask, { process: wish.process, slots, signal }, out);
    out.end();
    await finished(out);
    const header = headerOf(wish, info, { slots, gap, carrier });
    await pipeline(Readable.from(textOf(header, lines)), createGzip(), createWriteStream(part), { signal });
    await putInPlace(part, wish.file);
    return { process: wish.process, name: info.name ?? '', slots, of, gap, module, compared, file: wish.file };
  } catch (error) {
    if (signal.aborted) throw new AoError('CANCELLED');
    throw fileError(error, wish.file);
  } finally {
    // It may have ended before all was written.
    if (!out.closed) await new Promise<void>((resolve) => out.once('close', resolve).destroy());
    await rm(lines, { force: true });
    await rm(part, { force: true });
  }
}

/** Writes over nothing that came to stand there meanwhile. Not every file system has links. */
async function putInPlace(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw error;
    await copyFile(part, file, constants.COPYFILE_EXCL);
  }
}

/** One line; where the disk is slower than the network, the network waits. */
async function put(out: Writable, line: RecordingLine): Promise<void> {
  if (out.errored !== null) throw out.errored;
  if (!out.write(`${JSON.stringify(line)}\n`)) await once(out, 'drain');
}

async function moduleLine(
  module: ModuleId,
  { gateway, moduleBytesMax = MODULE_BYTES_MAX }: HomeWish,
  signal: AbortSignal,
): Promise<RecordingLine> {
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

/** The signed bytes of a line of a log. */
interface SignedLine {
  readonly assignment: Uint8Array;
  readonly message: Uint8Array;
}

interface LogReading {
  readonly signal: AbortSignal;
  readonly bytesMax: number;
  take(entry: LogEntry, bytes: SignedLine): Promise<void>;
  /** Is told how many slots there are. */
  told(done: number): void;
}

async function readLog(
  ask: Client['ask'],
  { process, slotLatest }: ProcessInfo,
  { signal, bytesMax, take, told }: LogReading,
): Promise<Pick<BroughtHome, 'slots' | 'gap'>> {
  let before: LogEntry['assignment'] | null = null;
  const endsAt = (slot: number, reason: string): Pick<BroughtHome, 'slots' | 'gap'> => ({
    slots: slot,
    gap: { slot: toSlot(slot), reason },
  });
  let [from, bytes, page] = [0, 0, PAGE];
  while (from <= slotLatest) {
    const limit = Math.min(page, slotLatest - from + 1);
    // One scheduler cuts its pages where they grow large, another gives pages that are too large to be read.
    const entries = await pageOf(ask, { process, from: toSlot(from), limit }, signal);
    if (entries === null) {
      page = Math.ceil(limit / 4);
      continue;
    }
    if (entries.length === 0) return endsAt(from, 'the scheduler does not show this slot');
    for (const entry of entries.slice(0, limit)) {
      if (entry.assignment.slot !== from) return endsAt(from, 'the scheduler does not show this slot');
      const line = await signedLine(entry, before);
      if (typeof line === 'string') return endsAt(from, line);
      bytes += line.assignment.length + line.message.length;
      if (bytes > bytesMax) return endsAt(from, `the log up to here has more than ${bytesMax} bytes`);
      await take(entry, line);
      before = entry.assignment;
      from++;
    }
    told(from);
  }
  return { slots: slotLatest + 1, gap: null };
}

/** Null where less is to be asked for. */
async function pageOf(
  ask: Client['ask'],
  part: { readonly process: ProcessId; readonly from: Slot; readonly limit: number },
  signal: AbortSignal,
): Promise<readonly LogEntry[] | null> {
  try {
    return (await ask('su.log', part, signal)).entries;
  } catch (error) {
    if (part.limit > 1 && error instanceof AoError && error.code === 'UNIT_ANSWER_WRONG' && 'limit' in error.details) return null;
    throw error;
  }
}

/** Both items of a slot as they were signed; or why they cannot be had. */
async function signedLine({ assignment, message }: LogEntry, before: LogEntry['assignment'] | null): Promise<SignedLine | string> {
  const raw = (text: string): Buffer => Buffer.from(text, 'base64url');
  const chain = before === null ? sha256(raw(assignment.process)) : sha256(raw(before.id), raw(before.hashChain));
  if (chain.toString('base64url') !== assignment.hashChain) return 'its hash chain does not follow from the slot before';
  if (message === null) return 'it assigns data that the scheduler does not show';
  if (message.id !== assignment.message) return 'it shows another message than the one that was assigned';
  const assigned = await resignedBytes({ ...assignment, target: '', data: '' }, ITEM_BYTES_MAX);
  if (assigned === null) return 'the signature of its assignment does not fit what the scheduler shows';
  // Whoever else signs may put what they like into a log, also what is to run in place of its module.
  const named = before === null ? tagValue(message.tags, 'Scheduler') : addressOf(before);
  if (addressOf(assignment) !== named) return `its assignment is not signed by the scheduler ${named ?? ''} of the process`;
  const bytes = await resignedBytes(message, ITEM_BYTES_MAX);
  if (bytes === null)
    return 'the signature of its message does not fit what the scheduler shows (data that is no text is not shown exactly)';
  return { assignment: assigned, message: bytes };
}

/** Of the key that signed, whatever the scheduler says. */
function addressOf({ owner }: LogEntry['assignment']): string {
  return sha256(Buffer.from(owner, 'base64url')).toString('base64url');
}

/** As a scheduler gives its lines to a gateway. What it is signed with is worth nothing: what it carries has signatures of its own. */
function carried(carrier: Wallet, { assignment }: LogEntry, bytes: SignedLine): string {
  const data = writeBundle([
    { id: assignment.id, bytes: bytes.assignment },
    { id: assignment.message, bytes: bytes.message },
  ]);
  return buildItem(carrier, { anchor: String(assignment.slot + 1).padStart(LINE_DIGITS, '0'), tags: BUNDLE_TAGS, data }).raw;
}

/** What the network says came of some slots. One that says nothing keeps nobody from looking at the history. */
async function putOutcomes(
  ask: Client['ask'],
  { process, slots, signal }: { readonly process: ProcessId; readonly slots: number; readonly signal: AbortSignal },
  out: Writable,
): Promise<number> {
  const step = Math.max(1, Math.ceil(slots / COMPARED));
  let compared = 0;
  for (let slot = slots - 1; slot >= 0; slot -= step) {
    try {
      const { hash } = await ask('cu.result', { process, slot: toSlot(slot) }, signal);
      await put(out, { kind: 'outcomes', process, from: slot, hashes: [hash] });
      compared++;
    } catch (error) {
      if (!(error instanceof AoError) || signal.aborted) throw error;
      break;
    }
  }
  return compared;
}

function headerOf(
  { process, network, app }: HomeWish,
  { name, slotLatest, assignment }: ProcessInfo,
  { slots, gap, carrier }: Pick<BroughtHome, 'slots' | 'gap'> & { readonly carrier: Wallet },
): RecordingHeader {
  const part = gap === null ? '' : ` Slots ${slots} to ${slotLatest} are missing: ${gap.reason}.`;
  return {
    format: FORMAT,
    version: VERSION,
    app,
    note: `Brought home from ${network}.${part}`,
    scheduler: toAddress(addressOf(assignment)),
    carrier: carrier.address,
    lua: null,
    processes: [{ process, name: name ?? '', slots }],
    focus: { process, slot: toSlot(slots - 1) },
    notes: [],
    marks: [],
    redaction: null,
  };
}

async function* textOf(header: RecordingHeader, lines: string): AsyncGenerator<string> {
  const sum = lineSum();
  const first = JSON.stringify(header);
  sum.add(first);
  yield `${first}\n`;
  for await (const line of createInterface({ input: createReadStream(lines), crlfDelay: Number.POSITIVE_INFINITY })) {
    sum.add(line);
    yield `${line}\n`;
  }
  yield `${JSON.stringify(sum.end())}\n`;
}
