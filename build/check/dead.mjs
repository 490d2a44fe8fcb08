import { posix } from 'node:path';
import { importsOf } from './sources.mjs';

/** Files that something other than an import starts. */
const ENTRIES = [
  /^node\/(?:gateway|su|cu|mu|serve|cli)\/main\.ts$/,
  /^node\/cu\/evaluator\/worker\.ts$/,
  /^node\/tests\/worker\.ts$/,
  /^node\/compile\/worker\.ts$/,
  /^node\/workspace\/git\/worker\.ts$/,
  /^node\/embed\/start-node\.ts$/,
  /^electron\/(?:main|preload)\.ts$/,
  /^renderer\/main\.tsx?$/,
  /^build\//,
  /^test\/(?!kit\/)/,
  /\.test\.\w+$/,
];

/**
 * Source files that no entry reaches. Files that only tests reach count as dead unless they are in test/ or are the
 * node in one process, which exists for tests.
 */
export function deadFiles(files) {
  const shipped = reach(files, (path) => isEntry(path) && !/\.test\.\w+$/.test(path));
  const tested = reach(files, isEntry);
  const isForTests = (path) => path.startsWith('test/') || /\.(?:test|fixture)\.\w+$/.test(path) || path === 'node/local.ts';
  return [...files.keys()]
    .filter((path) => !shipped.has(path) && !(isForTests(path) && tested.has(path)))
    .map((path) => `${path}: ${tested.has(path) ? 'only tests use it' : 'nobody imports it'}; use it or delete it`);
}

const isEntry = (path) => ENTRIES.some((entry) => entry.test(path));

function reach(files, isStart) {
  const seen = new Set();
  const queue = [...files.keys()].filter(isStart);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path) || !files.has(path)) continue;
    seen.add(path);
    for (const { name } of importsOf(path, files.get(path))) if (name.startsWith('.')) queue.push(posix.join(posix.dirname(path), name));
  }
  return seen;
}
