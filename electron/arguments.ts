import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the command line asks for. */
export interface StartArguments {
  /** Absolute path of the project folder; null for the one of last time. */
  readonly project: string | null;
  /** An `aoscope:` link that another program was asked to open; null for none. */
  readonly link: string | null;
  /** First port of the node's block; null for the usual one. */
  readonly firstPort: number | null;
}

/**
 * Reads Electron's command line. What begins with `-` and is not ours is Chromium's. Where the app is not packaged,
 * its own folder stands first among the rest.
 */
export function readArguments(argv: readonly string[], isPackaged: boolean, workingDir: string): StartArguments {
  const given = argv.slice(1);
  const named = given.filter((one) => !one.startsWith('-')).slice(isPackaged ? 0 : 1);
  const port = given.findLast((one) => one.startsWith('--port='))?.slice('--port='.length);
  const folder = named.find((one) => !isLink(one));
  return {
    project: folder === undefined ? null : resolve(workingDir, pathOf(folder)),
    link: named.find(isLink) ?? null,
    // What is no number becomes NaN, which the start refuses.
    firstPort: port === undefined ? null : Number(port),
  };
}

/**
 * Is this an address of the scheme that the installers register? What it says is checked where it is opened. Whoever
 * wrote it may be a web page, so nothing of the scheme is ever taken for a path.
 */
export function isLink(text: string): boolean {
  return /^aoscope:/i.test(text);
}

/**
 * Desktops hand files over as `file:` addresses. One that names no path here becomes a single name that no folder has,
 * so that opening it says what is missing.
 */
function pathOf(given: string): string {
  if (!/^file:\//i.test(given)) return given;
  try {
    const path = fileURLToPath(given);
    if (!path.includes('\0')) return path;
  } catch {
    // A host or an escaped slash in it.
  }
  return encodeURIComponent(given);
}
