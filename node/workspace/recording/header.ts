import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isId, toAddress, toItemId, toModuleId, toProcessId, toSlot, type ProcessId } from '../../contract/ids.ts';
import type { KeptPart } from '../../contract/kept.ts';
import type { Json } from '../../contract/outcome.ts';
import type { ToldFact } from '../../contract/told.ts';
import { focusNote } from '../../contract/parse-note.ts';
import { systemCode } from '../file-errors.ts';
import { toldFact } from './told-line.ts';

/**
 * A recording is one file: lines of JSON, compressed with gzip. The first is the header, the last says `end`. In between
 * stands everything as it was signed, so that nothing has to be believed: modules and data as items, each log as the
 * bundles that its scheduler gives a gateway. What ought to come of it stands beside it, to be compared. The last line has
 * the number of the lines before it and a hash over them: one that is missing or changed by accident is noticed before
 * anything is read. Against a forger stand the signatures.
 */
export const FORMAT = 'aoscope recording';
/** 1: logs and what belongs to them; 2: also what was taken out; 3: also what the units told; 4: keyframes of a new form; 5: logs that
 * somebody else than their scheduler carried; 6: keyframes of a new form again. Each is read. */
export const VERSION = 6;
/** Keyframes of files before this are of another form: they are made again from the log. */
export const KEYFRAMES_SINCE = 6;

/** Bytes that a file may unpack to: a small file that grows without end is refused. */
const UNPACKED_MAX = 8 * 1024 * 1024 * 1024;
/** A line is read as one text, and no engine has longer ones. */
const LINE_MAX = 512 * 1024 * 1024;
const LINE_END = 0x0a;
const MARKER = 'recording.json';

const id = z.string().refine(isId);
const slot = z.number().int().min(0).transform(toSlot);
const place = z.object({ process: id.transform(toProcessId), slot });
const removedParts = z.object({ tags: z.array(z.string()).readonly(), data: z.boolean() });
const removedOutcome = z.object({
  output: z.boolean(),
  error: z.boolean(),
  messages: z.array(z.number().int()),
  spawns: z.array(z.number().int()),
});
const redaction = z.object({
  actions: z.array(z.string()).readonly(),
  tags: z.array(z.string()).readonly(),
  texts: z.number().int(),
  left: z.array(id.transform(toProcessId)).readonly(),
  processes: z
    .array(z.object({ process: id.transform(toProcessId), from: slot, messages: z.number().int(), outcomes: z.number().int() }))
    .readonly(),
  notes: z.number().int(),
  files: z.number().int(),
  checked: z.object({ values: z.number().int(), of: z.number().int() }),
});
const header = z.object({
  format: z.literal(FORMAT),
  version: z.number().int().min(1).max(VERSION),
  /** The aoscope that wrote it. */
  app: z.string(),
  /** What the person wrote about it. */
  note: z.string(),
  /** Whose lines its logs are. */
  scheduler: id.transform(toAddress),
  /** Who signed the bundles in which the lines lie; null: the scheduler itself, as it uploads them. */
  carrier: id.transform(toAddress).nullable().default(null),
  /** The module that `lua` stands for; null for none. */
  lua: id.transform(toModuleId).nullable(),
  processes: z.array(z.object({ process: id.transform(toProcessId), name: z.string(), slots: z.number().int().min(1) })),
  /** Where to look first. */
  focus: place.nullable().default(null),
  /** What the person wrote about single slots. */
  notes: z.array(place.extend({ text: z.string() })).default([]),
  /** What the person wrote about places of any kind. */
  marks: z.array(focusNote).default([]),
  /** What was taken out; null where it is whole. */
  redaction: redaction.nullable().default(null),
});
export type RecordingHeader = z.infer<typeof header>;

