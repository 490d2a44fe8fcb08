import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { AoError, reasonOf } from '../../../contract/errors.ts';
import type { ModuleSource } from '../machine.ts';
import { compileWasm, hasWideMemory, type WasmModule } from '../wasm-api.ts';
import { exposeLua } from './expose.ts';
import { AOS_FORMATS, type AosFormat } from './formats.ts';
import type { LoaderRealm } from './loader-realm.ts';
import { readShape, type WasmShape } from '../wasm-shape.ts';

/** A module that can be instantiated, and what is known of it. */
export interface CompiledModule {
  readonly id: string;
  readonly format: AosFormat;
  readonly wasm: WasmModule;
  readonly shape: WasmShape;
  readonly hasHook: boolean;
  readonly hasState: boolean;
  readonly hasDebug: boolean;
}

/** Different modules whose compiled form is kept; a process that is loaded again needs no compiler then. */
const KEPT = 8;

/** Compiles each module once. */
export function createCompiler(realm: () => LoaderRealm): (module: ModuleSource) => Promise<CompiledModule> {
  const kept = new Map<string, Promise<CompiledModule>>();
  /** The same bytes come with every process: they are hashed once. */
  const hashes = new WeakMap<Uint8Array, string>();
  const hashOf = ({ bytes }: ModuleSource): string => {
    const hash = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
    hashes.set(bytes, hash);
    return hash;
  };
  return (module) => {
    const key = `${module.format} ${hashOf(module)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = compile(realm(), module);
    kept.set(key, made);
    made.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return made;
  };
}

async function compile(realm: LoaderRealm, module: ModuleSource): Promise<CompiledModule> {
  const format = AOS_FORMATS.find(({ name }) => name === module.format);
  if (format === undefined) throw new AoError('MODULE_FORMAT_UNKNOWN', { module: module.id, format: module.format });
  try {
    if (format.isWide) allowWideMemory(module.id);
    const shape = readShape(module.bytes);
    if (shape.memory === null) throw new TypeError('it declares no memory');
    if (shape.memory.isWide !== format.isWide) throw new TypeError(`its memory is not that of ${format.name}`);
    for (const name of Object.values(format.exports)) {
      if (!shape.exports.has(name)) throw new TypeError(`it does not export ${name}`);
    }
    const { bytes, hasHook, hasState, hasDebug } = exposeLua(module.bytes, shape);
    const wasm = format.isMetered ? await realm.compileMetered(bytes, format.name) : await compileWasm(bytes);
    return { id: module.id, format, wasm, shape, hasHook, hasState, hasDebug };
  } catch (error) {
    if (error instanceof AoError) throw error;
    throw new AoError('MODULE_BROKEN', { module: module.id, reason: reasonOf(error) });
  }
}

/** Node 20 knows 64-bit memory but waits to be told. The flag holds for all modules that are compiled from now on. */
function allowWideMemory(module: string): void {
  if (hasWideMemory()) return;
  setFlagsFromString('--experimental-wasm-memory64');
  if (!hasWideMemory()) throw new AoError('MODULE_MEMORY_WIDE', { module });
}
