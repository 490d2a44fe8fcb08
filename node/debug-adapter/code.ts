import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { functionLines } from '../contract/function-names.ts';
import type { ProcessId } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import type { Sources } from './sources.ts';

/** Code runs at lines with more than blanks, comments and closing words in them. */
const RUNS = /^\s*(?!--)(?!(?:end|else|until|do|then|repeat)\b[\s,);}]*(?:--.*)?$)(?![)}\s,;]*$)\S/;
const FILES_MAX = 2_000;
const HIDDEN = new Set(['.aoscope', '.git', 'node_modules']);

/** The line itself where code can run there, or the next one at which it can; lines are counted from 1. */
export function nextLineThatRuns(lines: readonly string[] | null, line: number): number {
  if (lines === null) return line;
  const found = lines.findIndex((text, index) => index >= line - 1 && RUNS.test(text));
  return found < 0 ? line : found + 1;
}

/** The lines in a range at which code can run. */
export function linesThatRun(lines: readonly string[], first: number, last: number): number[] {
  return lines.flatMap((text, index) => (index + 1 >= first && index + 1 <= last && RUNS.test(text) ? [index + 1] : []));
}

/** Where a function of this name is written in the project, as the process has evaluated it. */
export async function functionPlaces(
  ask: Client['ask'],
  sources: Sources,
  process: ProcessId,
  name: string,
): Promise<readonly { readonly chunk: string; readonly line: number }[]> {
  const found: { readonly chunk: string; readonly line: number }[] = [];
  for (const file of await luaFiles(sources.root, '')) {
    const text = ((await sources.linesOf(file)) ?? []).join('\n');
    for (const written of functionLines(text, name, true)) {
      const { places } = await ask('cu.places', { process, file, line: written });
      for (const { chunk, line } of places) if (!found.some((one) => one.chunk === chunk && one.line === line)) found.push({ chunk, line });
    }
  }
  return found;
}

async function luaFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !HIDDEN.has(entry.name)) found.push(...(await luaFiles(root, path)));
    else if (entry.isFile() && entry.name.endsWith('.lua')) found.push(path);
    if (found.length >= FILES_MAX) break;
  }
  return found;
}
