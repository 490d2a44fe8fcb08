import { createContext, runInContext } from 'node:vm';
import { compileWasm, type WasmModule } from '../wasm-api.ts';

/** A function that a module imports; addresses of 64-bit modules are BigInts. */
export type ImportFunction = (...args: readonly (number | bigint)[]) => number | bigint | void;
export type GlueImports = Record<string, Record<string, ImportFunction>>;

type ReceiveInstance = (instance: { readonly exports: object }) => unknown;
type Instantiate = (imports: GlueImports, receive: ReceiveInstance) => unknown;
type AoLoader = (instantiate: Instantiate, options: object) => Promise<unknown>;

/** The published loader of ao modules in a realm of its own. */
export interface LoaderRealm {
  /**
   * Runs the glue of `format`. It hands over its imports, gets the exports of the instance that `instantiate` makes
   * and starts it, all before this returns; `ready` ends when the glue has done what it puts off.
   */
  start(format: string, instantiate: (imports: GlueImports) => object): { readonly ready: Promise<void> };
  /** Compiles a module with the loader's metering woven in; takes seconds. */
  compileMetered(bytes: Uint8Array, format: string): Promise<WasmModule>;
}

/**
 * Evaluates the loader's file, unmodified, in a realm of its own: its glue replaces Math.random, Date.now, functions of
 * WebAssembly and defines globals, for good. Outside of it nothing changes, and inside there is no clock, no disk, no
 * network and no chance to reach.
 * @param source the text of @permaweb/ao-loader's index.cjs
 */
export function openLoader(source: string): LoaderRealm {
  const silent = (): void => undefined;
  const realm = createContext({
    TextDecoder,
    TextEncoder,
    Buffer,
    console: { log: silent, warn: silent, error: silent },
    setTimeout: silent,
    // The glue was built for Node and looks whether this is one.
    process: { versions: { node: '20.0.0' }, release: { name: 'node' }, argv: [], on: silent, removeListener: silent },
    crypto: { getRandomValues: refuseChance },
  });
  const wrapped = `(function (module, exports, require, __filename, __dirname) {${source}\n})`;
  const evaluate = runInContext(wrapped, realm, { filename: 'ao-loader.cjs' }) as (...args: readonly unknown[]) => void;
  const module: { exports: unknown } = { exports: {} };
  evaluate(module, module.exports, requireInside, '/ao-loader.cjs', '/');
  const load = module.exports as AoLoader;
  // Importing the loader has replaced this one by the one that meters.
  const meteringCompile = Reflect.get(runInContext('WebAssembly', realm) as object, 'compile') as (
    bytes: Uint8Array,
    options: { format: string },
  ) => Promise<WasmModule>;
  return {
    start(format, instantiate) {
      let failure: unknown = new Error('the glue did not instantiate the module');
      let isStarted = false;
      const settled = load(
        (imports, receive) => {
          try {
            const received = receive({ exports: instantiate(imports) });
            isStarted = true;
            return received;
          } catch (error) {
            failure = error;
            throw error;
          }
        },
        { format, UNSAFE_MEMORY: true, memoryLimit: '17179869184', computeLimit: Number.MAX_SAFE_INTEGER, extensions: [] },
      );
      const ready = settled.then(() => undefined);
      ready.catch(() => undefined);
      if (!isStarted) throw failure;
      return { ready };
    },
    compileMetered: (bytes, format) =>
      meteringCompile(Buffer.from(bytes), { format }).catch(async (error: unknown) => {
        // The text of the reason comes from a parser that explains nothing; a module that is broken says so itself.
        await compileWasm(bytes);
        throw error;
      }),
  };
}

function requireInside(name: string): unknown {
  if (name === 'buffer') return { Buffer };
  if (name === 'fs' || name === 'path') return {};
  throw new Error(`modules of the network cannot use ${name} here`);
}

function refuseChance(): never {
  throw new Error('there are no random numbers here: an evaluation must replay exactly');
}
