import { entriesOf } from './entry.ts';

/** Globals of Lua itself, as aos has them. */
export const LUA_GLOBALS = entriesOf('', [
  ['assert(value: any, message?: any, ...: any): any', 'Gives its arguments back, or throws when the first is false or nil.'],
  [
    'error(message: any, level?: number)',
    'Throws. What this message changed and sent is taken back.',
    { of: { level: '1 for here, 2 for the caller, 0 for no place.' } },
  ],
  [
    'pcall(fn: function, ...: any): boolean',
    'Calls a function; false and the error where it throws.',
    { example: 'local ok, value = pcall(json.decode, msg.Data)' },
  ],
  ['xpcall(fn: function, handler: function, ...: any): boolean', 'As pcall, and a function sees the error first.'],
  ['ipairs(list: table): function', 'Loops over the keys 1, 2, 3, … up to the first gap.'],
  ['pairs(object: table): function', 'Loops over all keys, in no order that one may rely on.'],
  ['next(object: table, key?: any): any', 'The key behind another one, and its value.'],
  ['select(n: any, ...: any): any', 'The values from the n-th on; "#" counts them.'],
  [
    'tonumber(value: any, base?: number): any',
    'A number; nil for what is none.',
    { example: 'local amount = tonumber(msg.Tags.Quantity)' },
  ],
  ['tostring(value: any): string', 'A text.'],
  ['type(value: any): string', 'nil, boolean, number, string, table, function, thread or userdata.'],
  ['rawget(object: table, key: any): any', 'A member, past the metatable.'],
  ['rawset(object: table, key: any, value: any): table', 'Sets a member, past the metatable.'],
  ['rawequal(first: any, second: any): boolean', 'Equal, past the metatable.'],
  ['rawlen(value: any): number', 'The length, past the metatable.'],
  ['getmetatable(value: any): any', 'The metatable.'],
  ['setmetatable(object: table, metatable: any): table', 'Sets the metatable and gives the table back.'],
  [
    'load(chunk: any, name?: string, mode?: string, env?: table): any',
    'Compiles text into a function; nil and the error where it does not parse.',
  ],
  ['collectgarbage(option?: string, argument?: number): any', 'Asks for memory back, or how much is used.'],
  ['_G: table', 'All globals, by name.'],
  ['_VERSION: string', 'The version of Lua.', { differs: 'Lua 5.3 there, Lua 5.4 here.' }],
  ['string: string-library', 'Texts.'],
  ['table: table-library', 'Lists.'],
  ['math: math', 'Numbers.'],
  ['os: os', 'The time.'],
  ['coroutine: coroutine', 'Functions that pause.'],
  ['utf8: utf8', 'Letters beyond ASCII.'],
  ['debug: debug', 'Where the program is.'],
  ['package: package', 'What require has loaded.'],
  ['warn(...: any)', 'Does nothing here. Not in Lua 5.3, so not on aos.', { on: 'lua' }],
  ['io: table', 'Files of the process itself; there is no disk.', { on: 'aos' }],
  ['bit32: table', 'Bits of 32-bit numbers; use the operators & | ~ << >> instead.', { on: 'aos' }],
  ['dofile(file?: string): any', 'Runs a file of the process itself.', { on: 'aos' }],
  ['loadfile(file?: string, mode?: string, env?: table): any', 'Compiles a file of the process itself.', { on: 'aos' }],
]);

const PATTERN = { pattern: 'A Lua pattern: %d a digit, %a a letter, . anything, * + - ? how often.' } as const;

