import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshFolder } from '../folder.fixture.ts';
import { askGit } from './ask.ts';

/** The program of a thread that does this with the folder it is given. */
async function threadThat(does: string): Promise<string> {
  const script = join(await freshFolder(), 'thread.cjs');
  await writeFile(script, `const { parentPort, workerData } = require('node:worker_threads');\n${does}`);
  return script;
}

it('a look that never ends is ended, and the next one has an answer', async () => {
  const script = await threadThat(`if (workerData === 'slow') for (;;); parentPort.postMessage({ branch: workerData, files: [] });`);
  const ask = askGit(script, 300);
  const [slow, next] = await Promise.all([ask('slow'), ask('main')]);
  expect(slow).toBeNull();
  expect(next).toEqual({ branch: 'main', files: [] });
});

it('a thread that fails, or needs more memory than it may have, is no answer', async () => {
  expect(await askGit(await threadThat('throw new Error("no")'))('x')).toBeNull();
  expect(await askGit(await threadThat('process.exit(1)'))('x')).toBeNull();
});

it('who asks while the same is about to be looked at shares the answer', async () => {
  const script = await threadThat('parentPort.postMessage({ branch: String(Math.random()), files: [] });');
  const ask = askGit(script);
  const [one, other] = await Promise.all([ask('a'), ask('a')]);
  expect(one).toEqual(other);
  expect(await ask('a')).not.toEqual(one);
});
