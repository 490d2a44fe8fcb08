import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep, isAbsolute } from 'node:path';
import { AoError } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';

/** The node's own folder in a project. */
export const DATA_FOLDER = '.aoscope';
/** Receipts are written atomically, by this app or by a deployment at a terminal beside it: what is there for a moment is no file of the project. */
export const RECEIPTS_TEMPORARY = /(?:^|[/\\])aoscope\.deployments\.json\.\d+$/;
/** Folders that are never listed, watched or touched through the file commands. */
export const HIDDEN_FOLDERS: ReadonlySet<string> = new Set([DATA_FOLDER, '.git', 'node_modules']);
const UNTOUCHABLE: ReadonlySet<string> = new Set([DATA_FOLDER, '.git']);
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;
const SEGMENT_BYTES_MAX = 255;

/**
 * Where `path` (relative, parted by `/`) stands on disk. Nothing outside of `root` is ever reached: neither by `..`,
 * nor by an absolute path, nor through a link. The entry itself need not exist, and may itself be a link when `isEntry`
 * (a link is deleted or renamed as a link; its target is not looked at).
 * @param root the project folder's real path.
 * @throws AoError FILE_OUTSIDE_PROJECT, FILE_NAME_INVALID.
 */
export async function insideProject(root: string, path: string, isEntry = false): Promise<string> {
  const segments = parsePath(path);
  const full = join(root, ...segments);
  const known = await realpathOfExisting(isEntry ? dirname(full) : full);
  if (!isWithin(root, known)) throw new AoError('FILE_OUTSIDE_PROJECT', { path });
  const first = relative(root, known).split(sep)[0];
  if (first !== undefined && UNTOUCHABLE.has(first.toLowerCase())) throw new AoError('FILE_OUTSIDE_PROJECT', { path });
  return full;
}

/** True when `path` is `root` or lies below it; both absolute and real. */
export function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The real way as the window writes it: `/` between the parts on every system. */
export function projectPath(root: string, full: string): string {
  return relative(root, full).split(sep).join('/');
}

function parsePath(path: string): string[] {
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) throw new AoError('FILE_OUTSIDE_PROJECT', { path });
  const segments = path.split('/');
  if (segments.includes('..')) throw new AoError('FILE_OUTSIDE_PROJECT', { path });
  if (!segments.every(isName)) throw new AoError('FILE_NAME_INVALID', { path });
  if (UNTOUCHABLE.has(segments[0]?.toLowerCase() ?? '')) throw new AoError('FILE_OUTSIDE_PROJECT', { path });
  return segments;
}

// A backslash is a separator on Windows and a surprise elsewhere; a project should open on every system.
function isName(segment: string): boolean {
  if (segment === '' || segment === '.' || Buffer.byteLength(segment) > SEGMENT_BYTES_MAX) return false;
  if (/[\u0000-\u001f\u007f\\]/.test(segment)) return false;
  return process.platform !== 'win32' || (!/[<>:"|?*]/.test(segment) && !/[. ]$/.test(segment) && !WINDOWS_DEVICE.test(segment));
}

async function realpathOfExisting(full: string): Promise<string> {
  for (let path = full, rest: string[] = []; ; path = dirname(path)) {
    try {
      return join(await realpath(path), ...rest);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
      rest = [path.slice(dirname(path).length).replace(/^[\\/]/, ''), ...rest];
    }
  }
}
