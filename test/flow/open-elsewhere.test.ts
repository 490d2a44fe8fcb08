import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHeadless } from '../../node/cli/headless.ts';
import { runningOn } from '../../node/cli/running.ts';
import { connectFeed } from '../../node/feed/client.ts';
import { readPublished } from '../../node/feed/published.ts';
import { newProject } from '../kit/project.ts';

const OUT = resolve(import.meta.dirname, '../../out');
const MANIFEST = JSON.stringify({
  version: 1,
  name: 'Open',
  processes: [
    { name: 'bank', source: 'bank.lua' },
    { name: 'till', source: 'till.lua', needs: ['bank'] },
  ],
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

it(
  'aoscope up, run, reset and what looks at a history ask the node of the app that has the project open',
  { timeout: 240_000 },
  async () => {
    const project = newProject({ 'aoscope.json': MANIFEST, 'bank.lua': 'Gold = 1', 'till.lua': 'Open = true' });
    const home = mkdtempSync(join(tmpdir(), 'aoscope-home-'));
    onTestFinished(() => {
      project.remove();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
    const aoscope = (...args: readonly string[]): Promise<Ended> =>
      new Promise((done) => {
        const env = { ...process.env, AOSCOPE_HOME: home };
        execFile(process.execPath, [join(OUT, 'node/cli.cjs'), ...args], { env }, (error, out, err) =>
          done({ code: error === null ? 0 : Number(error.code), out, err }),
        );
      });
    const app = await startHeadless(OUT, home, null, project.path);
    let isStopped = false;
    const stop = async (): Promise<void> => {
      if (!isStopped) await app.stop();
      isStopped = true;
    };
    onTestFinished(stop);
    // The feed is there before its units are: what is asked at once waits for them.
    const early = await vi.waitFor(
      async () => {
        const found = await runningOn(project.path);
        if (found === null) throw new Error('its feed is not there yet');
        return found;
      },
      { timeout: 30_000, interval: 5 },
    );
    expect((await early.ask('shell.status', {})).units.map(({ state }) => state)).toEqual(['up', 'up', 'up', 'up']);
    early.close();
    await app.ready;

    const up = await aoscope('up', project.path);
    expect(up).toMatchObject({ code: 0, err: expect.stringContaining('is open in another aoscope') });
    expect(up.out).toMatch(/^\S{43} {2}bank {2}spawned\n\S{43} {2}till {2}spawned\n$/);
    // It was this app's node that did it.
    const { processes } = await app.hub.ask('project.topology', {});
    expect(processes.map(({ process, state }) => [up.out.includes(process ?? '-'), state])).toEqual([
      [true, 'current'],
      [true, 'current'],
    ]);
    writeFileSync(join(project.path, 'bank.lua'), 'Gold = 2');
    expect((await aoscope('up', project.path, '--list', '--json')).out).toContain('"changed"');
    const run = await aoscope('run', project.path, 'bank', '--trust-build', '--data', home);
    expect(run.out).toContain('bank  evaluated');
    for (const option of ['--trust-build', '--data']) expect(run.err).toContain(`${option} is not passed on`);
    const state = await aoscope('state', project.path, 'bank', 'latest', '.Gold');
    expect(state).toMatchObject({ code: 0, out: expect.stringMatching(/\b2\b/) });
    const branch = await aoscope('branch', project.path, 'bank', '--skip', '1');
    expect(branch).toMatchObject({ code: 1, out: expect.stringMatching(/^bank {2}from slot 1 on: .*\n +\.Gold +2 → 1\s*$/) });
    // A file that is larger than what others may ask goes over too, and nothing stays of either.
    const big = join(home, 'big.lua');
    writeFileSync(big, `Gold = 3 --${'x'.repeat(1_200_000)}`);
    const other = await aoscope('branch', project.path, 'bank', '--code', big);
    expect(other).toMatchObject({ out: expect.stringContaining('bank  from slot 0 on: ') });
    expect(await app.hub.ask('cu.branches', {})).toEqual({ branches: [] });
    // A process that was written into aoscope.json a moment ago is run with the others.
    writeFileSync(join(project.path, 'aoscope.json'), MANIFEST.replace('[', '[{"name":"shop","source":"till.lua"},'));
    const { processes: all } = await app.hub.ask('project.run', {});
    expect(all.map(({ name }) => name)).toContain('shop');
    writeFileSync(join(project.path, 'aoscope.json'), MANIFEST);
    expect((await aoscope('verify', project.path)).code).toBe(0);
    // What takes the whole history along cannot be asked of another program.
    const exported = await aoscope('export', project.path, join(home, 'open.aoscope'));
    expect([exported.code, exported.err]).toEqual([1, expect.stringContaining('Another aoscope has')]);

    // The token for looking does not do it.
    const published = await readPublished(project.path);
    const looking = published === null ? null : await connectFeed(published);
    await expect(looking?.ask('project.run', {})).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
    looking?.close();

    // Once it has ended the command does it by itself, with the same processes.
    const file = join(project.path, '.aoscope', 'feed.json');
    const left = readFileSync(file, 'utf8');
    await stop();
    expect((await aoscope('up', project.path)).out).toBe(up.out.replaceAll('spawned', 'as it is in its files'));
    // And where it was killed, its address leads nowhere.
    writeFileSync(file, left);
    expect((await aoscope('up', project.path)).out).toBe(up.out.replaceAll('spawned', 'as it is in its files'));
  },
);
