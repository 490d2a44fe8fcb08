import { expect, test } from 'vitest';
import { isUnfinished } from './unfinished.ts';

test.each(['if x then', 'Send({', 'for i = 1, 3 do print(i)', 'x =', '1 +', 'Handlers.add("a", "b", function(msg)', '[[ long', 'f('])(
  'more is to come after %s',
  (text) => expect(isUnfinished(text)).toBe(true),
);

test.each(['', 'x', '#Inbox', 'return 1', 'x = 1', 'Send({})', 'not lua at all', 'x = = 1', 'end', 'f())', 'print("a', 'Balances.a'])(
  'nothing is to come after %s',
  (text) => expect(isUnfinished(text)).toBe(false),
);
