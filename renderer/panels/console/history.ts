/** What was typed before, walked with the arrows; the line being typed is kept while one walks. */
export interface History {
  readonly entries: readonly string[];
  /** Place in the entries; their length means the line being typed. */
  readonly at: number;
  readonly typed: string;
}

const ENTRIES_MAX = 200;

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
