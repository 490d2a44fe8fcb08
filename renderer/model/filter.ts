import { nameOf } from './lookup.ts';
import { isTrouble, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

type Test = (world: World, row: MessageRow) => boolean;

/** What a person typed to narrow the messages down; every word must hold. */
export interface Filter {
  readonly text: string;
  readonly tests: readonly Test[];
  /** The word that says nothing, with the reason; the other words count all the same. */
  readonly problem: string | null;
}

export const NO_FILTER: Filter = { text: '', tests: [], problem: null };

/**
 * Reads `to:token from:you action:Transfer slot:>3 error free text`. Names and texts match anywhere and in any case,
 * `you` is everything that is no process, `-word` turns a word around, quotes keep spaces: `action:"Credit Notice"`.
 */
export function parseFilter(text: string): Filter {
  const tests: Test[] = [];
  let problem: string | null = null;
  for (const raw of text.match(/-?(?:\w+:)?"[^"]*"?|\S+/g) ?? []) {
    const isNot = raw.length > 1 && raw.startsWith('-');
    const word = (isNot ? raw.slice(1) : raw).replaceAll('"', '');
    const test = testOf(word);
    if (typeof test === 'string') problem ??= test;
    else if (test !== null) tests.push(isNot ? (world, row) => !test(world, row) : test);
  }
  return { text, tests, problem };
}

/** True when every word of the filter holds for the row. */
export function matches(world: World, filter: Filter, row: MessageRow): boolean {
  for (const test of filter.tests) if (!test(world, row)) return false;
  return true;
}

/** A test, null for a word still being typed, or the reason why it is none. */
function testOf(word: string): Test | string | null {
  const at = word.indexOf(':');
  const name = at < 0 ? '' : word.slice(0, at).toLowerCase();
  const value = (at < 0 ? word : word.slice(at + 1)).toLowerCase();
  if (at < 0 && (value === 'error' || value === 'errors')) return (_world, row) => isTrouble(row);
  if (at < 0 && (value === 'hint' || value === 'hints')) return (_world, row) => row.hints.length > 0;
  if (at >= 0 && value === '') return null;
  switch (name) {
    case 'to':
      return (world, row) => isNamed(world, row.to, value);
    case 'from':
      return (world, row) => isNamed(world, row.from, value);
    case 'with':
      return (world, row) => isNamed(world, row.to, value) || isNamed(world, row.from, value);
    case 'action':
      return (_world, row) => has(row.action, value);
    case 'slot':
      return slotTest(value);
    case 'status':
      return (_world, row) => row.status.startsWith(value);
    case 'type':
      return (_world, row) => (row.type ?? '').toLowerCase().startsWith(value);
    case 'data':
      return (_world, row) => has(row.preview, value);
    case 'id':
      return (_world, row) => has(row.id, value);
    default:
      return freeText(word.toLowerCase());
  }
}

function freeText(text: string): Test {
  return (_world, row) => has(row.action, text) || has(row.preview, text) || has(row.id, text) || has(row.name, text);
}

function slotTest(value: string): Test | string {
  const compare = /^(>=|<=|>|<|=)?(\d+)$/.exec(value);
  if (compare !== null) {
    const bound = Number(compare[2]);
    const sign = compare[1] ?? '=';
    return (_world, row) => row.slot !== null && holds(row.slot, sign, bound);
  }
  const range = /^(\d+)-(\d+)$/.exec(value);
  if (range === null) return `slot: takes 5, >5 or 5-9, not “${value}”`;
  const low = Number(range[1]);
  const high = Number(range[2]);
  return (_world, row) => row.slot !== null && row.slot >= low && row.slot <= high;
}

function holds(slot: number, sign: string, bound: number): boolean {
  if (sign === '>') return slot > bound;
  if (sign === '<') return slot < bound;
  if (sign === '>=') return slot >= bound;
  if (sign === '<=') return slot <= bound;
  return slot === bound;
}

function isNamed(world: World, id: string | null, value: string): boolean {
  if (id === null) return false;
  if (value === 'you') return !world.processById.has(id);
  return has(id, value) || has(nameOf(world, id), value);
}

function has(text: string | null, value: string): boolean {
  return text !== null && text.toLowerCase().includes(value);
}
