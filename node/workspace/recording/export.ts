import { createWriteStream } from 'node:fs';
import { link, lstat, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ProcessInfo } from '../../contract/answers.ts';
import { AoError } from '../../contract/errors.ts';
import { isId, toItemId, toSlot, type ItemId, type ModuleId, type ProcessId } from '../../contract/ids.ts';
import { tagValue } from '../../contract/item.ts';
import type { KeptPage, RecordingInfo, WeaveFile, WeavePlace } from '../../contract/kept.ts';
import type { Client } from '../../contract/rpc.ts';
import type { Progress } from '../../contract/timeline.ts';
import { standInsOf } from '../../contract/stand-ins.ts';
import { fileError } from '../file-errors.ts';
import { FORMAT, lineSum, VERSION, type RecordingHeader, type RecordingLine } from './header.ts';

/** What is to go into a recording. */
export interface ExportWish {
  /** Where to; nothing stands there yet. */
  readonly file: string;
  readonly processes: readonly ProcessId[];
  readonly note: string;
  readonly focus?: RecordingInfo['focus'];
  readonly notes?: RecordingInfo['notes'];
  /** With outcomes, cron messages and memories as they were computed here. */
  readonly withKeyframes?: boolean;
  readonly app: string;
  readonly lua: ModuleId | null;
}

