import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from '@permaweb/aoconnect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toProcessId, type ProcessId } from '../../node/contract/ids.ts';
import { buildItem, type SignedItem } from '../../node/item/build.ts';
import { startHost, type ClientHost } from './host/host.ts';
import { createPerson } from './aoconnect.ts';

/**
 * What naive copies of the units get wrong, one test each, by the numbers of node/PROTOCOL.md, which says what was
 * decided; those that another file tries stand there under their name.
 */
const SOURCE = `
Count = Count or 0
Handlers.add("add", "Add", function(msg) Count = Count + 1; msg.reply({ Data = tostring(Count) }) end)
Handlers.add("relay", "Relay", function(msg) ao.send({ Target = msg.Tags.To, Action = msg.Tags.As, To = msg.Tags.Then, As = "Add", Data = msg.Tags.With }) end)
Handlers.add("types", "Types", function(msg)
  msg.reply({ Data = type(msg.Nonce) .. type(msg.Epoch) .. type(msg.Timestamp) .. type(msg["Block-Height"]) .. msg["Block-Height"] })
end)
Handlers.add("fail", "Fail", function() error("on purpose") end)
Handlers.add("slow", "Slow", function(msg) local n = 0; for i = 1, 20000000 do n = n + 1 end; msg.reply({ Data = "done " .. n }) end)
Handlers.add("raw", "Raw", function(msg)
  local base = { Target = msg.Tags.To, Anchor = string.rep("0", 32), Data = "raw" }
  base.Tags = msg.Tags.Kind == "number" and {{ name = "N", value = 1 }} or {{ name = "Long", value = string.rep("x", 5000) }}
  table.insert(ao.outbox.Messages, base)
  ao.send({ Target = msg.Tags.To, Action = "Add", Data = "after it" })
end)
Handlers.add("spawn", "Make", function(msg)
  local tags = { ["On-Boot"] = "Data", Authority = msg.Tags.Trusted, Name = "child" }
  if msg.Tags.Kind == "none" then
    table.insert(ao.outbox.Spawns, { Data = "x", Anchor = string.rep("1", 32), Tags = {{ name = "Name", value = "no module" }} })
  else Spawn(ao.env.Module.Id, { Data = [[Handlers.add("who", "Who", function(msg) msg.reply({ Data = Owner .. " " .. ao.env.Process.Owner }) end)]], Tags = tags }) end
end)`;
const tag = (name: string, value: string): { name: string; value: string } => ({ name, value });
const AO = [tag('Data-Protocol', 'ao'), tag('Variant', 'ao.TN.1'), tag('Type', 'Message')];
let made: ClientHost;
let [mu, cu, su, gateway] = ['', '', '', ''];
let [one, two]: readonly ProcessId[] = [];
let anchors = 0;

beforeAll(async () => {
  made = await startHost();
  ({ mu, cu, su, gateway } = made.urls);
  [one, two] = [await made.spawn(SOURCE), await made.spawn(SOURCE)];
});
afterAll(() => made?.stop());

const item = (target: string, tags: { name: string; value: string }[], data = 'x'): SignedItem =>
  buildItem(made.wallet, { target, anchor: String(++anchors).padStart(32, 'g'), tags: [...tags, ...AO], data });
const post = (url: string, bytes?: Uint8Array): Promise<Response> =>
  fetch(url, { method: 'POST', ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }) });
async function send(target: string | undefined, tags: Readonly<Record<string, string>>): Promise<string> {
  const signed = item(
    target ?? '',
    Object.entries(tags).map(([name, value]) => tag(name, value)),
  );
  expect((await post(mu, signed.bytes)).status).toBe(202);
  return signed.id;
}
interface Result {
  readonly Messages: readonly { readonly Data: string }[];
  readonly error?: string;
}
const result = async (id: string, of = one): Promise<Result> =>
  (await fetch(`${cu}/result/${id}?process-id=${of}`)).json() as Promise<Result>;
const answer = async (tags: Readonly<Record<string, string>>, to = one): Promise<string | undefined> =>
  (await result(await send(to, tags), to)).Messages[0]?.Data;
