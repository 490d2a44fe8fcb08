import type { ModuleId } from './ids.ts';

/** Contracts in JavaScript of SmartWeave's kind: the module's data is their code. */
export const JS_FORMAT = 'javascript-quickjs-aoscope-1';
/** Plain WebAssembly of any language. */
export const PLAIN_FORMAT = 'wasm32-unknown-unknown';
/** A format of the network that its published loader runs; plain modules are brought into it to be deployed. */
export const LOADER_FORMAT = 'wasm32-unknown-emscripten4';
/** Files that are a program themselves: their module is made of them, and they are not code that a Lua module evaluates. */
const PROGRAM_FILE = /\.(wasm|wat|js|ts|c)$|(^|[/\\])Cargo\.toml$/i;

/** Is a file of this name a program, rather than code for one? */
export function isProgramFile(name: string): boolean {
  return PROGRAM_FILE.test(name);
}

/** Is a file of this name compiled here, so that it can be checked as one types? */
export function isCompiledHere(name: string): boolean {
  return /\.(wat|ts)$/i.test(name);
}

/** Is a file of this name built by a compiler of the person's computer, which may run what the project says? */
export function isBuiltOutside(name: string): boolean {
  return /\.c$|(^|[/\\])Cargo\.toml$/i.test(name);
}

/** Can a file of this name be made into a module for the loader of the network? Contracts in JavaScript are none for it. */
export function isBuiltForNetwork(name: string): boolean {
  return isProgramFile(name) && !/\.js$/i.test(name);
}

/** A module that was written for the network. */
export interface BuiltModule {
  readonly file: string;
  /** The Module-Format to publish it under. */
  readonly format: string;
  readonly bytes: number;
  /** Another file stood there before, which lies in .aoscope/trash now. */
  readonly isFormerKept: boolean;
}

/** Can a process be spawned from a file of this name? */
export function isRunnable(name: string): boolean {
  return name.endsWith('.lua') || isProgramFile(name);
}

/** Can what a file of this name holds be put into a process that runs? WebAssembly cannot. */
export function isEvaluable(name: string): boolean {
  return /\.(lua|js)$/i.test(name);
}

/** `build/Counter.wasm` → `Counter`; `counter/Cargo.toml` → `counter`. */
export function programName(file: string): string {
  const parts = file.split(/[/\\]/);
  if (/^Cargo\.toml$/i.test(parts.at(-1) ?? '')) return parts.at(-2) ?? 'program';
  const base = parts.at(-1) ?? file;
  return base.replace(PROGRAM_FILE, '') || base;
}

/** Something that a compiler says of a place in a file. Lines and columns count from 1. */
export interface CompileMark {
  readonly file: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** The compiler's own; '' where it has none. */
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What a compiler said of a program: nothing where all is well. */
export interface ProgramChecked {
  /** The file that was compiled. */
  readonly file: string;
  /** All files that it is made from. */
  readonly files: readonly string[];
  readonly marks: readonly CompileMark[];
}

/** Where a module came from. */
export type ModuleOrigin =
  /** The app's own. */
  | { readonly kind: 'app' }
  /** A file: `file` is its name. Signed by the development wallet, unless its content is that of a well-known module. */
  | { readonly kind: 'file'; readonly file: string }
  /** A gateway, by its address. */
  | { readonly kind: 'gateway'; readonly gateway: string };

/** A module that processes can be spawned on, as a person sees it. */
export interface ModuleInfo {
  readonly id: ModuleId;
  readonly name: string;
  readonly format: string;
  readonly bytes: number;
  /** Of the program, hex. */
  readonly sha256: string;
  /** What the program asks for: at its start, and at most; null where only its machine knows. */
  readonly memory: { readonly minBytes: number; readonly maxBytes: number } | null;
  readonly from: ModuleOrigin;
  /** True where its id is that of a well-known module, known by the hash of its content, and no signature of its publisher is here. */
  readonly isKnownByContent: boolean;
}

/** How much of a module has come from a gateway. */
export interface ModuleProgress {
  readonly module: ModuleId;
  readonly receivedBytes: number;
  /** Null until the gateway has said. */
  readonly totalBytes: number | null;
}
