import type { Stats } from 'node:fs';
import { copyFile, lstat, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FileChange, FileEntry, FileText } from '../contract/desktop.ts';
import { AoError } from '../contract/errors.ts';
import { fileStep, systemCode } from './file-errors.ts';
import { DATA_FOLDER, insideProject } from './inside.ts';
import { listProject } from './list.ts';
import { backupName, MANIFEST_FILE } from './manifest.ts';
import { decodeText, versionOf } from './text.ts';

/** A text file larger than this does not belong into the editor. */
const TEXT_BYTES_MAX = 16 * 1024 * 1024;

/** The files of one project. Paths are relative and parted by `/`; every error is one of the table. */
export interface ProjectFiles {
  /** The folder they lie in. */
  readonly root: string;
  list(): Promise<FileEntry[]>;
  read(path: string): Promise<FileText>;
  /** The bytes of a file of any kind: all of it, or `max` and one more where it has more than that. */
  bytes(path: string, max?: number): Promise<Uint8Array>;
  /** Saves atomically; with `version` set it refuses where the content on disk is another by now. */
  write(path: string, text: string, version: string | null): Promise<{ readonly version: string }>;
  /** Writes a file of any kind over whatever stands there, atomically. */
  writeBytes(path: string, bytes: Uint8Array): Promise<void>;
  /** A file has `text` in it at once. @throws AoError FILE_EXISTS. */
  create(path: string, kind: 'file' | 'folder', text?: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Moves into .aoscope/trash: a person who deleted too much gets it back from there. */
  remove(path: string): Promise<void>;
}

/**
 * @param root the project folder's real path.
 * @param changed is told of every change made here; the watcher tells of those from outside.
 * @param ownTemporary is told the name of every temporary file, so that the watcher can leave it out.
 */
export function projectFiles(root: string, changed: (change: FileChange) => void, ownTemporary: (full: string) => void): ProjectFiles {
  let removed = 0;
  // One change at a time: a check (does it exist, is it unchanged) and what follows from it belong together.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(path: string, step: () => Promise<T>): Promise<T> => {
    const mine = last.then(() => fileStep(path, step));
    last = mine.catch(() => {});
    return mine;
  };

  return {
    root,
    list: () => listProject(root),
    read: (path) =>
      fileStep(path, async () => {
        const full = await insideProject(root, path);
        const { size } = await regular(full, path);
        if (size > TEXT_BYTES_MAX)
          throw new AoError('FILE_UNREADABLE', { path, reason: `it has ${size} bytes, more than the editor takes` });
        const bytes = await readFile(full);
        return { path, text: decodeText(bytes, path), version: versionOf(bytes) };
      }),
    bytes: (path, max) =>
      fileStep(path, async () => {
        const full = await insideProject(root, path);
        const { size } = await regular(full, path);
        return max === undefined || size <= max ? readFile(full) : readStart(full, max + 1);
      }),
    write: (path, text, version) =>
      inTurn(path, async () => {
        const full = await insideProject(root, path);
        const former = await readIfThere(full, path);
        if (version !== null && former === null) throw new AoError('FILE_MISSING', { path });
        if (version !== null && former !== null && versionOf(former) !== version) throw new AoError('FILE_CHANGED_OUTSIDE', { path });
        if (former === null) await mkdir(dirname(full), { recursive: true });
        if (path === MANIFEST_FILE && former !== null) await keepOldManifest(full, former, text);
        await writeFileAtomic(full, text, { encoding: 'utf8', tmpfileCreated: ownTemporary });
        changed({ path, change: former === null ? 'added' : 'changed', kind: 'file' });
        return { version: versionOf(Buffer.from(text)) };
      }),
    writeBytes: (path, bytes) =>
      inTurn(path, async () => {
        const full = await insideProject(root, path);
        const isNew = !(await isThere(full));
        if (!isNew) await regular(full, path);
        await writeFileAtomic(full, Buffer.from(bytes), { tmpfileCreated: ownTemporary });
        changed({ path, change: isNew ? 'added' : 'changed', kind: 'file' });
      }),
    create: (path, kind, text = '') =>
      inTurn(path, async () => {
        const full = await insideProject(root, path, true);
        if (await isThere(full)) throw new AoError('FILE_EXISTS', { path });
        await mkdir(kind === 'file' ? dirname(full) : full, { recursive: true });
        if (kind === 'file') await writeFile(full, text, { flag: 'wx' });
        changed({ path, change: 'added', kind });
      }),
    rename: (from, to) =>
      inTurn(from, async () => {
        const [source, target] = [await insideProject(root, from, true), await insideProject(root, to, true)];
        const kind = await kindOf(source);
        // On a disk that ignores case, renaming a.lua to A.lua finds itself there.
        if ((await isThere(target)) && !(await isSameEntry(source, target))) throw new AoError('FILE_EXISTS', { path: to });
        if (`${to}/`.startsWith(`${from}/`) && to !== from) throw new AoError('FILE_NAME_INVALID', { path: to });
        await mkdir(dirname(target), { recursive: true });
        await rename(source, target);
        changed({ path: from, change: 'removed', kind });
        changed({ path: to, change: 'added', kind });
      }),
    remove: (path) =>
      inTurn(path, async () => {
        const full = await insideProject(root, path, true);
        const kind = await kindOf(full);
        const trash = join(root, DATA_FOLDER, 'trash', `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${++removed}`);
        const kept = join(trash, path);
        await mkdir(dirname(kept), { recursive: true });
        await rename(full, kept);
        changed({ path, change: 'removed', kind });
      }),
  };
}

async function keepOldManifest(full: string, former: Uint8Array, next: string): Promise<void> {
  const backup = backupName(Buffer.from(former).toString('utf8'), next);
  if (backup !== null) await copyFile(full, join(dirname(full), backup));
}

// A pipe or a device could be read for ever.
async function regular(full: string, path: string): Promise<Stats> {
  const found = await stat(full);
  if (!found.isFile())
    throw new AoError('FILE_UNREADABLE', { path, reason: found.isDirectory() ? 'it is a folder' : 'it is no regular file' });
  return found;
}

async function readIfThere(full: string, path: string): Promise<Uint8Array | null> {
  try {
    await regular(full, path);
    return await readFile(full);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function isThere(full: string): Promise<boolean> {
  try {
    await lstat(full);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function isSameEntry(left: string, right: string): Promise<boolean> {
  const [one, other] = [await lstat(left), await lstat(right)];
  return one.ino === other.ino && one.dev === other.dev && left.toLowerCase() === right.toLowerCase();
}

async function kindOf(full: string): Promise<'file' | 'folder'> {
  return (await lstat(full)).isDirectory() ? 'folder' : 'file';
}

async function readStart(full: string, bytes: number): Promise<Uint8Array> {
  const file = await open(full);
  try {
    const start = Buffer.alloc(bytes);
    return start.subarray(0, (await file.read(start, 0, bytes, 0)).bytesRead);
  } finally {
    await file.close();
  }
}
