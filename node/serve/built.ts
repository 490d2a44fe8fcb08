import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';

/** Where the parts of a built app stand. */
export interface BuiltParts {
  readonly version: string;
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
    version: versionOf(outDir),
    assetsDir: join(outDir, 'assets'),
    rendererDir: join(outDir, 'renderer'),
    programOf: (unit) => join(outDir, 'node', 'units', `${unit}.cjs`),
  };
  const missing = [...UNITS.map(parts.programOf), parts.assetsDir].find((path) => !existsSync(path));
  if (missing !== undefined) throw new AoError('BUILD_MISSING', { path: missing });
  return parts;
}

/** The version of the app built in `outDir`: package.json lies beside that folder. @throws AoError BUILD_MISSING. */
export function versionOf(outDir: string): string {
  const path = join(outDir, '..', 'package.json');
  if (!existsSync(path)) throw new AoError('BUILD_MISSING', { path });
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}
