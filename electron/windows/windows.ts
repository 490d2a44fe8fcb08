import type { BrowserWindow } from 'electron';
import { recallPlaces, rememberPlaces, type Place } from './remember.ts';
import { openWindow, placeOf, type WindowOptions } from './window.ts';

/** All windows of the app. They look at the same project. */
export interface Windows {
  /** Opens as many as there were, each in its place. */
  openAll(): void;
  /** Opens one more, a little aside. */
  openOne(): void;
  /** The one that the person used last; null where there is none. */
  front(): BrowserWindow | null;
  /** Brings it before the others. */
  show(): void;
  /** What is closed from now on is closed with the app: it comes back at the next start. */
  ending(): void;
}

const ASIDE = 32;
/** Nobody needs more, and each takes memory. */
const WINDOWS_MAX = 8;
/** Their places are written that long after they have changed, so that a crash does not lose them. */
const WRITE_DELAY_MS = 500;

/** @param file where their places are kept. */
export function createWindows(options: WindowOptions, file: string): Windows {
  /** The one used last stands last. */
  let open: readonly BrowserWindow[] = [];
  let isEnding = false;
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const places = open.filter((one) => !one.isDestroyed()).map(placeOf);
    if (places.length > 0) rememberPlaces(file, places);
  };
  const writeSoon = (): void => {
    if (!isEnding) timer ??= setTimeout(write, WRITE_DELAY_MS);
  };
  const add = (place: Place): void => {
    const window = openWindow(options, place);
    open = [...open, window];
    window.on('focus', () => {
      open = [...open.filter((one) => one !== window), window];
    });
    for (const changed of ['move', 'resize', 'maximize', 'unmaximize'] as const) window.on(changed as 'move', writeSoon);
    // While it still has a place. The last one that is closed comes back.
    window.on('close', () => {
      if (!isEnding) write();
    });
    window.on('closed', () => {
      open = open.filter((one) => one !== window);
      if (!isEnding) write();
    });
  };
  const front = (): BrowserWindow | null => open.at(-1) ?? null;
  return {
    front,
    openAll() {
      for (const place of recallPlaces(file).slice(0, WINDOWS_MAX)) add(place);
    },
    openOne() {
      const last = front();
      if (last === null || open.length >= WINDOWS_MAX) return;
      const { bounds } = placeOf(last);
      add({ bounds: bounds === null ? null : { ...bounds, x: bounds.x + ASIDE, y: bounds.y + ASIDE }, isMaximized: false });
      writeSoon();
    },
    show() {
      const last = front();
      if (last === null) return;
      if (last.isMinimized()) last.restore();
      last.show();
      last.focus();
    },
    ending() {
      if (!isEnding) write();
      isEnding = true;
    },
  };
}
