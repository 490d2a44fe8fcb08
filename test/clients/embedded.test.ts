import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, afterAll, expect, it } from 'vitest';
import type { RunningNode, StartNode } from '../../node/embed/api.ts';

// The node as a library, as a stranger has it: packed, installed in a project of its own, imported from there.

const ROOT = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
let project: string;

const npm = (args: readonly string[], cwd: string): Promise<{ stdout: string }> =>
  run('npm', [...args], { cwd, shell: process.platform === 'win32' });

/** Runs a script of the project; what it prints. */
async function script(name: string, text: string): Promise<string> {
  writeFileSync(join(project, name), text);
  const { stdout } = await run(process.execPath, [...(name.includes('test') ? ['--test'] : []), name], { cwd: project, timeout: 120_000 });
  return stdout;
}

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'aoscope-library-'));
  const { layOutPackage } = await import('../../build/pack.mjs');
  const laidOut: string = layOutPackage(join(project, 'package'));
  await npm(['pack', laidOut, '--silent'], project);
  writeFileSync(join(project, 'package.json'), '{ "name": "somebody", "private": true }');
  await npm(['install', './aoscope-0.1.0.tgz', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], project);
}, 240_000);
afterAll(() => rmSync(project, { recursive: true, force: true, maxRetries: 5 }));

it('is small: neither Electron nor the packages of the window come with it', () => {
  for (const name of ['electron', 'monaco-editor', 'react', 'arbundles'])
    expect(existsSync(join(project, 'node_modules', name))).toBe(false);
  expect(existsSync(join(project, 'node_modules/aoscope/out/electron'))).toBe(false);
});

it('runs the example of its page', async () => {
  const page = readFileSync(join(ROOT, 'node/embed/README.md'), 'utf8');
  const [, example = ''] = /```js\n(import \{ test[\s\S]*?)```/.exec(page) ?? [];
  expect(await script('example.test.mjs', example)).toMatch(/pass 1\n/);
}, 120_000);

it('can be required, and its command line comes with it', async () => {
  const text = `const { startNode } = require('aoscope/node');
startNode().then(async (node) => { console.log(await node.eval(await node.spawn('X = 20'), 'return X * 2 + 2')); await node.close(); });`;
  expect(await script('required.cjs', text)).toBe('42\n');
  const { stdout } = await npm(['exec', '--offline', '--', 'aoscope', 'version'], project);
  expect(stdout).toBe('0.1.0\n');
}, 120_000);

it('has types that a strict program compiles with', async () => {
  const program = `import { startNode, type Machine } from 'aoscope/node';
await using node = await startNode({ clock: 'paused' });
const outcome = await (await node.send(node.module, { action: 'X', tags: { A: '1' } })).result();
export const text: string = outcome.text;
export const machine: Machine | null = null;
// @ts-expect-error there is no such option
await startNode({ colour: 'red' });`;
  writeFileSync(join(project, 'typed.mts'), program);
  const types = join(ROOT, 'node_modules/@types');
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
    '--typeRoots',
    types,
    '--types',
    'node',
  ];
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, ...flags, 'typed.mts'], { cwd: project }).catch(
    (error: { stdout: string }) => error,
  );
  expect(stdout).toBe('');
}, 120_000);

/** From here on in this process, out of the project. */
async function library(): Promise<StartNode> {
  const { startNode } = (await import(join(project, 'node_modules/aoscope/out/node/index.mjs'))) as { startNode: StartNode };
  return startNode;
}

async function using<T>(node: RunningNode, work: (node: RunningNode) => Promise<T>): Promise<T> {
  try {
    return await work(node);
  } finally {
    await node.close();
  }
}

