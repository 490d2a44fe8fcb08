import { lowerBound } from '../base/lower-bound.ts';
import { AoError } from './errors.ts';
import type { Slot } from './ids.ts';
import type { CallNode, CodePlace, EvaluationPlace, SlotRecording, SourceText, SourceWish, StepPage } from './recording.ts';
import { placeInFiles, type FilePlace } from './source-map.ts';

/** The text that a source of a recording stands for. */
export interface CodeText {
  readonly text: string;
  /** The file it came from as a whole; null where nobody said. */
  readonly file: string | null;
  /** The slot that brought it. */
  readonly slot: Slot;
}

/** One evaluation from the inside, as far as the window has it. */
export interface InsideView {
  readonly place: EvaluationPlace;
  readonly recording: SlotRecording;
  /** Kept steps of the person's program. */
  readonly steps: StepPage;
  /** How deep each call lies that a kept step belongs to, 0 for the outermost. */
  readonly depths: readonly number[];
  /** By source of the recording; null where its text is not known. */
  readonly texts: readonly (CodeText | null)[];
}

/** Where a step is about to run. */
export interface StepPlace {
  /** Index among the kept steps. */
  readonly at: number;
  readonly step: number;
  readonly source: number;
  readonly line: number;
  /** The line in a file of the project; null where no file is known. */
  readonly file: FilePlace | null;
}

/** The kept step that stands at `step`, or the last one before it; null where there is none. */
export function stepPlace(view: InsideView, step: number): StepPlace | null {
  const { steps } = view;
  const after = lowerBound(steps.step.length, (at) => (steps.step[at] ?? 0) <= step);
  return stepAt(view, Math.max(0, after - 1));
}

/** The kept step of index `at`; null where there is none. */
export function stepAt(view: InsideView, at: number): StepPlace | null {
  const { step, source, line } = view.steps;
  const [own, from, number] = [step[at], source[at], line[at]];
  if (own === undefined || from === undefined || number === undefined) return null;
  return { at, step: own, source: from, line: number, file: fileOf(view, from, number) };
}

/** Which line of which file a line of a source is; null where no file is known. */
export function fileOf(view: InsideView, source: number, line: number): FilePlace | null {
  const code = view.texts[source] ?? null;
  const chunk = view.recording.sources[source]?.chunk ?? '';
  if (code !== null) return placeInFiles(code.text, line, code.file);
  return chunk.startsWith('@') ? { file: chunk.slice(1), line } : null;
}

/** Which source of a recording a place is in: of those with its name the one in which that line ran; -1 where none has its name. */
export function sourceAt({ sources, hits }: Pick<SlotRecording, 'sources' | 'hits'>, { chunk, line }: CodePlace): number {
  const ran = hits.find((one) => one.line === line && sources[one.source]?.chunk === chunk);
  return ran?.source ?? sources.findIndex((one) => one.chunk === chunk);
}

/** How often each line of a file ran, by its line. */
export function hitsIn(view: InsideView, path: string): ReadonlyMap<number, number> {
  const hits = new Map<number, number>();
  for (const one of view.recording.hits) {
    const place = fileOf(view, one.source, one.line);
    if (place?.file === path) hits.set(place.line, (hits.get(place.line) ?? 0) + one.hits);
  }
  return hits;
}

/** Lines of Lua and JavaScript that say nothing by themselves. */
const EMPTY_LINE = /^\s*((--|\/\/).*|end\b[\s,);]*|else|repeat|do|case\b.*:( \{)?|default:|\} else \{|[{}()\s,;]*)$/;

/** Lines of functions that ran which did not run themselves: branches that were not taken. */
export function untakenIn(view: InsideView, path: string, text: string): readonly number[] {
  const hits = hitsIn(view, path);
  const lines = text.split('\n');
  const ran = view.recording.functions
    .filter((one) => one.line > 0 && fileOf(view, one.source, one.line)?.file === path)
    .map((one) => ({ first: (fileOf(view, one.source, one.line)?.line ?? one.line) + 1, length: one.lastLine - one.line - 1 }))
    .filter(({ first, length }) => Array.from({ length }, (_, index) => first + index).some((line) => hits.has(line)));
  const untaken = new Set<number>();
  for (const { first, length } of ran)
    for (let line = first; line < first + length; line += 1)
      if (!hits.has(line) && !EMPTY_LINE.test(lines[line - 1] ?? '')) untaken.add(line);
  return [...untaken].toSorted((a, b) => a - b);
}

/** The step at which a line of a file ran: the first after `from`, or the first of all. */
export function stepOfLine(view: InsideView, path: string, line: number, from: number): number | null {
  let first: number | null = null;
  for (let at = 0; at < view.steps.step.length; at += 1) {
    const place = stepAt(view, at);
    if (place?.file?.file !== path || place.file.line !== line) continue;
    if (place.step > from) return place.step;
    first ??= place.step;
  }
  return first;
}

/**
 * The text of a source of a recording; null for the runtime's, and where no text of that name was evaluated.
 * @param askSource asks `cu.source` of the recording's process and slot
 * @throws AoError as `cu.source`.
 */
export async function textOfSource(
  askSource: (wish: SourceWish) => Promise<SourceText>,
  { sources, hits, functions }: SlotRecording,
  source: number,
): Promise<CodeText | null> {
  const code = sources[source];
  const line = hits.find((one) => one.source === source)?.line;
  if (code === undefined || code.isRuntime || line === undefined) return null;
  const ran = functions.find((one) => one.source === source && one.line > 0);
  const wish = { chunk: code.chunk, line, ...(ran === undefined ? {} : { function: { line: ran.line, lastLine: ran.lastLine } }) };
  try {
    const { text, file, slot } = await askSource(wish);
    return { text, file, slot };
  } catch (error) {
    if (error instanceof AoError && error.code === 'SOURCE_UNKNOWN') return null;
    throw error;
  }
}

/** How deep each call lies: 0 for the outermost. Each comes after the call that made it. */
export function depthsOf(calls: readonly Pick<CallNode, 'parent'>[]): readonly number[] {
  const depths: number[] = [];
  for (const { parent } of calls) depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
  return depths;
}

/** To the next line over calls, or into them; out of a function; and the same two over and out, backwards. */
export type Move = 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'stepBackOut';

/**
 * Where a move leads to inside one evaluation.
 * @param at index among the kept steps; null after the last
 * @returns an index, `after` behind the evaluation's last line, or `before` its first
 */
export function moveInside(view: InsideView, at: number | null, move: Move): number | 'after' | 'before' {
  const { step, call } = view.steps;
  const depth = (index: number): number => view.depths[call[index] ?? -1] ?? 0;
  if (move === 'stepBack' || move === 'stepBackOut') {
    const level = at === null ? 0 : depth(at) - (move === 'stepBackOut' ? 1 : 0);
    for (let index = (at ?? step.length) - 1; index >= 0; index--) if (depth(index) <= level) return index;
    return 'before';
  }
  if (at === null) return 'after';
  const level = move === 'stepIn' ? Infinity : move === 'next' ? depth(at) : depth(at) - 1;
  for (let index = at + 1; index < step.length; index++) if (depth(index) <= level) return index;
  return 'after';
}
