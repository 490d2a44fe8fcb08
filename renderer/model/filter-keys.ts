import type { LogFind, TagSign } from '../../node/contract/log-find.ts';
import { whoOf, type OwnWallets } from './own-wallets.ts';
import { isTrouble, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

export type Test = (row: MessageRow) => boolean;

/** Slots that the log has found, by process. */
export type Slots = ReadonlyMap<string, ReadonlySet<number>>;

/** What a test is made from: names come from the world, payloads from the log. */
export interface Bound {
  readonly world: World;
  readonly own: OwnWallets;
  /** What the log has found of a wish so far. */
  found(wish: LogFind): Slots | null;
}

/** How a word becomes a test; `wish` is what must be asked of the log for it. */
export interface Meaning {
  readonly wish: LogFind | null;
  bind(bound: Bound): Test;
}

/** One condition that a filter may name. */
export interface Key {
  readonly key: string;
  /** What it asks, for the list under the field. */
  readonly words: string;
  /** What may stand behind the colon, for the sentence when it is wrong and as a hint. */
  readonly example: string;
  /** Which list of values is offered. */
  readonly values: 'party' | 'action' | 'status' | 'type' | 'tag' | null;
  /** The meaning of a value that is not empty, or what is wrong with it. */
  read(value: string): Meaning | string;
}

/** One word that means a condition by itself. */
export interface Flag {
  readonly word: string;
  readonly words: string;
  readonly test: Test;
}

export const FLAGS: readonly Flag[] = [
  { word: 'error', words: 'failed, was refused or dropped', test: isTrouble },
  { word: 'unhandled', words: 'no handler wanted it', test: (row) => row.hints.some(({ code }) => code === 'MESSAGE_UNMATCHED') },
  { word: 'hint', words: 'something can be learnt from it', test: (row) => row.hints.length > 0 },
  { word: 'pushed', words: 'sent by a process', test: (row) => row.cause !== null },
  { word: 'outside', words: 'sent from outside', test: (row) => row.cause === null && row.cron === null },
  { word: 'cron', words: 'a cron message', test: (row) => row.cron !== null },
  { word: 'spawn', words: 'spawns a process', test: (row) => row.type === 'Process' },
  { word: 'held', words: 'waits at the hop limit', test: (row) => row.isHeld },
  {
    word: 'pending',
    words: 'not evaluated yet',
    test: (row) => row.status === 'received' || row.status === 'assigned' || row.status === 'waiting',
  },
];

export const STATUSES: readonly MessageRow['status'][] = [
  'waiting',
  'received',
  'assigned',
  'evaluated',
  'error',
  'dropped',
  'held',
  'rejected',
];
export const TYPES = ['message', 'process'] as const;

export const KEYS: readonly Key[] = [
  party('to', 'who got it', (row) => [row.to]),
  party('from', 'who sent it', (row) => [row.from]),
  party('process', 'who sent or got it', (row) => [row.to, row.from]),
  text('action', 'its Action', 'Transfer, or =Transfer for nothing longer', 'action', (row) => row.action),
  {
    key: 'tag',
    words: 'one of its tags',
    example: 'Quantity=100, Quantity>50, Memo~rent, or Quantity alone',
    values: 'tag',
    read: tagMeaning,
  },
  { key: 'data', words: 'its data', example: 'words in it', values: null, read: (value) => payload({ kind: 'data', text: value }) },
  number('slot', 'its slot', (row) => row.slot),
  number('ms', 'milliseconds of its evaluation', (row) => (row.evaluatedAtMs === null ? null : row.durationMs)),
  number('gas', 'its gas', (row) => (row.evaluatedAtMs === null || row.cron !== null ? null : row.gasUsed)),
  number('bytes', 'bytes of its data', (row) => row.dataBytes),
  number('hops', 'hops from where its journey began', (row) => row.hops),
  choice('status', 'how far it has come', STATUSES, (row) => row.status),
  choice('type', 'message or process', TYPES, (row) => (row.type ?? '').toLowerCase()),
  text('output', 'what it printed', 'words in it', null, (row) => row.output),
  text('error', 'the words of its error', 'nil value', null, (row) => row.error),
  text('id', 'its id', 'the first characters of it', null, (row) => row.id),
  text('journey', 'the id of the message that its journey began with', 'the first characters of it', null, (row) => row.journey),
];

const BY_KEY: ReadonlyMap<string, Key> = new Map([
  ...KEYS.map((key) => [key.key, key] as const),
  ['with', party('with', '', (row) => [row.to, row.from])],
]);

/** The condition of that name; null when there is none. */
export function keyNamed(name: string): Key | null {
  return BY_KEY.get(name) ?? null;
}

/** The word that means a condition by itself; null for any other. */
export function flagNamed(word: string): Flag | null {
  const name = word.toLowerCase();
  return FLAGS.find((flag) => flag.word === name || name === `${flag.word}s`) ?? null;
}

/** A word alone: in what the window shows of a message, or in its tags and data. */
export function freeText(value: string): Meaning {
  const wanted = value.toLowerCase();
  const seen: Test = (row) =>
    has(row.action, wanted) ||
    has(row.preview, wanted) ||
    has(row.id, wanted) ||
    has(row.name, wanted) ||
    has(row.error, wanted) ||
    has(row.output, wanted);
  return payload({ kind: 'text', text: value }, seen);
}

function payload(wish: LogFind & { readonly text: string }, seen?: Test): Meaning {
  const wanted = wish.text.toLowerCase();
  const test: Test = seen ?? ((row) => has(row.preview, wanted));
  return {
    wish,
    bind(bound) {
      const slots = bound.found(wish);
      return slots === null ? test : (row) => test(row) || isIn(slots, row);
    },
  };
}

function tagMeaning(value: string): Meaning | string {
  const parts = /^([^=~<>]+)(?:([=~<>])(.*))?$/s.exec(value);
  const [, name = '', sign, wanted = ''] = parts ?? [];
  if (name === '') return 'tag: takes the name of a tag first, as in tag:Quantity=100';
  const isNumeric = sign === '>' || sign === '<';
  if (isNumeric && wanted.trim() !== '' && !Number.isFinite(Number(wanted))) return `tag:${name}${sign} takes a number, not “${wanted}”`;
  const wish: LogFind = { kind: 'tag', name, sign: sign === undefined || wanted === '' ? 'has' : (sign as TagSign), value: wanted };
  return {
    wish,
    bind(bound) {
      const slots = bound.found(wish);
      return (row) => slots !== null && isIn(slots, row);
    },
  };
}

function isIn(slots: Slots, row: MessageRow): boolean {
  return row.slot !== null && slots.get(row.to)?.has(row.slot) === true;
}

function party(key: string, words: string, of: (row: MessageRow) => readonly (string | null)[]): Key {
  return {
    key,
    words,
    example: 'token, an id, you or outside',
    values: 'party',
    read: (value) => ({ wish: null, bind: ({ world, own }) => partyTest(world, own, value, of) }),
  };
}

/** The word for everything that is no process. */
export const OUTSIDE = 'outside';

function partyTest(world: World, own: OwnWallets, value: string, of: (row: MessageRow) => readonly (string | null)[]): Test {
  const isExact = value.startsWith('=');
  const wanted = (isExact ? value.slice(1) : value).toLowerCase();
  // The same few names come over and over.
  const known = new Map<string | null, boolean>();
  const isNamed = (id: string | null): boolean => {
    if (id === null || id === '') return false;
    if (wanted === 'you') return id === own.development;
    if (wanted === OUTSIDE) return !world.processById.has(id);
    const name = whoOf(world, id, own).toLowerCase();
    return isExact ? id.toLowerCase() === wanted || name === wanted : has(id, wanted) || name.includes(wanted);
  };
  return (row) =>
    of(row).some((id) => {
      const answer = known.get(id) ?? isNamed(id);
      known.set(id, answer);
      return answer;
    });
}

function text(key: string, words: string, example: string, values: Key['values'], of: (row: MessageRow) => string | null): Key {
  return {
    key,
    words,
    example,
    values,
    read(value) {
      const isExact = value.startsWith('=') && value.length > 1;
      const wanted = (isExact ? value.slice(1) : value).toLowerCase();
      const test: Test = isExact ? (row) => of(row)?.toLowerCase() === wanted : (row) => has(of(row), wanted);
      return { wish: null, bind: () => test };
    },
  };
}

function choice(key: string, words: string, options: readonly string[], of: (row: MessageRow) => string): Key {
  return {
    key,
    words,
    example: options.join(', '),
    values: key === 'status' ? 'status' : 'type',
    read(value) {
      const wanted = value.toLowerCase();
      if (!options.some((option) => option.startsWith(wanted))) return `${key}: is one of ${options.join(', ')}, not “${value}”`;
      return { wish: null, bind: () => (row) => of(row).startsWith(wanted) };
    },
  };
}

const SCALES: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 };