const weaveFile = z.object({
  blockHeight: z.number().int().min(0),
  path: z.string(),
  data: z.string().nullable(),
  halt: z.string().nullable(),
});
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
);
const tags = z.array(z.object({ name: z.string(), value: z.string() }));
const sent = { Anchor: z.string(), Tags: tags, Data: z.string(), NotText: z.array(z.string()).exactOptional() };
const outcome = {
  process: id.transform(toProcessId),
  slot,
  output: json,
  messages: z.array(z.object({ Target: z.string(), ...sent })),
  spawns: z.array(z.object(sent)),
  assignments: z.array(
    z.object({
      Processes: z.array(z.string()),
      Message: z.string(),
      BaseLayer: z.boolean().exactOptional(),
      Exclude: z.array(z.string()).exactOptional(),
    }),
  ),
  error: z.string().nullable(),
  gasUsed: z.number(),
  verdict: z.object({ kind: z.enum(['gas', 'memory', 'time', 'stopped', 'unavailable']), limit: z.number() }).nullable(),
  hash: z.string(),
  memoryBytes: z.number(),
  durationMs: z.number(),
  removed: removedOutcome.exactOptional(),
};
const limits = z.object({ gas: z.number(), memoryBytes: z.number() });
const keptPart = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('outcome'), outcome: z.object({ ...outcome, message: id.transform(toItemId) }), limits }),
  z.object({
    kind: z.literal('tick'),
    outcome: z.object({ ...outcome, tick: z.number().int(), cron: z.string(), timestampMs: z.number(), blockHeight: z.number() }),
    limits,
  }),
  z.object({ kind: z.literal('engine'), slot, engine: z.string() }),
  z.object({ kind: z.literal('keyframe'), slot, isFull: z.boolean(), hash: z.string(), engine: z.string(), bytes: z.string() }),
]);
const line = z.discriminatedUnion('kind', [
  /** A signed item: module, data, line of a log or its notes. */
  z.object({ kind: z.literal('item'), bytes: z.string() }),
  /** A module by its content alone: its publisher's signature is not here, its hash is known. */
  z.object({ kind: z.literal('known'), bytes: z.string() }),
  /** A transaction of the base layer: its fields as JSON in Arweave's words, and its data. */
  z.object({ kind: z.literal('transaction'), header: z.string(), bytes: z.string() }),
  /** Files that a process read through WeaveDrive. */
  z.object({ kind: z.literal('weave'), process: id.transform(toProcessId), files: z.array(weaveFile) }),
  /** What was computed, so that it need not be computed again: outcomes, cron messages, memories. */
  z.object({ kind: z.literal('kept'), process: id.transform(toProcessId), parts: z.array(keptPart) }),
  /** What is left of messages of which something was taken out. */
  z.object({
    kind: z.literal('removed'),
    process: id.transform(toProcessId),
    messages: z.array(
      z.object({
        id: id.transform(toItemId),
        address: id.transform(toAddress),
        target: z.string(),
        anchor: z.string(),
        tags: tags.readonly(),
        data: z.string().nullable(),
        removed: removedParts,
      }),
    ),
  }),
  /** What the units told of the run: times, and what no log holds. */
  z.object({ kind: z.literal('told'), facts: z.array(toldFact) }),
  /** Hashes of outcomes, from slot `from` on. */
  z.object({ kind: z.literal('outcomes'), process: id.transform(toProcessId), from: z.number().int(), hashes: z.array(z.string()) }),
  /** The hash of the state after a slot. */
  z.object({ kind: z.literal('state'), process: id.transform(toProcessId), slot: z.number().int(), hash: z.string() }),
  z.object({ kind: z.literal('end'), lines: z.number().int(), hash: z.string() }),
]);
type AnyLine = z.infer<typeof line>;
/** What is kept is written as it is given, and read with every field of it checked. */
export type RecordingLine =
  | Exclude<AnyLine, { readonly kind: 'end' | 'kept' | 'told' }>
  | { readonly kind: 'told'; readonly facts: readonly ToldFact[] }
  | { readonly kind: 'kept'; readonly process: ProcessId; readonly parts: readonly KeptPart[] };
export type RecordingEnd = Extract<AnyLine, { readonly kind: 'end' }>;

