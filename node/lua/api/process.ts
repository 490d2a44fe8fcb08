import { entriesOf } from './entry.ts';

const MESSAGE = 'Target, Action, Data, and any other name: it becomes a tag.';
const HANDLER = {
  name: 'Tells handlers apart. One of the same name is changed where it stands.',
  pattern: 'An Action, a table of fields that must fit, or a function that answers with true, false, "continue", "break" or "skip".',
  handle: 'Called with the message; or a table from patterns to functions.',
  maxRuns: 'Taken out after so many runs; nil or "inf" for never.',
} as const;
const NAMED = { name: 'Name of a handler that is there.' } as const;

/** Globals of an ao process, apart from those of the language. */
export const PROCESS_GLOBALS = entriesOf('', [
  ['ao: ao', 'Who this process is, whom it trusts, and what it sends.'],
  ['Handlers: Handlers', 'The list of handlers. A message is offered to them in order, until one of them stops it.'],
  ['Inbox: table', 'Messages that no handler took, oldest first. The oldest are dropped beyond 10,000.', { example: 'Inbox[#Inbox].Data' }],
  ['Owner: string', 'The address that may evaluate code here. Set it to nil and nobody may.'],
  ['Name: string', "The process's name: its tag Name, or aos."],
  ['Errors: table', 'Errors that handlers left behind.'],
  [
    'Colors: table',
    'Codes that colour printed text: red, green, blue, gray and reset.',
    { example: 'print(Colors.green .. "ok" .. Colors.reset)' },
  ],
  ['Bell: string', 'The letter that rings a terminal.'],
  ['Utils: .utils', 'The library .utils, as a global.'],
  ['Seeded: boolean', 'True once the random numbers have their seed, which is the first message.'],
  ['HANDLER_PRINT_LOGS: table', 'Lines printed in this evaluation so far.', { since: 2 }],
  [
    'Send(message: table): Sent',
    'Sends a message once this evaluation has ended well. An error takes back what was sent.',
    { of: { message: MESSAGE }, example: 'Send({ Target = token, Action = "Balance" }).receive().Data' },
  ],
  [
    'Spawn(module: string, message: table): Sent',
    'Spawns a process of a module once this evaluation has ended well. Without a module, of this process’s own.',
    { of: { module: 'Id of the module.', message: 'Tags and Data of the new process.' }, example: 'Spawn(ao._module, { Name = "child" })' },
  ],
  [
    'Assign(assignment: table): string',
    'Asks that a message that exists be given to processes.',
    { of: { assignment: 'Processes (a list of ids) and Message (an id).' } },
  ],
  [
    'Receive(pattern: any): msg',
    'Waits until a message fits the pattern, and returns it. Other messages are handled meanwhile.',
    { of: { pattern: HANDLER.pattern }, since: 2, example: 'local answer = Receive({ Action = "Price" })' },
  ],
  ['Tab(message: table): table', 'The tags of a message as a table by name; of several of one name the first.'],
  ['Prompt(): string', 'Makes the text before the cursor of a terminal. Yours may replace it.'],
  ['Version()', 'Prints the version of aos.'],
  ['Dump(value: any, indent?: any, padding?: string): string', 'Writes a value as Lua source.'],
  [
    'print(...: any)',
    'Writes into the output of this message.',
    { example: 'print("paid " .. quantity)', differs: 'Only the first value is printed there.', differsFrom: 2 },
  ],
  [
    'require(name: string): any',
    'Loads a library of the runtime or a file of the project, once.',
    { of: { name: '"json", ".bint", … or a file: "lib.tokens" is lib/tokens.lua.' } },
  ],
  [
    'handle(message: table, env: table): table',
    'Evaluates one message. The loader of aos calls it; a program has no need to.',
    { on: 'aos' },
  ],
  [
    'Peers: table',
    'Ids of the processes of this project by the names in aoscope.json.',
    { on: 'project', example: 'Send({ Target = Peers.token, Action = "Info" })' },
  ],
]);

