import { BrowserWindow, dialog } from 'electron';
import { markedText } from '../node/base/marked-text.ts';
import type { ConfirmKey } from '../node/workspace/ports.ts';

/** Asks the person for a folder; null when they think better of it. */
export async function chooseFolder(): Promise<string | null> {
  const options = { title: 'Open folder', properties: ['openDirectory' as const, 'createDirectory' as const] };
  const window = windowInFront();
  const answer = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

/** Asks the person for a recording to open, or where to save one; null when they think better of it. */
export function chooseRecording(to: 'open' | 'save', name: string): Promise<string | null> {
  const filters = [{ name: 'Recordings of aoscope', extensions: ['aoscope'] }];
  return chooseFile(to, { title: to === 'save' ? 'Export a recording' : 'Open a recording', name, filters });
}

/** The same for a key file. */
export function chooseKeyFile(to: 'open' | 'save', name: string): Promise<string | null> {
  return chooseFile(to, { title: to === 'save' ? 'Export a key' : 'Import a key', name, filters: [] });
}

/** Asks the person whether a key that no passphrase guards may be unlocked, leave the system's store, or go. A page cannot answer this. */
export async function confirmKey(...[wish, name, path]: Parameters<ConfirmKey>): Promise<boolean> {
  const { message, detail, yes } = keyQuestion(wish, markedText(name), markedText(path ?? ''));
  const options = { type: 'warning' as const, title: 'aoscope', message, detail, buttons: ['Cancel', yes], defaultId: 0, cancelId: 0 };
  const window = windowInFront();
  const { response } = await (window === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options));
  return response === 1;
}

function keyQuestion(
  wish: Parameters<ConfirmKey>[0],
  name: string,
  path: string,
): { readonly message: string; readonly detail: string; readonly yes: string } {
  if (wish === 'unlock')
    return {
      message: `Unlock the key of ${name} for half an hour?`,
      detail: 'Until then, or until you lock it, the window can sign with it.',
      yes: 'Unlock',
    };
  if (wish === 'export')
    return {
      message: `Write the key of ${name} into a file, open?`,
      detail: `${path}\n\nWhoever has that file has all that belongs to the wallet.`,
      yes: 'Write it',
    };
  return {
    message: `Remove the key of ${name} for good?`,
    detail: 'Without an export what belongs to the wallet is lost.',
    yes: 'Remove for good',
  };
}

interface FileWish {
  readonly title: string;
  /** It is saved under that one, unless the person says otherwise. */
  readonly name: string;
  readonly filters: { readonly name: string; readonly extensions: string[] }[];
}

async function chooseFile(to: 'open' | 'save', { title, name, filters }: FileWish): Promise<string | null> {
  const window = windowInFront();
  if (to === 'save') {
    const options = { title, defaultPath: name, filters };
    const { canceled, filePath } = await (window === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
    return canceled || filePath === '' ? null : (filePath ?? null);
  }
  const options = { title, properties: ['openFile' as const], filters };
  const answer = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

function windowInFront(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}
