import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * The window's icon on Linux, where a program that was unpacked from an archive has no entry in the menus to take it from; macOS and Windows take that of
 * the program. Null where there is none.
 */
export function windowIcon(): string | null {
  if (process.platform !== 'linux') return null;
  const file = app.isPackaged ? join(process.resourcesPath, 'icon.png') : join(app.getAppPath(), 'build', 'icons', 'linux', '512x512.png');
  return existsSync(file) ? file : null;
}
