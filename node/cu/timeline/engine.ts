import { createHash } from 'node:crypto';
import type { ModuleSource } from '../vm/machine.ts';

/**
 * Counted up whenever the same log may give another memory than before, or the same memory another hash: by a change of a machine, of its
 * shims, of the way in which messages are put into memory, or of the hash. Outcomes never change with it.
 */
const ENGINE_VERSION = 2;

const known = new WeakMap<Uint8Array, string>();

/** What computes a state, on one line: engine version, format, and the SHA-256 of the module's bytes (base64url). */
export function engineOf({ format, bytes }: Pick<ModuleSource, 'format' | 'bytes'>): string {
  const hash = known.get(bytes) ?? createHash('sha256').update(bytes).digest('base64url');
  known.set(bytes, hash);
  return `${ENGINE_VERSION} ${format} ${hash}`;
}

/** Do two engines run the same bytes of a module? */
export function isSameModule(one: string, other: string): boolean {
  return one.split(' ').at(-1) === other.split(' ').at(-1);
}
