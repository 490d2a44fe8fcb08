import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openServed } from '../kit/app.ts';
import { violations } from '../kit/axe.ts';
import { command, openSample, pane, PATIENCE, seen } from '../kit/window.ts';

const SMALL = { width: 1000, height: 640 };

it(
  'a history is noted upon, exported without what must not leave, dropped on the window, and its notes are followed',
  { timeout: 300_000 },
  async () => {
    const app = await openServed();
    onTestFinished(app.close);
    const { page } = app;
    await openSample(page, 'Ping-pong', 'The rally is over');
    const slot = page.getByRole('textbox', { name: 'Go to slot' });
    const goTo = async (to: string): Promise<void> => {
      await slot.fill(to);
      await slot.press('Enter');
      await expect.poll(() => slot.inputValue(), PATIENCE).toBe(to);
    };

    // A note on what is in focus, written where one looks, by key alone.
    await goTo('3');
    await page.getByRole('slider', { name: /^Slot of/ }).blur();
    await page.keyboard.press('m');
    const box = page.getByRole('dialog', { name: /^Note on ping · slot 3/ });
    await box.getByRole('textbox', { name: 'Text of the note' }).fill('The first ball comes back');
    await app.picture('notes-box');
    await page.keyboard.press('Enter');
    await box.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
    await page.getByRole('button', { name: 'Notes', exact: true }).click();
    const list = pane(page, 'Notes').getByRole('list', { name: 'Notes' });
    await seen(list.getByText('The first ball comes back'));
    await expect
      .poll(() => page.getByRole('slider', { name: /^Slot of/ }).getAttribute('aria-valuetext'), PATIENCE)
      .toContain('with a note');

    // Changed, deleted, and brought back.
    await list.getByRole('button', { name: /^Edit the note on ping/ }).click();
    const again = page.getByRole('dialog', { name: /^Note on ping · slot 3/ });
    await again.getByRole('textbox', { name: 'Text of the note' }).fill('Here the first ball comes back');
    await again.getByRole('button', { name: 'Save note' }).click();
    await seen(list.getByText('Here the first ball comes back'));
    await list.getByRole('button', { name: /^Delete the note on ping/ }).click();
    await seen(page.getByText('The note is deleted.'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await seen(list.getByText('Here the first ball comes back'));
    await app.picture('notes');
    expect(await violations(page)).toEqual([]);

    // Exported: what is inside, about how large, what would go.
    await command(page, 'Export a recording');
    const dialog = page.getByRole('dialog', { name: 'Export a recording' });
    await seen(dialog.getByText(/^About [\d.,]+ [kM]B for \d+ slots$/));
    await dialog.getByRole('textbox', { name: 'What it is about' }).fill('A short rally');
    await dialog.getByText(/^What must not leave/).click();
    await dialog.getByRole('textbox', { name: 'Messages of actions' }).fill('Pong');
    await dialog.getByRole('button', { name: 'See what goes' }).click();
    await seen(dialog.getByText(/^Something is taken out of \d+ messages/));
    await seen(dialog.getByText(/^ping can be run again up to slot \d+/));
    await app.picture('export');
    expect(await violations(page, ['.export-dialog'])).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: PATIENCE.timeout }),
      dialog.getByRole('button', { name: 'Export…' }).click(),
    ]);
    await seen(dialog.getByText(/^The recording is written:/));
    await app.picture('export-ended');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const file = join(app.home, 'rally.aoscope');
    await download.saveAs(file);
    expect(download.suggestedFilename()).toBe('Ping-pong.aoscope');

    // A file that is none and is dropped is refused, and the project stays open.
    const transfer = await page.evaluateHandle(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(['no recording'], 'broken.aoscope'));
      return dropped;
    });
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await seen(page.getByText('RECORDING_FOREIGN'));
    await page
      .getByRole('button', { name: /^(Close|Dismiss)/ })
      .last()
      .click();

    // Opened: read-only, with what it says of itself and what cannot be run again.
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser', { timeout: PATIENCE.timeout }),
      command(page, 'Open a recording'),
    ]);
    await chooser.setFiles(file);
    await seen(page.getByText('Recording, read-only.'));
    const banner = page.getByRole('status').filter({ hasText: 'Recording, read-only.' });
    await seen(banner.getByText('A short rally'));
    await banner.getByRole('button', { name: 'Redacted: what is gone' }).click();
    await seen(banner.getByText(/^ping can be run again up to slot \d+/));
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('3');
    await app.picture('recording');
    expect(await violations(page)).toEqual([]);

    // Its journeys are those of the run: who sent what for what, with the times of then.
    await page.getByRole('button', { name: 'Journey', exact: true }).first().click();
    const way = page.getByRole('group', { name: 'Its way' });
    await seen(way.getByText('signed and sent by the messenger'));
    await seen(way.getByText(/sent by \w+ in slot \d+/));
    await seen(way.getByText('on the gateway, with its assignment'));
    await seen(way.getByText('fetched by the messenger'));
    await app.picture('recording-journey');

    // Its note leads to its slot, and cannot be changed here.
    await goTo('0');
    await banner.getByRole('button', { name: '1 note' }).click();
    await list.getByRole('button', { name: /Here the first ball comes back/ }).click();
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('3');
    expect(await list.getByRole('button', { name: /^Delete/ }).count()).toBe(0);
    // What was taken out is said where one looks for it.
    await seen(pane(page, 'Inspector').getByText(/^(Taken out of|As it was recorded)/));
    await page.keyboard.press('Alt+2');
    await seen(pane(page, 'Inspector').getByText('Taken out of this recording.', { exact: true }).first());
    await page.getByRole('button', { name: 'Switch light and dark' }).click();
    await page.setViewportSize(SMALL);
    await app.picture('recording-small-light');
    expect(await violations(page)).toEqual([]);

    await banner.getByRole('button', { name: 'Back to Ping-pong' }).click();
    await banner.waitFor({ state: 'detached', timeout: PATIENCE.timeout });
    await seen(list.getByText('Here the first ball comes back'));
    expect(app.pageErrors).toEqual([]);
  },
);
