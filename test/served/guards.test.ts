import { expect, it, onTestFinished } from 'vitest';
import { buildItem } from '../../node/item/build.ts';
import { createWallet } from '../../node/item/wallet.ts';
import { newHome, openServed, startServed } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { newProject } from '../kit/project.ts';
import { unitPid } from '../kit/unit-pid.ts';
import { command, openSample, pane, PATIENCE, problems, say, seen } from '../kit/window.ts';

const STORM = `Handlers.add("Fan", "Fan", function() for n = 1, 3 do Send({ Target = ao.id, Action = "Fan" }) end end)
Handlers.add("Bid", "Bid", function() print("a bid") end)
`;

it(
  'a storm, an item that is sent twice and a time in seconds are shown as what they are, each with its cure',
  { timeout: 240_000 },
  async () => {
    const processes = [{ name: 'storm', source: 'storm.lua' }];
    const project = newProject({
      'aoscope.json': JSON.stringify({ version: 1, name: 'Storm', processes, limits: { journeyItems: 12 } }),
      'storm.lua': STORM,
    });
    onTestFinished(() => project.remove());
    const app = await openServed({ project: project.path });
    onTestFinished(app.close);
    const { page } = app;
    await command(page, 'Run project');
    await seen(page.getByRole('log', { name: 'Console of storm' }));

    // One that causes three, each of which causes three.
    await say(page, 'Send({ Target = ao.id, Action = "Fan" })');
    await seen(page.locator('.flow-note.is-held').getByText(/HELD after 1\d messages/));
    const list = await problems(page);
    await seen(list.getByText(/This journey was held after 1\d messages: each sends several/));
    await seen(list.getByText(/Press Continue to let it run on, End to drop the rest, or change the code that sends/));
    await command(page, 'Show Deliveries');
    const held = pane(page, 'Deliveries').getByRole('region', { name: /Held journey/ });
    await seen(held.getByText(/The most in one slot: 3/));
    await app.picture('guard-storm');
    await held.getByRole('button', { name: /^End the journey/ }).click();
    await held.waitFor({ state: 'detached', timeout: PATIENCE.timeout });

    // The same bytes twice, as a client sends that repeats itself.
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await command(page, 'Copy a script for aoconnect');
    const script = await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()), PATIENCE)
      .toMatch(/MU_URL/)
      .then(() => page.evaluate(() => navigator.clipboard.readText()));
    const [, messenger = ''] = /MU_URL: "([^"]+)"/.exec(script) ?? [];
    const target = (await page.locator('.time-process').getAttribute('title')) ?? '';
    const tags = [
      { name: 'Data-Protocol', value: 'ao' },
      { name: 'Type', value: 'Message' },
      { name: 'Variant', value: 'ao.TN.1' },
      { name: 'Action', value: 'Bid' },
    ];
    const { bytes } = buildItem(createWallet(), { target, anchor: 'c'.repeat(32), tags, data: '' });
    const send = (): Promise<Response> =>
      fetch(messenger, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from(bytes) });
    expect((await send()).ok).toBe(true);
    await command(page, 'Open console');
    await seen(page.getByRole('log', { name: 'Console of storm' }).getByText('a bid'));
    await send();
    await problems(page);
    await seen(list.getByText(/already stands in slot \d+/));
    await seen(list.getByText(/it was accepted before\. To send the same content again, sign a new item/));

    await command(page, 'Open console');
    await say(page, 'Send({ Target = ao.id, Action = "Bid", Deadline = "1700000000" })');
    await problems(page);
    await seen(list.getByText(/The tag Deadline = 1700000000 looks like seconds/));
    await seen(list.getByText(/Send 1700000000000, or compare it with msg\.Timestamp/));
    await seen(pane(page, 'Inspector').getByText('TIME_SECONDS'));
    await app.picture('guard-slips');
    expect(app.pageErrors).toEqual([]);
  },
);

it.skipIf(process.platform === 'win32')(
  'what is tried again says how often and why, with the cure; once it is done it still says so',
  { timeout: 240_000 },
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
    const banner = page.getByRole('alert').filter({ hasText: 'UNIT_GAVE_UP' });
    await expect
      .poll(async () => {
        if ((await banner.count()) > 0) return true;
        try {
          process.kill(unitPid(served.child.pid, 'cu'), 'SIGKILL');
        } catch {
          // It is just being started anew.
        }
        return false;
      }, PATIENCE)
      .toBe(true);
    await say(page, 'return Played + 32');
    await page.getByRole('button', { name: 'Journey', exact: true }).first().click();
    const way = page.getByRole('group', { name: 'Its way' });
    await seen(way.getByText(/asked for (once|\d+ times) in vain/).first());
    await page.getByRole('button', { name: 'Restart the cu' }).click();
    await seen(page.getByRole('log').getByText('42', { exact: true }));
    await seen(way.getByText(/tried (once|\d+ times) in vain before/).first());
  },
);
