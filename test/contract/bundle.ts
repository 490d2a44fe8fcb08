import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Test programs as single files that Node and the oldest Electron both run. */
export interface Bundles {
  readonly dir: string;
  /** The bundle of an entry of this folder, e.g. `talker-main`. */
  path(name: string): string;
  free(): Promise<void>;
}

/** Bundles entries of test/contract, each to a file of its own in a folder that `free` removes. */
export async function bundleTests(names: readonly string[]): Promise<Bundles> {
  const dir = await mkdtemp(join(tmpdir(), 'aoscope-contract-'));
  await build({
    entryPoints: names.map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: dir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    external: ['electron', 'libsql'],
    logLevel: 'error',
    define: { 'import.meta.dirname': '__dirname' },
  });
  return { dir, path: (name) => join(dir, `${name}.cjs`), free: () => rm(dir, { recursive: true, force: true }) };
}
