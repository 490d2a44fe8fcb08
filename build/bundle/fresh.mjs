import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { at, ROOT } from '../setup/paths.mjs';

/** Which sources each half of the app is made of. A change in one leaves the other half as it is. */
const SOURCES = {
  programs: ['node', 'electron', 'build/bundle', 'package-lock.json'],
  window: ['renderer', 'node/base', 'node/contract', 'build/bundle', 'package-lock.json'],
};
/** One file of each half that must be there; a deleted `out` is noticed by it. */
const PRODUCTS = {
  programs: [
    'out/node/serve.cjs',
    'out/electron/main.cjs',
    'out/node/evaluator.cjs',
    'out/node/compiler.cjs',
    'out/node/git.cjs',
    'out/assets/glue.wasm',
  ],
  window: ['out/renderer/index.html'],
};
const STAMP = at('out', '.sources.json');

/** The halves whose sources changed since they were last bundled, with the fingerprints to keep afterwards. Takes some 20 ms. */
export function staleHalves() {
  const known = readStamp();
  const now = Object.fromEntries(Object.entries(SOURCES).map(([half, paths]) => [half, fingerprint(paths)]));
  const stale = Object.keys(SOURCES).filter((half) => known[half] !== now[half] || PRODUCTS[half].some((path) => !existsSync(at(path))));
  return { stale, now };
}

/** Remembers that `halves` were bundled from the sources whose fingerprints are in `now`. */
export function keepStamp(halves, now) {
  const known = readStamp();
  for (const half of halves) known[half] = now[half];
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, JSON.stringify(known));
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return {};
  }
}

/** Names, sizes and times of the files rather than their bytes: editors and git change at least one of them. */
export function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) for (const line of entries(resolve(ROOT, path))) hash.update(line);
  return hash.digest('base64');
}

function* entries(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    if (!/\.test\.tsx?$|\.md$/.test(path)) yield `${path}|${stat.size}|${stat.mtimeMs}\n`;
    return;
  }
  for (const name of readdirSync(path).sort()) if (name !== 'node_modules') yield* entries(join(path, name));
}
