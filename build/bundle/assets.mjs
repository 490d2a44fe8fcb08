import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { at } from '../setup/paths.mjs';
import { SetupError } from '../setup/say.mjs';

/** TypeScript is ours and bundled; below samples and templates it is AssemblyScript, and the person's. */
const isAsset = (path) => !/\.tsx?$/.test(path) || /[/\\]node[/\\](?:samples|templates)[/\\]/.test(path);

/** What the programs read at run time, beside them: from → to. */
const ASSETS = [
  ['node/lua', 'out/assets/lua'],
  ['node/tests/lua', 'out/assets/tests'],
  ['node/samples', 'out/assets/samples'],
  ['node/templates', 'out/assets/templates'],
  ['node_modules/wasmoon/dist/glue.wasm', 'out/assets/glue.wasm'],
  ['node_modules/quickjs-wasi/quickjs.wasm', 'out/assets/quickjs.wasm'],
  ['node/cu/vm/js/runtime.js', 'out/assets/js-runtime.js'],
  ['node/cu/vm/js/debug/runtime.js', 'out/assets/js-debug.js'],
  // Unmodified and unbundled: its licence is not ours.
  ['node_modules/@permaweb/ao-loader/dist/index.cjs', 'out/assets/ao-loader.cjs'],
];

/** Copies the runtimes, the samples, the machines of Lua and JavaScript and the loader of ao modules. TypeScript beside them stays behind. */
export function copyAssets() {
  return ASSETS.map(([from, to]) => {
    if (!existsSync(at(from))) throw new SetupError(`${from} does not exist.`, 'Restore it; the app reads it at run time.');
    rmSync(at(to), { recursive: true, force: true });
    mkdirSync(dirname(at(to)), { recursive: true });
    cpSync(at(from), at(to), { recursive: true, filter: isAsset });
    return { out: to, bytes: null };
  });
}
