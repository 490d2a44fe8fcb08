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
/** What Rust puts into a program from other files, and the packages of the project that another one needs. */
const RUST_INCLUDE = /\binclude(?:_str|_bytes)?!\s*\(\s*"([^"\n]+)"/g;
const CARGO_PATH = /\bpath\s*=\s*["']([^"'\n]+)["']/g;
const SOURCES_MAX = 1_000;
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The file of a program, with all that it imports by a path of its own. What is imported and not there is left to the compiler to say.
 * @throws AoError FILE_* of the program's own file, SOURCES_TOO_LARGE.
 */
export async function sourcesOf(file: string, files: ProgramFiles): Promise<Sources> {
  // A program that is there already is no source: it may be as large as it is.
  if (!/(?:\.(?:c|ts|wat)|Cargo\.toml)$/i.test(file)) return new Map([[file, await files.bytes(file)]]);
  const read = limitedReader(file, files);
  const found = new Map([[file, await read(file)]]);
  if (/Cargo\.toml$/i.test(file)) return withPackage(file, found, { files, read });
  const pattern = /\.c$/i.test(file) ? INCLUDE : /\.ts$/i.test(file) ? IMPORT : null;
  if (pattern === null) return found;
  // A map goes on to what was put into it meanwhile.
  for (const [path, bytes] of found)
    for (const [, from = ''] of decodeText(bytes, path).matchAll(pattern))
      for (const imported of filesMeant(path, from)) {
        if (found.size >= SOURCES_MAX || found.has(imported)) break;
        const content = await bytesOrNull(imported, read);
        if (content === null) continue;
        found.set(imported, content);
        break;
      }
  return found;
}

type Read = (path: string) => Promise<Uint8Array>;

/** Reads the sources of one program, as many bytes as one may have. @throws AoError SOURCES_TOO_LARGE, FILE_*. */
function limitedReader(file: string, files: ProgramFiles): Read {
  let left = TOTAL_BYTES_MAX;
  return async (path) => {
    const bytes = await files.bytes(path, Math.min(left, FILE_BYTES_MAX));
    left -= bytes.length;
    if (left < 0 || bytes.length > FILE_BYTES_MAX)
      throw new AoError('SOURCES_TOO_LARGE', {
        file: path === file ? file : `${path} of ${file}`,
        limit: FILE_BYTES_MAX,
        total: TOTAL_BYTES_MAX,
      });
    return bytes;
  };
}

/**
 * A package of Rust is all that cargo looks at in the project: its own folder, those of packages that it names by a path, and files
 * that are put into the program. Cargo.lock is left out: the first build writes it, and the program is the same before and after.
 */
async function withPackage(file: string, found: Map<string, Uint8Array>, { files, read }: Reading): Promise<Sources> {
  const all = ((await files.list?.()) ?? []).flatMap(({ path, kind }) => (kind === 'file' ? [path] : []));
  const put = async (path: string): Promise<void> => {
    if (found.size >= SOURCES_MAX || found.has(path)) return;
    const content = await bytesOrNull(path, read);
    if (content !== null) found.set(path, content);
  };
  const folders = new Set([posix.dirname(file)]);
  for (const folder of folders) {
    for (const path of all) if (isPartOf(folder, path)) await put(path);
    for (const [path, bytes] of found)
      for (const [, from = ''] of textOf(path, bytes).matchAll(path.endsWith('.toml') ? CARGO_PATH : RUST_INCLUDE)) {
        const meant = posix.join(posix.dirname(path), from);
        if (meant.startsWith('..')) continue;
        if (!path.endsWith('.toml')) await put(meant);
        else if (all.includes(posix.join(meant, 'Cargo.toml'))) folders.add(meant);
      }
  }
  return found;
}

interface Reading {
  readonly files: ProgramFiles;
  readonly read: Read;
}

/** Files that may lie anywhere below a package; what it built lies in a folder of its own. */
function isPartOf(folder: string, path: string): boolean {
  const below = folder === '.' ? '' : `${folder}/`;
  return path.startsWith(below) && !path.startsWith(`${below}target/`) && /(?:\.rs|Cargo\.toml|\.cargo\/config\.toml)$/.test(path);
}

/** What is put into a program need not be text: then nothing is looked for in it. */
function textOf(path: string, bytes: Uint8Array): string {
  return /\.(?:rs|toml)$/.test(path) ? Buffer.from(bytes).toString('utf8') : '';
}

/** As the compiler looks for it: a file, or the index of a folder. */
function filesMeant(importer: string, from: string): readonly string[] {
  const plain = posix.join(posix.dirname(importer), from);
  if (/\.[ch]$/i.test(importer)) return plain.startsWith('..') ? [] : [plain];
  const path = plain.replace(/\.ts$/, '');
  return path.startsWith('..') ? [] : [`${path}.ts`, `${path}/index.ts`];
}

async function bytesOrNull(path: string, read: Read): Promise<Uint8Array | null> {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof AoError && error.code !== 'SOURCES_TOO_LARGE') return null;
    throw error;
  }
}

/** A name for exactly these sources: where there is one file, that of its content. */
export function versionOfSources(sources: Sources): string {
  const versions = [...sources].map(([path, bytes]) => [path, versionOf(bytes)] as const);
  return versions.length === 1 ? (versions[0]?.[1] ?? '') : sha256Text(JSON.stringify(versions));
}