interface Entry {
  readonly message: {
    readonly id: string;
    readonly data: string;
    readonly anchor: string;
    readonly tags: readonly { readonly name: string; readonly value: string }[];
  };
  readonly assignment: { readonly tags: readonly { readonly name: string; readonly value: string }[] };
}
async function logOf(process: string | undefined): Promise<Entry[]> {
  const page = (await (await fetch(`${su}/${process}?process-id=${process}&limit=1000`)).json()) as { edges: { node: Entry }[] };
  return page.edges.map(({ node }) => node);
}
const valueOf = (tags: Entry['assignment']['tags'] | undefined, name: string): string | undefined =>
  tags?.find((found) => found.name === name)?.value;
// A node in another program tells it on its output, which may be read a moment later.
const dropped = async (cause: string): Promise<string[]> =>
  (await made.facts('mu')).flatMap((fact) => (fact.kind === 'mu.dropped' && fact.cause.message === cause ? [fact.code] : []));
const idle = async (): Promise<void> => void (await (await fetch(`${mu}/idle`)).text());
const resultsOf = async (process: string | undefined): Promise<number> =>
  ((await (await fetch(`${cu}/results/${process}?limit=1000`)).json()) as { edges: unknown[] }).edges.length;

describe('scheduling and ids', () => {
  it('gotcha 1: timestamps rise strictly, also of messages that come at once', async () => {
    const target = await made.spawn(SOURCE);
    await Promise.all(Array.from({ length: 20 }, () => send(target, { Action: 'Add' })));
    const times = (await logOf(target)).map(({ assignment }) => Number(valueOf(assignment.tags, 'Timestamp')));
    expect(times).toHaveLength(21);
    expect(times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0))).toBe(true);
  });

  it('gotcha 2: slot 0 is the process itself, and its result can be asked for by its id', async () => {
    const [first] = await logOf(one);
    expect([first?.message.id, valueOf(first?.assignment.tags, 'Nonce'), valueOf(first?.assignment.tags, 'Message')]).toEqual([
      one,
      '0',
      undefined,
    ]);
    expect((await result(String(one))).Messages).toEqual([]);
  });

  it('gotcha 4: nonce and height are text at the SU and numbers in the program', async () => {
    const text = await answer({ Action: 'Types' });
    const assignment = (await logOf(one)).at(-1)?.assignment;
    expect(valueOf(assignment?.tags, 'Block-Height')).toMatch(/^0{5}\d{7}$/);
    expect(text).toBe(`numbernumbernumbernumber${Number(valueOf(assignment?.tags, 'Block-Height'))}`);
  });

  it('gotchas 8 and 19: the same item again is refused, and its result stays what it was', async () => {
    const signed = item(String(one), [tag('Action', 'Add')]);
    expect((await post(mu, signed.bytes)).status).toBe(202);
    const before = await result(signed.id);
    const again = await post(mu, signed.bytes);
    expect([again.status, await again.json()]).toMatchObject([500, { error: expect.stringMatching(/^Error: 400: /) as string }]);
    expect((await post(su, signed.bytes)).status).toBe(400);
    expect(await result(signed.id)).toEqual(before);
  });
});

