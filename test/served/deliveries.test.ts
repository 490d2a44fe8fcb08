import { expect, it, onTestFinished } from 'vitest';
import { openServed, type OpenApp } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { newProject } from '../kit/project.ts';
import { command, hasKeyboard, pane, PATIENCE, say, seen } from '../kit/window.ts';

const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const;

const FAN = `Handlers.add("go", "Go", function()
  for n = 1, 4 do Send({ Target = Peers.ear, Action = "Note", Data = "number " .. n }) end
end)
Handlers.add("again", "Pong", function() Send({ Target = Peers.ear, Action = "Ping" }) end)
`;
const EAR = `Handlers.add("note", "Note", function(msg) print("heard " .. msg.Data) end)
Handlers.add("back", "Ping", function(msg) Send({ Target = msg.From, Action = "Pong" }) end)
`;

/** A process that sends four messages at once to another, and answers its answers for ever. */
async function openFan(size: (typeof SIZES)[number][1]): Promise<OpenApp> {
  const processes = [
    { name: 'fan', source: 'fan.lua' },
    { name: 'ear', source: 'ear.lua' },
  ];
  const project = newProject({
    'aoscope.json': JSON.stringify({ version: 1, name: 'Fan', processes, limits: { hops: 12 } }),
    'fan.lua': FAN,
    'ear.lua': EAR,
  });
  const app = await openServed({ size, project: project.path });
  onTestFinished(async () => {
    await app.close();
    project.remove();
  });
  await command(app.page, 'Run project');
  await seen(app.page.getByRole('log', { name: 'Console of fan' }).getByText('Peers ='));
  return app;
}

/** Pictures in light and in dark; nothing that axe calls serious in those parts, looked at once: it takes its time. */
async function isUsable(app: OpenApp, name: string, parts: readonly string[]): Promise<void> {
  const isWide = name.endsWith(SIZES[0][0]);
  for (const scheme of ['light', 'dark'] as const) {
    await app.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    if (isWide && scheme === 'light') expect(await violations(app.page, parts)).toEqual([]);
    await app.picture(`${name}-${scheme}`);
  }
}

it.each(SIZES)(
  'the node is paused, and the next delivery chosen, by keys and by mouse, %s',
  async (name, size) => {
    const app = await openFan(size);
    const { page } = app;
    await command(page, 'Show Deliveries');
    const panel = pane(page, 'Deliveries');
    await seen(panel.getByText(/The node delivers by itself/));
    await app.picture(`deliveries-running-${name}`);

    await page.keyboard.press('F6');
    const status = page.locator('.status').getByRole('button', { name: /PAUSED/ });
    await seen(status);
    await seen(page.locator('.top-bar').getByText('PAUSED'));
    await seen(panel.getByText(/Nothing waits/));

    await command(page, 'Open console');
    await say(page, 'Send({ Target = ao.id, Action = "Go" })');
    await seen(status.getByText('1 waits'));
    await page.keyboard.press('Shift+F6');
    await seen(status.getByText('4 wait'));
    await seen(page.locator('.flow').getByText(/4 messages wait to be delivered/));

    // By keys: the third of them goes first.
    await command(page, 'Show Deliveries');
    const grid = panel.getByRole('grid');
    await hasKeyboard(grid);
    expect(await grid.getByRole('row').count()).toBe(4);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await seen(page.locator('.inspector').getByText(/It waits to be delivered/));
    await isUsable(app, `deliveries-${name}`, ['.deliveries', '.top-bar', '.status']);
    await page.keyboard.press('Enter');
    await expect.poll(() => grid.getByRole('row').count(), PATIENCE).toBe(3);
    await seen(page.locator('.inspector').getByText('heard number 3'));

    // By mouse: the last of what is left.
    await grid
      .getByRole('row')
      .filter({ hasText: 'number 4' })
      .getByRole('button', { name: /Deliver Note to ear/ })
      .click();
    await expect.poll(() => grid.getByRole('row').count(), PATIENCE).toBe(2);
    await seen(page.locator('.inspector').getByText('heard number 4'));

    // It is still paused after a reload, and shows the same.
    await page.reload();
    await seen(status.getByText('2 wait'));
    await page
      .locator('.top-bar')
      .getByRole('button', { name: /Let the node go on/ })
      .click();
    await status.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
    await page.getByRole('grid', { name: 'Processes' }).getByText('ear', { exact: true }).click();
    await command(page, 'Open console');
    const heard = page.getByRole('log', { name: 'Console of ear' });
    await seen(heard.getByText('heard number 2'));
    const order = (await heard.innerText()).match(/heard number \d/g);
    expect(order).toEqual(['heard number 3', 'heard number 4', 'heard number 1', 'heard number 2']);

    // Two that answer each other for ever are held: what goes round is shown, and it is ended. After the reload one stands where one stood.
    await page.getByRole('button', { name: 'Back to live' }).first().click();
    await say(page, 'Send({ Target = Peers.fan, Action = "Pong" })');
    await seen(page.locator('.flow').getByText('ear → fan → ear'));
    await command(page, 'Show Deliveries');
    const held = panel.getByRole('region', { name: /Held journey/ });
    await seen(held.getByText(/after 12 hops: the same \d times round/));
    // It is seen whatever panes stand in front.
    await seen(page.locator('.status').getByText(/^HELD/));
    await seen(held.getByRole('button', { name: 'back' }));
    await seen(held.getByRole('button', { name: 'again' }));
    await isUsable(app, `held-${name}`, ['.deliveries']);
    await held.getByRole('textbox', { name: /another/ }).fill('4');
    await held.getByRole('button', { name: 'Continue' }).click();
    await seen(held.getByText(/after 16 hops/));
    // From the journey itself: one hop further, and then it is dropped.
    await page.getByRole('button', { name: 'Journey', exact: true }).first().click();
    const journey = page.getByRole('treegrid', { name: 'Journey' });
    await held
      .getByRole('button', { name: /^(Pong|Ping) ×/ })
      .last()
      .click();
    await journey.focus();
    await page.keyboard.press('End');
    const way = page.getByRole('group', { name: 'Its way' });
    await seen(way.getByText(/the journey has reached its limit/).first());
    await isUsable(app, `held-journey-${name}`, ['.flow']);
    await way.getByRole('button', { name: /one hop further/ }).click();
    await seen(held.getByText(/after 17 hops/));
    await journey.focus();
    await page.keyboard.press('End');
    await way.getByRole('button', { name: /End the journey/ }).click();
    await held.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
    await seen(page.locator('.status').getByText('0 problems'));

    // What nobody handled is no problem, and is told: in the list, in the inspector, in the table.
    await command(page, 'Open console');
    await say(page, 'Send({ Target = Peers.ear, Action = "Nobody" })');
    await seen(page.locator('.status').getByText('1 hint'));
    await command(page, 'Show Problems');
    const hint = pane(page, 'Problems').getByText('No handler of ear took the action "Nobody"');
    await hint.click();
    await seen(
      page
        .locator('.inspector')
        .getByRole('note')
        .getByText(/No handler of ear took/),
    );
    await page.getByRole('button', { name: 'Table' }).first().click();
    await seen(page.getByRole('grid', { name: 'Messages' }).getByRole('img', { name: /No handler of ear took/ }));
    await isUsable(app, `hints-${name}`, ['.problems', '.inspector']);
    expect(app.pageErrors).toEqual([]);
  },
  300_000,
);
