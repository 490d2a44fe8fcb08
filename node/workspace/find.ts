import { setImmediate } from 'node:timers/promises';
import { RE2JS } from 're2js';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { FindQuery, Found, FoundFile, FoundPlace } from '../contract/find.ts';
import type { ProjectFiles } from './files.ts';
import { LIST_MAX } from './list.ts';

/** Nobody reads further, and more would only fill the window. */
const PLACES_MAX = 2_000;
/** Of a longer line, which nobody has written, the rest is not looked at. */
const LINE_MAX = 100_000;
/** After so many there is a pause. */
const PAUSE_CHARACTERS = 200_000;
/** A line that is longer is shown around the place that matches. */
const LINE_SHOWN = 240;
/** So much of such a line stands before it. */
const LEAD_SHOWN = 40;

/** Where a line matches, from 0: start and end of each place. */
type Matches = (line: string) => Iterable<readonly [number, number]>;

/**
 * Looks through the text files of a project, in the order of its tree. What is no text is passed over without a word.
 * @throws AoError PATTERN_INVALID; whatever `signal` is aborted with.
 */
export async function findInFiles(files: Pick<ProjectFiles, 'list' | 'read'>, query: FindQuery, signal: AbortSignal): Promise<Found> {
  if (query.text === '') return { files: [], places: 0, isComplete: true, skipped: [] };
  const matches = matcherOf(query);
  const drafts = new Map(query.drafts.map(({ path, text }) => [path, text]));
  const [found, skipped]: [FoundFile[], string[]] = [[], []];
  let left = PLACES_MAX;
  const entries = await files.list();
  // A list that is full may have been cut.
  const isWhole = entries.length < LIST_MAX;
  for (const { path, kind } of entries) {
    signal.throwIfAborted();
    if (kind !== 'file') continue;
    const text = drafts.get(path) ?? (await textOf(files, path));
    if (text === undefined) skipped.push(path);
    if (text === null || text === undefined) continue;
    // One more than is told says that there is more.
    const places = await placesIn(text, matches, left + 1, signal);
    if (places.length > 0) found.push({ path, places: places.slice(0, left) });
    if (places.length > left) return { files: found.filter(hasPlaces), places: PLACES_MAX, isComplete: false, skipped };
    left -= places.length;
  }
  return { files: found, places: PLACES_MAX - left, isComplete: isWhole, skipped };
}

const hasPlaces = ({ places }: FoundFile): boolean => places.length > 0;

/** Null for what is no text, undefined for what cannot be looked through. */
async function textOf(files: Pick<ProjectFiles, 'read'>, path: string): Promise<string | null | undefined> {
  try {
    return (await files.read(path)).text;
  } catch (error) {
    // It went away meanwhile, or it is no text.
    if (error instanceof AoError && (error.code === 'FILE_NOT_TEXT' || error.code === 'FILE_MISSING')) return null;
    return undefined;
  }
}

/** Others may ask meanwhile, and the search may be stopped, also within a large file. */
async function placesIn(text: string, matches: Matches, limit: number, signal: AbortSignal): Promise<FoundPlace[]> {
  const places: FoundPlace[] = [];
  let looked = 0;
  for (const [number, whole] of text.split(/\r\n|\n|\r/).entries()) {
    const line = whole.slice(0, LINE_MAX);
    looked += line.length;
    if (looked > PAUSE_CHARACTERS) {
      looked = 0;
      await setImmediate();
      signal.throwIfAborted();
    }
    for (const [start, end] of matches(line)) {
      if (places.length >= limit) return places;
      places.push({ line: number + 1, column: start + 1, length: end - start, ...shownOf(line, start) });
    }
  }
  return places;
}

function shownOf(line: string, start: number): Pick<FoundPlace, 'text' | 'at'> {
  if (line.length <= LINE_SHOWN) return { text: line, at: start };
  const from = Math.max(0, Math.min(start - LEAD_SHOWN, line.length - LINE_SHOWN));
  return { text: line.slice(from, from + LINE_SHOWN), at: start - from };
}

function matcherOf(query: FindQuery): Matches {
  return query.isPattern ? byPattern(query) : byText(query);
}

function byText({ text, isCase, isWord }: FindQuery): Matches {
  const [before, after] = isWord ? ['(?<![\\p{L}\\p{N}_])', '(?![\\p{L}\\p{N}_])'] : ['', ''];
  const pattern = new RegExp(`${before}${escaped(text)}${after}`, isCase ? 'gu' : 'giu');
  return function* (line) {
    for (const match of line.matchAll(pattern)) yield [match.index, match.index + match[0].length];
  };
}

/** Nothing in it means more than itself. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function byPattern({ text, isCase, isWord }: FindQuery): Matches {
  const pattern = compiled(isWord ? `\\b(?:${text})\\b` : text, isCase ? 0 : RE2JS.CASE_INSENSITIVE);
  return function* (line) {
    const matcher = pattern.matcher(line);
    // What matches nothing is nowhere.
    while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
  };
}

function compiled(text: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(text, flags);
  } catch (error) {
    throw new AoError('PATTERN_INVALID', { pattern: text, reason: reasonOf(error).replace(/^error parsing regexp: /, '') });
  }
}
