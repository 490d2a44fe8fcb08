import { posix } from 'node:path';
import type { Manifest } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import { packed, type PackedModule } from '../../contract/packed.ts';
import { sha256Text } from '../../item/hash.ts';
import { requiresOf } from './requires.ts';

/** A file and all that it requires, as one text. */
export interface Bundle {
  /** What is evaluated: the same files give the same text. */
  readonly text: string;
  /** The file itself, then those that it requires in the order in which they run. */
  readonly files: readonly string[];
  /** SHA-256 of the text, base64url. */
  readonly hash: string;
}

/** Reads a text of the project. @throws AoError FILE_MISSING and others of FILE_*. */
export type ReadText = (path: string) => Promise<string>;

/** Names that a process of aos, or of our own module, has by itself; so has it all that begins with a dot. */
const OWN: ReadonlySet<string> = new Set([
  ...['_G', 'coroutine', 'debug', 'io', 'math', 'os', 'package', 'string', 'table', 'utf8'],
  ...['ao', 'base64', 'bint', 'crypto', 'dump', 'json', 'lsqlite3', 'pretty', 'stringify', 'utils', 'weavedrive', 'WeaveDrive'],
]);

/**
 * Puts what a file requires in front of it, each file once, what is required before what requires it: the order of `.load` in
 * the aos terminal. A name is a file below the folder of `entry`, then of the project, then of the manifest's `bundle.paths`:
 * `lib.token` is `lib/token.lua`, or `lib/token/init.lua`. What a process has by itself is left alone, unless the project has
 * a file of that name; names that begin with a dot are always the process's own.
 * @throws AoError BUNDLE_MISSING, BUNDLE_CIRCLE; FILE_* where a file cannot be read.
 */
export async function bundle(
  entry: string,
  read: ReadText,
  { paths = [], external = [] }: NonNullable<Manifest['bundle']> = {},
): Promise<Bundle> {
  const folders = [...new Set([posix.dirname(entry), '.', ...paths.map((path) => posix.normalize(path).replace(/\/$/, ''))])];
  const modules = new Map<string, PackedModule>();
  const isLeftAlone = (name: string): boolean => external.includes(name) || /^\.[^/]/.test(name);
  const find = async (name: string): Promise<{ readonly file: string; readonly text: string } | null> => {
    for (const file of placesOf(name, folders)) {
      const text = await textIfThere(read, file);
      if (text !== null) return { file, text };
    }
    return null;
  };
  const take = async (file: string, text: string, way: readonly string[]): Promise<void> => {
    for (const { name, line } of requiresOf(text)) {
      if (isLeftAlone(name)) continue;
      const found = await find(name);
      if (found === null) {
        // apm puts packages of such names into a process.
        if (OWN.has(name) || name.startsWith('@')) continue;
        throw new AoError('BUNDLE_MISSING', { file, line, name, places: placesOf(name, folders).join(', ') });
      }
      const known = modules.get(found.file);
      if (known !== undefined) {
        if (!known.names.includes(name)) modules.set(found.file, { ...known, names: [...known.names, name] });
        continue;
      }
      if (way.includes(found.file)) {
        const circle = [...way.slice(way.indexOf(found.file)), found.file].join(' → ');
        throw new AoError('BUNDLE_CIRCLE', { file, line, circle });
      }
      await take(found.file, found.text, [...way, found.file]);
      modules.set(found.file, { ...found, names: [name] });
    }
  };
  const main = luaOf(await read(entry));
  await take(posix.normalize(entry), main, [posix.normalize(entry)]);
  const text = packed(main, [...modules.values()]);
  return { text, files: [entry, ...modules.keys()], hash: sha256Text(text) };
}

/** The files that a name may mean, in the order in which they are looked for. */
function placesOf(name: string, folders: readonly string[]): readonly string[] {
  const way = name.replace(/^\.\//, '').replaceAll('.', '/');
  return folders.flatMap((folder) => [`${way}.lua`, `${way}/init.lua`].map((file) => posix.join(folder, file)));
}

/** `load` takes neither a byte order mark nor a first line for the shell. */
function luaOf(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/^#.*/, '');
}

async function textIfThere(read: ReadText, file: string): Promise<string | null> {
  try {
    return luaOf(await read(file));
  } catch (error) {
    // A name such as `https://x` is no file at all.
    if (error instanceof AoError && (error.code === 'FILE_MISSING' || error.code === 'FILE_NAME_INVALID')) return null;
    throw error;
  }
}
