/** What can stand for a function: a name, or a path to it. */
export const FUNCTION_NAME = /^[A-Za-z_$][\w$]*(?:[.:][A-Za-z_$][\w$]*)*$/;
/** Characters of it. */
export const FUNCTION_NAME_MAX = 200;

/**
 * The lines of a text at which functions of a name are written, from 1 on. A name alone stands for every function that is called so,
 * wherever it is kept (`credit` for `Ledger.credit`, `Ledger:credit` and `local function credit`).
 * @param name one that is of the form {@link FUNCTION_NAME}; any other is written nowhere
 */
export function functionLines(text: string, name: string, isLua: boolean): number[] {
  if (!FUNCTION_NAME.test(name)) return [];
  const lines = new Set<number>();
  for (const { 0: found, index } of text.matchAll(isLua ? inLua(name) : inJavaScript(name))) {
    // A function begins at its own word, or with its arguments where it has none.
    const word = found.lastIndexOf('function');
    const at = index + (word >= 0 ? word : found.length - 1);
    if (!isComment(text, at, isLua)) lines.add(text.slice(0, at).split('\n').length);
  }
  return [...lines].toSorted((a, b) => a - b);
}

/** `function a.b(`, `local function b(`, `a.b = function`, `a["b"] = function`. */
function inLua(name: string): RegExp {
  const [safe, owner] = partsOf(name, '[\\w.]+[.:]');
  return new RegExp(
    `\\bfunction\\s+${owner}${safe}\\s*\\(|(?<![\\w.:])(?:${owner}${safe}|[\\w.]*\\[["']${safe}["']\\])\\s*=\\s*function\\b`,
    'g',
  );
}

/** `function b(`, `b = function`, `b: (x) => `, `b(x) {`. */
function inJavaScript(name: string): RegExp {
  const [safe, owner] = partsOf(name, '[\\w$.]+[.]');
  const written = `(?:async\\s+)?(?:function\\b|(?:\\([^()]*\\)|[\\w$]+)\\s*=>)`;
  return new RegExp(
    `\\bfunction\\b\\s*\\*?\\s*${safe}\\s*\\(|(?<![\\w$.])${owner}${safe}\\s*[=:]\\s*${written}|(?<![\\w$.])(?<!\\bnew\\s+)${safe}\\s*\\([^()]*\\)\\s*\\{`,
    'g',
  );
}

function partsOf(name: string, owner: string): readonly [safe: string, owner: string] {
  const isPath = /[.:]/.test(name);
  return [name.replaceAll('$', '\\$').replaceAll(/[.:]/g, '[.:]'), isPath ? '' : `(?:${owner})?`];
}

/** Does a comment of one line begin before it? */
function isComment(text: string, at: number, isLua: boolean): boolean {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return isLua ? /^\s*--/.test(before) : /^\s*(?:\/\/|\*|\/\*)/.test(before);
}
