import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntry } from '../contract/desktop.ts';
import { HIDDEN_FOLDERS, isWithin, RECEIPTS_TEMPORARY } from './inside.ts';

/** More entries than this are not listed: a home folder opened by mistake must not stall the window. */
export const LIST_MAX = 5_000;

/**
 * The files and folders of a project, each folder before its content, folders before files, names in the order people
 * expect (file2 before file10). Outer levels are read first, so the limit cuts the deepest.
 * @param root the project folder's real path.
 */
export async function listProject(root: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  let level = [''];
  while (level.length > 0 && found.length < LIST_MAX) {
    const next: string[] = [];
    for (const folder of level) {
      for (const entry of await entriesOf(root, folder)) {
        if (found.length >= LIST_MAX) break;
        found.push(entry.listed);
        if (entry.isOpenable) next.push(entry.listed.path);
      }
    }
    level = next;
  }
  return inTreeOrder(found);
}

interface Entry {
  readonly listed: FileEntry;
  readonly isOpenable: boolean;
}

async function entriesOf(root: string, folder: string): Promise<Entry[]> {
  // A folder that may not be read, or that went away meanwhile, is shown empty.
  const dirents = await readdir(join(root, folder), { withFileTypes: true }).catch((): Dirent[] => []);
  const entries = await Promise.all(dirents.map((dirent) => entryOf(root, folder, dirent)));
  return entries.filter((entry) => entry !== null);
}

async function entryOf(root: string, folder: string, dirent: Dirent): Promise<Entry | null> {
  if (HIDDEN_FOLDERS.has(dirent.name) || RECEIPTS_TEMPORARY.test(dirent.name)) return null;
  const path = folder === '' ? dirent.name : `${folder}/${dirent.name}`;
  if (dirent.isDirectory()) return { listed: { path, kind: 'folder' }, isOpenable: true };
  if (dirent.isFile()) return { listed: { path, kind: 'file' }, isOpenable: false };
  if (dirent.isSymbolicLink() && (await isFileInside(root, path))) return { listed: { path, kind: 'file' }, isOpenable: false };
  return null;
}

// Linked folders are left out: they may lead out of the project or back up into it.
async function isFileInside(root: string, path: string): Promise<boolean> {
  try {
    const target = await realpath(join(root, path));
    return isWithin(root, target) && (await stat(target)).isFile();
  } catch {
    return false;
  }
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function inTreeOrder(entries: readonly FileEntry[]): FileEntry[] {
  const children = new Map<string, FileEntry[]>();
  for (const entry of entries) {
    const parent = entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/')));
    const siblings = children.get(parent) ?? [];
    siblings.push(entry);
    children.set(parent, siblings);
  }
  const ordered: FileEntry[] = [];
  const walk = (parent: string): void => {
    for (const entry of (children.get(parent) ?? []).toSorted(bySibling)) {
      ordered.push(entry);
      if (entry.kind === 'folder') walk(entry.path);
    }
  };
  walk('');
  return ordered;
}

function bySibling(left: FileEntry, right: FileEntry): number {
  if (left.kind !== right.kind) return left.kind === 'folder' ? -1 : 1;
  return byName.compare(left.path, right.path) || (left.path < right.path ? -1 : 1);
}