describe('evaluation', () => {
  it('gotcha 12: /results evaluates nothing, /result does', async () => {
    const target = await made.spawn(SOURCE);
    const signed = item(target, [tag('Action', 'Add')]);
    // Past the MU, so that nobody pulls the result.
    expect((await post(su, signed.bytes)).status).toBe(200);
    expect(await resultsOf(target)).toBe(1);
    await result(signed.id, target);
    expect(await resultsOf(target)).toBe(2);
  });

  it('gotchas 13 and 25: what is pushed is evaluated although nobody asks, and /idle says when', async () => {
    const target = await made.spawn(SOURCE);
    await send(one, { Action: 'Relay', To: target, As: 'Add' });
    await idle();
    expect(await resultsOf(target)).toBe(2);
  });

  it('gotchas 17 and 34: a spawned process belongs to its parent, is signed by the MU, and has the scheduler of its parent', async () => {
    const trusted = made.authority;
    const began = await send(one, { Action: 'Make', Trusted: trusted });
    await idle();
    const spawned = (await logOf(one)).findLast(({ message }) => valueOf(message.tags, 'Action') === 'Spawned');
    const child = toProcessId(valueOf(spawned?.message.tags, 'Process') ?? '');
    expect(await answer({ Action: 'Who' }, child)).toBe(`${one} ${trusted}`);
    const [first] = await logOf(child);
    expect(valueOf(first?.message.tags, 'Scheduler')).toBe(made.scheduler);
    // 26: whom it comes from in truth.
    expect(valueOf(first?.message.tags, 'From-Module')).toBe(made.module);
    expect(valueOf(first?.message.tags, 'Pushed-For')).toBe(began);
    const none = await send(one, { Action: 'Make', Kind: 'none' });
    await idle();
    await expect.poll(() => dropped(none)).toEqual(['SPAWN_NO_MODULE']);
  });

  it('gotcha 18: a dry run sees what has just changed, however often it is asked', async () => {
    const tried = async (): Promise<number> => {
      const body = JSON.stringify({ Tags: [tag('Action', 'Add'), ...AO], Owner: 'x' });
      const response = await fetch(`${cu}/dry-run?process-id=${one}`, { method: 'POST', body });
      return Number(((await response.json()) as Result).Messages[0]?.Data);
    };
    const before = await tried();
    expect(await tried()).toBe(before);
    await answer({ Action: 'Add' });
    expect(await tried()).toBe(before + 1);
  });

  it('gotcha 23: a message whose tag is a number is left out, visibly, and the next one goes', async () => {
    const id = await send(one, { Action: 'Raw', Kind: 'number', To: String(two) });
    await idle();
    expect((await logOf(two)).at(-1)?.message.data).toBe('after it');
    await expect.poll(() => dropped(id)).toEqual(['TAG_NOT_TEXT']);
    expect(await result(id)).toMatchObject({ Messages: [{ Tags: [{ name: 'N', value: 1 }] }, { Data: 'after it' }] });
  });

  it('gotcha 42: a result that takes long is waited for', async () => {
    const response = await fetch(`${cu}/result/${await send(one, { Action: 'Slow' })}?process-id=${one}`);
    expect([response.status, await response.json()]).toMatchObject([200, { Messages: [{ Data: 'done 20000000' }] }]);
  });
});

describe('pushing', () => {
  it('gotcha 26: Pushed-For is the first message of the whole journey', async () => {
    const id = await send(one, { Action: 'Relay', To: String(two), As: 'Relay', Then: String(one) });
    await idle();
    const journey = [...(await logOf(one)), ...(await logOf(two))].filter(({ message }) => valueOf(message.tags, 'Pushed-For') === id);
    expect(journey.length).toBeGreaterThanOrEqual(3);
  });

  it('gotcha 29: equal anchors of two senders are two messages', async () => {
    const target = await made.spawn(SOURCE);
    const senders = [await made.spawn(SOURCE), await made.spawn(SOURCE)];
    for (const sender of senders) await send(sender, { Action: 'Relay', To: target, As: 'Add' });
    await idle();
    const [, first, second] = await logOf(target);
    expect(first?.message.anchor).toBe(second?.message.anchor);
    expect(first?.message.id).not.toBe(second?.message.id);
  });

  it('gotcha 30: no data is a single space', async () => {
    const target = await made.spawn(SOURCE);
    await send(one, { Action: 'Relay', To: target, As: 'Add' });
    await idle();
    expect((await logOf(target)).at(-1)?.message.data).toBe(' ');
  });

  it('gotcha 31: what is meant for a wallet goes to the gateway, and is no error', async () => {
    const wallet = 'W'.repeat(42) + 'A';
    const id = await send(one, { Action: 'Relay', To: wallet, As: 'Hello', With: 'for a person' });
    await idle();
    const query = `{ transactions(recipients: ["${wallet}"]) { edges { node { id } } } }`;
    const found = (await (await fetch(`${gateway}/graphql`, { method: 'POST', body: JSON.stringify({ query }) })).json()) as {
      data: { transactions: { edges: { node: { id: string } }[] } };
    };
    const [edge] = found.data.transactions.edges;
    expect(await (await fetch(`${gateway}/${edge?.node.id}`)).text()).toBe('for a person');
    expect(await dropped(id)).toEqual([]);
  });

  it('gotcha 32: tags that no item can hold are told, and the next message goes', async () => {
    const id = await send(one, { Action: 'Raw', Kind: 'long', To: String(two) });
    await idle();
    await expect.poll(() => dropped(id)).toEqual(['PUSH_UNSIGNABLE']);
    expect((await logOf(two)).at(-1)?.message.data).toBe('after it');
  });
});