/** Counts and hashes lines as they are written and read, to compare both. */
export function lineSum(): { add(text: string): void; end(): RecordingEnd } {
  const hash = createHash('sha256');
  let lines = 0;
  return {
    add(text) {
      lines++;
      hash.update(text).update('\n');
    },
    end: () => ({ kind: 'end', lines, hash: hash.digest('base64url') }),
  };
}

/**
 * The lines of a recording: the header first.
 * @throws AoError RECORDING_FOREIGN, RECORDING_TOO_NEW, RECORDING_DAMAGED, FILE_UNREADABLE.
 */
export async function* readRecording(path: string): AsyncGenerator<RecordingHeader | RecordingLine> {
  const sum = lineSum();
  let count = 0;
  let isWhole = false;
  try {
    for await (const text of linesOf(path)) {
      if (isWhole) throw new AoError('RECORDING_DAMAGED', { path, reason: 'something follows after its end' });
      if (count++ === 0) {
        sum.add(text);
        yield parseHeader(path, text);
        continue;
      }
      const parsed = line.safeParse(JSON.parse(text));
      if (!parsed.success) throw new AoError('RECORDING_DAMAGED', { path, reason: `line ${count} is none that this version has` });
      if (parsed.data.kind === 'end') {
        checkEnd(path, parsed.data, sum.end());
        isWhole = true;
        continue;
      }
      sum.add(text);
      yield parsed.data;
    }
  } catch (error) {
    throw told(path, count, error);
  }
  if (count === 0) throw new AoError('RECORDING_FOREIGN', { path });
  if (!isWhole) throw new AoError('RECORDING_DAMAGED', { path, reason: 'its end is missing' });
}

/** Reads the whole file, to its end, and keeps the header alone: it is known to be whole then. @throws AoError as {@link readRecording}. */
export async function checkRecording(path: string): Promise<RecordingHeader> {
  let header: RecordingHeader | null = null;
  for await (const one of readRecording(path)) if ('format' in one) header = one;
  if (header === null) throw new AoError('RECORDING_FOREIGN', { path });
  return header;
}

function checkEnd(path: string, told: RecordingEnd, found: RecordingEnd): void {
  if (told.lines !== found.lines)
    throw new AoError('RECORDING_DAMAGED', {
      path,
      reason: `it has ${found.lines} lines in front of its end, and should have ${told.lines}`,
    });
  if (told.hash !== found.hash) throw new AoError('RECORDING_DAMAGED', { path, reason: 'a line of it was changed' });
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  // What fails there is thrown where it is read, below.
  pipeline(createReadStream(path), unpacked).catch(() => undefined);
  let parts: Buffer[] = [];
  let [bytes, held] = [0, 0];
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > UNPACKED_MAX) throw new AoError('RECORDING_DAMAGED', { path, reason: 'it unpacks to more than any recording holds' });
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]).toString();
      [parts, held] = [[], 0];
      start = end + 1;
    }
    held += chunk.length - start;
    if (held > LINE_MAX) throw new AoError('RECORDING_DAMAGED', { path, reason: 'a line of it has no end' });
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

const marker = header.extend({ file: z.string().nullable().default(null) });
/** What a data folder says it is a recording of. */
export type Opened = z.infer<typeof marker>;

/** Marks a project's data folder as that of a recording. @param file where it was opened from; null where it comes in from a network. */
export async function markOpened(dataDir: string, opened: RecordingHeader, file: string | null): Promise<void> {
  await writeFile(join(dataDir, MARKER), `${JSON.stringify({ ...opened, file })}\n`, { flag: 'wx' });
}

/** What a data folder is a recording of; null for one that is not. */
export async function readOpened(dataDir: string): Promise<Opened | null> {
  const path = join(dataDir, MARKER);
  try {
    return marker.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    // Without it nobody knows that nothing may be written here.
    throw new AoError('RECORDING_DAMAGED', { path, reason: reasonOf(error) });
  }
}
