import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { AoError } from '../../node/contract/errors.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { tagValue } from '../../node/contract/item.ts';
import { outputText } from '../../node/contract/outcome.ts';
import type { Client } from '../../node/contract/rpc.ts';
import type { RanProcess, RunWish } from '../../node/contract/topology.ts';
import type { Workspace } from '../../node/workspace/ports.ts';
import { findCCompiler } from '../../node/workspace/modules/native/c.ts';
import { hasCargo } from '../../node/workspace/modules/native/cargo.ts';
import { createFromTemplate, TEMPLATES } from '../../node/workspace/templates.ts';
import { ASSETS, startNode, type TestNode } from '../kit/node.ts';
import { newProject, type TestProject } from '../kit/project.ts';
import { workspaceOn } from '../kit/workspace.ts';

const modules = await ensureModulesForTests();
const cCompiler = await findCCompiler();
const hasRust = await hasCargo();
const never = new AbortController().signal;
const CLI = resolve(import.meta.dirname, '../../out/node/cli.cjs');

interface Opened {
  readonly node: TestNode;
  readonly project: TestProject;
  readonly workspace: Workspace;
  /** What was done, by name. */
  run(wish?: RunWish): Promise<Readonly<Record<string, RanProcess>>>;
  /** How each process stands, by name. */
  states(): Promise<Readonly<Record<string, string>>>;
  said(process: ProcessId, slot: number): Promise<string>;
  /** The project again, as after a restart of the app. */
  again(ask?: Client['ask']): Promise<Opened>;
}

const manifest = (processes: readonly object[], more: object = {}): string =>
  JSON.stringify({ version: 1, name: 'Shop', processes, ...more });

async function open(files: Readonly<Record<string, string | Uint8Array>>, ask?: (node: TestNode) => Client['ask']): Promise<Opened> {
  const node = await startNode();
  const project = newProject(files);
  onTestFinished(() => project.remove());
  return opened(node, project, await mkdtemp(join(tmpdir(), 'aoscope-projects-')), ask?.(node));
}

async function opened(node: TestNode, project: TestProject, home: string, ask?: Client['ask']): Promise<Opened> {
  const workspace = await workspaceOn(node, home, project.path, ask === undefined ? {} : { ask });
  return {
    node,
    project,
    workspace,
    async run(wish = {}) {
      const { processes } = await workspace.handlers['project.run'](wish, never);
      return Object.fromEntries(processes.map((one) => [one.name, one]));
    },
    async states() {
      const { processes } = await workspace.handlers['project.topology']({}, never);
      return Object.fromEntries(processes.map(({ name, state }) => [name, state]));
    },
    async said(process, slot) {
      const { output, error } = await node.node.ask('cu.result', { process, slot: toSlot(slot) });
      return stripVTControlCharacters(error ?? outputText(output).text);
    },
    async again(other) {
      await workspace.close();
      return opened(node, project, home, other);
    },
  };
}

const did = (ran: Readonly<Record<string, RanProcess>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(ran).map(([name, one]) => [name, one.did]));

async function spawnedOn(node: TestNode): Promise<number> {
  return (await node.facts('su')).filter((fact) => fact.kind === 'su.assigned' && fact.slot === 0).length;
}

const SHOP = `-- the shop
local price = require("lib.price")
Handlers.add("Buy", "Buy", function(msg)
  print(price.of(tonumber(msg.Tags.Count)))
end)
`;
const PRICE = `local words = require("lib.words")
local price = {}
function price.of(count)
  local each = 7
  if count > 9 then error(words.many) end
  return count * each
end
return price
`;
const WORDS = 'return { many = "too many" }\n';
const SHOP_FILES = { 'shop.lua': SHOP, 'lib/price.lua': PRICE, 'lib/words.lua': WORDS };

