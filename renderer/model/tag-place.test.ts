import { expect, it } from 'vitest';
import { isPlainName, tagPlace } from './tag-place.ts';

it('names of tags are meant behind a message, and as keys of what is sent and of patterns', () => {
  expect(tagPlace('local a = msg.Qu')).toEqual({ typed: 'Qu', isKey: false });
  expect(tagPlace('msg.Tags.')).toEqual({ typed: '', isKey: false });
  expect(tagPlace('Send({ Target = "a}", Me')).toEqual({ typed: 'Me', isKey: true });
  expect(tagPlace('msg.reply({\n  Action = "Paid",\n  ')).toEqual({ typed: '', isKey: true });
  expect(tagPlace('Handlers.add("Pay", { Action = "Pay", Q')).toEqual({ typed: 'Q', isKey: true });
  expect(tagPlace('ao.send { Data = json.encode({ a = 1 }), X')).toEqual({ typed: 'X', isKey: true });
});

it('elsewhere they are not', () => {
  for (const text of [
    'local t = { a',
    'Send({ Data = json.encode({ a',
    'Send({ Action = Qu',
    'Send({ Target = "Me',
    'other.Qu',
    'Send({}) x',
  ])
    expect([text, tagPlace(text)]).toEqual([text, null]);
  expect(['Quantity', 'X-Memo', 'end2'].map(isPlainName)).toEqual([true, false, true]);
});