export const STRING = entriesOf('string', [
  ['byte(text: string, first?: number, last?: number): number', 'Codes of letters.'],
  ['char(...: number): string', 'A text out of codes.'],
  [
    'find(text: string, pattern: string, from?: number, isPlain?: boolean): number',
    'Where a pattern is first found: start, end and captures.',
    { of: PATTERN },
  ],
  [
    'format(pattern: string, ...: any): string',
    'Fills values into a text.',
    { of: { pattern: '%s a text, %d an integer, %.2f a number, %q a quoted text, %% a percent sign.' } },
  ],
  ['gmatch(text: string, pattern: string): function', 'Loops over all places where a pattern is found.', { of: PATTERN }],
  [
    'gsub(text: string, pattern: string, by: any, max?: number): string',
    'Replaces what a pattern finds; also says how often.',
    { of: PATTERN },
  ],
  ['len(text: string): number', 'How many bytes.'],
  ['lower(text: string): string', 'In small letters.'],
  ['upper(text: string): string', 'In capital letters.'],
  ['match(text: string, pattern: string, from?: number): any', 'What a pattern finds: its captures, or all of it.', { of: PATTERN }],
  ['rep(text: string, count: number, separator?: string): string', 'The text several times.'],
  ['reverse(text: string): string', 'Backwards.'],
  ['sub(text: string, first: number, last?: number): string', 'A part; negative places count from the end.'],
  ['pack(format: string, ...: any): string', 'Values as bytes.'],
  ['packsize(format: string): number', 'How many bytes pack makes.'],
  ['unpack(format: string, bytes: string, from?: number): any', 'Values out of bytes.'],
  ['dump(fn: function, isStripped?: boolean): string', 'A function as bytecode.', { on: 'aos' }],
]);

export const TABLE = entriesOf('table', [
  ['concat(list: table, separator?: string, first?: number, last?: number): string', 'One text out of the elements.'],
  ['insert(list: table, place: any, value?: any)', 'Puts a value at a place, or at the end: insert(list, value).'],
  ['remove(list: table, place?: number): any', 'Takes an element out, the last one without a place, and returns it.'],
  [
    'sort(list: table, isBefore?: function)',
    'Sorts in place.',
    { of: { isBefore: 'Called with two elements; true where the first comes first.' } },
  ],
  ['pack(...: any): table', 'A list of the values, and n, how many.'],
  ['unpack(list: table, first?: number, last?: number): any', 'The elements as several values.'],
  ['move(from: table, first: number, last: number, to: number, target?: table): table', 'Copies elements.'],
]);

const X = '(x: number): number';

export const MATH = entriesOf('math', [
  [`abs${X}`, 'Without its sign.'],
  [`ceil${X}`, 'The integer above.'],
  [`floor${X}`, 'The integer below.'],
  [`sqrt${X}`, 'The square root.'],
  [`exp${X}`, 'e to the power of x.'],
  ['log(x: number, base?: number): number', 'The logarithm.'],
  [`sin${X}`, 'The sine.'],
  [`cos${X}`, 'The cosine.'],
  [`tan${X}`, 'The tangent.'],
  [`asin${X}`, 'The arc sine.'],
  [`acos${X}`, 'The arc cosine.'],
  ['atan(y: number, x?: number): number', 'The arc tangent of y/x.'],
  [`deg${X}`, 'In degrees.'],
  [`rad${X}`, 'In radians.'],
  ['fmod(x: number, y: number): number', 'What a division towards zero leaves over.'],
  ['modf(x: number): number', 'The parts before and behind the point.'],
  ['max(x: number, ...: number): number', 'The largest.'],
  ['min(x: number, ...: number): number', 'The smallest.'],
  [
    'random(low?: number, high?: number): number',
    'A random number that is the same whenever the log is replayed. Everybody can foresee it.',
  ],
  [
    'randomseed(seed: number)',
    'Changes nothing in a process: the seed of its numbers is the first message. require(".chance").seed(number) sets another.',
  ],
  ['tointeger(x: any): any', 'An integer; nil where it is none.'],
  ['type(x: any): any', '"integer", "float", or nil.'],
  ['ult(x: number, y: number): boolean', 'Less, without signs.'],
  ['pi: number', '3.14159…'],
  ['huge: number', 'Infinity.'],
  ['maxinteger: number', 'The largest integer, 2^63 - 1.'],
  ['mininteger: number', 'The smallest integer, -2^63.'],
  ...(['pow(x: number, y: number): number', 'ldexp(x: number, y: number): number', 'atan2(y: number, x: number): number'] as const).map(
    (signature) => [signature, 'From older Lua; gone in 5.4.', { on: 'aos' }] as const,
  ),
  ...(['cosh', 'sinh', 'tanh', 'log10', 'frexp'] as const).map(
    (name) => [`${name}${X}`, 'From older Lua; gone in 5.4.', { on: 'aos' }] as const,
  ),
]);

