import { AoError, reasonOf } from '../../contract/errors.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAosMachine } from '../vm/aos/aos-machine.ts';
import { createJsMachine } from '../vm/js/js-machine.ts';
import { createLuaMachine } from '../vm/lua/lua-machine.ts';
import type { Drive } from '../vm/drive.ts';
import type { Machine } from '../vm/machine.ts';
import { createWasmMachine } from '../vm/wasm/wasm-machine.ts';

/** Every machine of this node over its own engine in the app's assets. Those of aos modules and of JavaScript are read when the first one comes. */
export function createMachines(assetsDir: string, drive: Drive): readonly Machine[] {
  const text = (file: string): string => readFileSync(join(assetsDir, file), 'utf8');
  return [
    createLuaMachine(readFileSync(join(assetsDir, 'glue.wasm')), drive),
    createAosMachine(() => text('ao-loader.cjs'), drive),
    createWasmMachine(),
    createJsMachine(
      () => readFileSync(join(assetsDir, 'quickjs.wasm')),
      () => ({ own: text('js-runtime.js'), debug: text('js-debug.js') }),
    ),
  ];
}

/** What a file of another's machines exports as `machines`. */
type Exported = readonly Machine[] | (() => readonly Machine[] | Promise<readonly Machine[]>);

/** The machines that files export as `machines` (README.md). @throws AoError MACHINE_BROKEN for a file that has none. */
export async function otherMachines(files: readonly string[]): Promise<readonly Machine[]> {
  const found = await Promise.all(files.map(machinesIn));
  return found.flat();
}

async function machinesIn(file: string): Promise<readonly Machine[]> {
  try {
    const loaded = (await import(file)) as { readonly machines?: Exported };
    const machines = (typeof loaded.machines === 'function' ? await loaded.machines() : loaded.machines) ?? [];
    const isWhole = machines.length > 0 && machines.every((one) => Array.isArray(one.formats) && typeof one.create === 'function');
    if (!isWhole) throw new TypeError('it exports no `machines`: a list of objects with formats and create');
    return machines;
  } catch (error) {
    throw new AoError('MACHINE_BROKEN', { file, reason: reasonOf(error) });
  }
}