function number(key: string, words: string, of: (row: MessageRow) => number | null): Key {
  return {
    key,
    words,
    example: '5, >5, <=5 or 5-9',
    values: null,
    read(value) {
      const holds = comparison(value);
      if (holds === null) return `${key}: takes 5, >5, <=5, 5-9 or 10k, not “${value}”`;
      return {
        wish: null,
        bind: () => (row) => {
          const number = of(row);
          return number !== null && holds(number);
        },
      };
    },
  };
}

function comparison(value: string): ((number: number) => boolean) | null {
  const found = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?)([km]?)(?:-(\d+(?:\.\d+)?)([km]?))?$/i.exec(value);
  if (found === null) return null;
  const [, sign = '=', low = '', lowScale = '', high, highScale = ''] = found;
  const bound = Number(low) * (SCALES[lowScale.toLowerCase()] ?? 1);
  if (high !== undefined) {
    const end = Number(high) * (SCALES[highScale.toLowerCase()] ?? 1);
    return found[1] === undefined ? (number) => number >= bound && number <= end : null;
  }
  if (sign === '>') return (number) => number > bound;
  if (sign === '<') return (number) => number < bound;
  if (sign === '>=') return (number) => number >= bound;
  if (sign === '<=') return (number) => number <= bound;
  return (number) => number === bound;
}

function has(text: string | null, wanted: string): boolean {
  return text !== null && text.toLowerCase().includes(wanted);
}
