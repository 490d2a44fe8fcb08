import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newHome, openServed, startServed } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { newProject } from '../kit/project.ts';
import { unitPid } from '../kit/unit-pid.ts';
import { command, openSample, PATIENCE, say, seen } from '../kit/window.ts';

const SERVE = resolve(import.meta.dirname, '../../out/node/serve.cjs');

/** A second start on the same home: what it prints and its exit code. */
async function startAgain(home: string, folder: string): Promise<{ readonly code: unknown; readonly text: string }> {
  const child = spawn(process.execPath, [SERVE, '--no-open', folder], { env: { ...process.env, AOSCOPE_HOME: home } });
  let text = '';
  const read = (chunk: Buffer): void => void (text += chunk.toString());
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const [code] = (await once(child, 'close')) as unknown[];
  return { code, text };
}

it('a second start hands its folder to the first; a broken manifest and a missing folder are told', async () => {
  const project = newProject({ 'aoscope.json': '{ "version": 1, ', 'own.lua': 'x = 1\n' });
  onTestFinished(() => project.remove());
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await seen(page.getByText('Ping-pong', { exact: true }).first());

  const second = await startAgain(app.home, project.path);
  expect(second).toMatchObject({ code: 0, text: expect.stringContaining('running already') as string });
  await seen(page.getByRole('treegrid', { name: 'Files' }).getByText('own.lua'));
  await seen(page.getByRole('alert').getByText('MANIFEST_BROKEN'));
  project.write('aoscope.json', JSON.stringify({ version: 1, name: 'Mended', processes: [] }));
  await page.getByRole('alert').getByText('MANIFEST_BROKEN').waitFor({ state: 'detached', timeout: PATIENCE.timeout });

  const third = await startAgain(app.home, `${project.path}-that-is-not-there`);
  expect(third).toMatchObject({ code: 1, text: expect.stringContaining('There is no folder') as string });
  expect(app.pageErrors).toEqual([]);
});

it('a unit that is started anew goes on where it was', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  for (const unit of ['cu', 'mu', 'su', 'gateway']) {
    await command(page, `Restart the ${unit}`);
    await seen(page.getByText(`The ${unit} was restarted.`));
  }
  await say(page, 'return Played + 32');
  await seen(page.getByRole('log').getByText('42', { exact: true }));
  expect(app.pageErrors).toEqual([]);
});

it.skipIf(process.platform === 'win32')(
  'a unit that is killed comes back by itself, one that is killed again and again says so, and a lost app too',
  async () => {
    const { home, remove } = newHome();
    onTestFinished(remove);
    const served = await startServed(home);
    onTestFinished(() => void served.child.kill('SIGKILL'));
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(served.address);
    await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
    const kill = (): void => void process.kill(unitPid(served.child.pid, 'cu'), 'SIGKILL');
    kill();
    await say(page, 'return Played + 32');
    await seen(page.getByRole('log').getByText('42', { exact: true }));

    const banner = page.getByRole('alert').filter({ hasText: 'UNIT_GAVE_UP' });
    await expect
      .poll(async () => {
        if ((await banner.count()) > 0) return true;
        try {
          kill();
        } catch {
          // It is just being started anew.
        }
        return false;
      }, PATIENCE)
      .toBe(true);
    await page.getByRole('button', { name: 'Restart the cu' }).click();
    await banner.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
    await say(page, 'return Played + 33');
    await seen(page.getByRole('log').getByText('43', { exact: true }));

    served.child.kill('SIGKILL');
    await seen(page.getByRole('alert').getByText(/The node is not answering/));
    await seen(page.getByRole('alert').getByText(/open the address that it prints/));
  },
);
