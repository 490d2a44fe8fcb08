import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openDesktop, type OpenDesktop } from '../kit/app.ts';
import { openSample, pane, PATIENCE, seen } from '../kit/window.ts';

/** Answers the system's dialogs in a person's place: they belong to the desktop, not to the app. */
async function chooses({ app }: OpenDesktop, file: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
  }, file);
}

/** Answers the system's question where a download goes: into that folder. */
async function downloadsInto({ app }: OpenDesktop, folder: string): Promise<void> {
  await app.evaluate(({ session }, path) => {
    session.defaultSession.on('will-download', (_event, item) => item.setSavePath(`${path}/${item.getFilename()}`));
  }, folder);
}

/** Runs a line of the native menu. */
async function menu({ app }: OpenDesktop, command: string): Promise<void> {
  await app.evaluate(({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(), command);
}

/** Presses a key as the system hands it to the window: what the page leaves goes on to the menu and the window. */
async function press({ app }: OpenDesktop, keyCode: string, ...modifiers: ('shift' | 'alt')[]): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, input) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.webContents.sendInputEvent({ type: 'keyDown', ...input });
      window?.webContents.sendInputEvent({ type: 'keyUp', ...input });
    },
    { keyCode, modifiers },
  );
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const isFullScreen = ({ app }: OpenDesktop): Promise<boolean | undefined> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFullScreen());

it(
  "in Electron: the keys of the debugger are the page's; a recording is exported, and opened from the menu and by a second start",
  { timeout: 420_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aoscope-desktop-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const file = join(folder, 'rally.aoscope');
    const desktop = await openDesktop();
    onTestFinished(desktop.close);
    const { page } = desktop;
    await openSample(page, 'Ping-pong', 'The rally is over');

    const slot = page.getByRole('textbox', { name: 'Go to slot' });
    await slot.fill('5');
    await slot.press('Enter');
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('5');
    await slot.blur();
    await press(desktop, 'F10');
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('6');
    await press(desktop, 'F10', 'shift');
    await expect.poll(() => slot.inputValue(), PATIENCE).toBe('5');
    const log = page.getByRole('log').first();
    await press(desktop, 'F11', 'shift');
    await expect.poll(() => log.getAttribute('aria-label'), PATIENCE).toBe('Console of pong');
    await press(desktop, 'F11');
    await expect.poll(() => log.getAttribute('aria-label'), PATIENCE).toBe('Console of ping');
    expect(await isFullScreen(desktop)).toBe(false);

    // The messages as files, with the system's own question for a place.
    await downloadsInto(desktop, folder);
    const flow = pane(page, 'Flow');
    await flow.getByRole('button', { name: 'Table', exact: true }).click();
    const read = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
    await flow.getByRole('button', { name: 'Save the messages shown as a file, CSV' }).click();
    await expect.poll(() => read('Ping-pong messages.csv').trim().split('\n').length, PATIENCE).toBeGreaterThan(20);
    expect(read('Ping-pong messages.csv').split('\n')[0]).toContain('action');
    await flow.getByRole('button', { name: 'Save the messages shown as a file, JSON' }).click();
    // A file is there before all of it is.
    await expect
      .poll(() => parsed(read('Ping-pong messages.json')), PATIENCE)
      .toEqual(expect.arrayContaining([expect.objectContaining({ action: 'Pong' })]));

    await chooses(desktop, file);
    await menu(desktop, 'recording.export');
    const dialog = page.getByRole('dialog', { name: 'Export a recording' });
    await dialog.getByRole('button', { name: 'Export…' }).click();
    await seen(dialog.getByText(/^The recording is written:/));
    expect(existsSync(file)).toBe(true);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await menu(desktop, 'recording.open');
    const banner = page.getByText('Recording, read-only.');
    await seen(banner);
    // Nothing of it is changed, so nothing is offered that would be refused.
    await expect.poll(() => page.getByRole('button', { name: 'New file' }).count(), PATIENCE).toBe(0);
    await page.getByRole('button', { name: 'Back to Ping-pong' }).click();
    await banner.waitFor({ state: 'detached', timeout: PATIENCE.timeout });

    // A second start with the file hands it to this window.
    const { executablePath, args, env } = desktop.started;
    const { stdout } = await promisify(execFile)(executablePath, [...args, file], { env });
    expect(stdout).toContain('running already');
    await seen(banner);
    expect(desktop.pageErrors).toEqual([]);
  },
);
