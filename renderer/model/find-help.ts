import { HELP_PAGES, type HelpPageId } from './help-pages.ts';

/** A page that has what is looked for. */
export interface HelpFound {
  readonly id: HelpPageId;
  readonly title: string;
  /** The line where it stands, without marks of Markdown; '' where the title has it, or nothing is looked for. */
  readonly line: string;
}

/** Pages whose title or text has every word, those with one in the title first. @param texts Markdown, by page. */
export function findHelp(query: string, texts: ReadonlyMap<string, string>): readonly HelpFound[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = HELP_PAGES.flatMap(({ id, title }) => {
    const text = texts.get(id) ?? '';
    const all = `${title}\n${text}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) return [];
    const isInTitle = words.some((word) => title.toLowerCase().includes(word));
    const line = words.length === 0 || isInTitle ? '' : lineWith(text, words);
    return [{ id, title, line, isInTitle }];
  });
  const those = (isTitled: boolean): readonly HelpFound[] =>
    found.filter(({ isInTitle }) => isInTitle === isTitled).map(({ id, title, line }) => ({ id, title, line }));
  return [...those(true), ...those(false)];
}

function lineWith(text: string, words: readonly string[]): string {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const line =
    lines.find((one) => words.every((word) => one.toLowerCase().includes(word))) ??
    lines.find((one) => words.some((word) => one.toLowerCase().includes(word)));
  return (line ?? '').replaceAll(/[`*_|]|^\s*(?:[-\d.]+)\s|\]\([^)]*\)|\[/g, '').trim();
}
