import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { openSample, pane, PATIENCE, say, seen } from '../kit/window.ts';

it('the map shows who talks with whom, keeps its places, and leads to the messages by mouse and keys', { timeout: 420_000 }, async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  const open = (): Promise<void> => flow.getByRole('button', { name: 'Map', exact: true }).click();
  await open();
  const map = flow.getByRole('application', { name: 'Map of who sends to whom' });
  const boxOf = (name: string): ReturnType<typeof map.locator> => map.locator('.flow-map-party').filter({ hasText: name });
  await seen(boxOf('ping'));
  await seen(boxOf('pong'));
  await seen(boxOf('You'));

  // Somebody new gets a place, and nobody moves for it; what goes wrong is red.
  const placeOf = async (name: string): Promise<string> => (await boxOf(name).getAttribute('transform'))?.replace(/ scale.*/, '') ?? '';
  const placesOf = (): Promise<readonly string[]> => Promise.all(['ping', 'pong', 'You'].map(placeOf));
  const before = await placesOf();
  await say(page, 'ao.send({ Target = ao.env.Process.Owner, Action = "Notice" }) ao.send({ Target = ("x"):rep(43), Action = "Lost" })');
  await say(page, 'error("a planted fault")');
  await seen(boxOf('Gateway'));
  await seen(map.locator('.flow-map-route.has-errors').first());
  expect(await placesOf()).toEqual(before);
  await app.picture('map');
  expect(await violations(page)).toEqual([]);

  // A click looks at a process; the keys go on from there, and what was picked becomes a filter.
  await boxOf('pong').click();
  await seen(flow.getByRole('group', { name: 'pong', exact: true }));
  await expect.poll(() => page.getByRole('log').first().getAttribute('aria-label'), PATIENCE).toBe('Console of pong');
  await map.focus();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(() => placeOf('pong'), PATIENCE).not.toBe(before[1]);
  await page.keyboard.press('e');
  await seen(map.locator('.flow-map-route.is-picked'));
  await page.keyboard.press('Enter');
  const filter = flow.getByRole('combobox', { name: 'Filter messages' });
  await expect.poll(() => filter.inputValue(), PATIENCE).toMatch(/^from:\S+ to:\S+$/);
  await expect.poll(() => map.locator('.flow-map-route').count(), PATIENCE).toBe(1);
  await filter.fill('');

  // The same as text, for those who cannot see it.
  await flow.getByRole('button', { name: 'As a list' }).click();
  const list = flow.getByRole('grid', { name: 'Who sent whom' });
  await list.focus();
  await page.keyboard.press('Home');
  await seen(list.locator('[aria-selected="true"]').getByText('10', { exact: true }));
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await app.picture('map-list-light');
  expect(await violations(page)).toEqual([]);

  // The map is as it was left after the window was closed, also on a small screen.
  const moved = await placesOf();
  await page.setViewportSize({ width: 1000, height: 640 });
  await page.reload();
  await open();
  await seen(boxOf('pong'));
  expect(await placesOf()).toEqual(moved);
  await app.picture('map-small-light');
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await app.picture('map-small');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});

/** A project whose first process writes to all others, each of whom writes to three of them. */
function crowd(size: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-crowd-'));
  const names = Array.from({ length: size }, (_, index) => `trader-${index + 1}`);
  const processes = [
    ...names.map((name) => ({ name, source: 'trader.lua' })),
    { name: 'router', source: 'router.lua', needs: names, start: { action: 'Open' } },
  ];
  writeFileSync(join(folder, 'aoscope.json'), JSON.stringify({ version: 1, name: 'Crowd', processes }));
  writeFileSync(
    join(folder, 'trader.lua'),
    `Handlers.add("Friends", "Friends", function(msg)
  for id in msg.Data:gmatch("[^,]+") do Send({ Target = id, Action = "Hello" }) end
end)
Handlers.add("Hello", "Hello", function() Count = (Count or 0) + 1 end)`,
  );
  writeFileSync(
    join(folder, 'router.lua'),
    `Handlers.add("Open", "Open", function()
  local ids = {}
  for _, id in pairs(Peers) do ids[#ids + 1] = id end
  table.sort(ids)
  for i, id in ipairs(ids) do
    Send({ Target = id, Action = "Friends", Data = table.concat({ ids[i * 7 % #ids + 1], ids[i * 3 % #ids + 1], ids[i % 5 + 1] }, ",") })
  end
end)`,
  );
  return folder;
}

it(
  'among fifty processes the map shows who talks with the one in focus; the rest stands back, and no name covers another',
  { timeout: 420_000 },
  async () => {
    const folder = crowd(49);
    const app = await openServed({ project: folder, size: { width: 1000, height: 640 } });
    onTestFinished(async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const { page } = app;
    await seen(page.locator('.status').first());
    await page.keyboard.press('F5');
    const flow = pane(page, 'Flow');
    await flow.getByRole('button', { name: 'Map', exact: true }).click();
    const map = flow.getByRole('application', { name: 'Map of who sends to whom' });
    await expect.poll(() => map.locator('.flow-map-party').count(), PATIENCE).toBe(51);
    await expect.poll(() => map.locator('.flow-map-route').count(), PATIENCE).toBeGreaterThan(180);

    await page.getByRole('grid', { name: 'Processes' }).getByText('trader-1', { exact: true }).click();
    const near = map.locator('.flow-map-route:not(.is-far)');
    await expect.poll(() => near.count(), PATIENCE).toBeLessThan(30);
    const id = await map.locator('.flow-map-party.is-focus').getAttribute('data-party');
    const keys = await near.evaluateAll((all) => all.map((one) => one.getAttribute('data-route') ?? ''));
    expect(keys.length).toBeGreaterThan(2);
    for (const key of keys) expect(key.split('>')).toContain(id);
    await app.picture('map-crowd-small');
    expect(await overlapping(map)).toEqual([]);

    // Another one is clicked: its neighbours stand out.
    await map.locator('.flow-map-party', { hasText: 'router' }).click();
    await expect.poll(() => near.count(), PATIENCE).toBeGreaterThan(48);
    await page.setViewportSize({ width: 1440, height: 900 });
    await expect.poll(() => map.locator('.flow-map-name').count(), PATIENCE).toBeGreaterThan(40);
    expect(await overlapping(map)).toEqual([]);
    await app.picture('map-crowd');
    expect(app.pageErrors).toEqual([]);
  },
);

/** Names on the map that cover another one. */
function overlapping(map: Locator): Promise<readonly string[]> {
  return map.locator('.flow-map-name').evaluateAll((names) => {
    const boxes = names.map((node) => ({ name: node.textContent, box: node.getBoundingClientRect() }));
    // Letters reach less high than their line.
    const isOver = (a: DOMRect, b: DOMRect): boolean =>
      a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
    return boxes.flatMap(({ name, box }, at) =>
      boxes.slice(at + 1).flatMap((other) => (isOver(box, other.box) ? [`${name} and ${other.name}`] : [])),
    );
  });
}
