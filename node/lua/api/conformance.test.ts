import { describe, expect, test } from 'vitest';
import { outputText } from '../../contract/outcome.ts';
import { isWithoutModules, moduleSource, spawnReal } from '../../cu/vm/aos/aos.fixture.ts';
import { behaviours } from '../../cu/vm/aos/behaviour.fixture.ts';
import { spawnProcess, type TestProcess } from '../../cu/vm/lua/process.fixture.ts';
import { API, API_HOMES, LIBRARIES } from './api.ts';
import type { ApiEntry } from './entry.ts';
import { EXERCISES } from './exercises.fixture.ts';

/** How a program reaches what a home names. */
const WAYS: Readonly<Record<string, string>> = {
  '': '_G',
  env: 'ao.env',
  msg: 'Seen',
  tags: 'Seen.Tags',
  Sent: 'Answer',
  Place: 'Handlers.before("_default")',
  '.bint': 'require(".bint")(256)',
  '.crypto.digest': 'require(".crypto").digest',
  '.crypto.mac': 'require(".crypto").mac',
  '.crypto.kdf': 'require(".crypto").kdf',
  '.crypto.utils': 'require(".crypto").utils',
  '.crypto.utils.hex': 'require(".crypto").utils.hex',
  '.crypto.utils.array': 'require(".crypto").utils.array',
  '.crypto.utils.stream': 'require(".crypto").utils.stream',
  db: 'Db',
  stmt: 'Db:prepare("SELECT 1")',
};
const wayTo = (home: string): string =>
  WAYS[home] ?? (LIBRARIES.get(home) === home && !/^(ao|Handlers)/.test(home) ? `require("${home}")` : home);

/** What the process prints for a piece of Lua that returns a text. */
function says(process: TestProcess, lua: string): string {
  const { output, error } = process.send({ Action: 'Eval' }, lua);
  expect({ lua, error }).toEqual({ lua, error: null });
  return outputText(output).text;
}

/** A handler keeps a message and an answer, so that their members can be looked at. */
function prepare(process: TestProcess, isSqlite = false): void {
  says(
    process,
    'Handlers.add("look", Handlers.utils.hasMatchingTag("Action", "Look"), function(m) Seen = m Answer = ao.send({ Target = ao.id, Data = "x" }) end) return "ok"',
  );
  process.send({ Action: 'Look', Quantity: '1' });
  if (isSqlite) says(process, 'Db = require("lsqlite3").open_memory() return "ok"');
}

/** The types of entries, as `home.name: type`. Members are looked up as a program would, through metatables. */
function typesOf(process: TestProcess, entries: readonly ApiEntry[]): Map<ApiEntry, string> {
  const rows = entries.map(({ home, name }) => `see(function() return (${wayTo(home)})[${JSON.stringify(name)}] end)`).join('\n');
  const told = says(
    process,
    `local out = {} local function see(get) local ok, v = pcall(get) out[#out + 1] = ok and type(v) or "nil" end\n${rows}\nreturn table.concat(out, " ")`,
  ).split(' ');
  return new Map(entries.map((entry, index) => [entry, told[index] ?? 'nil']));
}

function differences(types: ReadonlyMap<ApiEntry, string>, isThere: (entry: ApiEntry) => boolean): string[] {
  return [...types].flatMap(([entry, type]) => {
    const wanted = isThere(entry) ? entry.type : 'nil';
    const isFine = wanted === 'any' || wanted === type || (wanted === 'table' && type === 'userdata');
    return isFine ? [] : [`${entry.home}.${entry.name}: ${type}, not ${wanted}`];
  });
}

/** Names of a table that do not stand in ours. */
function missing(process: TestProcess, home: string): string[] {
  const names = says(
    process,
    `local out = {} for name in pairs(${wayTo(home)}) do if type(name) == "string" then out[#out + 1] = name end end return table.concat(out, " ")`,
  ).split(' ');
  const known = new Set((API_HOMES.get(home) ?? []).map(({ name }) => name));
  return names.filter((name) => !known.has(name)).sort();
}

/** What the test itself put there. */
const OWN = ['Answer', 'Db', 'Seen'];
const PUBLIC = [
  '',
  'ao',
  'Handlers',
  'Handlers.utils',
  'string',
  'table',
  'math',
  'os',
  'coroutine',
  'utf8',
  'debug',
  'package',
  '.utils',
  'json',
  '.base64',
];
const isProject = ({ on }: ApiEntry): boolean => on === 'project';
const isSqlite = ({ home }: ApiEntry): boolean => ['lsqlite3', 'db', 'stmt'].includes(home);

test('what the table says is in a process of our own Lua module, with that type', async () => {
  const process = await spawnProcess();
  prepare(process);
  const types = typesOf(
    process,
    API.filter((entry) => !isProject(entry)),
  );
  expect(differences(types, ({ on }) => on !== 'aos')).toEqual([]);
});

test('nothing public of our Lua module is missing from the table', async () => {
  const process = await spawnProcess();
  prepare(process);
  expect(PUBLIC.flatMap((home) => missing(process, home)).filter((name) => !OWN.includes(name))).toEqual([]);
  const bint = missing(process, '.bint').filter((name) => !name.startsWith('_'));
  expect(bint).toEqual([]);
});

describe.skipIf(isWithoutModules)('on modules of the network', () => {
  test('what the table says is in aos 2, with that type, and nothing public is missing', async () => {
    const process = await spawnReal(moduleSource('aos-2.0.6'));
    prepare(process);
    const types = typesOf(
      process,
      API.filter((entry) => !isProject(entry) && !isSqlite(entry) && entry.name !== '_ref'),
    );
    expect(differences(types, ({ on }) => on !== 'lua')).toEqual([]);
    expect(PUBLIC.flatMap((home) => missing(process, home)).filter((name) => !OWN.includes(name))).toEqual([]);
  });

  test('aos 1 has what is older than aos 2, and SQLite where the module has it', async () => {
    const process = await spawnReal(moduleSource('sqlite'));
    prepare(process, true);
    const types = typesOf(
      process,
      API.filter((entry) => !isProject(entry)),
    );
    expect(differences(types, ({ on, since }) => on !== 'lua' && since === 1)).toEqual([]);
  });
});

test.skipIf(isWithoutModules)(
  'every row that both have does the same on both, or says what is otherwise',
  async () => {
    const wrong = (await behaviours()).filter(({ entry, isEqual }) => isEqual === (entry.differs !== null));
    expect(wrong.map(({ entry: { home, name, differs }, lua, aos }) => ({ row: `${home}.${name}`, differs, lua, aos }))).toEqual([]);
  },
  60_000,
);

test('nothing is tried of a row that is not there', () => {
  const tried = Object.entries(EXERCISES).flatMap(([home, rows]) => Object.keys(rows).map((name) => `${home}.${name}`));
  const rows = new Set(API.map(({ home, name }) => `${home}.${name}`));
  expect(tried.filter((one) => !rows.has(one))).toEqual([]);
});

test('every row says in a sentence what it is, and every home of a type is there', () => {
  for (const { about, home, name } of API) expect(about, `${home}.${name}`).toMatch(/[.…]$/);
  const seen = new Set<string>();
  for (const { home, name } of API) {
    expect(seen, `${home}.${name}`).not.toContain(`${home}.${name}`);
    seen.add(`${home}.${name}`);
  }
});
