import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHeadless } from '../../node/cli/headless.ts';
import { runRebuild } from '../../node/cli/rebuild.ts';
import { openDatabase } from '../../node/store/database.ts';
import { SU_SCHEMA } from '../../node/su/schedule.ts';
import { newProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');

it('aoscope rebuild brings a project back whose scheduler and compute unit have lost everything', { timeout: 180_000 }, async () => {
  const project = newProject({ 'aoscope.json': JSON.stringify({ version: 1, name: 'lost' }) });
  const home = newProject({});
  onTestFinished(() => {
    project.remove();
    home.remove();
  });
  const dataDir = join(project.path, '.aoscope');
  const app = await startHeadless(OUT, home.path, null, project.path);
  await app.ready;
  const { process } = await app.hub.ask('wallet.spawn', { name: 'one', source: 'Count = 0', tags: [], module: null });
  const { slot } = await app.hub.ask('wallet.send', { process, tags: [{ name: 'Action', value: 'Eval' }], data: 'Count = 7' });
  const { hash } = await app.hub.ask('cu.stateHash', { process, slot });
  const database = openDatabase(join(dataDir, 'su.db'), SU_SCHEMA, 'normal');
  const waiting = 'SELECT count(*) AS count FROM log WHERE seq > (SELECT seq FROM uploaded)';
  await expect.poll(() => database.get(waiting), { timeout: 30_000, interval: 100 }).toMatchObject({ count: 0 });
  database.close();
  await app.stop();

  let said = '';
  const spies = [globalThis.process.stdout, globalThis.process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    }),
  );
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  const rebuild = (): Promise<number> => runRebuild([project.path, '--data', home.path, '--json'], OUT);
  expect(await rebuild()).toBe(0);
  expect(said).toContain(JSON.stringify({ process, name: 'one', slots: slot + 1, hash }));
  expect(readdirSync(dataDir).some((name) => name.startsWith('before-rebuild-'))).toBe(true);

  // With another installation's wallets there is nothing to bring back: everything stays as it was.
  rmSync(join(home.path, 'wallets'), { recursive: true });
  const before = readdirSync(dataDir).filter((name) => name.startsWith('before-rebuild-'));
  expect(await rebuild()).toBe(1);
  expect(said).toContain('holds nothing');
  expect(readdirSync(dataDir).filter((name) => name.startsWith('before-rebuild-'))).toEqual(before);
});
