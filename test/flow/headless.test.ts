import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findPorts } from '../../node/host/ports-block.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CLI = join(ROOT, 'out/node/cli.cjs');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-headless-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

interface Run {
  readonly lines: () => { event?: string; [key: string]: unknown }[];
  readonly text: () => string;
  readonly pid: number;
  readonly exited: Promise<number | null>;
  end(signal?: NodeJS.Signals): void;
}

/** `aoscope node …` as a person starts it; ended with the test. */
function aoscope(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const home = folder();
  const child = spawn(process.execPath, [CLI, 'node', ...args], { env: { ...process.env, AOSCOPE_HOME: home, TMPDIR: home, ...env } });
  let text = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  return {
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { event?: string }),
    text: () => text + errors,
    pid: child.pid ?? 0,
    exited,
    end: (signal = 'SIGTERM') => void child.kill(signal),
  };
}

const freePort = async (): Promise<string> => String((await findPorts(await anyFree())).units.gateway);

/** A first port whose block is free most likely: far from where apps look by themselves. */
async function anyFree(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 40_000);
    const isFree = await findPorts(first).then(
      () => true,
      () => false,
    );
    if (isFree) return first;
  }
}

async function ready(run: Run): Promise<{ urls: Record<string, string | null>; [key: string]: unknown }> {
  await expect.poll(() => (run.text().includes('\n') ? (run.lines()[0]?.event ?? '') : run.text()), { timeout: 60_000 }).toBe('ready');
  return run.lines()[0] as never;
}

it('keeps nothing in memory, logs one object a line, and ends when it is told to', async () => {
  const home = folder();
  const readyFile = join(home, 'ready.json');
  const run = aoscope(['--memory', '--json', '--ready-file', readyFile, '--port-base', await freePort(), '--limit', 'gas=5_000_000'], {
    TMPDIR: home,
  });
  const first = await ready(run);
  expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual(first);
  expect(Object.keys(first.urls)).toEqual(['gateway', 'su', 'cu', 'mu']);
  for (const url of Object.values(first.urls)) expect((await fetch(url ?? '')).status).toBe(200);
  const found = (): string[] => readdirSync(home).filter((name) => name.startsWith('aoscope-memory-'));
  expect(found()).toHaveLength(1);
  await expect.poll(() => run.lines().some(({ event, kind }) => event === 'fact' && kind === 'gateway.accepted')).toBe(true);
  const up = run.lines().filter(({ event, state }) => event === 'unit' && state === 'up');
  expect(new Set(up.map(({ unit }) => unit))).toEqual(new Set(['cu', 'gateway', 'mu', 'su']));
  run.end('SIGINT');
  expect(await run.exited).toBe(0);
  expect(run.lines().at(-1)).toEqual({ event: 'end' });
  expect(found()).toEqual([]);
  expect(existsSync(readyFile)).toBe(false);
}, 120_000);

it('runs a command beside it that finds the node in its environment, and has its exit code', async () => {
  const script = join(folder(), 'ask.mjs');
  writeFileSync(
    script,
    `const { address } = await (await fetch(process.env.SU_URL)).json(); console.log(address === process.env.SCHEDULER, process.env.AOSCOPE_MODULE.length); process.exit(7);`,
  );
  const run = aoscope(['--memory', '--port-base', await freePort(), '--', process.execPath, script]);
  expect(await run.exited).toBe(7);
  expect(run.text()).toBe('true 43\n');
}, 120_000);

