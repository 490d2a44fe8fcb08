import { parse } from 'luaparse';

/** A `require` of a name that stands in the text. */
export interface Required {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
}

const END = 1;
const STRING = 2;
const WORD = 8;
/** Before it the word is the name of something else. */
const NOT_AFTER = new Set(['.', ':', 'function']);

/**
 * What a Lua text requires by a name that is written out, each once, in the order of the text; comments and texts are not taken for
 * code. A name that is put together as the program runs is the program's own affair. Where the text is no Lua any more the
 * search ends: whoever evaluates it is told why.
 */
export function requiresOf(text: string): readonly Required[] {
  // Words as such, no syntax: Lua 5.4 has more of that than the parser knows.
  const lexer = parse(text, { wait: true, luaVersion: '5.3', ranges: true });
  const found = new Map<string, Required>();
  let before = '';
  let isRequire = false;
  try {
    for (;;) {
      const token = lexer.lex();
      if (token.type === END) break;
      const [from, to] = token.range;
      const word = text.slice(from, to);
      if (isRequire && token.type === STRING) {
        const name = /^(?:(["'])(.+)\1|\[(=*)\[(.+)\]\3\])$/s.exec(word);
        const given = name?.[2] ?? name?.[4];
        if (given !== undefined && !found.has(given)) found.set(given, { name: given, line: token.line });
      }
      isRequire = (token.type === WORD && word === 'require' && !NOT_AFTER.has(before)) || (isRequire && word === '(');
      before = word;
    }
  } catch {
    // Not Lua from here on.
  }
  return [...found.values()];
}
