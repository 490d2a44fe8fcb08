import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { EvaluationPlace, SlotRecording, SourceText } from '../contract/recording.ts';
import type { TimelinePage } from '../contract/timeline.ts';
import { placeInFiles } from '../contract/source-map.ts';
import { codeLines } from './code-lines.ts';
import type { TestNode } from './node.ts';

/** How often the lines and handlers of a file ran. */
export interface FileCoverage {
  readonly file: string;
  readonly lines: Readonly<Record<number, number>>;
  readonly handlers: readonly { readonly name: string; readonly line: number; readonly hits: number }[];
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
  const hits = new Map<string, Map<number, number>>();
  const handled = new Map<string, number>();
  const names = new Map<string, string>();
  const count = (file: string, line: number, by: number): void => {
    const lines = hits.get(file) ?? new Map<number, number>();
    hits.set(file, lines.set(line, (lines.get(line) ?? 0) + by));
  };
  for (const process of processes) {
    const texts = new Map<string, SourceText | null>();
    const textOf = async (chunk: string, slot: Slot): Promise<SourceText | null> => {
      const key = `${chunk}\n${slot}`;
      if (!texts.has(key)) texts.set(key, await sourceOf(ask, process, slot, chunk));
      return texts.get(key) ?? null;
    };
    for (const place of await placesOf(ask, process)) {
      const trace = await traced(ask, place);
      if (trace === null) continue;
      for (const [index, { chunk, isRuntime, slot }] of trace.sources.entries()) {
        if (isRuntime) continue;
        const source = await textOf(chunk, slot ?? place.slot);
        if (source === null) continue;
        for (const hit of trace.hits) {
          if (hit.source !== index) continue;
          const found = placeInFiles(source.text, hit.line, source.file);
          if (found === null) continue;
          count(found.file, found.line, hit.hits);
          names.set(found.file, chunk);
        }
      }
      for (const { name, answer } of trace.handlers) if (answer !== 'skip') handled.set(name, (handled.get(name) ?? 0) + 1);
    }
  }
  const former = new Map(before.map((one) => [one.file, one]));
  for (const file of hits.keys()) if (!former.has(file)) former.set(file, await emptyOf(files, file));
  return [...former.values()].map((one) => added(one, hits.get(one.file), handled));
}

async function emptyOf(files: TestNode['files'], file: string): Promise<FileCoverage> {
  const code = await files.read(file).then(
    ({ text }) => codeLines(text),
    () => null,
  );
  return {
    file,
    lines: Object.fromEntries([...(code?.lines ?? [])].map((line) => [line, 0])),
    handlers: (code?.handlers ?? []).map((handler) => ({ ...handler, hits: 0 })),
  };
}

function added(one: FileCoverage, hits: ReadonlyMap<number, number> | undefined, handled: ReadonlyMap<string, number>): FileCoverage {
  const lines = { ...one.lines };
  // A line that holds no statement of its own (the `end` of a function) is not counted where the others are known.
  const isKnown = Object.keys(one.lines).length > 0;
  for (const [line, count] of hits ?? []) if (!isKnown || line in lines) lines[line] = (lines[line] ?? 0) + count;
  return {
    ...one,
    lines,
    handlers: one.handlers.map((handler) => ({ ...handler, hits: handler.hits + (handled.get(handler.name) ?? 0) })),
  };
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

async function traced(ask: TestNode['ask'], place: EvaluationPlace): Promise<SlotRecording | null> {
  return orNull(ask('cu.trace', place));
}

async function sourceOf(ask: TestNode['ask'], process: ProcessId, slot: Slot, chunk: string): Promise<SourceText | null> {
  return orNull(ask('cu.source', { process, slot, chunk }));
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
