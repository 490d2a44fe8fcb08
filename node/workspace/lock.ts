import { randomUUID } from 'node:crypto';
import { readFile, rm, utimes, writeFile, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { AoError } from '../contract/errors.ts';
import { systemCode } from './file-errors.ts';

const BEAT_MS = 5_000;
/** A lock whose file has not been touched for so long is dead, even where its process number lives on (reused). */
const STALE_MS = 30_000;
const SETTLE_MS = 40;

/** A lock that is held: its file says who holds it and is touched now and then. */
export interface Lock {
  release(): Promise<void>;
}

const heldHere = new Set<string>();

/**
 * Takes the lock file at `path` for this process; takes over one whose holder is gone.
 * @param folder what the lock is for, as the error names it.
 * @throws AoError PROJECT_IN_USE while another live aoscope holds it.
 */
export async function takeLock(path: string, folder: string): Promise<Lock> {
  if (heldHere.has(path)) throw new AoError('PROJECT_IN_USE', { path: folder });
  heldHere.add(path);
  try {
    await claim(path, folder);
  } catch (error) {
    heldHere.delete(path);
    throw error;
  }
  const beat = setInterval(() => {
    const now = new Date();
    // A failed touch (the folder was deleted) costs nothing: the lock then guards nothing any more.
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      if (heldHere.delete(path)) await rm(path, { force: true });
    },
  };
}

async function claim(path: string, folder: string): Promise<void> {
  const mine = JSON.stringify({ pid: process.pid, token: randomUUID() });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      if (attempt === 0) return;
      // Two may find the same dead lock, and the slower one removes the lock of the faster: the last file stands.
      await setTimeout(SETTLE_MS);
      if ((await readFile(path, 'utf8')) === mine) return;
      break;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    if (await isHeld(path)) break;
    await rm(path, { force: true });
  }
  throw new AoError('PROJECT_IN_USE', { path: folder });
}

/** Is the lock file at `path` one of a live aoscope, this process included? */
export async function isLockHeld(path: string): Promise<boolean> {
  return heldHere.has(path) || isHeld(path);
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    if (Date.now() - mtimeMs > STALE_MS) return false;
    const pid = Number(/"pid":\s*(\d+)/.exec(text)?.[1]);
    // An unfinished file is being written this very moment; its age decides.
    if (!Number.isSafeInteger(pid) || pid === 0) return Date.now() - mtimeMs < 2_000;
    // Our own number, yet not held here: left by an earlier process that had the same number.
    return pid !== process.pid && isAlive(pid);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
