import { entriesOf, type ApiEntry } from './entry.ts';

const WITH = { with: 'Fields that it has; anything and matching(…) stand for values that differ.' };

/** What a test file can use besides the language: node/tests/README.md tells how. It is no part of a process. */
const TEST_GLOBALS = entriesOf('', [
  ['describe(name: string, body: function)', 'A suite. describe.skip leaves it out.'],
  ['it(name: string, body: function)', 'A test, with processes of its own. it.skip leaves it out.'],
  ['before(body: function)', 'Runs before each test of the suite and of those inside it.'],
  ['after(body: function)', 'Runs after each test of the suite and of those inside it.'],
  [
    'spawn(what: any): any',
    'Spawns a process.',
    { of: { what: 'Its name in aoscope.json, or { source = "file.lua" } or { code = "…" } with module, tags, name and from.' } },
  ],
  [
    'spawnAll(options?: table): table',
    'Spawns all processes of aoscope.json, by name.',
    { of: { options: 'start = true also sends the start messages; sources = { bank = "fixed.lua" } makes one from another file.' } },
  ],
  ['wallet(name: string): any', 'Somebody with a key, the same in every run; .id is the address.'],
  [
    'send(process: any, message: table): any',
    'Sends a message, and returns when it has been evaluated.',
    { of: { message: 'Action, Data and tags. From is a wallet.' }, example: 'send(token, { Action = "Info" }):reply({ Action = "Info" })' },
  ],
  ['ticked(process: any, cron?: string): table', 'The newest cron message of a process, or of one of its crons, as what send gives.'],
  ['received(who: any, with?: table): table', 'What was sent to a process or a wallet.', { of: WITH }],
  ['awaits(who: any, with?: table): table', 'The first message that was sent to somebody, which must be there.', { of: WITH }],
  [
    'state(process: any, expression: string): any',
    'What a Lua expression gives in the process.',
    { example: 'expect(state(token, "Supply")).equals("100")' },
  ],
  ['eval(process: any, code: string): any', 'An Eval of the owner.'],
  ['tried(process: any, message: table): any', 'A dry run: what would come of a message.'],
  ['monitor(process: any)', 'Has the messages of its crons pushed.'],
  ['idle()', 'Goes on when everything that was sent has been evaluated and pushed.'],
  ['clock: table', 'The time of the node: step(seconds), tick(), block(), jump(to), now(), height().'],
  [
    'expect(value: any): any',
    'Says what a value has to be: equals, has, matches, isAbove, isBelow, exists, isNil, isTrue, isFalse, fails. never turns it round.',
  ],
  ['anything: any', 'Stands for whatever is there.'],
  ['matching(pattern: string): any', 'Stands for a text that fits a Lua pattern.'],
]);

const BY_NAME: ReadonlyMap<string, ApiEntry> = new Map(TEST_GLOBALS.map((entry) => [entry.name, entry]));
const NONE: ReadonlyMap<string, ApiEntry> = new Map();

/** The globals that a file has because it holds tests, by name; none for another file. */
export function testGlobals(path: string): ReadonlyMap<string, ApiEntry> {
  return path.endsWith('.test.lua') ? BY_NAME : NONE;
}
