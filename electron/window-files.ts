import { join, normalize, sep } from 'node:path';

/** The file below `root` that `url` names; null when it names none there. */
export function fileFor(root: string, url: string): string | null {
  const { host, pathname } = new URL(url);
  if (host !== 'aoscope') return null;
  const path = decode(pathname);
  if (path === null || path.includes('\0')) return null;
  const file = normalize(join(root, path === '/' ? 'index.html' : path));
  return file.startsWith(root + sep) ? file : null;
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
