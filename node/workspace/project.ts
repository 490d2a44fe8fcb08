import { lstat, mkdir, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FileChange, Manifest, ProjectInfo } from '../contract/desktop.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { OpenedRecording } from '../contract/kept.ts';
import { isRefused, systemCode } from './file-errors.ts';
import { projectFiles, type ProjectFiles } from './files.ts';
import { DATA_FOLDER } from './inside.ts';
import { readOpened, type Opened } from './recording/header.ts';
import { takeLock, type Lock } from './lock.ts';
import { emptyManifest, MANIFEST_FILE, manifestText, problemOf, readManifest } from './manifest.ts';
import { watchProject, type ProjectWatch } from './watch.ts';

/** A project that is open: its folder is locked for this process and watched. */
export interface Project {
  readonly path: string;
  readonly dataDir: string;
  readonly files: ProjectFiles;
  /** What it is a recording of; null for a project of one's own. */
  readonly recording: Opened | null;
  info(): ProjectInfo;
  /** The manifest, to run it. @throws AoError MANIFEST_BROKEN, MANIFEST_TOO_NEW. */
  manifest(): Manifest;
  /** Reads aoscope.json again; true when what it says has changed. */
  reload(): Promise<boolean>;
  /** Resolves once changes from outside are noticed. */
  readonly watching: Promise<void>;
  close(): Promise<void>;
}

export interface ProjectOptions {
  readonly isScratch: boolean;
  /** Changes of files, coalesced; aoscope.json has been read again before. */
  readonly changed: (changes: readonly FileChange[], isManifestChanged: boolean) => void;
}

/** The real path of a project folder. @throws AoError PROJECT_MISSING, PROJECT_NOT_A_FOLDER. */
export async function projectFolder(path: string): Promise<string> {
  const absolute = resolve(path.replace(/^~(?=$|[/\\])/, homedir()));
  try {
    const full = await realpath(absolute);
    if (!(await stat(full)).isDirectory()) throw new AoError('PROJECT_NOT_A_FOLDER', { path: full });
    return full;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new AoError('PROJECT_MISSING', { path: absolute });
    if (systemCode(error) === 'ENOTDIR') throw new AoError('PROJECT_NOT_A_FOLDER', { path: absolute });
    if (isRefused(error)) throw new AoError('FILE_UNREADABLE', { path: absolute, reason: reasonOf(error) });
    throw error;
  }
}

/**
 * Opens the project in `root` (from {@link projectFolder}); makes aoscope.json and .aoscope/ where they are missing.
 * A manifest that cannot be read does not stop it: `info().problem` says why.
 * @throws AoError PROJECT_READ_ONLY, PROJECT_IN_USE, STORE_BROKEN (something else stands where .aoscope/ should).
 */
export async function openProject(root: string, options: ProjectOptions): Promise<Project> {
  const dataDir = join(root, DATA_FOLDER);
  await writable(root, () => makeDataFolder(dataDir));
  const lock = await writable(root, () => takeLock(join(dataDir, 'lock'), root));
  try {
    await writable(root, () => makeManifest(root));
    return await assemble(root, dataDir, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function assemble(root: string, dataDir: string, lock: Lock, options: ProjectOptions): Promise<Project> {
  const watch: ProjectWatch = watchProject(root, (changes) => {
    const hasManifest = changes.some((change) => change.path === MANIFEST_FILE);
    void (hasManifest ? reload() : Promise.resolve(false)).then((isManifestChanged) => options.changed(changes, isManifestChanged));
  });
  const files = projectFiles(root, watch.note, watch.leaveOut);
  let read: Loaded = { manifest: emptyManifest(basename(root)), problem: null };
  const reload = async (): Promise<boolean> => {
    const former = summary(read);
    read = await load(files, root);
    return summary(read) !== former;
  };
  await reload();
  const recording = await readOpened(dataDir);
  return {
    path: root,
    dataDir,
    files,
    recording,
    info: () => ({
      path: root,
      name: read.manifest.name,
      manifest: read.manifest,
      problem: read.problem && problemOf(read.problem),
      isScratch: options.isScratch,
      isReadOnly: recording !== null,
      ...(recording === null ? {} : { recording: openedInfo(recording) }),
    }),
    manifest() {
      if (read.problem !== null) throw read.problem;
      return read.manifest;
    },
    reload,
    watching: watch.ready,
    async close() {
      await watch.close();
      await lock.release();
    },
  };
}

function openedInfo({ note, focus, notes, marks, redaction, file, app, processes }: Opened): OpenedRecording {
  return { note, focus, notes, marks, redaction, file, app, processes };
}

interface Loaded {
  readonly manifest: Manifest;
  readonly problem: AoError | null;
}

async function load(files: ProjectFiles, root: string): Promise<Loaded> {
  try {
    return readManifest((await files.read(MANIFEST_FILE)).text, basename(root));
  } catch (error) {
    return { manifest: emptyManifest(basename(root)), problem: new AoError('MANIFEST_BROKEN', { reason: reasonOf(error) }) };
  }
}

function summary(loaded: Loaded): string {
  return JSON.stringify([loaded.manifest, loaded.problem?.message ?? null]);
}

/**
 * Makes the node's own folder in a project. A cloned project could bring a link of that name, or links in it: data would land wherever
 * they lead. What lies in the trash is the person's own.
 * @throws AoError STORE_BROKEN
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  if (!(await lstat(dataDir)).isDirectory()) throw new AoError('STORE_BROKEN', { path: dataDir, reason: 'it is no folder of its own' });
  const link = (await readdir(dataDir, { withFileTypes: true })).find((entry) => entry.isSymbolicLink());
  if (link !== undefined) throw new AoError('STORE_BROKEN', { path: join(dataDir, link.name), reason: 'it is a link to somewhere else' });
  await writeFile(join(dataDir, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

async function makeManifest(root: string): Promise<void> {
  const path = join(root, MANIFEST_FILE);
  const isMissing = await lstat(path).then(
    () => false,
    (error: unknown) => systemCode(error) === 'ENOENT',
  );
  if (isMissing) await writeFileAtomic(path, manifestText(emptyManifest(basename(root) || 'project')));
}

async function writable<T>(root: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (isRefused(error)) throw new AoError('PROJECT_READ_ONLY', { path: root });
    throw error;
  }
}
