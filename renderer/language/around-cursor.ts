/**
 * The expression that ends at a place: `msg.Tags` of `print(msg.Tags`. Told by the text alone, since a program that is
 * being typed seldom parses. '' where none ends there.
 */
export function expressionBefore(text: string, end: number): string {
  let at = end;
  for (;;) {
    const before = at;
    const letter = text[at - 1];
    if (letter === ')' || letter === ']' || letter === '}') at = openingOf(text, at - 1);
    else if (letter === '"' || letter === "'") at = text.lastIndexOf(letter, at - 2);
    else if (letter !== undefined && /[\w.:]/.test(letter)) at--;
    else break;
    if (at < 0) return '';
    if (at === before) break;
  }
  // Two dots join texts; a name before a bracket may be a keyword.
  return text
    .slice(at, end)
    .replace(/^.*\.\./s, '')
    .replace(/^(return|and|or|not|in|if|then|else|do)\b\s*/, '');
}

function openingOf(text: string, closing: number): number {
  let depth = 0;
  for (let at = closing; at >= 0; at--) {
    const letter = text.charAt(at);
    if (')]}'.includes(letter)) depth++;
    else if ('([{'.includes(letter)) depth--;
    if (depth === 0) return at;
  }
  return -1;
}

/** The call whose arguments a place stands in, and which of them, counted from 0. */
export function callAround(text: string, place: number): { readonly callee: string; readonly argument: number } | null {
  const open = unclosed(text, place);
  if (open === null || text[open.at] !== '(') return null;
  const callee = expressionBefore(text, text.slice(0, open.at).trimEnd().length);
  return callee === '' ? null : { callee, argument: open.commas };
}

/** The call whose one table is being written at a place: `Send({ Tar`. */
export function tableCallAround(text: string, place: number): string | null {
  const open = unclosed(text, place);
  if (open === null || text[open.at] !== '{') return null;
  const head = text.slice(0, open.at).trimEnd();
  return expressionBefore(text, (head.endsWith('(') ? head.slice(0, -1).trimEnd() : head).length) || null;
}

const LOOK_BACK_MAX = 20_000;

function unclosed(text: string, place: number): { readonly at: number; readonly commas: number } | null {
  let depth = 0;
  let commas = 0;
  const last = Math.max(0, place - LOOK_BACK_MAX);
  for (let at = place - 1; at >= last; at--) {
    const letter = text.charAt(at);
    if (')]}'.includes(letter)) depth++;
    else if ('([{'.includes(letter)) {
      if (depth === 0) return { at, commas };
      depth--;
    } else if (letter === ',' && depth === 0) commas++;
    else if (depth === 0 && /^(end|then|do)\b/.test(text.slice(at, at + 5)) && !/\w/.test(text[at - 1] ?? '')) return null;
  }
  return null;
}

/** What a line has open at its end: a text, a comment, or neither. */
export function openIn(line: string): 'string' | 'comment' | null {
  let quote: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    if (quote !== null) {
      if (letter === '\\') at++;
      else if (letter === quote) quote = null;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '-' && line[at + 1] === '-') return 'comment';
  }
  return quote === null ? null : 'string';
}
