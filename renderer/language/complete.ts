import { LUA_KEYWORDS } from '../../node/contract/lua-words.ts';
import { API_HOMES, LIBRARIES, writtenSignature } from '../../node/lua/api/api.ts';
import type { ApiEntry } from '../../node/lua/api/entry.ts';
import { testGlobals } from '../../node/lua/api/tests.ts';
import type { Completion } from './answers.ts';
import { expressionBefore, openIn, tableCallAround } from './around-cursor.ts';
import { actionsOf } from './handlers.ts';
import { docOf, parametersOf, type Meaning, type Member } from './meaning.ts';
import type { ProjectFiles } from './project-files.ts';
import type { Facts } from './scopes.ts';
import { HANDLER, SNIPPETS } from './snippets.ts';

/** What a call is written with, where there is more to write than the name. */
const INSERTS: ReadonlyMap<string, string> = new Map([
  ['.Send', 'Send({ Target = ${1:target}, Action = "${2:Action}"$3 })'],
  ['ao.send', 'send({ Target = ${1:target}, Action = "${2:Action}"$3 })'],
  ['msg.reply', 'reply({ ${1:Data = "$2"} })'],
  ...['add', 'prepend', 'append', 'once'].map((name) => [`Handlers.${name}`, `${name}(${HANDLER}`] as const),
]);
/** Where a name is made, nothing that exists is meant: `local x`, `for x`, `function f(x`. */
const MAKING =
  /(?:^|[^\w.])(?:local\s+(?:[\w\s,]*,\s*)?\w*|local\s+function\s+\w*|for\s+(?:[\w\s,]*,\s*)?\w*|function\s*[\w.:]*\s*\([^)]*|goto\s+\w*|::\s*\w*)$/;
const SENDS = /^(?:Send|ao\.send|.*\.reply|Spawn|ao\.spawn)$/s;
const SEND_FIELDS: readonly (readonly [string, string])[] = [
  ['Target', 'Who gets it: the id of a process or an address.'],
  ['Action', 'What is asked for.'],
  ['Data', 'Its data, text.'],
  ['Tags', 'Further tags by name.'],
];

/** What could be written at a place. `facts` may be of an older text: its scopes are looked at where both still agree. */
export function completionsAt(files: ProjectFiles, meaning: Meaning, facts: Facts, text: string, place: number): readonly Completion[] {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  const open = openIn(line);
  if (open === 'comment') return [];
  if (open === 'string') return inString(files, line, facts.path);
  if (MAKING.test(line)) return [];
  const wordStart = place - (/\w*$/.exec(line)?.[0].length ?? 0);
  const seenAt = Math.min(wordStart, agreeing(facts.text, text));
  const joint = text[wordStart - 1];
  if (joint === '.' || joint === ':') return membersAfter(files, meaning, facts, text, wordStart - 1, seenAt, joint === ':');
  const call = tableCallAround(text, wordStart);
  const fields =
    call !== null && SENDS.test(call) && !/[=]\s*\w*$/.test(line)
      ? SEND_FIELDS.map(([label, about]) => ({ ...plain(label, 'field', about), insert: `${label} = ` }))
      : [];
  return [...fields, ...names(meaning, facts, seenAt)];
}

/** How far two texts are the same from the beginning. */
function agreeing(first: string, second: string): number {
  const most = Math.min(first.length, second.length);
  let at = 0;
  while (at < most && first.charCodeAt(at) === second.charCodeAt(at)) at++;
  return at;
}

function plain(label: string, kind: Completion['kind'], about: string, detail = '', rank = 0): Completion {
  return { label, kind, detail, about, insert: null, rank };
}

function inString(files: ProjectFiles, line: string, path: string): Completion[] {
  if (/require\s*\(?\s*["'][^"']*$/.test(line)) {
    const modules = files.paths.filter((one) => one !== path && one.endsWith('.lua')).map((one) => one.slice(0, -4).replaceAll('/', '.'));
    const libraries = [...LIBRARIES.keys()].map((name) => plain(name, 'value', '', 'library', 1));
    return [...modules.map((name) => plain(name, 'file', '', 'file of the project')), ...libraries];
  }
  const isAction =
    /Action["'\]]*\s*=\s*["'][^"']*$/.test(line) ||
    /Handlers\.\w+\(\s*(["'])[^"']*\1\s*,\s*["'][^"']*$/.test(line) ||
    /"Action"\s*,\s*"[^"]*$/.test(line);
  if (!isAction) return [];
  const actions = new Map<string, string>();
  for (const one of files.paths) for (const name of actionsOf(files.factsOf(one))) if (!actions.has(name)) actions.set(name, one);
  return [...actions].map(([name, file]) => plain(name, 'value', '', `Action in ${file}`));
}

function membersAfter(
  files: ProjectFiles,
  meaning: Meaning,
  facts: Facts,
  text: string,
  joint: number,
  seenAt: number,
  isMethod: boolean,
): Completion[] {
  const before = expressionBefore(text, joint);
  const node = before === '' ? null : files.expression(before);
  if (node === null) return [];
  const meant = { facts, text: `return ${before}`, node, place: seenAt };
  const home = meaning.homeOf(meant);
  const owner = meaning.ownerOf(meant);
  const entries = home === null ? [] : (API_HOMES.get(home) ?? []);
  const fields = home === null ? [] : meaning.fieldsOf(home, facts.path);
  const own = owner === null ? [] : meaning.membersOf(owner, facts.path);
  return unique([
    ...fields.map(({ name, type, about }) => plain(name, 'field', about, type)),
    ...own.map((member) => ofMember(member, 0)),
    ...entries.filter(({ type }) => !isMethod || type === 'function').map((entry) => ofEntry(entry, 1)),
  ]);
}

function names(meaning: Meaning, facts: Facts, seenAt: number): Completion[] {
  const locals = facts.locals.filter(({ from, to }) => from <= seenAt && seenAt <= to).toReversed();
  return unique([
    ...locals.map((one) => ofMember({ name: one.name, facts, use: one }, 0)),
    ...meaning.globalsOf(facts.path).map((one) => ofMember(one, 1)),
    ...[...testGlobals(facts.path).values()].map((entry) => ofEntry(entry, 2)),
    ...(API_HOMES.get('') ?? []).map((entry) => ofEntry(entry, 2)),
    ...SNIPPETS,
    ...[...LUA_KEYWORDS].map((word) => plain(word, 'keyword', '', '', 4)),
  ]);
}

function unique(list: readonly Completion[]): Completion[] {
  return [...new Map(list.toReversed().map((one) => [one.label, one])).values()].reverse();
}

function ofMember(member: Member, rank: number): Completion {
  const { facts, name, use } = member;
  const parameters = parametersOf(facts.text, use.value);
  const doc = use.value === null ? null : docOf(facts, use.value);
  const detail = parameters === null ? facts.path : `(${parameters.join(', ')})`;
  return { ...plain(name, parameters === null ? 'variable' : 'function', doc?.about ?? '', detail, rank) };
}

function ofEntry(entry: ApiEntry, rank: number): Completion {
  const place = entry.on === 'aos' ? ' Only on aos.' : entry.on === 'lua' ? ' Not on aos.' : '';
  const about = `${entry.about}${place}${entry.differs === null ? '' : ` Otherwise on aos: ${entry.differs}`}`;
  const insert = INSERTS.get(`${entry.home}.${entry.name}`) ?? null;
  return {
    ...plain(entry.name, entry.type === 'function' ? 'function' : 'field', about, writtenSignature(entry), rank),
    insert,
  };
}
