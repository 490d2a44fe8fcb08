import { BrowserWindow, nativeTheme } from 'electron';
import { WINDOW_URL } from '../app-scheme.ts';
import type { Place } from './remember.ts';

export interface WindowOptions {
  readonly preload: string;
  readonly icon: string | null;
}

const RELOADS_MAX = 3;

/** Where a window is, or will be when it is no longer maximized. */
export function placeOf(window: BrowserWindow): Place {
  return { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
}

/** Opens a window of the app. It shows itself when there is something to see. */
export function openWindow(options: WindowOptions, place: Place): BrowserWindow {
  const window = new BrowserWindow({
    title: 'aoscope',
    width: 1440,
    height: 900,
    minWidth: 640,
    minHeight: 400,
    ...place.bounds,
    ...(options.icon === null ? {} : { icon: options.icon }),
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (place.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  reloadAfterCrash(window);
  void window.loadURL(WINDOW_URL);
  return window;
}

/** A crashed page is loaded again, a few times: nothing is lost, the node keeps everything. */
function reloadAfterCrash(window: BrowserWindow): void {
  let reloads = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || reloads >= RELOADS_MAX) return;
    reloads += 1;
    process.stderr.write(`The window's page ended (${reason}) and is loaded again.\n`);
    window.webContents.reload();
  });
}
