import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAosMachine } from '../vm/aos/aos-machine.ts';
import { createLuaMachine } from '../vm/lua/lua-machine.ts';
import type { Machine } from '../vm/machine.ts';
import { createWasmMachine } from '../vm/wasm/wasm-machine.ts';

/** Every machine of this node over its own engine in the app's assets. The loader of aos modules is read when the first one comes. */
export function createMachines(assetsDir: string): readonly Machine[] {
  return [
    createLuaMachine(readFileSync(join(assetsDir, 'glue.wasm'))),
    createAosMachine(() => readFileSync(join(assetsDir, 'ao-loader.cjs'), 'utf8')),
    createWasmMachine(),
  ];
}