describe.each(['our Lua module', 'aos-2.0.6'] as const)('a file that requires others, on %s', (name) => {
  const isReal = name === 'aos-2.0.6';
  it.skipIf(isReal && modules === undefined)('is one process, whose errors, hits and steps are of the files', async () => {
    const shop = { name: 'shop', source: 'shop.lua', ...(isReal ? { module: 'aos.wasm' } : {}) };
    const program = isReal ? { 'aos.wasm': readFileSync(modules?.['aos-2.0.6'].path ?? '') } : {};
    const { node, run, said } = await open({ ...SHOP_FILES, ...program, 'aoscope.json': manifest([shop]) });
    const { shop: ran } = await run();
    const process = ran?.process ?? ('' as ProcessId);
    expect(ran?.error).toBeNull();
    const buy = async (count: string): Promise<number> => (await node.send(process, 'Buy', '', [{ name: 'Count', value: count }])).slot;
    const [few, many] = [await buy('2'), await buy('10')];
    expect(await said(process, few)).toContain('14');
    expect(await said(process, many)).toContain('lib/price.lua:5: too many');

    // A breakpoint on a line of the required file, and one on the main file's own line.
    const places = async (file: string, line: number) => (await node.node.ask('cu.places', { process, file, line })).places;
    expect(await places('lib/price.lua', 6)).toEqual([{ chunk: '@lib/price.lua', line: 6, slot: 0 }]);
    expect(await places('shop.lua', 4)).toEqual([{ chunk: isReal ? 'aos' : '@shop.lua', line: 4, slot: 0 }]);
    const found = await node.node.ask('cu.source', { process, slot: toSlot(few), chunk: 'lib/price.lua:6' });
    expect(found).toMatchObject({ text: PRICE, file: 'lib/price.lua', certainty: 'exact', place: { file: 'lib/price.lua', line: 6 } });

    const recording = await node.node.ask('cu.trace', { process, slot: toSlot(few), tick: null });
    expect(recording.isFaithful).toBe(true);
    const mine = recording.sources.flatMap(({ chunk, isRuntime }, index) => (isRuntime ? [] : [{ chunk, index }]));
    const hits = mine.flatMap(({ chunk, index }) =>
      recording.hits.flatMap((hit) => (hit.source === index ? [`${chunk}:${hit.line}`] : [])),
    );
    const main = isReal ? 'aos' : '@shop.lua';
    expect(new Set(hits)).toEqual(new Set([`${main}:4`, `${main}:5`, '@lib/price.lua:4', '@lib/price.lua:5', '@lib/price.lua:6']));
  });
});

