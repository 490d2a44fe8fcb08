import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { ensureNodesForTests } from '../../build/setup/nodes-for-tests.mjs';
import { startHeadless } from '../../node/cli/headless.ts';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { exportRecording } from '../../node/workspace/recording/export.ts';
import { bundleTests } from './bundle.ts';
import { electronHere, runElectron } from './run-electron.ts';

// A module with 64-bit memory, as the network has it, runs on every engine that people start the app on, and comes to the same.

const OUT = resolve(import.meta.dirname, '../../out');
const modules = await ensureModulesForTests();
// The recording itself is made under this one.
const others = modules === undefined ? [] : [...(await ensureNodesForTests())].filter(([version]) => version !== process.version);
const electron = electronHere();
if (electron === undefined) process.stderr.write('SKIPPED: 64-bit modules in Electron; no Electron is here.\n');

const LINES = [
  'Squares = {} for i = 1, 1000 do Squares[i] = i * i end return Squares[1000]',
  'Handlers.add("ping", "Ping", function(m) m.reply({ Action = "Pong", Data = _VERSION .. math.random(1000) }) end)',
  'error("out of luck")',
  'return tostring(os.time()) .. " " .. string.format("%.14g", math.sin(1) * 2 ^ 60)',
];
const SAME = {
  slots: LINES.length + 1,
  keyframesOther: 0,
  difference: null,
  recorded: { outcomes: LINES.length + 1, states: 1, firstDifference: null },
};

let root = '';
let recording = '';
let aos: ProcessId;
const recorded = { format: '', gas: [] as number[] };

describe.skipIf(modules === undefined)(`a 64-bit module of the network, recorded under Node ${process.version}`, () => {
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'aoscope-runtimes-'));
    recording = join(root, 'aos.recording');
    const project = join(root, 'project');
    mkdirSync(project);
    const app = await startHeadless(OUT, join(root, 'home'), null, project);
    try {
      await app.ready;
      const { ask } = app.hub;
      const data = readFileSync(modules?.['aos-2.0.6'].path ?? '').toString('base64url');
      const { id: module, format } = await ask('modules.add', { file: 'aos.wasm', data });
      recorded.format = format;
      const { process } = await ask('wallet.spawn', { name: 'aos', source: '', tags: [], module });
      aos = process;
      for (const line of LINES) await ask('wallet.send', { process, tags: [{ name: 'Action', value: 'Eval' }], data: line });
      for (const slot of LINES.keys()) recorded.gas.push((await ask('cu.result', { process, slot: toSlot(slot + 1) })).gasUsed);
      await exportRecording(ask, { file: recording, processes: [process], note: '', app: '', lua: null });
    } finally {
      await app.stop();
    }
  }, 240_000);
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  it('has 64-bit memory, and every instruction is counted', () => {
    expect(recorded.format).toContain('wasm64');
    expect(recorded.gas.map((gas) => gas > 1_000)).toEqual(LINES.map(() => true));
  });

  it.each(others)('gives the same outcomes, gas and memory under Node %s', { timeout: 180_000 }, async (_version, program) => {
    const { stdout } = await promisify(execFile)(program, [join(OUT, 'node/cli.cjs'), 'verify', recording, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ process: aos, ...SAME });
  });

  it.skipIf(electron === undefined)("gives the same in Electron's utility processes", { timeout: 180_000 }, async () => {
    const bundles = await bundleTests(['verify-in-electron']);
    try {
      const wish = { file: recording, outDir: OUT, dir: join(root, 'electron') };
      const printed = await runElectron(electron ?? '', bundles.dir, 'verify-in-electron.cjs', { AOSCOPE_VERIFY: JSON.stringify(wish) });
      const [, verified = `nothing was verified:\n${printed}`] = /^VERIFIED (.*)$/m.exec(printed) ?? [];
      expect(JSON.parse(verified)).toMatchObject({ electron: expect.any(String) as string, process: aos, ...SAME });
    } finally {
      await bundles.free();
    }
  });
});
