import { parse } from 'luaparse';
import type { TextMark } from '../stores/editor-store.ts';

/** The first syntax error of a Lua 5.3 text, as a mark; empty when it parses. */
export function checkLua(text: string): readonly TextMark[] {
  try {
    parse(text, { luaVersion: '5.3', comments: false, scope: false });
    return [];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { line, column } = error as SyntaxError & { line?: number; column?: number };
    // luaparse begins its message with [line:column] and counts columns from 0.
    return [{ message: error.message.replace(/^\[\d+:\d+\]\s*/, ''), line: line ?? 1, column: (column ?? 0) + 1 }];
  }
}
