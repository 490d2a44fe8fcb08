import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GitStatus } from '../../contract/git.ts';

/** A project of ao is looked at in some ten milliseconds; what takes so long is no such thing, or made to take long. */
const PATIENCE_MS = 5_000;
const HEAP_MB = 256;

/** The bundled program of the thread that looks. @param assetsDir the app's assets, beside which it lies */
export function gitScript(assetsDir: string): string {
  return join(assetsDir, '..', 'node', 'git.cjs');
}

/** Looks at repositories, at one at a time. Who asks for the same while that is looked at gets the next look's answer. */
export function askGit(script: string, patienceMs = PATIENCE_MS): (root: string) => Promise<GitStatus | null> {
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<string, Promise<GitStatus | null>>();
  return (root) => {
    const known = waiting.get(root);
    if (known !== undefined) return known;
    const mine = last.then(() => {
      waiting.delete(root);
      return look(script, root, patienceMs);
    });
    waiting.set(root, mine);
    last = mine;
    return mine;
  };
}

/** Null also where the thread ends without an answer. */
function look(script: string, root: string, patienceMs: number): Promise<GitStatus | null> {
  return new Promise((resolve) => {
    const worker = new Worker(script, { workerData: root, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB } });
    const timer = setTimeout(() => void worker.terminate(), patienceMs);
    const end = (status: GitStatus | null): void => {
      clearTimeout(timer);
      resolve(status);
    };
    worker.once('message', end);
    worker.once('error', () => end(null));
    worker.once('exit', () => end(null));
  });
}