describe('over HTTP', () => {
  it('gotcha 37: addresses with and without a slash, and doubled ones, are the same', async () => {
    for (const url of [mu, `${mu}/`, `${mu}//`])
      expect((await post(url, item(String(one), [tag('Action', 'Add')]).bytes)).status).toBe(202);
    expect((await fetch(`${cu}//results/${one}/?limit=1`)).status).toBe(200);
  });

  it('gotcha 38: the SU answers for a process without sending anybody elsewhere', async () => {
    const response = await fetch(`${su}?process-id=${one}`, { redirect: 'manual' });
    expect([response.status, await response.json()]).toEqual([200, { timestamp: expect.any(String) as string, address: made.scheduler }]);
  });

  it('gotcha 39: any origin may ask any unit, send any header and read every header, also of errors', async () => {
    for (const url of [mu, cu, su, gateway, made.bundler]) {
      const headers = {
        Origin: 'https://dapp.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type,codec-device',
      };
      const preflight = await fetch(url, { method: 'OPTIONS', headers });
      expect([url, preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([url, 204, '*']);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('codec-device');
      const failed = await fetch(`${url}/nothing/of/the/kind`, { headers });
      expect([failed.headers.get('access-control-allow-origin'), failed.headers.get('access-control-expose-headers')]).toEqual(['*', '*']);
      expect(await failed.json()).toMatchObject({ error: expect.any(String), code: expect.any(String), cure: expect.any(String) });
    }
  });

  it('gotchas 48, 49 and 50: a client of HyperBEAM gets an error that says what to do, and no empty success', async () => {
    const ao = connect({ MODE: 'mainnet', URL: mu, signer: createPerson(), SCHEDULER: made.scheduler });
    await expect(ao.message({ process: String(one), tags: [tag('Action', 'Add')], data: '1' })).rejects.toThrow(/Error sending message/);
    const response = await post(`${mu}/${one}~process@1.0/push`);
    expect([response.status, await response.json()]).toMatchObject([
      501,
      { code: 'ROUTE_NOT_OFFERED', cure: expect.stringContaining("MODE: 'legacy'") as string },
    ]);
    expect((await fetch(`${mu}/${one}/slot/current`)).status).toBe(501);
  });
});

it('every row of PROTOCOL.md names a test that is there', () => {
  const root = resolve(import.meta.dirname, '../..');
  const rows = readFileSync(join(root, 'node/PROTOCOL.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, number, tests] = /^\| *(\d+) *\|.*\| *(.+?) *\|$/.exec(line) ?? [];
      return number === undefined || tests === undefined ? [] : [{ number: Number(number), tests }];
    });
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
  const missing = rows.flatMap(({ number, tests }) => {
    const named = [...tests.matchAll(/`([^`]+\.test\.ts)`(?: “([^”]+)”)?/g)];
    const isThere = named.map(([, file = '', title = `gotcha ${number}`]) => {
      const path = join(root, file);
      const text = existsSync(path) ? readFileSync(path, 'utf8').replaceAll("\\'", "'") : '';
      return (
        text.includes(title) ||
        new RegExp(`gotchas? (\\d+, )*(\\d+ and )?${number}\\b`).test(text) ||
        (title.startsWith('gotcha') && new RegExp(`gotchas [^:]*\\b${number}\\b`).test(text))
      );
    });
    return isThere.length > 0 && isThere.every(Boolean) ? [] : [`${number}: ${tests}`];
  });
  expect(missing).toEqual([]);
});