/** Members of `ao`. */
export const AO = entriesOf('ao', [
  ['id: string', 'The id of this process.'],
  ['env: env', 'What the evaluation was told about this process and its module.'],
  ['authorities: table', 'Addresses whose pushed messages are trusted. The tag Authority of the process fills it.'],
  ['outbox: table', 'What this evaluation has sent so far: Messages, Spawns, Assignments, Output.'],
  ['reference: number', 'The number that the last message sent was given.', { since: 2 }],
  ['assignables: table', 'Patterns of assignments that this process takes.', { since: 2 }],
  ['nonExtractableTags: table', 'Tags that never become fields of a message.', { since: 2 }],
  ['nonForwardableTags: table', 'Fields that a forwarded message leaves behind.', { since: 2 }],
  ['Nonce: number', 'The slot of the last message that ended well.', { since: 2 }],
  ['_module: string', 'The id of the module that this process runs.'],
  ['_version: string', 'Version of this library.'],
  ['_ref: number', 'The number that the last message sent was given; aos 2 calls it reference.', { on: 'aos' }],
  [
    'send(message: table): Sent',
    'Sends a message once this evaluation has ended well.',
    { of: { message: MESSAGE }, example: 'ao.send({ Target = msg.From, Action = "Info" })' },
  ],
  [
    'spawn(module: string, message: table): Sent',
    'Spawns a process once this evaluation has ended well; its id comes back in a message Spawned.',
    { of: { module: 'Id of the module.', message: 'Tags and Data of the new process.' } },
  ],
  [
    'assign(assignment: table)',
    'Asks that a message that exists be given to processes.',
    { of: { assignment: 'Processes (a list of ids) and Message (an id).' } },
  ],
  ['isTrusted(message: table): boolean', 'True when the sender or the signer is one of the authorities.'],
  ['log(line: any)', 'Adds a line to the output.', { differs: 'The line is not shown there: print shows one on both.' }],
  [
    'addAssignable(name: any, pattern?: any)',
    'Lets in assignments that fit a pattern.',
    { since: 2, of: { name: 'Names the rule; may be left out.' } },
  ],
  ['removeAssignable(name: any)', 'Takes back a rule for assignments.', { since: 2, of: { name: 'Its name or its place.' } }],
  ['isAssignable(message: table): boolean', 'True when a rule lets the assignment in.', { since: 2 }],
  ['isAssignment(message: table): boolean', 'True when the message was sent to somebody else and assigned to this process.', { since: 2 }],
  ['clone(value: any): any', 'A copy of a table, down to the last level.', { since: 2 }],
  ['normalize(message: table): table', 'Puts tags onto the message as fields.'],
  ['sanitize(message: table): table', "A copy without what belongs to the message's own way.", { since: 2 }],
  ['init(env: table)', 'Takes over who this process is. The runtime calls it before each message.'],
  ['clearOutbox()', 'Takes back everything that was sent in this evaluation.'],
  ['result(result: table): table', 'Makes the answer of an evaluation. The runtime calls it.'],
  ['registerHint(message: table)', 'Keeps where a sender can be found on the network.', { since: 2, on: 'aos' }],
]);

/** Members of `ao.env`. */
export const ENV = entriesOf('env', [
  ['Process: table', 'Id, Owner and Tags of this process.'],
  ['Module: table', 'Id, Owner and Tags of its module.'],
]);

/** Members of `Handlers`. */
export const HANDLERS = entriesOf('Handlers', [
  ['list: table', 'All handlers, in the order in which they are asked: name, pattern, handle, maxRuns.'],
  ['utils: Handlers.utils', 'Ready-made patterns and handles.'],
  ['coroutines: table', 'Evaluations that wait for a message.', { since: 2 }],
  ['onceNonce: number', 'Counts nameless handlers of once.', { since: 2 }],
  ['_version: string', 'Version of this library.'],
  [
    'add(name: string, pattern: any, handle: function, maxRuns?: any): number',
    'Adds a handler behind the others, or changes the one of that name. When it runs, the search ends.',
    { of: HANDLER, example: 'Handlers.add("ping", "Ping", function(msg) msg.reply({ Data = "pong" }) end)' },
  ],
  ['append(name: string, pattern: any, handle: function, maxRuns?: any)', 'As add: behind all others.', { of: HANDLER }],
  ['prepend(name: string, pattern: any, handle: function, maxRuns?: any)', 'As add, but in front of all others.', { of: HANDLER }],
  [
    'once(name: string, pattern: any, handle: function)',
    'A handler in front of all others that is gone after its first run. The name may be left out.',
    { of: HANDLER, since: 2 },
  ],
  ['receive(pattern: any): msg', 'Waits until a message fits the pattern, and returns it.', { of: { pattern: HANDLER.pattern }, since: 2 }],
  [
    'before(name: string): Place',
    'The place in front of a handler; its add puts a new one there.',
    { of: NAMED, example: 'Handlers.before("ping").add("log", always, note)' },
  ],
  ['after(name: string): Place', 'The place behind a handler; its add puts a new one there.', { of: NAMED }],
  ['remove(name: string)', 'Takes a handler out.', { of: NAMED }],
  ['evaluate(message: table, env: table): any', 'Offers a message to the handlers. The runtime calls it.'],
  ['generateResolver(spec: any): function', 'Makes one function out of a table from patterns to functions.', { since: 2 }],
]);

