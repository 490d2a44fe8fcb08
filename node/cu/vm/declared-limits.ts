import { tagValue } from '../../contract/item.ts';
import type { MachineLimits, ProcessEnv } from './machine.ts';

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 };
const SIZE = /^\s*(\d+(?:\.\d+)?)\s*-?\s*(b|kb|mb|gb|tb)?\s*$/i;

/** What a process gets that declares nothing: as much as aos declares in its program. */
export const UNDECLARED_MEMORY = 512 * 1024 * 1024;
/** Most units of the metering that a process may declare, as in the reference. */
export const COMPUTE_MAX = 9_000_000_000_000;

/** The bytes that a process may have: what is declared for it, within the limit of its slot. Every machine obeys it. */
export function memoryLimit(env: ProcessEnv, limits: Pick<MachineLimits, 'memoryBytes'>): number {
  return Math.min(declaredMemory(env) ?? UNDECLARED_MEMORY, limits.memoryBytes);
}

/**
 * The Memory-Limit of the process, else of its module, in bytes (protocol §1.3: `1-gb`, `500-mb`); null where none is
 * declared or it cannot be read.
 */
export function declaredMemory(env: ProcessEnv): number | null {
  const match = SIZE.exec(declared(env, 'Memory-Limit') ?? '');
  if (match === null) return null;
  return Math.floor(Number(match[1]) * (UNITS[(match[2] ?? 'b').toLowerCase()] ?? 1));
}

/** The Compute-Limit of the process, else of its module; Infinity where none is declared or it cannot be read. */
export function declaredCompute(env: ProcessEnv): number {
  const text = declared(env, 'Compute-Limit') ?? '';
  return /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : Number.POSITIVE_INFINITY;
}

function declared({ Process, Module }: ProcessEnv, name: string): string | null {
  return tagValue(Process.Tags, name) ?? tagValue(Module.Tags, name);
}
