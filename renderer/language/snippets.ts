import type { Completion } from './answers.ts';

/** What stands between the brackets of `Handlers.add` for one Action. */
export const HANDLER = '"${1:name}", "${2:Action}", function(msg)\n\t$0\nend)';

const snippet = (label: string, detail: string, about: string, insert: string): Completion => ({
  label,
  kind: 'snippet',
  detail,
  about,
  insert,
  rank: 3,
});

/** Pieces of process code that one writes again and again, by the word that brings them. */
export const SNIPPETS: readonly Completion[] = [
  snippet('handler', 'Handlers.add(name, action, function(msg) … end)', 'A handler for one Action.', `Handlers.add(${HANDLER}`),
  snippet(
    'handlermatch',
    'Handlers.add(name, function(msg) … end, function(msg) … end)',
    'A handler that decides itself which messages it takes.',
    'Handlers.add("${1:name}", function(msg)\n\treturn msg.Action == "${2:Action}"\nend, function(msg)\n\t$0\nend)',
  ),
  snippet(
    'owneronly',
    'assert(msg.From == Owner, …)',
    'Refuses whoever does not own the process.',
    'assert(msg.From == Owner, "${1:Only the owner may do this.}")\n$0',
  ),
  snippet(
    'quantity',
    'local ok, quantity = pcall(bint, msg.Tags.Quantity)',
    'The quantity of a message as a big integer, refused where it is none or not above zero.',
    'local bint = require(".bint")(256)\nlocal ok, quantity = pcall(bint, msg.Tags.Quantity)\nassert(ok and quantity > 0, "Quantity must be a whole number above zero.")\n$0',
  ),
  snippet('receive', 'Receive({ Action = … })', 'Waits here for a message.', 'local ${1:msg} = Receive({ Action = "${2:Action}" })\n$0'),
  snippet(
    'sendreceive',
    'Send({ … }).receive()',
    'Sends a message and waits here for its answer.',
    'local ${1:reply} = Send({ Target = ${2:target}, Action = "${3:Action}" }).receive()\n$0',
  ),
  snippet(
    'cron',
    'Handlers.add("cron", "Cron", …)',
    'What a process does each time its cron wakes it.',
    'Handlers.add("cron", "Cron", function(msg)\n\t$0\nend)',
  ),
  snippet(
    'test',
    'describe(…, function() it(…) end)',
    'A test in a file that ends in .test.lua.',
    'describe("${1:what}", function()\n\tit("${2:does this}", function()\n\t\t$0\n\tend)\nend)',
  ),
];
