import { existsSync } from 'node:fs';
import { at } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

/** Each can also be bundled alone, by its name. */
const UNITS = ['gateway', 'su', 'cu', 'mu'];

/** Every program of the app: the name of its part, where it begins and the single file that comes out. */
export const PROGRAMS = [
  ...UNITS.map((unit) => ({ part: 'units', name: unit, entry: `node/${unit}/main.ts`, out: `out/node/units/${unit}.cjs` })),
  { part: 'evaluator', entry: 'node/cu/evaluator/worker.ts', out: 'out/node/evaluator.cjs' },
  { part: 'tests', entry: 'node/tests/worker.ts', out: 'out/node/test-worker.cjs' },
  // The compiler waits at its top level, which CommonJS does not know.
  { part: 'compiler', entry: 'node/compile/worker.ts', out: 'out/node/compiler.cjs', isWaiting: true },
  // Ended when it takes too long, and started for every look.
  { part: 'git', entry: 'node/workspace/git/worker.ts', out: 'out/node/git.cjs' },
  { part: 'serve', entry: 'node/serve/main.ts', out: 'out/node/serve.cjs' },
  { part: 'cli', entry: 'node/cli/main.ts', out: 'out/node/cli.cjs' },
  // For programs of others: beside it stand its types and a door for ES modules (build/bundle/library.mjs).
  { part: 'library', entry: 'node/embed/start-node.ts', out: 'out/node/index.cjs' },
  { part: 'electron', entry: 'electron/main.ts', out: 'out/electron/main.cjs' },
  // A sandboxed preload may only require electron, events, timers and url: it gets no banner.
  { part: 'electron', entry: 'electron/preload.ts', out: 'out/electron/preload.cjs', isSandboxed: true },
];

/** lru-cache's build for Node asks for diagnostics that the Node inside the oldest Electron does not have. */
export const ALIAS = { 'lru-cache': at('node_modules/lru-cache/dist/esm/browser/index.js') };

const MODULE_URL = 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;';
/** A module that waits at its top level, as the body of a function; it must import nothing statically. Its packages are too large for a map. */
const WRAPPED = { format: 'esm', target: 'es2022', footer: { js: '})();' }, sourcemap: false };

/** esbuild's settings for one program. CommonJS that Node 18 syntax-wise understands: the oldest engine is Electron 25's. */
export function esbuildOptions({ entry, out, isSandboxed = false, isWaiting = false }) {
  if (!existsSync(at(entry)))
    throw new SetupError(`The program ${entry} does not exist.`, 'Restore it, or take its row out of build/bundle/programs.mjs.');
  return {
    entryPoints: [at(entry)],
    outfile: at(out),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node18',
    // libsql loads a native file beside itself; the others are optional parts of ws that it can do without.
    external: ['electron', 'libsql', 'bufferutil', 'utf-8-validate'],
    conditions: ['node', 'import', 'require'],
    alias: ALIAS,
    sourcemap: 'linked',
    legalComments: 'none',
    logLevel: 'silent',
    metafile: true,
    ...(isWaiting ? WRAPPED : {}),
    ...(isSandboxed
      ? {}
      : {
          banner: { js: `${MODULE_URL}${isWaiting ? ' (async () => {' : ''}` },
          define: { 'import.meta.url': '__moduleUrl', 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
        }),
  };
}

/**
 * Bundles the programs whose part is among `parts`.
 * @returns one `{ out, bytes }` per program. @throws SetupError with esbuild's own message, which names file and line
 */
export async function bundlePrograms(parts) {
  const { build, formatMessages } = await import('esbuild');
  const wanted = PROGRAMS.filter(({ part, name }) => parts.includes(part) || parts.includes(name));
  return Promise.all(
    wanted.map(async (program) => {
      const options = esbuildOptions(program);
      try {
        const { metafile } = await build(options);
        return { out: program.out, bytes: metafile.outputs[program.out]?.bytes ?? 0 };
      } catch (error) {
        if (!Array.isArray(error.errors)) throw error;
        const lines = await formatMessages(error.errors, { kind: 'error', color: process.stdout.isTTY === true });
        throw new SetupError(`${program.entry} does not bundle:\n${lines.join('')}`, 'Mend the source file named above.');
      }
    }),
  );
}
