import { LUA_KEYWORDS } from '../../node/contract/lua-words.ts';
import type { FrameView } from '../../node/contract/recording.ts';
import type { InsideView } from '../../node/contract/inside-view.ts';

/** True where the evaluation ran another text of a file than is given. */
export function isOtherText(view: InsideView, path: string, text: string): boolean {
  const ran = view.texts.find((one) => one?.file === path)?.text;
  return ran !== undefined && ran.replaceAll('\r\n', '\n') !== text.replaceAll('\r\n', '\n');
}

/** Lines whose text is still the one that ran: only they are marked. */
export function sameLines(view: InsideView, path: string, text: string): (line: number) => boolean {
  const ran = view.texts.find((one) => one?.file === path)?.text;
  if (ran === undefined || ran === text) return () => true;
  const [before, now] = [ran.split(/\r?\n/), text.split(/\r?\n/)];
  return (line) => before[line - 1] === now[line - 1];
}

const WORDS_MAX = 90;

/** Values beside the lines of a function that name them, each at its last line up to the one in focus. */
export function inlineValues(
  frame: FrameView,
  first: number,
  at: number,
  lineOf: (line: number) => string,
): readonly { readonly line: number; readonly words: string }[] {
  const lines = new Map<number, string[]>();
  for (const { name, preview, kind } of [...frame.locals, ...frame.upvalues]) {
    if (kind === 'function' || !/^[A-Za-z_]\w*$/.test(name)) continue;
    const word = new RegExp(`(?<![\\w.:])${name}(?!\\w)`);
    for (let line = at; line >= first; line -= 1) {
      if (!word.test(lineOf(line))) continue;
      lines.set(line, [...(lines.get(line) ?? []), `${name} = ${preview}`]);
      break;
    }
  }
  return [...lines].map(([line, words]) => {
    const all = words.join('   ');
    return { line, words: all.length > WORDS_MAX ? `${all.slice(0, WORDS_MAX)}…` : all };
  });
}

/** The name that ends at a column, with what stands before its dots: `msg.Tags.Who`. */
export function expressionAt(line: string, end: number): string | null {
  const [, found] = /(?<![\w.:)\]])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:\d+|"[^"\]]*"|'[^'\]]*')\])*)$/.exec(line.slice(0, end)) ?? [];
  return found === undefined || LUA_KEYWORDS.has(found) ? null : found;
}
