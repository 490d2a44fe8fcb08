import { firstError, type LuaParseError } from '../language/lua-errors.ts';

/** Is more to come before this is Lua: `if x then`, `Send({`? What is wrong in itself is not. Read as Eval reads it: as an expression, else as statements. */
export function isUnfinished(text: string): boolean {
  const errors = [firstError(`return ${text}`), firstError(text)];
  return errors.every((error) => error !== null) && errors.some(isAtEnd);
}

/** The text ended where something was expected; not a last word that should not stand there. */
function isAtEnd(error: LuaParseError | null): boolean {
  return error !== null && error.message.endsWith("'<eof>'") && !error.message.startsWith('unexpected');
}
