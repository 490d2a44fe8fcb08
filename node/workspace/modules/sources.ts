import { posix } from 'node:path';
import { AoError } from '../../contract/errors.ts';
import { sha256Text } from '../../item/hash.ts';
import type { ProjectFiles } from '../files.ts';
import { decodeText, versionOf } from '../text.ts';

/** What of a project's files is asked for a program. */
export type ProgramFiles = Pick<ProjectFiles, 'bytes'> & Partial<Pick<ProjectFiles, 'list' | 'root'>>;
/** A program and the files it is made from, by path; its own first. */
export type Sources = ReadonlyMap<string, Uint8Array>;

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm;
const IMPORT = /\b(?:import|export|from)\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
const SOURCES_MAX = 1_000;

/**
 * The file of a program, with all that it imports by a path of its own. What is imported and not there is left to the compiler to say.
 * @throws AoError FILE_* of the program's own file.
 */
export async function sourcesOf(file: string, files: ProgramFiles): Promise<Sources> {
  const found = new Map([[file, await files.bytes(file)]]);
  if (/Cargo\.toml$/i.test(file)) return withPackage(file, found, files);
  const pattern = /\.c$/i.test(file) ? INCLUDE : /\.ts$/i.test(file) ? IMPORT : null;
  if (pattern === null) return found;
  // A map goes on to what was put into it meanwhile.
  for (const [path, bytes] of found)
    for (const [, from = ''] of decodeText(bytes, path).matchAll(pattern))
      for (const imported of filesMeant(path, from)) {
        if (found.size >= SOURCES_MAX || found.has(imported)) break;
        const content = await bytesOrNull(imported, files);
        if (content === null) continue;
        found.set(imported, content);
        break;
      }
  return found;
}

/** A package of Rust is all that cargo looks at: what it built lies in a folder of its own. */
async function withPackage(file: string, found: Map<string, Uint8Array>, files: ProgramFiles): Promise<Sources> {
  const folder = posix.dirname(file) === '.' ? '' : `${posix.dirname(file)}/`;
  const isPart = (path: string): boolean =>
    path.startsWith(folder) && !path.startsWith(`${folder}target/`) && /(?:\.rs|Cargo\.(?:toml|lock)|\.cargo\/config\.toml)$/.test(path);
  for (const { path, kind } of (await files.list?.()) ?? []) {
    if (found.size >= SOURCES_MAX) break;
    if (kind !== 'file' || found.has(path) || !isPart(path)) continue;
    const content = await bytesOrNull(path, files);
    if (content !== null) found.set(path, content);
  }
  return found;
}

/** As the compiler looks for it: a file, or the index of a folder. */
function filesMeant(importer: string, from: string): readonly string[] {
  const plain = posix.join(posix.dirname(importer), from);
  if (/\.[ch]$/i.test(importer)) return plain.startsWith('..') ? [] : [plain];
  const path = plain.replace(/\.ts$/, '');
  return path.startsWith('..') ? [] : [`${path}.ts`, `${path}/index.ts`];
}

async function bytesOrNull(path: string, files: ProgramFiles): Promise<Uint8Array | null> {
  try {
    return await files.bytes(path);
  } catch (error) {
    if (error instanceof AoError) return null;
    throw error;
  }
}

/** A name for exactly these sources: where there is one file, that of its content. */
export function versionOfSources(sources: Sources): string {
  const versions = [...sources].map(([path, bytes]) => [path, versionOf(bytes)] as const);
  return versions.length === 1 ? (versions[0]?.[1] ?? '') : sha256Text(JSON.stringify(versions));
}
