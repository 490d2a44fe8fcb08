import { BrowserWindow, dialog } from 'electron';

/** Asks the person for a folder; null when they think better of it. */
export async function chooseFolder(): Promise<string | null> {
  const options = { title: 'Open folder', properties: ['openDirectory' as const, 'createDirectory' as const] };
  const window = windowInFront();
  const answer = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

/** Asks the person for a recording to open, or where to save one; null when they think better of it. */
export async function chooseRecording(to: 'open' | 'save', name: string): Promise<string | null> {
  const filters = [{ name: 'Recordings of aoscope', extensions: ['aoscope'] }];
  const window = windowInFront();
  if (to === 'save') {
    const options = { title: 'Export a recording', defaultPath: name, filters };
    const { canceled, filePath } = await (window === undefined ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
    return canceled || filePath === '' ? null : (filePath ?? null);
  }
  const options = { title: 'Open a recording', properties: ['openFile' as const], filters };
  const answer = await (window === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
  return answer.canceled ? null : (answer.filePaths[0] ?? null);
}

function windowInFront(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}
