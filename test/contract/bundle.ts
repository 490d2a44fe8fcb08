import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { ALIAS } from '../../build/bundle/programs.mjs';
import { UNITS } from '../../node/contract/trace.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** In the clone, so that what is not bundled (libsql) is found. */
const CACHE = join(ROOT, '.cache');
/** The programs of the real node, laid out as in out/node. */
const NODE_PROGRAMS = [
  ...UNITS.map((unit) => ({ in: join(ROOT, 'node', unit, 'main.ts'), out: `units/${unit}` })),
  { in: join(ROOT, 'node/cu/evaluator/worker.ts'), out: 'evaluator' },
];

/** Test programs as single files that Node and the oldest Electron both run. */
export interface Bundles {
  readonly dir: string;
  /** The bundle of an entry of this folder, e.g. `talker-main`. */
  path(name: string): string;
  free(): Promise<void>;
}

/** Bundles entries of test/contract, each to a file of its own in a folder that `free` removes; on demand the real units beside them. */
export async function bundleTests(names: readonly string[], withUnits = false): Promise<Bundles> {
  await mkdir(CACHE, { recursive: true });
  const dir = await mkdtemp(join(CACHE, 'contract-'));
  const own = names.map((name) => ({ in: join(import.meta.dirname, `${name}.ts`), out: name }));
  await build({
    entryPoints: [...own, ...(withUnits ? NODE_PROGRAMS : [])],
    outdir: dir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron', 'libsql'],
    alias: ALIAS,
    logLevel: 'error',
    banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__moduleUrl' },
  });
  return { dir, path: (name) => join(dir, `${name}.cjs`), free: () => rm(dir, { recursive: true, force: true }) };
}
