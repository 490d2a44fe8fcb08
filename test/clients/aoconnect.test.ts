import { serializeCron } from '@permaweb/aoconnect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { startHost, type ClientHost } from './host/host.ts';
import { createPerson, idOf, legacy, placesOf, type Aoconnect, type Signer } from './aoconnect.ts';

const SOURCE = `
Count = Count or 0
ao.addAssignable("anything", function() return true end)
Handlers.add("given", function(msg) return msg.Target ~= ao.id end, function(msg)
  print((msg.Data or "nothing") .. " " .. (msg.Tags.Colour or "none"))
end)
Handlers.add("add", "Add", function(msg)
  Count = Count + tonumber(msg.Data); print("count " .. Count)
  msg.reply({ Action = "Added", Data = tostring(Count), Given = msg.Anchor, Colour = msg.Tags.Colour })
end)
Handlers.add("count", "Count", function(msg) msg.reply({ Data = tostring(Count) }) end)
Handlers.add("who", "Who", function(msg) msg.reply({ Data = msg.From .. " " .. msg.Owner }) end)
Handlers.add("fail", "Fail", function() Count = 1000; error("on purpose") end)`;

const BOOT = [
  { name: 'On-Boot', value: 'Data' },
  { name: 'Name', value: 'counter' },
];
let made: ClientHost;
let ao: Aoconnect;
let signer: Signer;
let process: string;
let scheduler: string;

beforeAll(async () => {
  made = await startHost();
  ao = legacy(placesOf(made.urls));
  signer = createPerson();
  scheduler = made.scheduler;
  process = await spawn(SOURCE);
});
afterAll(() => made?.stop());

const spawn = async (source: string, ...more: typeof BOOT): Promise<string> =>
  idOf(await ao.spawn({ module: made.module, scheduler, signer, tags: [...BOOT, ...more], data: source }));
const action = (value: string, ...more: { name: string; value: string }[]): { name: string; value: string }[] => [
  { name: 'Action', value },
  ...more,
];
const message = async (args: Parameters<Aoconnect['message']>[0]): Promise<string> => idOf(await ao.message(args));
const send = (name: string, data: string): Promise<string> => message({ process, signer, tags: action(name), data });
const assign = async (args: Parameters<Aoconnect['assign']>[0]): Promise<string> => idOf(await ao.assign(args));
const result = (id: string, of = process): ReturnType<Aoconnect['result']> => ao.result({ process: of, message: id });
/** The answer's data, read as a message to us. */
const answered = async (id: string): Promise<unknown> => (await result(id)).Messages[0]?.Data;
const ordinates = (edges: readonly { cursor: string }[]): number[] =>
  edges.map(({ cursor }) => Number((JSON.parse(atob(cursor)) as { ordinate: string }).ordinate));

describe('spawn and message', () => {
  it('spawns on a module of the node, and the boot result can be asked for', async () => {
    const child = await spawn('print("booted")');
    expect(child).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify((await result(child, child)).Output)).toContain('booted');
  });

  it('a module that is nowhere is refused before anything is sent', async () => {
    await expect(ao.spawn({ module: 'm'.repeat(43), scheduler, signer })).rejects.toThrow(/Required/);
  });

  it('a module of the network that is not here is stood in for openly, and the process says so', async () => {
    const child = idOf(await ao.spawn({ module: TERMINAL_MODULE, scheduler, signer, tags: BOOT, data: 'print(_VERSION)' }));
    expect(JSON.stringify((await result(child, child)).Output)).toContain('Lua 5.4');
    const { tags } = (await (await fetch(`${made.urls.su}/processes/${child}`)).json()) as { tags: typeof BOOT };
    expect(tags).toContainEqual({ name: 'Module', value: TERMINAL_MODULE });
    const { edges } = (await (await fetch(`${made.urls.su}/${child}`)).json()) as {
      edges: { node: { assignment: { tags: typeof BOOT } } }[];
    };
    expect(edges[0]?.node.assignment.tags).toContainEqual({ name: 'Stand-In-Module', value: made.module });
  });

  it('a message carries its anchor, its tags and its data, and the answer comes back', async () => {
    const anchor = 'anchor-of-thirty-two-characters!';
    const id = await message({ process, signer, anchor, tags: action('Add', { name: 'Colour', value: 'blau ü' }), data: '5' });
    const { Messages, Output, Spawns, Error: error } = await result(id);
    expect(error).toBeUndefined();
    expect(Spawns).toEqual([]);
    expect(JSON.stringify(Output)).toContain('count 5');
    expect(Messages).toHaveLength(1);
    expect(Messages[0]).toMatchObject({
      Data: '5',
      Tags: expect.arrayContaining([
        { name: 'Given', value: anchor },
        { name: 'Colour', value: 'blau ü' },
      ]) as unknown,
    });
  });

  it('who sends is the address of the key that signed', async () => {
    const [from, owner] = String(await answered(await send('Who', ''))).split(' ');
    expect(from).toMatch(/^[\w-]{43}$/);
    expect(owner).toBe(from);
  });

  it('signs first and sends later, once', async () => {
    const signed = (await ao.signMessage({ process, signer, tags: action('Who'), data: 'later', anchor: '' })) as {
      id: string;
      raw: ArrayBuffer;
    };
    expect(await ao.sendSignedMessage(signed)).toBe(signed.id);
    expect(await answered(signed.id)).toMatch(/^[\w-]{43} /);
    await expect(ao.sendSignedMessage(signed)).rejects.toThrow(/^500: .*Error: 400: /);
  });
});