it("runs the README's first program, and what it prints for aoconnect is a whole program too", async () => {
  // Where the client is found.
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const place = mkdtempSync(join(ROOT, '.cache', 'headless-'));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const [, hello = ''] = /```js\n(\/\/ hello\.mjs[\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  writeFileSync(join(place, 'hello.mjs'), hello);
  const run = aoscope(['--memory', '--port-base', await freePort(), '--', process.execPath, join(place, 'hello.mjs')]);
  expect([await run.exited, run.text()]).toEqual([0, '42\n']);

  const node = aoscope(['--memory', '--port-base', await freePort()]);
  await expect.poll(() => node.text(), { timeout: 60_000 }).toContain('--legacy');
  const [snippet = ''] = /^import [\s\S]*Output\.data\);$/m.exec(node.text()) ?? [];
  writeFileSync(join(place, 'printed.mjs'), snippet);
  expect(execFileSync(process.execPath, [join(place, 'printed.mjs')], { encoding: 'utf8' })).toBe('42\n');
}, 240_000);

it('a project is on disk until it is reset, and says how clients reach it', async () => {
  const project = folder();
  writeFileSync(join(project, 'aoscope.json'), JSON.stringify({ version: 1, name: 'one', processes: [{ name: 'a', source: 'a.lua' }] }));
  writeFileSync(join(project, 'a.lua'), 'X = 1');
  const args = [project, '--port-base', await freePort()];
  const home = { AOSCOPE_HOME: folder() };
  const spawns = async (more: readonly string[]): Promise<{ count: number; scheduler: unknown }> => {
    const run = aoscope([...args, '--json', ...more], home);
    const { urls, scheduler } = await ready(run);
    const query = '{ transactions(tags: [{ name: "Type", values: ["Process"] }]) { edges { node { id } } } }';
    const ask = async (): Promise<number> => {
      const reply = await fetch(`${urls['gateway']}/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query }),
        headers: { 'Content-Type': 'application/json' },
      });
      return ((await reply.json()) as { data: { transactions: { edges: unknown[] } } }).data.transactions.edges.length;
    };
    if (more.includes('--run')) await expect.poll(ask, { timeout: 60_000 }).toBe(1);
    const count = await ask();
    run.end();
    expect(await run.exited).toBe(0);
    return { count, scheduler };
  };
  const first = await spawns(['--run']);
  expect(await spawns([])).toEqual(first);
  expect(await spawns(['--reset'])).toEqual({ count: 0, scheduler: first.scheduler });
  expect(existsSync(join(project, 'a.lua'))).toBe(true);

  const spoken = aoscope([...args, '--run'], home);
  await expect.poll(() => spoken.text(), { timeout: 60_000 }).toContain('aos my-process --legacy');
  expect(spoken.text()).toContain("from '@permaweb/aoconnect'");
  await expect.poll(() => spoken.text(), { timeout: 60_000 }).toContain('Every message of the start is through');
  expect(spoken.text()).toMatch(/authority +[\w-]{43}/);
}, 240_000);

it('starts units alone, each asking the others by their addresses', async () => {
  const keepers = aoscope(['--memory', '--json', '--only', 'gateway,su', '--port-base', await freePort()]);
  const kept = await ready(keepers);
  expect(Object.keys(kept.urls)).toEqual(['gateway', 'su']);
  const [gateway, su] = [kept.urls['gateway'] ?? '', kept.urls['su'] ?? ''];
  const computing = aoscope(['--memory', '--json', '--only', 'cu', '--gateway', gateway, '--su', su, '--port-base', await freePort()]);
  const computes = await ready(computing);
  expect(computes.urls).toEqual({ gateway, su, cu: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string });
  const cu = computes.urls['cu'] ?? '';
  const script = join(folder(), 'spawn.mjs');
  writeFileSync(script, 'console.log(process.env.MU_URL, process.env.CU_URL)');
  const messenger = aoscope([
    '--memory',
    '--only',
    'mu',
    '--gateway',
    gateway,
    '--su',
    su,
    '--cu',
    cu,
    '--port-base',
    await freePort(),
    '--',
    process.execPath,
    script,
  ]);
  expect(await messenger.exited).toBe(0);
  expect(messenger.text()).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+ ${cu}\n$`));
  // A unit that is killed is started again, wherever the others are.
  const units = computing.lines().filter(({ event, unit }) => event === 'unit' && unit === 'cu');
  process.kill(Number(units.at(-1)?.['pid']), 'SIGKILL');
  await expect
    .poll(
      () =>
        computing
          .lines()
          .filter(({ event, unit, state, restarts }) => event === 'unit' && unit === 'cu' && state === 'up' && restarts === 1).length,
      { timeout: 60_000 },
    )
    .toBe(1);
  expect((await fetch(cu)).status).toBe(200);
}, 240_000);
