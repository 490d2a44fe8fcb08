import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openFile, openSample, pane, PATIENCE, seen } from '../kit/window.ts';

it.each([
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const)('help is found by F1, by a search and beside each pane, %s', async (name, size) => {
  const app = await openServed({ size });
  onTestFinished(app.close);
  const { page } = app;
  await openSample(page, 'Ping-pong', 'The rally is over');
  const article = page.getByRole('article', { name: 'Page of help' });
  await page.getByRole('button', { name: 'Help: Console' }).click();
  await seen(article.getByRole('heading', { name: 'Console' }));
  await page.getByRole('tab', { name: 'Flow' }).first().click();
  await page.keyboard.press('F1');
  await seen(article.getByRole('heading', { name: 'Flow' }));
  expect(await violations(page)).toEqual([]);
  await page.getByRole('searchbox', { name: 'Search the help' }).fill('AssemblyScript loader');
  await seen(page.getByText('1 page', { exact: true }));
  await app.picture(`help-${name}-a`);
  await page.getByRole('button', { name: /^WebAssembly/ }).click();
  await seen(article.getByRole('heading', { name: 'On the network' }));
  await app.picture(`help-${name}-b`);
  await command(page, 'Theme: switch light and dark');
  await app.picture(`help-${name}-c`);
  expect(await violations(page)).toEqual([]);
  await command(page, 'Help: Tests');
  await seen(article.getByRole('heading', { name: 'Tests' }));
  // The story of a sample is a page beside them, from its file too.
  await page.getByRole('button', { name: 'All pages' }).click();
  await page.getByRole('searchbox', { name: 'Search the help' }).fill('');
  await page.getByRole('button', { name: /^About Ping-pong/ }).click();
  await seen(article.getByText('Two processes play a ball back and forth ten times.'));
  await app.picture(`help-${name}-story`);
  if (name === 'wide') {
    await openFile(page, 'README.md');
    await app.picture('help-readme');
    await page.getByRole('button', { name: 'Read it as a page' }).click();
    await seen(article.getByRole('heading', { name: 'Ping-pong' }));
  }
  expect(await violations(page)).toEqual([]);
  expect(app.pageErrors).toEqual([]);
});

it.each([
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 1000, height: 640 }],
] as const)(
  'the tour through the seven ideas does each of them on the real node, by keyboard alone, and is resumed, %s',
  async (name, size) => {
    const app = await openServed({ size });
    onTestFinished(app.close);
    const { page } = app;
    const guide = pane(page, 'Seven ideas of ao');
    const step = async (does: string, comes: RegExp): Promise<void> => {
      await guide.getByRole('button', { name: does }).focus();
      await page.keyboard.press('Enter');
      await expect
        .poll(
          () =>
            guide
              .getByRole('status')
              .innerText()
              .then((text) => text.trim()),
          PATIENCE,
        )
        .toMatch(comes);
    };
    const next = async (title: string): Promise<void> => {
      await guide.getByRole('button', { name: 'Next' }).focus();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), PATIENCE).toBe(title);
    };
    await command(page, 'Seven ideas of ao: the guided tour');
    await step('Open Ping-pong', /^ping took 1\d messages and pong 1\d messages/);
    await app.picture(`guide-${name}-a`);
    expect(await violations(page)).toEqual([]);
    await next('2 of 7: Computation has no fixed bound');
    await step('Let ping add up a million numbers', /^Slot \d+ of ping ran [\d,]{7,} instructions/);
    await next('3 of 7: Everything stands on Arweave');
    await step('Look up ping on the gateway', /^Item [\w-]{43} was signed by [\w-]{43}\. It has \d+ tags and \d+ bytes/);
    await next('4 of 7: Processes act by themselves');
    await step('Spawn one with a cron, and move the clock to its first tick', /^ticker woke up/);
    await seen(page.getByRole('log').getByText('tick 1').first());

    // Left and resumed.
    await page.reload();
    await seen(page.locator('.status').first());
    await command(page, 'Seven ideas of ao: the guided tour');
    await seen(guide.getByRole('heading', { name: '4 of 7: Processes act by themselves' }));
    await next('5 of 7: Every unit can be exchanged');
    await step('Start the compute unit again', /gives the same outcome for slot 1 of ping/);
    await next('6 of 7: Anybody can check it');
    await step('Open Token, and replay it from the start', /^\d+ slots of token were run again from its log; every outcome is equal/);
    await next('7 of 7: The state is in the log');
    await step('Look at token as it was after its first message', /^Every pane shows token after slot 1/);
    await expect.poll(() => page.getByRole('textbox', { name: 'Go to slot' }).inputValue(), PATIENCE).toBe('1');
    await command(page, 'Theme: switch light and dark');
    await app.picture(`guide-${name}-b`);
    expect(await violations(page)).toEqual([]);
    expect(app.pageErrors).toEqual([]);
  },
);
