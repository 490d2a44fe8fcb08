import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startHeadless } from '../../node/cli/headless.ts';
import { marked } from '../../node/contract/source-map.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out');
const SHOP = `Stock = { ["blue moon"] = { price = 7 } }
for i = 1, 1500 do Stock[i] = i * i end
Handlers.add("order", "Order", function(msg)
  local paid = Receive({ Action = "Paid" })
  Last = paid.Data
end)`;

const COUNT = 'local n = 0\nfunction up()\n  n = n + 1\n  Total = n\n  return n\nend';
const MAIN = `Handlers.add("up", "Up", function(msg)
  Send({ Target = msg.From, Action = "Counted", Data = tostring(up()) })
end)`;

let root = '';

interface Said {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: string;
}

function aoscope(...args: readonly string[]): Promise<Said> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(OUT, 'node/cli.cjs'), ...args],
      { cwd: root, env: { ...process.env, AOSCOPE_HOME: join(root, 'home') }, maxBuffer: 64 * 1024 * 1024 },
      (error, out, errors) => done({ code: error === null ? 0 : Number(error.code), lines: out.trimEnd().split('\n'), errors }),
    );
  });
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'aoscope-state-'));
  const project = join(root, 'shop');
  mkdirSync(project);
  copyFileSync(join(ROOT, 'node/cu/vm/wasm/counter.wat'), join(project, 'counter.wat'));
  writeFileSync(join(project, 'shop.lua'), SHOP);
  writeFileSync(join(project, 'bundle.lua'), marked('lib/count.lua', COUNT) + marked('main.lua', MAIN));
  const processes = [
    { name: 'plain', source: 'counter.wat' },
    { name: 'shop', source: 'shop.lua', start: { action: 'Order' } },
    { name: 'bundled', source: 'bundle.lua', start: { action: 'Up' } },
  ];
  writeFileSync(join(project, 'aoscope.json'), JSON.stringify({ version: 1, name: 'shop', processes }));
  const app = await startHeadless(OUT, join(root, 'home'), null, project);
  try {
    await app.ready;
    await app.hub.ask('project.run', {});
    await app.hub.ask('mu.idle', {});
  } finally {
    await app.stop();
  }
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

it(
  'plain WebAssembly: what it exports, its globals, its memory in hex from any address on, and the texts in it',
  { timeout: 120_000 },
  async () => {
    const top = await aoscope('state', 'shop', 'plain', 'latest');
    expect([top.code, top.errors]).toEqual([0, '']);
    expect(top.lines.map((line) => line.split(' ')[0])).toEqual(['.exports', '.globals', '.memory', '.strings']);
    expect((await aoscope('state', 'shop', 'plain', 'latest', '.exports')).lines).toContainEqual(
      expect.stringMatching(/^\.handle +function$/),
    );
    const found = await aoscope('state', 'shop', 'plain', 'latest', '.memory', '--find', 'counted');
    const [, address = ''] = /^\.memory \[(0x[0-9a-f]+)\]/.exec(found.lines[0] ?? '') ?? [];
    const rows = await aoscope('state', 'shop', 'plain', 'latest', `.memory [${address}]`, '--limit', '3');
    expect(rows.lines).toHaveLength(4);
    expect(rows.lines[0]).toMatch(new RegExp(`^\\[${address}\\] +(?:[0-9a-f]{2} ){16} .*`));
    expect(rows.lines.slice(0, 2).join('')).toContain('counted');
    expect(rows.lines[3]).toMatch(/^… \d+ more$/);
    expect((await aoscope('state', 'shop', 'plain', 'latest', '.strings', '--find', 'counted')).lines[0]).toMatch(
      /^\.strings \[0x[0-9a-f]+\] /,
    );
  },
);

it('tables page by page, keys with blanks, what is looked for, and who waits for what since when', { timeout: 120_000 }, async () => {
  const moon = await aoscope('state', 'shop', 'shop', 'latest', '.Stock ["blue moon"]');
  expect(moon).toEqual({ code: 0, lines: ['.price  7'], errors: '' });
  expect(await aoscope('state', 'shop', 'shop', 'latest', '.Stock', '["blue moon"]')).toEqual(moon);
  expect((await aoscope('state', 'shop', 'shop', 'latest', '.Stock ["blue moon"] .price')).lines).toEqual(['7']);
  expect((await aoscope('state', 'shop', 'plain', 'latest', '.exports .handle')).lines).toEqual(['']);
  const page = await aoscope('state', 'shop', 'shop', 'latest', '.Stock', '--from', '1200', '--limit', '2');
  expect(page.lines).toEqual([expect.stringMatching(/^\[1201\] +1442401$/), expect.stringMatching(/^\[1202\] +1444804$/), '… 299 more']);
  const found = await aoscope('state', 'shop', 'shop', 'latest', '.Stock', '--find', 'MOON');
  expect(found.lines[0]).toContain('.Stock ["blue moon"]');
  expect(await aoscope('state', 'shop', 'shop', 'latest', '.Stock', '--find', 'nothing of it')).toMatchObject({ code: 1 });
  const waits = await aoscope('state', 'shop', 'shop', 'latest', '.Handlers .coroutines');
  expect(waits.lines[0]).toContain('waits for { Action = "Paid" } · since slot 1 · at shop.lua:4');
  expect(await aoscope('state', 'shop', 'shop', '0', '.Handlers .coroutines')).toMatchObject({ code: 1 });
});

it(
  'a slot names the lines of the files that a bundle was made from; a program that cannot be watched says so',
  { timeout: 120_000 },
  async () => {
    const trace = await aoscope('trace', 'shop', 'bundled', '1');
    expect([trace.code, trace.errors]).toEqual([0, '']);
    expect(trace.lines).toContain('  up  ran at main.lua:1 (stop)');
    expect(trace.lines).toContain('  message 0 from main.lua:2');
    const traced = trace.lines.flatMap((line) => /^ +\d+ {2}(\S+)$/.exec(line)?.[1] ?? []);
    expect(traced.slice(0, 4)).toEqual(['main.lua:2', 'lib/count.lua:3', 'lib/count.lua:4', 'lib/count.lua:5']);
    const why = await aoscope('why', 'shop', 'bundled', 'latest', 'Total');
    expect(why.lines[1]).toContain('lib/count.lua:4 wrote it: nil → 1, for Up from');
    // The same line and function are found in all slots, whatever the bundle calls them.
    const ran = await aoscope('query', 'shop', 'bundled', '--line', 'lib/count.lua:3', '--log', 'n + 40');
    expect(ran.lines).toEqual([expect.stringMatching(/^slot 1 step \d+ +40$/)]);
    expect((await aoscope('query', 'shop', 'bundled', '--function', 'lib/count.lua:2')).lines).toEqual([
      expect.stringMatching(/^slot 1 step \d+$/),
    ]);
    expect((await aoscope('query', 'shop', 'bundled', '--line', 'lib/count.lua:7')).code).toBe(1);
    const plain = await aoscope('trace', 'shop', 'plain', '0');
    expect(plain).toMatchObject({ code: 1, lines: [''] });
    expect(plain.errors).not.toBe('');
  },
);