describe('the processes of a project', () => {
  const PING = 'Rounds = (Rounds or 0) + 1\nHandlers.add("Who", "Who", function(msg) print(Peers.pong .. " " .. Rounds) end)';
  const TWO = manifest([
    { name: 'ping', source: 'ping.lua', start: { action: 'Who' }, needs: ['pong'] },
    { name: 'pong', source: 'pong.lua' },
  ]);

  it('are spawned once, in the order of their needs, know each other, and are told what was changed', async () => {
    const { node, project, run, states, said, again } = await open({
      'aoscope.json': TWO,
      'ping.lua': `${PING}\nprint(Peers.pong)`,
      'pong.lua': '-- pong',
    });
    expect(await states()).toEqual({ ping: 'absent', pong: 'absent' });
    const first = await run();
    expect(did(first)).toEqual({ ping: 'spawned', pong: 'spawned' });
    const { ping, pong } = first;
    const [pingId, pongId] = [ping?.process ?? ('' as ProcessId), pong?.process ?? ('' as ProcessId)];
    // Its boot knew whom it needs, and so does its item.
    expect(await said(pingId, 0)).toContain(pongId);
    const { item } = await node.node.ask('su.process', { process: pingId });
    expect(tagValue(item.tags, 'Peer-pong')).toBe(pongId);
    await node.idle();
    expect(await said(pingId, 2)).toContain(`${pongId} 1`);
    expect(await states()).toEqual({ ping: 'current', pong: 'current' });

    // Nothing was changed: nothing is done, also after a restart.
    const later = await again();
    expect(did(await later.run())).toEqual({ ping: 'kept', pong: 'kept' });
    expect(await spawnedOn(node)).toBe(2);

    // Code is evaluated into the process that runs, which keeps its state.
    project.write('ping.lua', `${PING} -- again`);
    await expect.poll(later.states).toMatchObject({ ping: 'changed', pong: 'current' });
    expect(did(await later.run())).toEqual({ ping: 'evaluated', pong: 'kept' });
    const asked = await node.send(pingId, 'Who');
    expect(await said(pingId, asked.slot)).toContain(`${pongId} 2`);

    // A process of its own is told to those that know it.
    const renewed = await later.run({ names: ['pong'], how: 'respawn', isForced: true });
    expect(did(renewed)).toEqual({ pong: 'spawned' });
    const told = await node.send(pingId, 'Who');
    expect(await said(pingId, told.slot)).toContain(renewed['pong']?.process);
    expect(renewed['pong']?.process).not.toBe(pongId);
  });

  it('take a new process where its tags or its module were changed, and only where one is asked for', async () => {
    const { project, workspace, run, states } = await open({
      'aoscope.json': manifest([{ name: 'a', source: 'a.lua' }]),
      'a.lua': 'A = 1',
    });
    const first = await run();
    project.write('aoscope.json', manifest([{ name: 'a', source: 'a.lua', tags: { Colour: 'red' } }]));
    await expect.poll(() => workspace.project().manifest.processes[0]?.tags).toEqual({ Colour: 'red' });
    expect(await states()).toEqual({ a: 'outdated' });
    expect(did(await run())).toEqual({ a: 'left' });
    const second = await run({ how: 'respawn' });
    expect(did(second)).toEqual({ a: 'spawned' });
    expect(second['a']?.process).not.toBe(first['a']?.process);
    expect(await states()).toEqual({ a: 'current' });
  });

  it('begin anew where their boot failed, and keep the code they had where new code fails', async () => {
    const { node, project, run, states } = await open({
      'aoscope.json': manifest([{ name: 'a', source: 'a.lua' }]),
      'a.lua': 'error("no")',
    });
    expect((await run())['a']?.error).toContain('a.lua:1: no');
    expect(await states()).toEqual({ a: 'broken' });
    project.write('a.lua', 'A = 1');
    const booted = await run();
    expect(booted['a']).toMatchObject({ did: 'spawned', error: null });
    project.write('a.lua', 'A = 2\nerror("again")');
    expect((await run())['a']).toMatchObject({ did: 'evaluated', error: expect.stringContaining('a.lua:2: again') as string });
    expect(await states()).toEqual({ a: 'changed' });
    expect(await node.evaluate(booted['a']?.process ?? ('' as ProcessId), 'A').catch(String)).not.toContain('2');
  });

  it('boot by an Eval, wake by their crons, or hold data', async () => {
    const { node, run, said } = await open({
      'aoscope.json': manifest([
        { name: 'late', source: 'late.lua', boot: 'eval' },
        { name: 'clock', source: 'clock.lua', cron: [{ every: '10-seconds', tags: { Action: 'Tick' } }] },
        { name: 'page', source: 'page.txt', boot: 'data' },
        { name: 'count', source: 'counter.wat', needs: ['page'] },
      ]),
      'late.lua': 'print("here is " .. Peers.page)',
      'clock.lua': 'Ticks = 0',
      'page.txt': 'just a text',
      'counter.wat': readFileSync(resolve(import.meta.dirname, '../../node/cu/vm/wasm/counter.wat')),
    });
    const ran = await run();
    const of = (name: string): ProcessId => ran[name]?.process ?? ('' as ProcessId);
    expect(Object.values(ran).map(({ error }) => error)).toEqual([null, null, null, null]);
    expect(await said(of('late'), 1)).toContain(`here is ${of('page')}`);
    const { item: clock } = await node.node.ask('su.process', { process: of('clock') });
    expect([tagValue(clock.tags, 'Cron-Interval'), tagValue(clock.tags, 'Cron-Tag-Action')]).toEqual(['10-seconds', 'Tick']);
    expect((await node.node.ask('mu.monitors', {})).processes).toEqual([of('clock')]);
    const { item: page } = await node.node.ask('su.process', { process: of('page') });
    expect([page.data, tagValue(page.tags, 'On-Boot')]).toEqual(['just a text', null]);
    const { item: count } = await node.node.ask('su.process', { process: of('count') });
    expect(tagValue(count.tags, 'Peer-page')).toBe(of('page'));
  });

  it.each(['before', 'after'] as const)(
    'are never spawned, told or started twice where an answer is lost %s the node took the item',
    async (when) => {
      let sent = 0;
      let lost = 0;
      /** Each item is lost once. */
      const losing =
        (node: TestNode): Client['ask'] =>
        async (name, args, signal) => {
          if (name !== 'mu.send' || sent++ % 2 === 1) return node.node.ask(name, args, signal);
          lost++;
          if (when === 'after') await node.node.ask(name, args, signal);
          throw new AoError('PORT_CLOSED');
        };
      const opening = await open(
        {
          'aoscope.json': TWO,
          'ping.lua': 'Handlers.add("Who", "Who", function() Asked = (Asked or 0) + 1 end)\nNamed = Peers.pong',
          'pong.lua': '',
        },
        losing,
      );
      const { node } = opening;
      let at: Opened = opening;
      let ran: Readonly<Record<string, RanProcess>> | null = null;
      for (let attempt = 0; ran === null && attempt < 20; attempt++) {
        ran = await at.run().catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'PORT_CLOSED' });
          return null;
        });
        if (ran === null && attempt === 1) at = await at.again(losing(node));
      }
      await node.idle();
      expect(lost).toBeGreaterThanOrEqual(4);
      expect(await spawnedOn(node)).toBe(2);
      const { processes } = await at.workspace.handlers['project.topology']({}, never);
      expect(processes.map(({ state }) => state)).toEqual(['current', 'current']);
      const ping = processes[0]?.process ?? ('' as ProcessId);
      expect((await node.node.ask('su.process', { process: ping })).slotLatest).toBe(2);
    },
  );

  it('are refused as a whole where a file is missing, and one by one where another one is broken', async () => {
    const { node, run, states } = await open({
      'aoscope.json': manifest([
        { name: 'good', source: 'good.lua' },
        { name: 'bad', source: 'bad.lua' },
      ]),
      'good.lua': 'A = 1',
      'bad.lua': 'local x = require("gone")',
    });
    await expect(run()).rejects.toMatchObject({ code: 'BUNDLE_MISSING', details: { file: 'bad.lua', line: 1, name: 'gone' } });
    expect(await spawnedOn(node)).toBe(0);
    expect(did(await run({ names: ['good'] }))).toEqual({ good: 'spawned' });
    expect(await states()).toEqual({ good: 'current', bad: 'absent' });
    await expect(run({ names: ['other'] })).rejects.toMatchObject({ code: 'PROCESS_UNPLANNED' });
  });
});

