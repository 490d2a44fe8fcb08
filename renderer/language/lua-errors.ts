import { parse } from 'luaparse';

export interface LuaParseError {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** The first syntax error of a Lua 5.3 text; null when it parses. */
export function firstError(text: string): LuaParseError | null {
  try {
    parse(text, { luaVersion: '5.3', comments: false, scope: false });
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const start = 'index' in error && typeof error.index === 'number' ? error.index : 0;
    const lineEnd = text.indexOf('\n', start);
    // luaparse begins its message with [line:column].
    return { start, end: lineEnd < 0 ? text.length : lineEnd, message: error.message.replace(/^\[\d+:\d+\]\s*/, '') };
  }
}