it('two nodes at once know nothing of each other, and leave nothing behind', async () => {
  const startNode = await library();
  const nodes = await Promise.all([startNode(), startNode()]);
  const [one, two] = nodes;
  const process_ = await one.spawn({ source: 'Handlers.add("Hi", "Hi", function(msg) msg.reply({ Data = "hi" }) end)', name: 'greeter' });
  const sent = await one.send(process_, { action: 'Hi' });
  expect((await sent.result()).messages[0]?.Data).toBe('hi');
  expect(await one.result(process_, sent.id)).toMatchObject({ slot: 1, hash: (await sent.result()).hash });
  await expect(two.result(process_, 0)).rejects.toMatchObject({ code: 'PROCESS_UNKNOWN', cure: expect.any(String) });
  expect(new Set([...Object.values(one.urls), ...Object.values(two.urls)]).size).toBe(10);
  expect(one.addresses.wallet).not.toBe(two.addresses.wallet);
  expect(one.snippet('aos')).toContain(one.urls.mu);
  await Promise.all(nodes.map((node) => node.close()));
  expect(nodes.map(({ dataDir }) => existsSync(dataDir))).toEqual([false, false]);
}, 120_000);

it('a program that never ends is stopped, and its process lives on; time goes when it is told to', async () => {
  const startNode = await library();
  await using(await startNode({ limits: { timeMs: 1_500 }, clock: '2030-01-01@paused' }), async (node) => {
    const hang = 'string.find(("a"):rep(40), ("a?"):rep(40) .. ("a"):rep(40) .. "b")';
    const process_ = await node.spawn('Count = 1');
    const sent = await node.send(process_, { action: 'Eval', data: hang });
    expect(await sent.result()).toMatchObject({ verdict: { kind: 'time' } });
    expect(await node.eval(process_, 'return Count')).toBe('1');
    expect((await node.clock.state()).mode).toBe('paused');
    const cron = await node.spawn({
      source: 'Ticks = 0 Handlers.add("Tick", "Tick", function() Ticks = Ticks + 1 end)',
      tags: [
        { name: 'Cron-Interval', value: '10-seconds' },
        { name: 'Cron-Tag-Action', value: 'Tick' },
      ],
    });
    await node.clock.step(35);
    expect(await node.eval(cron, 'return Ticks')).toBe('3');
  });
}, 120_000);

it('another machine runs the programs of its own format, with state, limits and replay', async () => {
  const startNode = await library();
  await using(await startNode({ machines: [join(import.meta.dirname, 'tape-machine.mjs')], limits: { timeMs: 1_500 } }), async (node) => {
    const module = await node.uploadModule({ format: 'tape-1', bytes: Buffer.from('upper') });
    const tape = await node.spawn({ module });
    await node.send(tape, { action: 'Write', data: 'ab' });
    const hung = await node.send(tape, { action: 'Hang' });
    const last = await node.send(tape, { action: 'Write', data: 'cd' });
    expect(await last.result()).toMatchObject({ output: 'ABCD', messages: [{ Data: 'ABCD' }] });
    expect(await hung.result()).toMatchObject({ verdict: { kind: 'time', limit: 1_500 } });
    expect((await node.state(tape, [], 1)).map(({ preview }) => preview)).toEqual(['"AB"']);
    expect(await node.ask('cu.verify', { process: tape })).toMatchObject({ slots: 4, firstDifference: null });
    expect((await node.dryRun(tape, { action: 'Write', data: 'e' })).text).toBe('ABCDE');
    const chance = await node.spawn({ module: await node.uploadModule({ format: 'tape-1', bytes: Buffer.from('chance') }) });
    await (await node.send(chance, { action: 'Write', data: 'x' })).result();
    const drawn = { slot: 1, tick: null, what: 'outcome', cause: 'not deterministic' };
    expect(await node.ask('cu.verify', { process: chance })).toMatchObject({ difference: drawn });
    const unknown = await node.uploadModule({ format: 'tape-2', bytes: Buffer.from('upper') });
    await expect(node.spawn({ module: unknown })).rejects.toMatchObject({ code: 'MODULE_FORMAT_UNKNOWN' });
  });
  await using(await startNode({ machines: [join(import.meta.dirname, 'page.ts')] }), async (node) => {
    await expect(node.spawn('X = 1')).rejects.toMatchObject({ code: 'MACHINE_BROKEN' });
  });
}, 120_000);
