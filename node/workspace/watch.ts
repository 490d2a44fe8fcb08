import { relative, sep } from 'node:path';
import { watch as chokidar } from 'chokidar';
import type { FileChange } from '../contract/desktop.ts';
import { HIDDEN_FOLDERS, projectPath, RECEIPTS_TEMPORARY } from './inside.ts';

const COALESCE_MS = 50;
/** A home folder opened by mistake must not use up the system's watches: what lies beyond is not watched. */
const WATCHED_MAX = 20_000;
const TEMPORARIES_MAX = 1_000;

/** Notices what happens to the files of a project, whoever did it. */
export interface ProjectWatch {
  /** Resolves once changes from outside are noticed. */
  readonly ready: Promise<void>;
  /** A change made here: announced at once with the others, whether or not the system also reports it. */
  note(change: FileChange): void;
  /** Leaves out a temporary file of an atomic write. */
  leaveOut(full: string): void;
  close(): Promise<void>;
}

/**
 * Watches below `root` (real path). Changes within 50 ms are told together, each path once: what was added and removed
 * again in that time is not told at all.
 */
export function watchProject(root: string, told: (changes: readonly FileChange[]) => void): ProjectWatch {
  const temporaries = new Set<string>();
  let pending = new Map<string, FileChange>();
  let timer: NodeJS.Timeout | null = null;

  const flush = (): void => {
    timer = null;
    const changes = [...pending.values()];
    pending = new Map();
    if (changes.length > 0) told(changes);
  };
  const note = (change: FileChange): void => {
    const merged = merge(pending.get(change.path), change);
    if (merged === null) pending.delete(change.path);
    else pending.set(change.path, merged);
    timer ??= setTimeout(flush, COALESCE_MS);
  };
  const seen =
    (change: FileChange['change'], kind: FileChange['kind']) =>
    (full: string): void => {
      if (change === 'removed') watched.delete(full);
      if (full === root || temporaries.has(full) || RECEIPTS_TEMPORARY.test(full)) return;
      note({ path: projectPath(root, full), change, kind });
    };
  const watched = new Set<string>();
  const isWatched = (full: string): boolean => {
    if (watched.size < WATCHED_MAX) watched.add(full);
    return watched.has(full);
  };
  const watcher = chokidar(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (full) => isHidden(root, full) || !isWatched(full),
  });
  watcher
    .on('add', seen('added', 'file'))
    .on('change', seen('changed', 'file'))
    .on('unlink', seen('removed', 'file'))
    .on('addDir', seen('added', 'folder'))
    .on('unlinkDir', seen('removed', 'folder'));
  const ready = new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve());
    // Where the system has no watch left to give, changes made in the app are still told; those from outside are not.
    watcher.on('error', () => resolve());
  });

  return {
    ready,
    note,
    leaveOut(full) {
      if (temporaries.size >= TEMPORARIES_MAX) temporaries.clear();
      temporaries.add(full);
    },
    async close() {
      if (timer !== null) clearTimeout(timer);
      pending.clear();
      await watcher.close();
    },
  };
}

function isHidden(root: string, full: string): boolean {
  return relative(root, full)
    .split(sep)
    .some((part) => HIDDEN_FOLDERS.has(part));
}

// Editors save by writing beside and renaming: a removal followed by an addition is a change.
function merge(before: FileChange | undefined, next: FileChange): FileChange | null {
  if (before === undefined || before.kind !== next.kind) return next;
  if (before.change === 'added') return next.change === 'removed' ? null : before;
  if (before.change === 'removed' && next.change === 'added') return { ...next, change: 'changed' };
  return next;
}
