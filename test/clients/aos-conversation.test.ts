import { generateKeyPairSync } from 'node:crypto';
import { createDataItemSigner } from '@permaweb/aoconnect';
import Arweave from 'arweave';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { TERMINAL_MODULE, LEGACYNET_AUTHORITY, LEGACYNET_SCHEDULER } from '../../node/contract/network.ts';
import { startNode, type TestNode } from '../kit/node.ts';
import { idOf, legacy, placesOf, type Places, type Signer } from './aoconnect.ts';

/**
 * What the aos terminal 2.0.16 sends in legacy mode, request by request and with its own parameters, through the client
 * it uses. Where the terminal itself can be had, aos-terminal.test.ts runs it.
 */

const LONG = 120_000;
const edgesOf = z.object({
  data: z.object({
    transactions: z.object({
      edges: z.array(z.object({ node: z.object({ id: z.string(), tags: z.array(z.object({ name: z.string(), value: z.string() })) }) })),
    }),
  }),
});

interface Person {
  readonly address: string;
  readonly signer: Signer;
}

async function createPerson(): Promise<Person> {
  const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
  const address = await Arweave.init({}).wallets.jwkToAddress(jwk as never);
  return { address, signer: (createDataItemSigner as (key: object) => Signer)(jwk) };
}

/** The start-up query: the processes of that name of this wallet, whose second owner is nobody. */
async function findByName({ GRAPHQL_URL }: Places, owner: string, name: string): Promise<string[]> {
  const query = `query ($owners: [String!]!) {
    transactions(first: 10, owners: $owners, tags: [
      { name: "Data-Protocol", values: ["ao"] }, { name: "Type", values: ["Process"]}, { name: "Name", values: ["${name}"]}
    ]) { edges { node { id tags { name value } } } } }`;
  const response = await fetch(GRAPHQL_URL, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: { owners: [owner, ''] } }),
  });
  expect(response.ok).toBe(true);
  return edgesOf.parse(await response.json()).data.transactions.edges.map(({ node }) => node.id);
}

interface Session {
  readonly made: TestNode;
  readonly places: Places;
  readonly person: Person;
  readonly ao: ReturnType<typeof legacy>;
  spawn(name: string, more?: readonly { name: string; value: string }[], data?: string): Promise<string>;
  /** Sends a line and reads its result once: no polling, as the terminal does. */
  line(process: string, code: string): Promise<{ Output?: Output | string; Error?: unknown }>;
}

interface Output {
  readonly data?: string;
  readonly prompt?: string;
  readonly print?: boolean;
}

async function openSession(): Promise<Session> {
  const made = await startNode({ http: true });
  const places = placesOf(made.node.urls);
  const { GRAPHQL_URL: _graphql, ...terminalPlaces } = places;
  const person = await createPerson();
  // The terminal names no GRAPHQL_URL: the client makes it out of the gateway's address.
  const ao = legacy(terminalPlaces as Places);
  return {
    made,
    places,
    person,
    ao,
    spawn: async (name, more = [], data = '') =>
      idOf(
        await ao.spawn({
          module: TERMINAL_MODULE,
          scheduler: LEGACYNET_SCHEDULER,
          signer: person.signer,
          tags: [
            { name: 'App-Name', value: 'aos' },
            { name: 'Name', value: name },
            ...more,
            { name: 'Authority', value: LEGACYNET_AUTHORITY },
            { name: 'aos-Version', value: '2.0.16' },
          ],
          data,
        }),
      ),
    async line(process, code) {
      const message = idOf(await ao.message({ process, signer: person.signer, tags: [{ name: 'Action', value: 'Eval' }], data: code }));
      return ao.result({ message, process });
    },
  };
}

