import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { z } from 'zod';

/** Where the window was. */
export interface Place {
  readonly bounds: Rectangle | null;
  readonly isMaximized: boolean;
}

const DEFAULT: Place = { bounds: null, isMaximized: false };
const whole = z.number().int();
const placeSchema = z.object({
  bounds: z.object({ x: whole, y: whole, width: whole.min(400), height: whole.min(300) }).nullable(),
  isMaximized: z.boolean(),
});

/** The place in `file`; the usual one when there is none or it is on no screen that is still there. */
export function recallPlace(file: string): Place {
  try {
    const { bounds, isMaximized } = placeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return { bounds: bounds !== null && isOnScreen(bounds) ? bounds : null, isMaximized };
  } catch {
    return DEFAULT;
  }
}

/** Writes the window's place when it closes. A place that cannot be written is only forgotten. */
export function rememberPlace(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const place: Place = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(place));
    } catch (error) {
      process.stderr.write(`The window's place is not remembered: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  });
}

function isOnScreen(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const isLeftIn = bounds.x < workArea.x + workArea.width - 50 && bounds.x + bounds.width > workArea.x + 50;
    const isTopIn = bounds.y >= workArea.y - 10 && bounds.y < workArea.y + workArea.height - 50;
    return isLeftIn && isTopIn;
  });
}
