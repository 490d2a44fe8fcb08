import { expect, it } from 'vitest';
import { codeLines } from './code-lines.ts';

it('knows the lines of Lua 5.4, and the handlers with the action that each waits for', () => {
  const code = codeLines(`local two <const> = 2
local file <close> = nil
Handlers.add("Info", function(msg)
  msg.reply({ Data = "<const>" })
end)
Handlers.add("Pay", { Action = "Transfer", Quantity = "%d+" }, function() end)
Handlers.once("Old", Handlers.utils.hasMatchingTag("Action", "Old-Style"), function() end)
Handlers.prepend("Any", function() return true end, function() end)
Handlers.add(two, "Two", print)
`);
  expect([...(code?.lines ?? [])].toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 6, 7, 8, 9]);
  expect(code?.handlers).toEqual([
    { name: 'Info', action: 'Info', line: 3 },
    { name: 'Pay', action: 'Transfer', line: 6 },
    { name: 'Old', action: 'Old-Style', line: 7 },
    { name: 'Any', action: null, line: 8 },
  ]);
});

it('knows where a statement begins that runs at another of its lines', () => {
  const code = codeLines(`local function add(a, b)
  return a +
    b
end
local total =
  add(1, 2)
if total > 2 then
  print(total)
end
`);
  expect([...(code?.beginnings ?? [])].toSorted(([one], [other]) => one - other)).toEqual([
    [3, 2],
    [4, 1],
    [6, 5],
    [9, 7],
  ]);
});

it('says nothing of what is no Lua', () => {
  expect(codeLines('local = 1')).toBeNull();
});