/** Who waits for an export. */
export interface ExportWatch {
  /** Is told how far it has come: each slot counts once when its message is written, and once when its outcome is. */
  readonly tell?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** The ports of an export, which count on the way. */
interface Source {
  readonly ask: Client['ask'];
  /** So many messages or outcomes more have been written. @throws the reason of a cancel. */
  readonly written: (more: number) => void;
}

const PAGE = 200;
/** States are hashed this many slots apart, and at the end. */
const STATE_EVERY = 500;

/**
 * Writes a recording of processes: their logs up to now, what was written down beside them, their modules and the data
 * that was assigned to them. No key is asked for, so none is in it.
 * @throws AoError PROCESS_UNKNOWN, RECORDING_IMPOSSIBLE, FILE_EXISTS, FILE_UNREADABLE, CANCELLED.
 */
export async function exportRecording(asking: Client['ask'], wish: ExportWish, watch: ExportWatch = {}): Promise<RecordingHeader> {
  const ask: Client['ask'] = (name, args) => asking(name, args, watch.signal);
  const { focus = null, notes = [], withKeyframes = false } = wish;
  const infos: ProcessInfo[] = [];
  for (const process of wish.processes) infos.push(await ask('su.process', { process }));
  const [first] = infos;
  if (first === undefined)
    throw new AoError('RECORDING_IMPOSSIBLE', { process: 'A project without processes', reason: 'it has no history' });
  for (const { process, slot } of [...(focus === null ? [] : [focus]), ...notes]) {
    const info = infos.find((one) => one.process === process);
    if (info === undefined || slot > info.slotLatest) throw new AoError('SLOT_UNKNOWN', { process, slot });
  }
  const header: RecordingHeader = {
    format: FORMAT,
    version: VERSION,
    app: wish.app,
    note: wish.note,
    scheduler: first.assignment.address,
    lua: wish.lua,
    processes: infos.map(({ process, name, slotLatest }) => ({ process, name: name ?? '', slots: slotLatest + 1 })),
    focus,
    notes: [...notes],
  };
  const isTaken = await lstat(wish.file).then(
    () => true,
    () => false,
  );
  if (isTaken) throw new AoError('FILE_EXISTS', { path: wish.file });
  // A recording that is half there is none: it takes its name when it is whole.
  const part = `${wish.file}.part`;
  try {
    const source = { ask, written: counting(infos, watch) };
    await pipeline(Readable.from(textOf(header, bodyOf(source, infos, withKeyframes))), createGzip(), createWriteStream(part));
    await link(part, wish.file);
  } catch (error) {
    throw fileError(error, wish.file);
  } finally {
    await rm(part, { force: true });
  }
  return header;
}

function counting(infos: readonly ProcessInfo[], { tell, signal }: ExportWatch): Source['written'] {
  const startedMs = performance.now();
  const of = 2 * infos.reduce((sum, { slotLatest }) => sum + slotLatest + 1, 0);
  let done = 0;
  return (more) => {
    if (signal?.aborted === true) throw new AoError('CANCELLED');
    done += more;
    tell?.({ done, of, elapsedMs: performance.now() - startedMs });
  };
}

async function* textOf(header: RecordingHeader, lines: AsyncIterable<RecordingLine>): AsyncGenerator<string> {
  const sum = lineSum();
  const text = (line: RecordingHeader | RecordingLine): string => {
    const written = JSON.stringify(line);
    sum.add(written);
    return `${written}\n`;
  };
  yield text(header);
  for await (const line of lines) yield text(line);
  yield `${JSON.stringify(sum.end())}\n`;
}

async function* bodyOf(source: Source, infos: readonly ProcessInfo[], withKeyframes: boolean): AsyncGenerator<RecordingLine> {
  const { ask } = source;
  const written = new Set<ItemId>();
  for (const info of infos) {
    for (const id of needsOf(info)) yield* itemLine(ask, id, written);
    yield* logOf(source, info, written);
    yield* weaveOf(ask, info);
    if (withKeyframes) yield* keptOf(ask, info);
    yield* hashesOf(source, info);
  }
}

/** What a process is made of: its module, and what it boots from. */
function needsOf({ module, item, assignment }: ProcessInfo): ItemId[] {
  const boot = tagValue(item.tags, 'On-Boot');
  return [toItemId(standInsOf(assignment).module ?? module), ...(boot !== null && isId(boot) ? [toItemId(boot)] : [])];
}

async function* itemLine(ask: Client['ask'], id: ItemId, written: Set<ItemId>): AsyncGenerator<RecordingLine> {
  if (written.has(id)) return;
  written.add(id);
  const { bytes, form, header } = await ask('gateway.bytes', { id });
  yield form === 'transaction' ? { kind: form, bytes, header: header ?? '' } : { kind: form, bytes };
}

/** What it read of the weave: where the file is opened no gateway has it. */
async function* weaveOf(ask: Client['ask'], { process }: ProcessInfo): AsyncGenerator<RecordingLine> {
  for (let after: WeavePlace | null = null; ;) {
    const { files, next }: { readonly files: readonly WeaveFile[]; readonly next: WeavePlace | null } = await ask('cu.weaveFiles', {
      process,
      after,
    });
    if (files.length > 0) yield { kind: 'weave', process, files: [...files] };
    if (next === null) return;
    after = next;
  }
}

async function* keptOf(ask: Client['ask'], { process }: ProcessInfo): AsyncGenerator<RecordingLine> {
  for (let from: number | null = 0; from !== null;) {
    const page: KeptPage = await ask('cu.kept', { process, from: toSlot(from) });
    if (page.parts.length > 0) yield { kind: 'kept', process, parts: page.parts };
    from = page.next;
  }
}

async function* logOf(
  { ask, written: count }: Source,
  { process, slotLatest }: ProcessInfo,
  written: Set<ItemId>,
): AsyncGenerator<RecordingLine> {
  for (let from: number | null = 0; from !== null && from <= slotLatest;) {
    const limit = Math.min(PAGE, slotLatest - from + 1);
    const { items, next }: { readonly items: readonly string[]; readonly next: number | null } = await ask('su.export', {
      process,
      from: toSlot(from),
      limit,
    });
    for (const bytes of items) yield { kind: 'item', bytes };
    count((next ?? slotLatest + 1) - from);
    from = next;
  }
  for (let from = 0; from <= slotLatest;) {
    const { entries } = await ask('su.log', { process, from: toSlot(from), limit: PAGE });
    if (entries.length === 0) return;
    for (const { assignment, message } of entries) if (message === null) yield* itemLine(ask, assignment.message, written);
    from += entries.length;
  }
}

async function* hashesOf({ ask, written }: Source, { process, slotLatest }: ProcessInfo): AsyncGenerator<RecordingLine> {
  // This also has every slot evaluated.
  const last = await ask('cu.stateHash', { process, slot: slotLatest });
  for (let from = 0; from <= slotLatest;) {
    const to = Math.min(from + PAGE - 1, slotLatest);
    const { results } = await ask('cu.results', { process, from: toSlot(from), to: toSlot(to), limit: PAGE, order: 'asc' });
    yield { kind: 'outcomes', process, from, hashes: results.map(({ hash }) => hash) };
    written(to + 1 - from);
    from = to + 1;
  }
  for (let slot = STATE_EVERY; slot < slotLatest; slot += STATE_EVERY)
    yield { kind: 'state', process, slot, hash: (await ask('cu.stateHash', { process, slot: toSlot(slot) })).hash };
  yield { kind: 'state', process, slot: slotLatest, hash: last.hash };
}