/** Members of `Handlers.utils`. */
export const HANDLER_PATTERNS = entriesOf('Handlers.utils', [
  ['_version: string', 'Version of this library.'],
  [
    'hasMatchingTag(name: string, value: string): function',
    'A pattern: the tag has this value.',
    { example: 'Handlers.utils.hasMatchingTag("Action", "Info")' },
  ],
  ['hasMatchingTagOf(name: string, values: table): function', 'A pattern: the tag has one of these values.'],
  ['hasMatchingData(value: string): function', 'A pattern: the data is this text.'],
  [
    'reply(input: any): function',
    'A handle that answers with a text or a message.',
    { of: { input: 'Data of the answer, or the whole message.' } },
  ],
  ['continue(pattern: any): function', 'The same pattern, but handlers further down get the message too.'],
]);

/** What `Handlers.before` and `Handlers.after` give. */
export const PLACE = entriesOf('Place', [
  ['add(name: string, pattern: any, handle: function, maxRuns?: any)', 'Puts a handler at this place.', { of: HANDLER }],
]);

/** A message that a handler gets. Fields that are `any` are there when the message has them. */
export const MESSAGE_FIELDS = entriesOf('msg', [
  ['Id: string', 'The id of the message.'],
  ['From: string', 'The process or the wallet that sent it.'],
  ['Owner: string', 'The address that signed it. For a message between processes that is the messenger.'],
  ['Target: string', 'The process that it was sent to.'],
  ['Action: any', 'The tag Action: what is asked for.'],
  ['Data: any', 'Its data: text, or a table where the tag Content-Type says application/json.'],
  ['Tags: tags', 'Its tags by name. Every value is text.', { example: 'tonumber(msg.Tags.Quantity)' }],
  ['TagArray: table', 'Its tags in order, each with name and value.'],
  ['Timestamp: number', "The scheduler's time in milliseconds since 1970."],
  ['Nonce: number', 'Its slot in this process.'],
  ['Epoch: number', 'Always 0 today.'],
  ['Cron: boolean', 'True for a message that the process’s clock sent.'],
  ['Reference: any', "The sender's own number for it."],
  ['Module: any', 'The tag Module of a message that spawns.'],
  [
    'reply(message: table): Sent',
    'Answers: to the sender, or to whom its tag Reply-To names. The answer tells which question it belongs to.',
    { of: { message: 'Action, Data, and any other name. The target is filled in.' }, since: 2, example: 'msg.reply({ Data = "pong" })' },
  ],
  [
    'forward(target: string, changes?: table): Sent',
    'Sends it on. Who answers it answers the first sender.',
    { of: { target: 'Who gets it.', changes: 'Fields that differ.' }, since: 2 },
  ],
]);

/** Tags that the protocol knows. */
export const MESSAGE_TAGS = entriesOf('tags', [
  ['Action: any', 'What is asked for.'],
  ['Type: any', 'Message, Process, …'],
  ['Variant: any', 'Version of the protocol.'],
  ['Reference: any', "The sender's own number for the message, as text."],
  ['Quantity: any', 'An amount, as text. Convert it before you count.'],
  ['Recipient: any', 'Who is to get it.'],
  ['Name: any', 'A name.'],
]);

/** What `Send`, `ao.send`, `msg.reply` and `msg.forward` give back. */
export const SENT = entriesOf(
  'Sent',
  [
    [
      'receive(from?: string): msg',
      'Waits for the answer and returns it.',
      { of: { from: 'Who answers, if not the target.' }, example: 'Send(question).receive().Data' },
    ],
    ['onReply(handle: function)', 'Calls a function with the answer, once.', { of: { handle: 'Called with the message.' } }],
  ],
  { since: 2 },
);
