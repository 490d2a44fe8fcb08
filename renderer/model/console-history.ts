/** What was typed before, walked with the arrows; the line being typed is kept while one walks. */
export interface History {
  readonly entries: readonly string[];
  /** Place in the entries; their length means the line being typed. */
  readonly at: number;
  readonly typed: string;
}

const ENTRIES_MAX = 200;
/** What is kept over a restart: a pasted file is not, and of many processes those that were typed to last. */
const KEPT_LETTERS = 4_000;
const KEPT_LETTERS_ALL = 200_000;

export const NO_HISTORY: History = { entries: [], at: 0, typed: '' };

/** The history after `line` was sent. The same line twice in a row is kept once. */
export function remembered(history: History, line: string): History {
  const entries = history.entries.at(-1) === line ? history.entries : [...history.entries, line].slice(-ENTRIES_MAX);
  return { entries, at: entries.length, typed: '' };
}

/** One step back (-1) or forward (1) from `shown`, the line that stands there now. Null when there is no more. */
export function walked(history: History, by: -1 | 1, shown: string): { readonly history: History; readonly line: string } | null {
  const at = history.at + by;
  if (at < 0 || at > history.entries.length) return null;
  const typed = history.at === history.entries.length ? shown : history.typed;
  return { history: { ...history, at, typed }, line: history.entries[at] ?? typed };
}

/** What was typed and holds all words of `text`, the latest first, each once. */
export function foundIn({ entries }: History, text: string): readonly string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = entries.toReversed().filter((entry) => words.every((word) => entry.toLowerCase().includes(word)));
  return [...new Set(fitting)];
}

/** Histories by process as they are kept, the process that was typed to last at the end. */
export function keptHistories(
  histories: ReadonlyMap<string, History>,
): readonly (readonly [process: string, entries: readonly string[]])[] {
  let left = KEPT_LETTERS_ALL;
  const kept: (readonly [string, readonly string[]])[] = [];
  for (const [process, { entries }] of [...histories].toReversed()) {
    const lines: string[] = [];
    for (const entry of entries.toReversed()) {
      if (entry.length > KEPT_LETTERS) continue;
      left -= entry.length;
      if (left < 0) break;
      lines.unshift(entry);
    }
    if (lines.length > 0) kept.unshift([process, lines]);
  }
  return kept;
}

/** What was kept, read back; what has another shape is left out. */
export function recalledHistories(raw: unknown): Map<string, History> {
  if (!Array.isArray(raw)) return new Map();
  return new Map(
    raw.flatMap((one: unknown) => {
      if (!Array.isArray(one)) return [];
      const [process, lines]: readonly unknown[] = one;
      if (typeof process !== 'string' || !Array.isArray(lines)) return [];
      const entries = lines.filter((line): line is string => typeof line === 'string');
      return [[process, { entries, at: entries.length, typed: '' }] as const];
    }),
  );
}
