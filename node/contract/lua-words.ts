/** Words of Lua 5.3 and 5.4 that cannot be names. */
export const LUA_KEYWORDS: ReadonlySet<string> = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(' '),
);