it('are brought up, listed, run and begun anew from the command line', () => {
  const project = newProject({
    'aoscope.json': manifest([{ name: 'shop', source: 'shop.lua', start: { action: 'Buy', tags: { Count: '1' } } }]),
    ...SHOP_FILES,
  });
  onTestFinished(() => project.remove());
  const aoscope = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args, '--data', join(project.path, 'home')], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    return { code: status, out: stdout, err: stderr };
  };
  const up = aoscope('up', project.path);
  expect(up).toMatchObject({ code: 0, err: '' });
  const [id] = up.out.split('  ');
  expect(up.out).toBe(`${id}  shop  spawned\n`);
  project.write('lib/words.lua', 'error("not now")');
  expect(aoscope('up', project.path, '--list').out).toBe(`${id}  shop  its code was changed since\n`);
  const failed = aoscope('run', project.path, 'shop');
  expect(failed.code).toBe(1);
  expect(failed.out).toContain(`${id}  shop  evaluated\n`);
  expect(failed.out).toContain('lib/words.lua:1: not now');
  project.write('lib/words.lua', WORDS);
  const anew = aoscope('reset', project.path);
  expect(anew.out).toMatch(/^[\w-]{43} {2}shop {2}spawned\n$/);
  expect(anew.out).not.toContain(id);
}, 240_000);

describe('a template', () => {
  it.each(TEMPLATES.map(({ id }) => id))('%s runs as it is, under the name it was given, and is put over nothing', async (id) => {
    const parent = newProject({});
    onTestFinished(() => parent.remove());
    const folder = await createFromTemplate('Mein Lädchen!', id, parent.path, ASSETS);
    expect(folder).toBe(join(parent.path, 'mein-lädchen'));
    await expect(createFromTemplate('mein lädchen', id, parent.path, ASSETS)).rejects.toMatchObject({ code: 'FOLDER_TAKEN' });
    const node = await startNode();
    const workspace = await workspaceOn(node, await mkdtemp(join(tmpdir(), 'aoscope-projects-')), folder);
    expect(workspace.project()).toMatchObject({ name: 'Mein Lädchen!', problem: null });
    if (id === 'c' || id === 'rust') {
      // A compiler of the computer runs for a folder that is trusted, where there is one.
      await expect(workspace.handlers['project.run']({}, never)).rejects.toMatchObject({ code: 'BUILD_NOT_TRUSTED' });
      await workspace.handlers['project.trustBuild']({ folder: realpathSync(folder) }, never);
      if (id === 'c' ? cCompiler === null : !hasRust) {
        await expect(workspace.handlers['project.run']({}, never)).rejects.toMatchObject({ code: 'TOOLCHAIN_MISSING' });
        return;
      }
    }
    const { processes } = await workspace.handlers['project.run']({}, never);
    await node.idle();
    expect(processes.map(({ did: what, error }) => [what, error])).toEqual(processes.map(() => ['spawned', null]));
    const standing = await workspace.handlers['project.topology']({}, never);
    expect(standing.processes.map(({ state }) => state)).toEqual(processes.map(() => 'current'));
  });

  it('counter passes its own test', async () => {
    const parent = newProject({});
    onTestFinished(() => parent.remove());
    const folder = await createFromTemplate('Own', 'counter', parent.path, ASSETS);
    const { status, stdout } = spawnSync(process.execPath, [CLI, 'test', folder, '--data', join(parent.path, 'home')], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    expect([status, stdout]).toEqual([0, expect.stringContaining('1 passed') as string]);
  }, 120_000);
});
