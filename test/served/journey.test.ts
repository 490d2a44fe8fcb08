import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { openSample, pane, PATIENCE, say, seen } from '../kit/window.ts';

it('the journey of a message is a tree with the time of every step, walked and folded with the keys', { timeout: 420_000 }, async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  await flow.getByRole('button', { name: 'Journey', exact: true }).click();
  const tree = flow.getByRole('treegrid', { name: 'Journey' });
  const focused = tree.locator('[aria-selected="true"]');
  await seen(tree);
  await tree.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => focused.getAttribute('aria-level'), PATIENCE).toBe('1');
  const all = Number(await tree.getAttribute('aria-rowcount'));
  expect(all).toBeGreaterThan(10);
  // What its own way took, hop by hop, on its bar: in a pane as low as this one the legend gives way.
  await seen(tree.getByRole('img', { name: /given its slot/ }).first());
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focused.getAttribute('aria-level'), PATIENCE).toBe('2');
  await app.picture('journey');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => tree.getAttribute('aria-rowcount'), PATIENCE).toBe('1');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => tree.getAttribute('aria-rowcount'), PATIENCE).toBe(String(all));
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('journey-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});

it(
  'a line of output leads to the line that printed it, and a message that vanished says at which of its six steps, why, and what to do',
  { timeout: 420_000 },
  async () => {
    const app = await openServed();
    onTestFinished(app.close);
    const { page } = app;
    await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
    const flow = pane(page, 'Flow');
    const table = flow.getByRole('grid', { name: 'Messages' });
    const way = flow.getByRole('group', { name: 'Its way' });
    /** Looks at the journey of the message of that action. */
    const look = async (action: string): Promise<void> => {
      await flow.getByRole('button', { name: 'Table', exact: true }).click();
      await table.getByRole('row').filter({ hasText: action }).last().click();
      await flow.getByRole('button', { name: 'Journey', exact: true }).click();
      await seen(way);
    };

    // A line of the console leads to the line that printed it.
    await page.getByRole('log').getByText('A rally of 10 rounds begins').click();
    await seen(page.locator('.code-editor[data-path="ping.lua"] .line-here').first());
    await look('Start');
    await expect.poll(() => way.getByRole('listitem').count(), PATIENCE).toBe(6);
    await seen(way.getByText('from outside', { exact: true }));
    await page.getByRole('button', { name: 'Follow the latest slot again' }).click();

    await say(page, 'ao.send({ Target = ("x"):rep(43), Action = "Lost" })');
    await say(page, 'error("a planted fault")');
    await seen(page.getByRole('log').getByText('a planted fault').first());
    await look('Lost');
    await seen(way.getByText('It ends at “Slot”:'));
    await look('Eval');
    await seen(way.getByText('It ends at “Evaluated”:'));
    await seen(way.getByText(/mend the code and send it again/));
    await app.picture('journey-lost');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await page.setViewportSize({ width: 1000, height: 640 });
    await app.picture('journey-lost-small-light');
    expect(await violations(page)).toEqual([]);
    expect(app.pageErrors).toEqual([]);
  },
);

it('the messages of the table go to the clipboard, and one of them shows its bytes as they were signed', async () => {
  const app = await openServed();
  onTestFinished(app.close);
  const { page } = app;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await openSample(page, 'Ping-pong', 'The rally is over after 10 rounds');
  const flow = pane(page, 'Flow');
  await flow.getByRole('button', { name: 'Table', exact: true }).click();
  const rows = Number(await flow.getByRole('grid', { name: 'Messages' }).getAttribute('aria-rowcount'));
  // The whole head of a column sorts by it, down at the second press.
  const head = flow.getByRole('columnheader', { name: 'To', exact: true });
  await head.click();
  await expect.poll(() => head.getAttribute('aria-sort'), PATIENCE).toBe('ascending');
  await head.click();
  await expect.poll(() => head.getAttribute('aria-sort'), PATIENCE).toBe('descending');
  await flow.getByRole('columnheader', { name: 'Time', exact: true }).click();
  await flow.getByRole('button', { name: 'Copy the messages shown as CSV' }).click();
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(async () => (await clipboard()).split('\r\n').length, PATIENCE).toBe(rows + 1);
  await flow.getByRole('button', { name: 'Copy the messages shown as JSON' }).click();
  await expect.poll(async () => (await clipboard()).startsWith('['), PATIENCE).toBe(true);
  expect(JSON.parse(await clipboard())).toHaveLength(rows - 1);
  const saved = page.waitForEvent('download');
  await flow.getByRole('button', { name: 'Save the messages shown as a file, CSV' }).click();
  const file = await (await saved).path();
  expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(rows + 1);

  await flow.getByRole('combobox', { name: 'Filter messages' }).fill('action:Start');
  await page.keyboard.press('Escape');
  await flow.getByRole('grid', { name: 'Messages' }).getByText('Start', { exact: true }).first().click();
  const inspector = pane(page, 'Inspector');
  await inspector.getByRole('tab', { name: 'Message', exact: true }).click();
  await inspector.getByText('As it was signed').click();
  await seen(inspector.getByText('The id is the hash of the signature.'));
  await seen(inspector.getByText('The signature belongs to these bytes.'));
  const fields = inspector.getByRole('group', { name: 'Fields of the item' });
  await fields.getByRole('button', { name: /^tags/ }).click();
  await expect
    .poll(
      () =>
        inspector
          .locator('.signed-text .is-picked')
          .allInnerTexts()
          .then((texts) => texts.join('')),
      PATIENCE,
    )
    .toContain('Action');
  await app.picture('signed');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Switch light and dark' }).click();
  await page.setViewportSize({ width: 1000, height: 640 });
  await app.picture('signed-small-light');
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});
