import type { LogEntry, Tag } from '../../node/contract/item.ts';
import { PROTOCOL_TAGS } from '../../node/contract/protocol-tags.ts';
import type { StateNode } from '../../node/contract/state.ts';

/**
 * What may stand in a field: it decides how it is entered and what is said of it. Only an id is taken for an 'address'; for a
 * 'party' ids and processes are offered, and any text is taken: its name alone tells, and a ledger may know people by other names.
 */
export type FieldKind = 'text' | 'number' | 'address' | 'party' | 'json';

/** A tag of a call, or its data. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** What stood there before, the newest first. */
  readonly values: readonly string[];
}

/** A message that a process can be sent, as far as its handlers and its traffic tell. */
export interface CallShape {
  readonly action: string;
  /** The handler that waits for it; null for an action that only came along. */
  readonly handler: string | null;
  /** How many of the messages that were looked at had it. */
  readonly count: number;
  readonly tags: readonly Field[];
  /** Null where nothing tells that it has data. */
  readonly data: Field | null;
}

/** A handler as the state of its process has it. */
export interface HeldHandler {
  readonly name: string;
  readonly actions: readonly string[];
  /** Tags that its pattern asks for besides, with what they have to be like. */
  readonly clauses: readonly Tag[];
}

/** What the text of a handler reads of its message. */
export interface HandlerText {
  readonly name: string;
  readonly action: string | null;
  readonly reads: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly data: 'text' | 'number' | 'json' | null;
}

