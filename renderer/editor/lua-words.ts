/** A word of the ao runtime that the editor offers and explains. */
export interface LuaWord {
  /** What stands before it: '' for a global, 'ao.' for a member of ao. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'function' | 'field' | 'snippet';
  readonly signature: string;
  readonly about: string;
  /** Text with Monaco's placeholders; the name itself when absent. */
  readonly insert?: string;
}

const call = (path: string, name: string, signature: string, about: string, insert?: string): LuaWord => ({
  path,
  name,
  kind: 'function',
  signature: `${path}${name}(${signature})`,
  about,
  ...(insert === undefined ? {} : { insert }),
});
const field = (path: string, name: string, about: string): LuaWord => ({ path, name, kind: 'field', signature: `${path}${name}`, about });

const HANDLER = '"${1:name}", "${2:Action}", function(msg)\n\t$0\nend)';

/** The globals of an ao process and their members. */
export const LUA_WORDS: readonly LuaWord[] = [
  field('', 'ao', "The process's view of the network: its id, its environment, and ways to send."),
  field('', 'Handlers', 'The list of handlers. Each message is offered to them in order.'),
  field('', 'Inbox', 'Messages that no handler took, oldest first.'),
  field('', 'Owner', 'The address that may evaluate code here.'),
  field('', 'Name', "The process's name."),
  call(
    '',
    'Send',
    '{ Target, Action, Data, … }',
    'Sends a message. Returns it, with onReply and receive.',
    'Send({ Target = ${1:target}, Action = "${2:Action}"$3 })',
  ),
  call('', 'Spawn', 'module, { … }', 'Spawns a process of a module.'),
  call('', 'Receive', 'pattern', 'Waits, inside a coroutine, for the next message that matches.'),
  call('', 'print', '…', 'Writes to the output of this message, shown in the console.'),
  call('', 'require', 'name', 'Loads a module: "json", ".utils", ".bint", ".base64", ".crypto".'),
  {
    path: '',
    name: 'handler',
    kind: 'snippet',
    signature: 'Handlers.add(name, action, function(msg) … end)',
    about: 'A handler for one Action.',
    insert: `Handlers.add(${HANDLER}`,
  },
  call(
    'ao.',
    'send',
    '{ Target, Action, Data, Tags }',
    'Puts a message in the outbox of this evaluation.',
    'send({ Target = ${1:target}, Action = "${2:Action}"$3 })',
  ),
  call('ao.', 'spawn', 'module, { Tags, Data }', 'Puts a spawn in the outbox; the new id comes back as a Spawned message.'),
  call('ao.', 'assign', '{ Processes, Message }', 'Asks that a message be assigned to processes.'),
  call('ao.', 'isTrusted', 'msg', 'True when the message comes from one of the authorities.'),
  field('ao.', 'id', 'The id of this process.'),
  field('ao.', 'env', 'The environment of this evaluation: Process and Module.'),
  field('ao.', 'authorities', 'The addresses whose pushed messages are trusted.'),
  field('ao.', 'outbox', 'What this evaluation has sent so far.'),
  call(
    'Handlers.',
    'add',
    'name, pattern, handle',
    'Adds a handler, or changes the one of that name. A match ends the search.',
    `add(${HANDLER}`,
  ),
  call('Handlers.', 'prepend', 'name, pattern, handle', 'As add, but in front of all others.', `prepend(${HANDLER}`),
  call('Handlers.', 'append', 'name, pattern, handle', 'As add, but behind all others.', `append(${HANDLER}`),
  call('Handlers.', 'once', 'name, pattern, handle', 'A handler that is taken out after its first match.', `once(${HANDLER}`),
  call('Handlers.', 'before', 'name', 'Where the next add goes: before the handler of that name.'),
  call('Handlers.', 'after', 'name', 'Where the next add goes: after the handler of that name.'),
  call('Handlers.', 'remove', 'name', 'Takes a handler out.'),
  field('Handlers.', 'list', 'All handlers, in the order in which they are asked.'),
  field('Handlers.', 'utils', 'Patterns made easy: hasMatchingTag, hasMatchingData, reply, continue.'),
  call('Handlers.utils.', 'hasMatchingTag', 'name, value', 'A pattern: the tag has this value.'),
  call('Handlers.utils.', 'hasMatchingTagOf', 'name, values', 'A pattern: the tag has one of these values.'),
  call('Handlers.utils.', 'hasMatchingData', 'value', 'A pattern: the data is this.'),
  call('Handlers.utils.', 'reply', 'text', 'A handle: answers with this text.'),
  call('Handlers.utils.', 'continue', 'pattern', 'The same pattern, but the search goes on.'),
  field('msg.', 'From', 'The process or wallet that sent it.'),
  field('msg.', 'Owner', 'The address that signed it.'),
  field('msg.', 'Action', 'Its Action tag.'),
  field('msg.', 'Data', 'Its data, a string.'),
  field('msg.', 'Tags', 'Its tags by name. Values are strings.'),
  field('msg.', 'Id', 'Its id.'),
  field('msg.', 'Target', 'The process it was sent to.'),
  field('msg.', 'Timestamp', "The scheduler's time, milliseconds since 1970."),
  field('msg.', 'Reference', "The sender's own number for it."),
  {
    path: 'msg.',
    name: 'reply',
    kind: 'function',
    signature: 'msg.reply({ Action, Data, … })',
    about: 'Answers the sender, with X-Reference set.',
    insert: 'reply({ ${1:Data = "$2"} })',
  },
  call('msg.', 'forward', 'target, { … }', 'Sends it on, with the first sender kept.'),
];
