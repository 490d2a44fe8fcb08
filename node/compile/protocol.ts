import type { CompileMark } from '../contract/modules.ts';

/** What the compiler's thread is asked for. */
export type CompileTask =
  /** AssemblyScript: `files` has the entry and all that it imports, by path. */
  | {
      readonly kind: 'assemblyscript';
      readonly entry: string;
      readonly files: ReadonlyMap<string, string>;
      /** For the loader of the network, which has no `abort` to give. */
      readonly isForLoader: boolean;
    }
  /** WebAssembly text. */
  | { readonly kind: 'wat'; readonly file: string; readonly text: string }
  /** Gives a plain module what the loader of the network asks of one of Emscripten's. */
  | { readonly kind: 'for-loader'; readonly program: Uint8Array };

/** What came of it: no program where a mark is an error. */
export interface Compiled {
  readonly program: Uint8Array | null;
  readonly marks: readonly CompileMark[];
}

export type CompileAnswer =
  | ({ readonly kind: 'done'; readonly id: number } & Compiled)
  /** It could not be done, for a reason that is in no line of a file. */
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
