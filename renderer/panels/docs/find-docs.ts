import { API_HOMES, LIBRARIES, writtenSignature } from '../../../node/lua/api/api.ts';
import type { ApiEntry } from '../../../node/lua/api/entry.ts';

/** Names that belong together, under what one writes to have them. */
export interface DocsGroup {
  readonly home: string;
  readonly title: string;
  readonly entries: readonly ApiEntry[];
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['', 'Globals'],
  ['msg', 'A message'],
  ['tags', 'Tags of a message'],
  ['env', 'ao.env'],
  ['Sent', 'What sending gives back'],
  ['Place', 'A place in a list'],
  ['db', 'A database of lsqlite3'],
  ['stmt', 'A statement of lsqlite3'],
]);
/** What a process is written with stands first, the language last. */
const FIRST = ['ao', 'Handlers', 'Handlers.utils', 'msg', 'tags', 'Sent', ''];
const LAST = ['string', 'table', 'math', 'os', 'utf8', 'coroutine', 'package', 'debug'];

function titleOf(home: string): string {
  const known = TITLES.get(home);
  if (known !== undefined) return known;
  return LIBRARIES.get(home) === undefined || home === 'ao' ? home : `require("${home}")`;
}

function rank(home: string): number {
  const [first, last] = [FIRST.indexOf(home), LAST.indexOf(home)];
  return first >= 0 ? first : last >= 0 ? 1_000 + last : 100;
}

/** Every name of the runtime. */
export const ALL_DOCS: readonly DocsGroup[] = [...API_HOMES]
  .map(([home, entries]) => ({ home, title: titleOf(home), entries }))
  .toSorted((one, other) => rank(one.home) - rank(other.home));

/** The names that hold every word of a query, in their signature, their sentence or the title of their group. */
export function findDocs(query: string): readonly DocsGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return ALL_DOCS;
  const fits = (group: DocsGroup, entry: ApiEntry): boolean => {
    const text = `${writtenSignature(entry)} ${entry.about} ${group.title}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return ALL_DOCS.flatMap((group) => {
    const entries = group.entries.filter((entry) => fits(group, entry));
    // A name that begins with what is looked for comes before one that only mentions it.
    const isNamed = ({ name }: ApiEntry): boolean => name.toLowerCase().startsWith(words[0] ?? '');
    const ordered = [...entries.filter(isNamed), ...entries.filter((entry) => !isNamed(entry))];
    return entries.length === 0 ? [] : [{ ...group, entries: ordered }];
  });
}

/** Where it is there and since when; '' where it is everywhere and has always been. */
export function placeWords({ on, since }: ApiEntry): string {
  const place = { both: '', lua: 'our Lua module only', aos: 'aos only', project: 'processes of a project' }[on];
  return [place, since === 2 ? 'since aos 2' : ''].filter(Boolean).join(', ');
}
