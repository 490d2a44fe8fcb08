import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { newProject } from '../kit/project.ts';
import { command, PATIENCE, seen } from '../kit/window.ts';

const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const;

const BEATS = `N = N or 0
Handlers.add("tick", "Tick", function()
  N = N + 1
  print("beat " .. N)
  Send({ Target = Peers.ear, Action = "Beat", Data = tostring(N) })
end)
`;
const EAR = 'Handlers.add("beat", "Beat", function(msg) print("heard " .. msg.Data) end)\n';

/** A process that wakes up every ten seconds and tells another. */
async function openCrons(size: (typeof SIZES)[number][1]): Promise<OpenApp> {
  const tags = { 'Cron-Interval': '10-seconds', 'Cron-Tag-Action': 'Tick' };
  const processes = [
    { name: 'beats', source: 'beats.lua', tags },
    { name: 'ear', source: 'ear.lua' },
  ];
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Crons', processes }),
    'beats.lua': BEATS,
    'ear.lua': EAR,
  });
  const app = await openServed({ size, project: project.path });
  onTestFinished(async () => {
    await app.close();
    project.remove();
  });
  return app;
}

/** Nothing that axe calls serious in those parts, in light and in dark, each with a picture; ends as it began. */
async function isUsable(app: OpenApp, name: string, parts: readonly string[]): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page: app.page });
    for (const part of parts) axe.include(part);
    const { violations } = await axe.analyze();
    const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))).toEqual([]);
    await app.picture(`${name}-${scheme}`);
  }
}

async function timeOf(page: Page): Promise<number> {
  const name = (await page.locator('.status-item.clock').getAttribute('aria-label')) ?? '';
  const [, date = '', time = ''] = /time (\S+) (\S+) UTC/.exec(name) ?? [];
  return Date.parse(`${date}T${time}Z`);
}

it.each(SIZES)('the clock is paused, stepped and jumped by keys and by its control, %s, in light and dark', async (name, size) => {
  const app = await openCrons(size);
  const { page } = app;
  const clock = page.locator('.status-item.clock');
  await seen(clock);
  await page.keyboard.press('Alt+KeyP');
  await seen(clock.getByText('PAUSED'));
  const paused = await timeOf(page);
  await page.keyboard.press('Alt+KeyB');
  await expect.poll(() => timeOf(page), PATIENCE).toBeGreaterThan(paused);

  await clock.click();
  const panel = page.getByRole('dialog', { name: "The node's clock" });
  await seen(panel);
  await isUsable(app, `clock-control-${name}`, ['.clock-panel', '.status']);
  const before = await timeOf(page);
  await panel.getByRole('textbox', { name: /Step/ }).fill('3600');
  await panel.getByRole('textbox', { name: /Step/ }).press('Enter');
  await expect.poll(() => timeOf(page), PATIENCE).toBe(before + 3_600_000);
  await panel.getByRole('textbox', { name: /Jump to/ }).fill('2001-01-01 00:00');
  await panel.getByRole('button', { name: 'Jump' }).click();
  await seen(page.getByText(/time cannot go back to 2001/));
  await panel.getByRole('textbox', { name: /Jump to/ }).fill('2045-01-01 00:00');
  await panel.getByRole('button', { name: 'Jump' }).click();
  await expect.poll(() => timeOf(page), PATIENCE).toBe(Date.UTC(2045, 0, 1));
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached', timeout: PATIENCE.timeout });

  await command(page, 'Show the clock');
  await panel.getByRole('textbox', { name: /Rate/ }).fill('60');
  await panel.getByRole('button', { name: 'Run' }).click();
  await seen(clock.getByText('60×'));
  await expect.poll(() => timeOf(page), PATIENCE).toBeGreaterThan(Date.UTC(2045, 0, 1));
  await panel.getByRole('button', { name: /Pause/ }).click();
  await seen(clock.getByText('PAUSED'));
  await panel.getByRole('button', { name: /Go on/ }).click();
  await seen(clock.getByText('60×'));
  await panel.getByRole('button', { name: /Follow the computer/ }).click();
  await seen(page.getByText('CLOCK_AHEAD'));
});

it.each(SIZES)('cron messages are stepped through in lanes, table, inspector, console and time bar, %s', async (name, size) => {
  const app = await openCrons(size);
  const { page } = app;
  await seen(page.locator('.status-item.clock'));
  await page.keyboard.press('Alt+KeyP');
  await seen(page.locator('.status-item.clock').getByText('PAUSED'));
  await command(page, 'Run project');
  const log = page.getByRole('log', { name: 'Console of beats' });
  await seen(log.getByText('Peers ='));
  await command(page, 'Monitor its cron');
  await seen(page.getByText(/beats is monitored/));
  for (const beat of [1, 2, 3]) {
    await page.keyboard.press('Alt+KeyT');
    await seen(log.getByText(`beat ${beat}`));
  }
  await page.keyboard.press('Shift+F10');
  const where = page.locator('.time-cron');
  await seen(where.getByText('cron 2 before 2'));
  const inspector = page.locator('.inspector');
  await seen(inspector.getByText('beat 2'));
  await isUsable(app, `cron-flow-${name}`, ['.inspector', '.console', '.time']);
  await page.keyboard.press('Shift+F10');
  await seen(where.getByText('cron 1 before 2'));
  await page.keyboard.press('Shift+F10');
  await where.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
  expect(await page.getByRole('textbox', { name: 'Go to slot' }).inputValue()).toBe('1');
  await page.keyboard.press('F10');
  await seen(where.getByText('cron 1 before 2'));
  await page
    .getByRole('radio', { name: 'Table' })
    .or(page.getByRole('button', { name: 'Table' }))
    .first()
    .click();
  await page
    .getByRole('gridcell', { name: /cron 0-10-seconds/ })
    .nth(2)
    .click();
  await seen(inspector.getByText('beat 3'));
  await seen(where.getByText('cron 3 before 2'));
  await app.picture(`cron-table-${name}`);
  await page.getByRole('gridcell', { name: /Beat/ }).last().click();
  await seen(page.getByRole('log', { name: 'Console of ear' }).getByText('heard 3'));
  expect(app.pageErrors).toEqual([]);
});