const HANDLER = /^handler · (?<place>.+?) · on (?<pattern>[\s\S]*)$/;
const CLAUSE = /(?:\["([^"]+)"\]|([A-Za-z_][\w-]*)) = (?:"((?:[^"\\]|\\.)*)"|(\{[^}]*\}))/g;
const ID = /^[\w-]{43}$/;
const VALUES_MAX = 8;
/** Written once when a process begins, or by tools. */
const NOT_ASKED: ReadonlySet<string> = new Set([...PROTOCOL_TAGS, 'Action', 'Source', 'Read-Only', 'Authority', 'Name']);

/** The person's handlers among what stands at `Handlers.list`. */
export function heldHandlers(nodes: readonly StateNode[]): readonly HeldHandler[] {
  return nodes.flatMap(({ key, preview }) => {
    const { place = '', pattern = '' } = HANDLER.exec(preview)?.groups ?? {};
    if (pattern === '' || place === 'of the runtime') return [];
    const name = /^\["(.*)"\]$/.exec(key)?.[1] ?? key.replace(/^\./, '');
    return [{ name, ...waitsFor(pattern) }];
  });
}

function waitsFor(pattern: string): Pick<HeldHandler, 'actions' | 'clauses'> {
  const [, alone] = /^"((?:[^"\\]|\\.)*)"$/.exec(pattern) ?? [];
  if (alone !== undefined) return { actions: [alone], clauses: [] };
  const [, tagged] = /^Tags\.Action = "((?:[^"\\]|\\.)*)"$/.exec(pattern) ?? [];
  if (tagged !== undefined) return { actions: [tagged], clauses: [] };
  if (!pattern.startsWith('{')) return { actions: [], clauses: [] };
  const clauses = [...pattern.matchAll(CLAUSE)].map(({ 1: quoted, 2: bare, 3: text, 4: list }) => ({
    name: quoted ?? bare ?? '',
    values: text === undefined ? [...(list ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(({ 1: one }) => one ?? '') : [text],
  }));
  return {
    actions: clauses.find(({ name }) => name === 'Action')?.values ?? [],
    clauses: clauses.flatMap(({ name, values }) => (name === 'Action' ? [] : { name, value: values[0] ?? '_' })),
  };
}

/** What was seen of an action. */
interface Seen {
  count: number;
  readonly tags: Map<string, string[]>;
  readonly data: string[];
}

function seenIn(entries: readonly LogEntry[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  const put = (list: string[], value: string): void => {
    if (!list.includes(value) && list.length < VALUES_MAX) list.push(value);
  };
  for (const { message, assignment } of entries.toReversed()) {
    const action = message?.tags.find(({ name }) => name === 'Action')?.value;
    if (message === null || assignment.slot === 0 || action === undefined || action === 'Eval') continue;
    const one = seen.get(action) ?? { count: 0, tags: new Map<string, string[]>(), data: [] };
    seen.set(action, one);
    one.count += 1;
    for (const { name, value } of message.tags) {
      if (NOT_ASKED.has(name)) continue;
      const values = one.tags.get(name) ?? [];
      one.tags.set(name, values);
      put(values, value);
    }
    if (message.data !== null && message.data !== '') put(one.data, message.data);
  }
  return seen;
}

/**
 * What a process can be sent: by its handlers in their order, then what came without one that waits for it by name.
 * @param texts what is written of its handlers in the project
 * @param entries its newest messages, in order of slots
 */
export function callShapes(
  held: readonly HeldHandler[],
  texts: readonly HandlerText[],
  entries: readonly LogEntry[],
): readonly CallShape[] {
  const seen = seenIn(entries);
  const shapes = held.flatMap(({ name, actions, clauses }) => {
    const text = texts.find((one) => one.name === name) ?? null;
    return actions.map((action) => shapeOf(action, name, seen.get(action), clauses, text));
  });
  const known = new Set(shapes.map(({ action }) => action));
  const others = [...seen].filter(([action]) => !known.has(action)).map(([action, one]) => shapeOf(action, null, one, [], null));
  return [...new Map([...shapes, ...others].toReversed().map((shape) => [shape.action, shape])).values()].toReversed();
}

function shapeOf(
  action: string,
  handler: string | null,
  seen: Seen | undefined,
  clauses: readonly Tag[],
  text: HandlerText | null,
): CallShape {
  const names = new Set([...clauses.map(({ name }) => name), ...(text?.reads ?? []).map(({ name }) => name), ...(seen?.tags.keys() ?? [])]);
  names.delete('Data');
  const tags = [...names]
    .filter((name) => name !== 'From' && name !== 'Owner')
    .map((name) => {
      const values = seen?.tags.get(name) ?? [];
      const wanted = clauses.find((one) => one.name === name)?.value ?? null;
      const isNumber =
        text?.reads.find((one) => one.name === name)?.isNumber === true || (wanted !== null && /^\^?%d[+*]?\$?$/.test(wanted));
      const fixed = wanted !== null && /^[\w -]+$/.test(wanted) && wanted !== '_' ? [wanted] : [];
      return { name, kind: isNumber ? 'number' : kindOf(name, values), values: fixed.length > 0 ? fixed : values } as const;
    });
  const data = seen?.data ?? [];
  const isData = data.length > 0 || (text !== null && text.data !== null) || clauses.some(({ name }) => name === 'Data');
  const kind = text === null || text.data === null || text.data === 'text' ? kindOf('Data', data) : text.data;
  return { action, handler, count: seen?.count ?? 0, tags, data: isData ? { name: 'Data', kind, values: data } : null };
}

const PARTY_NAMES = /^(?:Recipient|Target|Sender|Process|To|Token|Owner|Account|Address|Spender|User|Player|Buyer|Seller)$/i;

/** What stands in a field, told by what stood there; where nothing did, by its name. */
export function kindOf(name: string, values: readonly string[]): FieldKind {
  if (values.length === 0) return PARTY_NAMES.test(name) ? 'party' : 'text';
  if (values.every((value) => ID.test(value))) return 'address';
  if (values.every((value) => value.trim() !== '' && Number.isFinite(Number(value)))) return 'number';
  return values.every(isJson) ? 'json' : 'text';
}

function isJson(value: string): boolean {
  return /^\s*[[{]/.test(value) && problemOf('json', value) === null;
}

/** What is wrong with a value of that kind, in words; null for nothing. An empty one is not sent. */
export function problemOf(kind: FieldKind, value: string): string | null {
  if (value === '' || kind === 'text' || kind === 'party') return null;
  if (kind === 'number') return Number.isFinite(Number(value)) && value.trim() !== '' ? null : 'This is no number.';
  if (kind === 'address')
    return ID.test(value) || /^0x[0-9a-fA-F]{40}$/.test(value) ? null : 'This is no id: it has 43 letters, digits, - and _.';
  try {
    JSON.parse(value);
    return null;
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
