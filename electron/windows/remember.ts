import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { screen, type Rectangle } from 'electron';
import { z } from 'zod';

/** Where a window was. */
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
/** One place alone is what versions before 0.1 wrote. */
const fileSchema = z.union([z.array(placeSchema).min(1), placeSchema.transform((one) => [one])]);

/** The places in `file`, that of the window used last at the end; the usual one for a window that is on no screen that is still there. */
export function recallPlaces(file: string): readonly Place[] {
  try {
    return fileSchema
      .parse(JSON.parse(readFileSync(file, 'utf8')))
      .map(({ bounds, isMaximized }) => ({ bounds: bounds !== null && isOnScreen(bounds) ? bounds : null, isMaximized }));
  } catch {
    return [DEFAULT];
  }
}

/** Writes the places of all windows. What cannot be written is only forgotten. */
export function rememberPlaces(file: string, places: readonly Place[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // All of it or nothing: the app may end at any moment.
    writeFileSync(`${file}.new`, JSON.stringify(places));
    renameSync(`${file}.new`, file);
  } catch (error) {
    process.stderr.write(`The windows' places are not remembered: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function isOnScreen(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const isLeftIn = bounds.x < workArea.x + workArea.width - 50 && bounds.x + bounds.width > workArea.x + 50;
    const isTopIn = bounds.y >= workArea.y - 10 && bounds.y < workArea.y + workArea.height - 50;
    return isLeftIn && isTopIn;
  });
}
