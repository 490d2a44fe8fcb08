import { posix } from 'node:path';
import { IMPORT_TABLE } from './import-table.mjs';
import { importsOf } from './sources.mjs';

/**
 * Every import that the table does not allow.
 * @param files path → text
 * @returns one line per violation: `file:line imports what; who may import what`
 */
export function importViolations(files, table = IMPORT_TABLE) {
  const found = [];
  for (const [path, text] of files) {
    const row = table.find(([pattern]) => matches(path, pattern));
    if (row === undefined) {
      found.push(`${path}: no row of build/check/import-table.mjs names this folder`);
      continue;
    }
    for (const { name, line } of importsOf(path, text)) {
      const target = targetOf(path, name);
      if (isAllowed(path, target, row)) continue;
      found.push(
        `${path}:${line} imports ${target}; ${row[0]} may import only its own folder${row[1].map((allowed) => `, ${allowed}`).join('')}`,
      );
    }
  }
  return found;
}

function isAllowed(path, target, [pattern, allowed]) {
  // Own folder and below; a row for a single file speaks for the folder it lies in.
  const home = ownFolder(path, pattern);
  return (home !== '' && target.startsWith(home)) || allowed.some((one) => matches(target, one));
}

/** The part of `path` that the folder pattern of its row stands for. */
function ownFolder(path, pattern) {
  if (!pattern.endsWith('/')) return `${posix.dirname(path)}/`;
  return `${path
    .split('/')
    .slice(0, pattern.split('/').length - 1)
    .join('/')}/`;
}

function targetOf(path, name) {
  if (name.startsWith('.')) return posix.join(posix.dirname(path), name);
  return name.startsWith('node:') ? name : `npm:${name}`;
}

function matches(path, pattern) {
  if (pattern === '*') return true;
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  if (pattern.endsWith('/')) return new RegExp(`^${source}`).test(path);
  // `node:*` and `npm:*` name every package with every subpath; a package names its subpaths.
  return new RegExp(`^${source}(?:/.*)?$`).test(path);
}
