import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Killed, type Evaluator } from './evaluator.ts';
import { evaluatorThread } from './thread.ts';
import { ownThread } from './thread-time.ts';

const LIMIT_MS = 100;
/** Answers each question after what its process says: nothing done for a while, or for ever, or a loop. */
const WORKER = `
const { readlinkSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.postMessage({ thread: Number(readlinkSync('/proc/thread-self').split('/').at(-1)) });
const stand = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
parentPort.on('message', ({ id, args }) => {
  if (args.process === 'waits') stand(${LIMIT_MS * 4});
  if (args.process === 'sleeps') stand(Infinity);
  while (args.process === 'loops');
  parentPort.postMessage({ id, value: null });
});`;

function evaluator(): Evaluator {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-thread-'));
  const script = join(dir, 'worker.cjs');
  writeFileSync(script, WORKER);
  const made = evaluatorThread(script, { assetsDir: dir, givesWayTo: null, machines: [], windowBytes: 0 });
  onTestFinished(async () => {
    await made.close();
    rmSync(dir, { recursive: true, force: true });
  });
  return made;
}
const run = (one: Evaluator, process: string): Promise<unknown> => one.ask('drop', { process }, LIMIT_MS);

it.runIf(ownThread() !== null)(
  'a slot that waits for the processor keeps its time, one that has had it is ended, and so is one that never gets any',
  async () => {
    const one = evaluator();
    // So that the worker runs when its time begins.
    await one.ask('drop', { process: '' }, Infinity);
    expect(await run(one, 'waits')).toBeNull();
    await expect(run(one, 'loops')).rejects.toBeInstanceOf(Killed);
    await one.ask('drop', { process: '' }, Infinity);
    await expect(run(one, 'sleeps')).rejects.toBeInstanceOf(Killed);
    expect(one.generation()).toBe(2);
  },
  60_000,
);
