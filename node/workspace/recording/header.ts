import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isId, toAddress, toModuleId, toProcessId } from '../../contract/ids.ts';
import { systemCode } from '../file-errors.ts';

/**
 * A recording is one file: lines of JSON, compressed with gzip. The first is the header, the last says `end`. In between
 * stands everything as it was signed, so that nothing has to be believed: modules and data as items, each log as the
 * bundles that its scheduler gives a gateway. What ought to come of it stands beside it, to be compared.
 */
export const FORMAT = 'aoscope recording';
export const VERSION = 1;

/** Bytes that a file may unpack to: a small file that grows without end is refused. */
const UNPACKED_MAX = 8 * 1024 * 1024 * 1024;
const LINE_END = 0x0a;
const MARKER = 'recording.json';

const id = z.string().refine(isId);
const header = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** The aoscope that wrote it. */
  app: z.string(),
  /** What the person wrote about it. */
  note: z.string(),
  /** Whose lines its logs are. */
  scheduler: id.transform(toAddress),
  /** The module that `lua` stands for; null for none. */
  lua: id.transform(toModuleId).nullable(),
  processes: z.array(z.object({ process: id.transform(toProcessId), name: z.string(), slots: z.number().int().min(1) })),
});
export type RecordingHeader = z.infer<typeof header>;

const line = z.discriminatedUnion('kind', [
  /** A signed item: module, data, line of a log or its notes. */
  z.object({ kind: z.literal('item'), bytes: z.string() }),
  /** A module by its content alone: its publisher's signature is not here, its hash is known. */
  z.object({ kind: z.literal('known'), bytes: z.string() }),
  /** Hashes of outcomes, from slot `from` on. */
  z.object({ kind: z.literal('outcomes'), process: id.transform(toProcessId), from: z.number().int(), hashes: z.array(z.string()) }),
  /** The hash of the state after a slot. */
  z.object({ kind: z.literal('state'), process: id.transform(toProcessId), slot: z.number().int(), hash: z.string() }),
  z.object({ kind: z.literal('end') }),
]);
export type RecordingLine = z.infer<typeof line>;

/**
 * The lines of a recording: the header first.
 * @throws AoError RECORDING_FOREIGN, RECORDING_TOO_NEW, RECORDING_DAMAGED, FILE_UNREADABLE.
 */
export async function* readRecording(path: string): AsyncGenerator<RecordingHeader | RecordingLine> {
  let count = 0;
  let isWhole = false;
  try {
    for await (const text of linesOf(path)) {
      if (isWhole) throw new AoError('RECORDING_DAMAGED', { path, reason: 'something follows after its end' });
      if (count++ === 0) {
        yield parseHeader(path, text);
        continue;
      }
      const parsed = line.safeParse(JSON.parse(text));
      if (!parsed.success) throw new AoError('RECORDING_DAMAGED', { path, reason: `line ${count} is none that this version has` });
      if (parsed.data.kind === 'end') isWhole = true;
      else yield parsed.data;
    }
  } catch (error) {
    throw told(path, count, error);
  }
  if (count === 0) throw new AoError('RECORDING_FOREIGN', { path });
  if (!isWhole) throw new AoError('RECORDING_DAMAGED', { path, reason: 'its end is missing' });
}

/** The header alone. @throws AoError as {@link readRecording}. */
export async function readHeader(path: string): Promise<RecordingHeader> {
  for await (const first of readRecording(path)) if ('format' in first) return first;
  throw new AoError('RECORDING_FOREIGN', { path });
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  // What fails there is thrown where it is read, below.
  pipeline(createReadStream(path), unpacked).catch(() => undefined);
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > UNPACKED_MAX) throw new AoError('RECORDING_DAMAGED', { path, reason: 'it unpacks to more than any recording holds' });
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString();
}

function parseHeader(path: string, text: string): RecordingHeader {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new AoError('RECORDING_FOREIGN', { path });
  }
  const named = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(raw);
  if (!named.success) throw new AoError('RECORDING_FOREIGN', { path });
  if (named.data.version > VERSION) throw new AoError('RECORDING_TOO_NEW', { path, version: named.data.version, known: VERSION });
  const parsed = header.safeParse(raw);
  if (!parsed.success) throw new AoError('RECORDING_DAMAGED', { path, reason: 'its header is not whole' });
  return parsed.data;
}

function told(path: string, count: number, error: unknown): AoError {
  if (error instanceof AoError) return error;
  const code = systemCode(error);
  if (code.startsWith('Z_') && count === 0) return new AoError('RECORDING_FOREIGN', { path });
  if (code.startsWith('Z_') || code === '' || error instanceof SyntaxError)
    return new AoError('RECORDING_DAMAGED', { path, reason: reasonOf(error) });
  return new AoError('FILE_UNREADABLE', { path, reason: reasonOf(error) });
}

/** Marks a project's data folder as that of a recording. */
export async function markOpened(dataDir: string, opened: RecordingHeader): Promise<void> {
  await writeFile(join(dataDir, MARKER), `${JSON.stringify(opened)}\n`, { flag: 'wx' });
}

/** What a data folder is a recording of; null for one that is not. */
export async function readOpened(dataDir: string): Promise<RecordingHeader | null> {
  const path = join(dataDir, MARKER);
  try {
    return header.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    // Without it nobody knows that nothing may be written here.
    throw new AoError('RECORDING_DAMAGED', { path, reason: reasonOf(error) });
  }
}
