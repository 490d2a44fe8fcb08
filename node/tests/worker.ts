import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { wholeName, type TestName } from '../contract/tests.ts';
import { manifestOf } from './find.ts';
import { openLuaFile } from './lua-file.ts';
import { openTestNode } from './node.ts';
import { runFile } from './run-file.ts';
import type { WorkerTask, WorkerWord } from './worker-protocol.ts';

/** The worker thread's whole program: the tests of one file, with the node they talk to. */
async function main(task: WorkerTask, tell: (word: WorkerWord) => void): Promise<void> {
  const { project, file, wish, assetsDir, modulesDir, trust, keepDir, isListing, isCovered, version } = task;
  const manifest = await manifestOf(project);
  const language = readFileSync(join(assetsDir, 'tests', 'test.lua'), 'utf8');
  const coverage = await runFile({
    file,
    text: await readFile(join(project, file), 'utf8'),
    manifest,
    module: wish.module,
    isWanted: (name) => isWanted(wish, name),
    isListing,
    recordingOf: keepDir === null ? null : (name) => join(keepDir, `${slugOf(name)}.aoscope`),
    isCovered,
    version,
    openNode: () => openTestNode({ project, manifest, assetsDir, modulesDir, trust }),
    openLua: async () => openLuaFile(await readFile(join(assetsDir, 'glue.wasm')), language),
    tell: (event) => tell({ kind: 'event', event }),
  });
  tell({ kind: 'done', coverage });
}

function isWanted({ pattern, only }: WorkerTask['wish'], test: TestName): boolean {
  if (pattern !== null && !wholeName(test).toLowerCase().includes(pattern.toLowerCase())) return false;
  return only === undefined || only.some(({ file, name }) => wholeName({ file, name }) === wholeName(test));
}

/** A name for a file: readable, and another one for every test. */
function slugOf(test: TestName): string {
  const words = test.name
    .join('-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 60);
  return `${words}-${createHash('sha256')
    .update(`${wholeName(test)} ${test.module}`)
    .digest('hex')
    .slice(0, 8)}`;
}

const port = parentPort;
if (port !== null) {
  // What it throws ends the thread, and whoever started it says so.
  void main(workerData as WorkerTask, (word) => port.postMessage(word)).then(() => port.close());
}
