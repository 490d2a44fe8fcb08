import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Report } from '../contract/desktop.ts';

const ENDING = '.report.json';
/** Older ones go: a program that crashes at every start must not fill the disk. */
const KEPT_MAX = 50;
const TEXT_MAX = 20_000;
/** Of Crashpad: by the first it knows this installation, in the second are the dumps on Windows listed. */
const OF_THE_HANDLER: ReadonlySet<string> = new Set(['settings.dat', 'metadata']);

const file = z.object({ at: z.iso.datetime(), version: z.string(), system: z.string(), what: z.string(), text: z.string() });

/**
 * Writes down what went wrong, for the person to read: nothing of it leaves this computer. Without waiting, since the program may be ending.
 * Never throws: what cannot be written down is on stderr.
 */
export function writeReport(folder: string, version: string, what: string, text: string): void {
  const at = new Date().toISOString();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const system = `${process.platform} ${process.arch}, Node ${process.versions.node}${process.versions['electron'] === undefined ? '' : `, Electron ${process.versions['electron']}`}`;
    const content = JSON.stringify({ at, version, system, what, text: text.slice(0, TEXT_MAX) }, null, 2);
    writeFileSync(join(folder, `${at.replaceAll(':', '-')}-${process.pid}${ENDING}`), `${content}\n`, { mode: 0o600 });
    for (const name of names(folder).slice(KEPT_MAX)) rmSync(join(folder, name), { force: true });
  } catch (error) {
    process.stderr.write(`${what}: ${text}\n(No report could be written: ${String(error)})\n`);
  }
}

/** The newest first; files that are none of ours are left out. */
export function readReports(folder: string): readonly Report[] {
  return names(folder).flatMap((name) => {
    try {
      return [{ file: name, ...file.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))) }];
    } catch {
      return [];
    }
  });
}

/**
 * Removes all of them, and what the system wrote of crashes beside them. Its folders and its own two files stay: a handler of crashes
 * that runs has them open, and would write down no further crash.
 */
export function clearReports(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) clearReports(path);
    else if (!OF_THE_HANDLER.has(entry.name)) rmSync(path, { force: true });
  }
}

/** Dumps of memory among them, in whichever folder of the handler's. */
export function countDumps(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dmp')).length;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(ENDING))
      .toSorted()
      .toReversed();
  } catch {
    // Nothing has gone wrong yet.
    return [];
  }
}
