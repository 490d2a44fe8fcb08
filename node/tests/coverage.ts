import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { EvaluationPlace, HandlerDecision, SlotRecording, SourceText, SourceWish } from '../contract/recording.ts';
import type { FileCoverage } from '../contract/tests.ts';
import type { TimelinePage } from '../contract/timeline.ts';
import { placeInFiles, type FilePlace } from '../contract/source-map.ts';
import type { ProjectFiles } from '../workspace/files.ts';
import { codeLines, type CodeLines } from './code-lines.ts';
import type { TestNode } from './node.ts';

/** A handler that took a message. */
interface Taken {
  readonly name: string;
  /** Where its function stands in the project; null where that is not known. */
  readonly place: FilePlace | null;
}

/** What the slots of one process ran, by file and line. */
interface Ran {
  readonly lines: Map<string, Map<number, number>>;
  readonly taken: Taken[];
}

/**
 * Adds what the slots of some processes ran to what was covered before. Nothing was recorded while they ran: each slot is
 * run again under the eyes of the engine.
 */
export async function coverageOf(
  { ask, files }: TestNode,
  processes: readonly ProcessId[],
  before: readonly FileCoverage[],
): Promise<readonly FileCoverage[]> {
  let all = before;
  for (const process of processes) {
    const ran = await ranOf(ask, process);
    const known = new Set(all.map(({ file }) => file));
    const fresh = [...ran.lines.keys()].filter((file) => !known.has(file));
    all = [...all, ...(await Promise.all(fresh.map((file) => uncovered(files, file))))];
    const counted = all.map(async (one) => withLines(one, await begun(files, one.file, ran.lines.get(one.file))));
    all = handled(await Promise.all(counted), ran);
  }
  return all;
}

/** A file of which nothing has run. */
export async function uncovered(files: Pick<ProjectFiles, 'read'>, file: string): Promise<FileCoverage> {
  const read = await files.read(file).catch(() => null);
  const code = read === null ? null : codeLines(read.text);
  return {
    file,
    version: read?.version ?? null,
    ...(code === null ? { isUnreadable: true as const } : {}),
    lines: Object.fromEntries([...(code?.lines ?? [])].map((line) => [line, 0])),
    handlers: (code?.handlers ?? []).map((handler) => ({ ...handler, hits: 0 })),
  };
}

async function ranOf(ask: TestNode['ask'], process: ProcessId): Promise<Ran> {
  const ran: Ran = { lines: new Map(), taken: [] };
  const texts = new Map<string, SourceText | null>();
  const textOf = async (slot: Slot, wish: SourceWish): Promise<SourceText | null> => {
    const key = JSON.stringify([slot, wish]);
    if (!texts.has(key)) texts.set(key, await orNull(ask('cu.source', { process, slot, ...wish })));
    return texts.get(key) ?? null;
  };
  for (const place of await placesOf(ask, process)) {
    const trace = await orNull(ask('cu.trace', place));
    if (trace === null) continue;
    for (const [index, { isRuntime, slot }] of trace.sources.entries()) {
      if (isRuntime) continue;
      const source = await textOf(slot ?? place.slot, wishOf(trace, index));
      if (source === null) continue;
      for (const hit of trace.hits) {
        if (hit.source !== index) continue;
        const found = placeInFiles(source.text, hit.line, source.file);
        // What a contract in JavaScript could run is not known.
        if (found?.file.endsWith('.lua') !== true) continue;
        const lines = ran.lines.get(found.file) ?? new Map<number, number>();
        ran.lines.set(found.file, lines.set(found.line, (lines.get(found.line) ?? 0) + hit.hits));
      }
    }
    for (const decision of trace.handlers) {
      // One without a place of its own belongs to what every process begins with.
      if (decision.answer === 'skip' || decision.handle === null) continue;
      ran.taken.push({ name: decision.name, place: await placeOf(decision.handle, (wish) => textOf(place.slot, wish)) });
    }
  }
  return ran;
}

