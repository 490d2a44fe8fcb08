import { existsSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import writeFileAtomic from 'write-file-atomic';

/** A browser has read the file long before. */
const READ_MS = 60_000;
const SNAP_BROWSERS = ['firefox', 'chromium', 'brave', 'opera'];

/** True where a browser window would be seen by the person who started this. */
export function hasDesktop(env: Readonly<Record<string, string | undefined>> = process.env, platform: string = process.platform): boolean {
  if (env['SSH_CONNECTION'] !== undefined || env['CI'] !== undefined) return false;
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/**
 * Opens `address` in the default browser; where that cannot be done the printed address is what is left. The browser is given a
 * file that leads there and that its user alone may read: everybody on the computer may list the arguments of programs, and
 * the address has the token in it. The file goes after a minute; {@link forgetOpened} takes it away where this program ends before.
 * @param folder of this installation
 * @returns false where a browser may not read that file.
 */
export async function openBrowser(address: string, folder: string): Promise<boolean> {
  const file = join(folder, 'open.html');
  await rm(file, { force: true });
  if (!mayRead(file)) return false;
  const { default: open } = await import('open');
  await writeFileAtomic(file, pageTo(address), { mode: 0o600 });
  setTimeout(() => void rm(file, { force: true }).catch(() => undefined), READ_MS).unref();
  const child = await open(pathToFileURL(file).href);
  child.on('error', () => {});
  return true;
}

/** For the program whose token it is: takes the file away when it ends, and now what one that ended suddenly has left. */
export async function forgetOpened(folder: string): Promise<void> {
  const file = join(folder, 'open.html');
  process.once('exit', () => rmSync(file, { force: true }));
  await rm(file, { force: true });
}

/**
 * May the person's browser read a file of this computer? One of Windows sees no file of WSL by such an address, and one out of a snap none that
 * lies in a hidden folder.
 * @param snaps where the programs of snaps stand
 */
export function mayRead(file: string, env: Readonly<Record<string, string | undefined>> = process.env, snaps = '/snap/bin'): boolean {
  if (env['WSL_DISTRO_NAME'] !== undefined) return false;
  const isHidden = file.split(sep).some((part) => part.startsWith('.'));
  return !isHidden || !SNAP_BROWSERS.some((name) => existsSync(join(snaps, name)));
}

/** @param address of our own making: it has no character that means something in HTML. */
function pageTo(address: string): string {
  return `<!doctype html><meta charset="utf-8"><title>aoscope</title><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open aoscope</a>\n`;
}
