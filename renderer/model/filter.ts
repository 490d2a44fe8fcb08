import type { LogFind } from '../../node/contract/log-find.ts';
import { flagNamed, freeText, keyNamed, KEYS, type Bound, type Meaning, type Slots, type Test } from './filter-keys.ts';
import { readSyntax, type Node, type Problem, type Syntax, type Term } from './filter-syntax.ts';
import { NO_WALLETS, type OwnWallets } from './own-wallets.ts';
import type { World } from './world.ts';

/** What a person typed to find messages. */
export interface Filter {
  readonly text: string;
  readonly syntax: Syntax;
  /** Null asks for nothing: every message is a hit. */
  readonly meaning: ((bound: Bound) => Test) | null;
  /** What must be asked of the log before the hits are all known. */
  readonly wishes: readonly LogFind[];
  /** In order of their place; the other words count all the same. */
  readonly problems: readonly Problem[];
}

/** What the log has found, by {@link wishKey}. */
export type Found = ReadonlyMap<string, Slots>;

export const NO_FILTER: Filter = { text: '', syntax: readSyntax(''), meaning: null, wishes: [], problems: [] };
const NOTHING_FOUND: Found = new Map();

/** A wish as text: the same for the same wish. */
export function wishKey(wish: LogFind): string {
  return wish.kind === 'tag'
    ? `tag ${wish.sign} ${wish.name.toLowerCase()}\n${wish.value.toLowerCase()}`
    : `${wish.kind} ${wish.text.toLowerCase()}`;
}

/**
 * Reads `to:token from:you action:Transfer slot:>3 tag:Quantity=100 error "free text"`. Words must all hold unless `or`
 * stands between them, `-` turns one around, brackets keep together. Names and texts match anywhere and in any case;
 * with `=` before them, only as a whole. `you` is the development wallet, `outside` everything that is no process.
 */
export function parseFilter(text: string): Filter {
  const syntax = readSyntax(text);
  const problems: Problem[] = [...syntax.problems];
  const wishes = new Map<string, LogFind>();
  const meanings = new Map<Term, Meaning>();
  for (const term of syntax.terms) {
    const meaning = meaningOf(term);
    if (typeof meaning === 'string') problems.push({ from: term.from, to: term.to, sentence: meaning });
    else if (meaning !== null) {
      meanings.set(term, meaning);
      if (meaning.wish !== null) wishes.set(wishKey(meaning.wish), meaning.wish);
    }
  }
  return {
    text,
    syntax,
    meaning: meanings.size === 0 ? null : (bound) => testOf(syntax.root, meanings, bound) ?? (() => true),
    wishes: [...wishes.values()],
    problems: problems.toSorted((a, b) => a.from - b.from),
  };
}

/** The test of a filter over a world; null where every message is a hit. */
export function testFor(world: World, filter: Filter, found: Found = NOTHING_FOUND, own: OwnWallets = NO_WALLETS): Test | null {
  return filter.meaning?.({ world, own, found: (wish) => found.get(wishKey(wish)) ?? null }) ?? null;
}

/** What a word means: null for one that is still being typed, or the sentence that says what is wrong with it. */
function meaningOf(term: Term): Meaning | string | null {
  const { key, value, isQuoted } = term;
  if (key === null) {
    const flag = isQuoted ? null : flagNamed(value);
    if (flag !== null) return { wish: null, bind: () => flag.test };
    return value.trim() === '' ? null : freeText(value);
  }
  const known = keyNamed(key);
  if (known === null) return `There is no ${key}:${nearKeys(key)}. In quotes it is looked for as text.`;
  if (value === '' || value === '=') return null;
  return known.read(value);
}

/** The ones that begin with the same letter. */
function nearKeys(key: string): string {
  const near = KEYS.filter((one) => one.key.startsWith(key.slice(0, 1))).map((one) => `${one.key}:`);
  return near.length === 0 ? '' : `, but ${near.join(' and ')}`;
}

/** Null for a part that says nothing, so that it does not count as one that always holds. */
function testOf(node: Node, meanings: ReadonlyMap<Term, Meaning>, bound: Bound): Test | null {
  if (node.kind === 'term') return meanings.get(node.term)?.bind(bound) ?? null;
  if (node.kind === 'not') {
    const test = testOf(node.of, meanings, bound);
    return test === null ? null : (row) => !test(row);
  }
  const tests = node.of.map((one) => testOf(one, meanings, bound)).filter((test) => test !== null);
  const [first, second] = tests;
  if (first === undefined) return null;
  if (second === undefined) return first;
  if (tests.length === 2) return node.kind === 'all' ? (row) => first(row) && second(row) : (row) => first(row) || second(row);
  return node.kind === 'all' ? (row) => tests.every((test) => test(row)) : (row) => tests.some((test) => test(row));
}