/** What the terminal shows live: a poll of `/results` with a cursor that it takes apart, every two seconds. */
function startLive({ ao }: Session, process: string): { readonly shown: string[]; poll(): Promise<void> } {
  const shown: string[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  return {
    shown,
    async poll() {
      const page: Parameters<typeof ao.results>[0] =
        cursor === null ? { process, limit: 5, sort: 'DESC' } : { process, limit: 1_000, from: cursor };
      const { edges } = await ao.results(page);
      const printing = edges
        .filter(({ node, cursor: at }) => (node.Output as Output | undefined)?.print === true && !seen.has(at))
        .toSorted((one, other) => ordinateOf(one.cursor) - ordinateOf(other.cursor));
      for (const { node, cursor: at } of printing) {
        seen.add(at);
        shown.push((node.Output as Output).data ?? '');
      }
      cursor = edges.at(-1)?.cursor ?? cursor;
    },
  };
}

function ordinateOf(cursor: string): number {
  return Number((JSON.parse(atob(cursor)) as { ordinate: string }).ordinate);
}

it(
  'starts: no process of that name, a spawn on its own module, the version, the prompt; then the name is found',
  { timeout: LONG },
  async () => {
    const session = await openSession();
    const { places, person, spawn, line } = session;
    expect(await findByName(places, person.address, 'alice')).toEqual([]);
    const process = await spawn('alice', [{ name: 'Colour', value: 'blue' }]);
    const version = await line(process, `require('.process')._version`);
    expect(version).toMatchObject({ Output: { data: '2.0.4', prompt: expect.stringContaining('alice') } });
    expect(version.Error).toBeUndefined();
    // It is found once the gateway has it, as on the network.
    await expect.poll(() => findByName(places, person.address, 'alice'), { timeout: 20_000 }).toEqual([process]);
    expect(await findByName(places, 'someone else', 'alice')).toEqual([]);
  },
);

it('errors come as text whatever the program throws, for the terminal takes them apart', { timeout: LONG }, async () => {
  const { spawn, line } = await openSession();
  const process = await spawn('alice');
  for (const code of ['error("words")', 'error({ code = 7 })', 'return nil, 42', 'error()', 'return nil, true', 'local = 3']) {
    const { Error: error } = await line(process, code);
    expect([code, typeof error]).toEqual([code, 'string']);
    expect(error).not.toBe('');
  }
  expect(await line(process, 'return 1')).toMatchObject({ Output: { data: '1' } });
});

it('a message of another process is printed live, once and in order; Receive goes on with it', { timeout: LONG }, async () => {
  const session = await openSession();
  const { spawn, line, made } = session;
  const [alice, bob] = [await spawn('alice'), await spawn('bob')];
  // The terminal inlines the modules that a loaded file requires.
  await line(
    alice,
    '\n\n-- module: "lib.words"\nlocal function _loaded_mod_lib_words()\nreturn { heard = "heard " }\nend\n\n_G.package.loaded["lib.words"] = _loaded_mod_lib_words()\n\nlocal words = require("lib.words")\nHandlers.add("greet", "Greet", function(msg) print(words.heard .. msg.Data) end)',
  );
  const live = startLive(session, alice);
  await live.poll();
  await line(bob, `for n = 1, 12 do Send({ Target = "${alice}", Action = "Greet", Data = tostring(n) }) end`);
  await made.idle();
  for (let polls = 0; polls < 3; polls++) await live.poll();
  expect(live.shown.filter((text) => text.startsWith('heard'))).toEqual(Array.from({ length: 12 }, (_, n) => `heard ${n + 1}`));
  await line(bob, `answer = Receive({ Action = "News" }).Data`);
  await line(alice, `Send({ Target = "${bob}", Action = "News", Data = "rain" })`);
  await made.idle();
  expect(await line(bob, 'answer')).toMatchObject({ Output: { data: 'rain' } });
});

it('--data with On-Boot, and --cron under a monitor: its ticks come with cursors of their own', { timeout: LONG }, async () => {
  const session = await openSession();
  const { spawn, line, ao, person } = session;
  const tags = [
    { name: 'On-Boot', value: 'Data' },
    { name: 'Cron-Interval', value: '1-second' },
    { name: 'Cron-Tag-Action', value: 'Cron' },
  ];
  const process = await spawn(
    'clock',
    tags,
    'Ticks = 0 Handlers.add("cron", "Cron", function() Ticks = Ticks + 1 print("tick " .. Ticks) end)',
  );
  expect(await line(process, 'type(Ticks)')).toMatchObject({ Output: { data: 'number' } });
  await ao.monitor({ process, signer: person.signer });
  onTestFinished(async () => void (await ao.unmonitor({ process, signer: person.signer })));
  const live = startLive(session, process);
  await expect
    .poll(async () => live.poll().then(() => live.shown.filter((text) => text.startsWith('tick')).length), { timeout: 30_000 })
    .toBeGreaterThan(2);
  const ticks = live.shown.filter((text) => text.startsWith('tick')).map((text) => Number(text.slice(5)));
  expect(ticks).toEqual([...new Set(ticks)].toSorted((one, other) => one - other));
});
