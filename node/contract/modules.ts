import type { ModuleId } from './ids.ts';

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