describe('errors', () => {
  it('an error is a result: empty outboxes, and the state of before', async () => {
    const before = await answered(await send('Count', ''));
    const failed = await result(await send('Fail', ''));
    expect(failed).toMatchObject({ Messages: [], Spawns: [], Error: expect.stringContaining('on purpose') as string });
    expect(await answered(await send('Count', ''))).toBe(before);
  });

  it('a message to a process that is not here is refused by the MU', async () => {
    await expect(ao.message({ process: 'p'.repeat(43), signer, data: '' })).rejects.toThrow(/^500: /);
  });

  it('a result that is nowhere comes back as an object with the reason, as the reference gives it', async () => {
    expect(await result('x'.repeat(43))).toMatchObject({ error: expect.stringContaining('x'.repeat(43)) as string });
    await expect(ao.results({ process: 'p'.repeat(43) })).rejects.toThrow(/edges/);
  });
});

describe('results', () => {
  it('pages through both orders, by cursor, from and to, without errors among them', async () => {
    await made.idle();
    const all = await ao.results({ process, limit: 1000 });
    const slots = ordinates(all.edges);
    expect(slots.length).toBeGreaterThan(5);
    expect(slots).toEqual(slots.toSorted((a, b) => a - b));
    expect(all.edges.every(({ node }) => node.Error === undefined)).toBe(true);
    expect(ordinates((await ao.results({ process, sort: 'DESC', limit: 1000 })).edges)).toEqual(slots.toReversed());
    const seen: number[] = [];
    for (let from: string | undefined; ;) {
      const { edges } = await ao.results({ process, limit: 2, ...(from === undefined ? {} : { from }) });
      if (edges.length === 0) break;
      seen.push(...ordinates(edges));
      from = edges.at(-1)?.cursor;
    }
    expect(seen).toEqual(slots);
    const [, second, third] = all.edges;
    expect(ordinates((await ao.results({ process, from: second?.cursor ?? '', to: third?.cursor ?? '' })).edges)).toEqual(
      slots.slice(2, 3),
    );
  });

  it('only what comes after the newest is new: how a live view goes on', async () => {
    const { edges } = await ao.results({ process, sort: 'DESC', limit: 1 });
    const from = edges[0]?.cursor ?? '';
    const id = await send('Add', '1');
    await result(id);
    const next = await ao.results({ process, from, sort: 'ASC' });
    expect(ordinates(next.edges)).toEqual([(ordinates(edges)[0] ?? 0) + 1]);
    expect(next.edges[0]?.node.Messages[0]?.Data).toMatch(/^\d+$/);
  });
});

describe('dry runs and assignments', () => {
  it('a dry run answers from the latest state and changes nothing', async () => {
    await result(await send('Add', '2'));
    const before = await answered(await send('Count', ''));
    const tried = await ao.dryrun({ process, tags: action('Add'), data: '100', Owner: 'SOMEBODY', Id: 'try', anchor: '0' });
    expect(tried.Messages[0]).toMatchObject({ Target: 'SOMEBODY', Data: String(Number(before) + 100) });
    expect((await ao.dryrun({ process, tags: action('Count') })).Messages[0]?.Data).toBe(before);
  });

  it('a message of one process is assigned to another; what is excluded it does not see', async () => {
    const other = await spawn(SOURCE);
    const tags = action('Who', { name: 'Colour', value: 'green' });
    const id = await message({ process, signer, tags, data: 'for both' });
    const whole = await assign({ process: other, message: id });
    expect(whole).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify((await result(whole, other)).Output)).toContain('for both green');
    // The same message stands in a log only once.
    await expect(ao.assign({ process: other, message: id })).rejects.toThrow(/500.*already stands/);
    const second = await message({ process, signer, tags, data: 'for both' });
    const without = await assign({ process: other, message: second, exclude: ['Data'] });
    expect(without).not.toBe(whole);
    expect(JSON.stringify((await result(without, other)).Output)).toContain('nothing green');
    await expect(ao.assign({ process: other, message: 'x'.repeat(43) })).rejects.toThrow(/500/);
  });
});

it('what a cron sends is pushed while the process is monitored', { timeout: 60_000 }, async () => {
  const authority = { name: 'Authority', value: made.authority };
  const hears = await spawn('Handlers.add("beat", "Beat", function(msg) print("heard " .. msg.Data) end)', authority);
  const tags = [...BOOT, ...serializeCron({ interval: '1-second', tags: [{ name: 'Action', value: 'Tick' }] })];
  const data = `N = 0; Handlers.add("tick", "Tick", function() N = N + 1; ao.send({ Target = "${hears}", Action = "Beat", Data = tostring(N) }) end)`;
  const beats = idOf(await ao.spawn({ module: made.module, scheduler, signer, tags, data }));
  expect(await ao.monitor({ process: beats, signer })).toMatch(/^[\w-]{43}$/);
  await expect(ao.monitor({ process: beats, signer })).rejects.toThrow(/500/);
  const heard = async (): Promise<number> =>
    JSON.stringify((await ao.results({ process: hears, limit: 100 })).edges).split('heard ').length - 1;
  await expect.poll(heard, { timeout: 20_000, interval: 200 }).toBeGreaterThanOrEqual(2);
  expect((await ao.results({ process: beats, sort: 'DESC', limit: 1 })).edges[0]?.node.Messages[0]?.Target).toBe(hears);
  await ao.unmonitor({ process: beats, signer });
  await expect(ao.unmonitor({ process: beats, signer })).rejects.toThrow(/500/);
});

it('serializeCron writes the tags that a process is spawned with', () => {
  expect(serializeCron({ interval: '10-seconds', tags: [{ name: 'Action', value: 'Tick' }] })).toEqual([
    { name: 'Cron-Interval', value: '10-seconds' },
    { name: 'Cron-Tag-Action', value: 'Tick' },
  ]);
});
