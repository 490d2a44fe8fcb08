import type { CommandName } from './commands.ts';
import { AoError } from './errors.ts';

/** Answers to commands that a recording does not take: RECORDING_READ_ONLY to each. */
export function refusing(...names: readonly CommandName[]): Readonly<Record<string, () => Promise<never>>> {
  return Object.fromEntries(names.map((name) => [name, () => Promise.reject(new AoError('RECORDING_READ_ONLY'))]));
}
