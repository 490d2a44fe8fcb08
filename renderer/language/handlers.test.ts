import { expect, test } from 'vitest';
import { realLanguage } from './language.fixture.ts';

const TEXT = `
Handlers.add("Transfer", function(msg)
  local amount = tonumber(msg.Tags.Quantity) -- msg.Tags.Nothing
  Balances[msg.From] = Balances[msg.From] - amount
  local to = msg.Recipient
  print(to)
  Balances[msg.Recipient] = amount
  msg.reply({ Data = msg.Tags["X-Memo"] })
end)
Handlers.add("save", { Action = "Save" }, function(m) Saved = json.decode(m.Data) end)
Handlers.add("old", Handlers.utils.hasMatchingTag("Action", "Old"), function(msg) print(msg.Data) end)
Handlers.add("any", function(msg) return msg.Quantity ~= nil end, function(msg) end)
Handlers.add("named", "Named", handleNamed)
`;

test('what a handler waits for and what its function reads is known from the text', async () => {
  const language = await realLanguage();
  language.put('main.lua', TEXT);
  const rows = language.handlers('main.lua').map(({ name, action, reads, data }) => ({ name, action, reads, data }));
  expect(rows).toEqual([
    {
      name: 'Transfer',
      action: 'Transfer',
      reads: [
        { name: 'Quantity', isNumber: true },
        { name: 'Recipient', isNumber: false },
        { name: 'X-Memo', isNumber: false },
      ],
      data: null,
    },
    { name: 'save', action: 'Save', reads: [], data: 'json' },
    { name: 'old', action: 'Old', reads: [], data: 'text' },
    { name: 'any', action: null, reads: [{ name: 'Quantity', isNumber: false }], data: null },
    { name: 'named', action: 'Named', reads: [], data: null },
  ]);
});