export const OS = entriesOf('os', [
  [
    'time(): number',
    'The time of the message in milliseconds since 1970. It stands still within one message.',
    { example: 'os.time() + 60 * 60 * 1000' },
  ],
  [
    'date(format?: string, seconds?: number): any',
    'A date, in UTC, out of seconds.',
    { example: 'os.date("%Y-%m-%d", os.time() // 1000)' },
  ],
  ['clock(): number', 'Time used. Tells nothing in a process.'],
  ['difftime(later: number, earlier: number): number', 'Their difference.'],
  ...(['execute', 'exit', 'getenv', 'remove', 'rename', 'setlocale', 'tmpname'] as const).map(
    (name) => [`${name}(...: any): any`, 'Does nothing useful in a process.', { on: 'aos' }] as const,
  ),
]);

export const COROUTINE = entriesOf('coroutine', [
  ['create(body: function): any', 'Makes a coroutine.'],
  ['resume(thread: any, ...: any): boolean', 'Lets it run on; false and the error where it throws.'],
  ['yield(...: any): any', 'Pauses, and gives values to resume.'],
  ['wrap(body: function): function', 'A coroutine as a function.'],
  ['status(thread: any): string', 'running, suspended, normal or dead.'],
  ['running(): any', 'The coroutine that runs.'],
  ['isyieldable(): boolean', 'True where yield works.'],
  ['close(thread: any): boolean', 'Ends a coroutine. Not in Lua 5.3, so not on aos.', { on: 'lua' }],
]);

export const UTF8 = entriesOf('utf8', [
  ['char(...: number): string', 'A text out of code points.'],
  ['codepoint(text: string, first?: number, last?: number): number', 'Code points of a text.'],
  ['codes(text: string): function', 'Loops over places and code points.'],
  ['len(text: string, first?: number, last?: number): any', 'How many letters; nil and a place where it is no UTF-8.'],
  ['offset(text: string, n: number, from?: number): any', 'Where the n-th letter begins.'],
  ['charpattern: string', 'A pattern that finds one letter.'],
]);

export const DEBUG = entriesOf('debug', [
  ['traceback(message?: any, level?: number): string', 'Who called whom.'],
  ['getinfo(fn: any, what?: string): table', 'What is known about a function.'],
  ...(
    [
      'debug',
      'gethook',
      'getlocal',
      'getmetatable',
      'getregistry',
      'getupvalue',
      'getuservalue',
      'sethook',
      'setlocal',
      'setmetatable',
      'setupvalue',
      'setuservalue',
      'upvalueid',
      'upvaluejoin',
    ] as const
  ).map((name) => [`${name}(...: any): any`, 'Reaches into the runtime; our Lua module has it not.', { on: 'aos' }] as const),
]);

export const PACKAGE = entriesOf('package', [
  ['loaded: table', 'What require has loaded, by name. Set a name to nil and it is loaded again.'],
  ['preload: table', 'Functions that load a library, by name.'],
  ['path: string', 'Where files would be looked for.'],
  ['searchers: table', 'How require looks.'],
  ['config: string', 'Signs of paths.', { on: 'aos' }],
  ['cpath: string', 'Where C libraries would be looked for.', { on: 'aos' }],
  ['loadlib(...: any): any', 'Loads C libraries; there are none.', { on: 'aos' }],
  ['searchpath(...: any): any', 'Looks for a file.', { on: 'aos' }],
]);