/** A text is told by what ran of it: several may have been loaded under one name. */
function wishOf({ sources, functions, hits }: SlotRecording, index: number): SourceWish {
  const last = Math.max(...hits.flatMap(({ source, line }) => (source === index ? line : [])));
  const written = functions.find(({ source, line }) => source === index && line > 0);
  return {
    chunk: sources[index]?.chunk ?? '',
    ...(Number.isFinite(last) ? { line: last } : {}),
    ...(written === undefined ? {} : { function: { line: written.line, lastLine: written.lastLine } }),
  };
}

async function placeOf(
  handle: NonNullable<HandlerDecision['handle']>,
  textOf: (wish: SourceWish) => Promise<SourceText | null>,
): Promise<FilePlace | null> {
  return (await textOf({ chunk: handle }))?.place ?? null;
}

const known = new WeakMap<TestNode['files'], Map<string, CodeLines | null>>();

/** What could run of a file, read once for each node: tests do not change their project. */
async function codeOf(files: TestNode['files'], file: string): Promise<CodeLines | null> {
  const codes = known.get(files) ?? new Map<string, CodeLines | null>();
  known.set(files, codes);
  const read = codes.has(file) ? null : await files.read(file).catch(() => null);
  if (!codes.has(file)) codes.set(file, read === null ? null : codeLines(read.text));
  return codes.get(file) ?? null;
}

/** A statement that ran at another of its lines ran where it begins. */
async function begun(
  files: TestNode['files'],
  file: string,
  hits: ReadonlyMap<number, number> | undefined,
): Promise<ReadonlyMap<number, number> | undefined> {
  const code = hits === undefined ? null : await codeOf(files, file);
  if (hits === undefined || code === null) return hits;
  const lines = new Map(hits);
  for (const [line, count] of hits) {
    const start = code.beginnings.get(line);
    if (start !== undefined && !hits.has(start)) lines.set(start, Math.max(lines.get(start) ?? 0, count));
  }
  return lines;
}

function withLines(one: FileCoverage, hits: ReadonlyMap<number, number> | undefined): FileCoverage {
  // Lines that ran of those that nobody knows would be all of them.
  if (hits === undefined || one.isUnreadable === true) return one;
  const lines = { ...one.lines };
  // A line that holds no statement of its own (the `end` of a function) is not counted.
  for (const [line, count] of hits) if (line in lines) lines[line] = (lines[line] ?? 0) + count;
  return { ...one, lines };
}

/** Counts each message at the handler that took it: the one of that name, in a file that its process ran. */
function handled(all: readonly FileCoverage[], { lines, taken }: Ran): readonly FileCoverage[] {
  const counted = new Map(all.map((one) => [one.file, one.handlers.map((handler) => ({ ...handler }))]));
  for (const { name, place } of taken) {
    const files = [...counted.keys()].filter((file) => lines.has(file));
    const named = files.flatMap((file) => (counted.get(file) ?? []).filter((one) => one.name === name).map((one) => ({ file, one })));
    // Where a name stands twice, the call that adds it stands at its function, or before that.
    const here = named.filter(({ file, one }) => file === place?.file && one.line <= place.line);
    const meant = here.at(-1) ?? named[0];
    if (meant !== undefined) meant.one.hits += 1;
    // A name that is put together as the program runs stands nowhere in its text.
    else if (place !== null) counted.get(place.file)?.push({ name, line: place.line, action: null, hits: 1 });
  }
  return all.map((one) => ({ ...one, handlers: counted.get(one.file) ?? one.handlers }));
}

async function placesOf(ask: TestNode['ask'], process: ProcessId): Promise<EvaluationPlace[]> {
  const places: EvaluationPlace[] = [];
  for (let from: Slot | null = toSlot(0); from !== null;) {
    const page: TimelinePage = await ask('cu.timeline', { process, from, limit: 1000 });
    for (const { slot, tick } of page.entries) places.push({ process, slot, tick });
    from = page.next;
  }
  return places;
}

/** A machine that cannot be looked into, or a text nobody sent: nothing is covered by that. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AoError && (error.code === 'TRACE_UNSUPPORTED' || error.code === 'SOURCE_UNKNOWN')) return null;
    throw error;
  }
}
