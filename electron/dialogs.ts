import { BrowserWindow, dialog } from 'electron';

/** Asks the person for a folder; null when they think better of it. */
export async function chooseFolder(): Promise<string | null> {
  const options = { title: 'Open folder', properties: ['openDirectory' as const, 'createDirectory' as const] };
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const answer = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}
