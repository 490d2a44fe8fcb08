import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AoError } from '../contract/errors.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';

/** Where the parts of a built app stand. */
export interface BuiltParts {
  readonly assetsDir: string;
  readonly rendererDir: string;
  programOf(unit: UnitName): string;
}

/**
 * The parts of the app below `outDir`, as build/bundle writes them.
 * @throws AoError BUILD_MISSING when a program or the assets are not there. The window is checked by who serves it.
 */
export function builtParts(outDir: string): BuiltParts {
  const parts: BuiltParts = {
    assetsDir: join(outDir, 'assets'),
    rendererDir: join(outDir, 'renderer'),
    programOf: (unit) => join(outDir, 'node', 'units', `${unit}.cjs`),
  };
  const missing = [...UNITS.map(parts.programOf), parts.assetsDir].find((path) => !existsSync(path));
  if (missing !== undefined) throw new AoError('BUILD_MISSING', { path: missing });
  return parts;
}
