import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import writeFileAtomic from 'write-file-atomic';

/** A browser has read the file long before. */
const READ_MS = 60_000;

/** True where a browser window would be seen by the person who started this. */
export function hasDesktop(env: Readonly<Record<string, string | undefined>> = process.env, platform: string = process.platform): boolean {
  if (env['SSH_CONNECTION'] !== undefined || env['CI'] !== undefined) return false;
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/**
 * Opens `address` in the default browser; where that cannot be done the printed address is what is left. The browser is given a
 * file that leads there and that its user alone may read: everybody on the computer may list the arguments of programs, and
 * the address has the token in it.
 * @param folder of this installation
 */
export async function openBrowser(address: string, folder: string): Promise<void> {
  const { default: open } = await import('open');
  const file = join(folder, 'open.html');
  await writeFileAtomic(file, pageTo(address), { mode: 0o600 });
  setTimeout(() => void rm(file, { force: true }).catch(() => undefined), READ_MS).unref();
  const child = await open(pathToFileURL(file).href);
  child.on('error', () => {});
}

/** @param address of our own making: it has no character that means something in HTML. */
function pageTo(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>aoscope</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open aoscope</a>\n`;
}
