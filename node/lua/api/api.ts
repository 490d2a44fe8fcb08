import type { ApiEntry } from './entry.ts';
import * as language from './language.ts';
import * as libraries from './libraries.ts';
import * as process from './process.ts';

/**
 * Everything that a process can use without defining it: the language, the process, and the libraries that it can
 * require. The editor completes, explains and checks with it, and conformance.test.ts holds it against real runtimes.
 */
export const API: readonly ApiEntry[] = [language, process, libraries].flatMap((part) => Object.values(part).flat());

/** Members by their home. */
export const API_HOMES: ReadonlyMap<string, readonly ApiEntry[]> = new Map(
  [...new Set(API.map(({ home }) => home))].map((home) => [home, API.filter((entry) => entry.home === home)]),
);

const MEMBERS = new Map(API.map((entry) => [`${entry.home}\n${entry.name}`, entry]));

/** What a name is in a home; undefined where the table does not know it. */
export function apiEntry(home: string, name: string): ApiEntry | undefined {
  return MEMBERS.get(`${home}\n${name}`);
}

/** Names that `require` takes, and the home of what it gives. */
export const LIBRARIES: ReadonlyMap<string, string> = new Map([
  ['json', 'json'],
  ['.utils', '.utils'],
  ['.base64', '.base64'],
  ['.crypto', '.crypto'],
  ['.crypto.init', '.crypto'],
  ['.pretty', '.pretty'],
  ['.stringify', '.stringify'],
  ['.chance', '.chance'],
  ['.handlers', 'Handlers'],
  ['.handlers-utils', 'Handlers.utils'],
  ['.ao', 'ao'],
  ['ao', 'ao'],
  ['lsqlite3', 'lsqlite3'],
  // A function: its width makes the library.
  ['.bint', '.bint()'],
  ['.dump', 'function'],
]);

/** The home whose members a value of a type of the table has; null where they are not known. */
export function homeOfType(type: string): string | null {
  const home = type === 'bint' ? '.bint' : type.replace(/-library$/, '');
  return API_HOMES.has(home) && home !== '' && type !== 'string' && type !== 'table' ? home : null;
}

/** As it is written in a program: `ao.send(message: table): Sent`. */
export function writtenSignature({ home, signature }: ApiEntry): string {
  if (home === '') return signature;
  return home.startsWith('.') ? `${home.slice(1).replace('.', ' ')}: ${signature}` : `${home}.${signature}`;
}
