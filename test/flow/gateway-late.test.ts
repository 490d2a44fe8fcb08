import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startApp } from '../../node/app/start-app.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';

const OUT = resolve(import.meta.dirname, '../../out');

it('a gateway that was down when the node became ready is given the Lua module as soon as it is back', async () => {
  const userDir = mkdtempSync(join(tmpdir(), 'aoscope-late-'));
  const project = join(userDir, 'project');
  const database = join(project, '.aoscope', 'gateway.db');
  mkdirSync(join(project, '.aoscope'), { recursive: true });
  writeFileSync(database, 'no database'.repeat(1000));
  const app = await startApp({
    shell: 'served',
    version: '0',
    starter: createChildStarter({ programOf: (unit) => join(OUT, 'node/units', `${unit}.cjs`), output: () => undefined }),
    paths: { assetsDir: join(OUT, 'assets'), userDir },
    firstPort: null,
    project,
    chooseFolder: null,
    timings: { silentMs: 60_000 },
  });
  onTestFinished(async () => {
    await app.stop();
    rmSync(userDir, { recursive: true, force: true });
  });
  await app.ready;
  expect(app.status().units.find(({ unit }) => unit === 'gateway')).toMatchObject({ state: 'down', error: { code: 'STORE_BROKEN' } });
  expect(app.status().luaModule).toBeNull();

  rmSync(database);
  await app.hub.ask('shell.restart', { unit: 'gateway' });
  await expect.poll(() => app.status().luaModule, { timeout: 30_000 }).not.toBeNull();
  const { process } = await app.hub.ask('wallet.spawn', { name: 'late', source: 'x = 41', tags: [], module: null });
  expect((await app.hub.ask('cu.result', { process, slot: 0 as never })).error).toBeNull();
}, 120_000);
