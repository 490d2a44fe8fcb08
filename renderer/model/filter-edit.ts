import { parseFilter } from './filter.ts';
import { nameOf } from './lookup.ts';
import type { World } from './world.ts';

/** How a word of a filter is put in: what it says must hold, or must not. */
export type TermUse = 'only' | 'not';

/** A value as a filter may hold it: in quotes where it would be read as more than one word. */
export function quoted(value: string): string {
  return /[\s"()]/.test(value) || value === '' ? `"${value.replaceAll('"', '\\"')}"` : value;
}

/** The word that asks for exactly this value. */
export function exactTerm(key: string, value: string): string {
  return `${key}:=${quoted(value)}`;
}

/** The word for a process or an address: by its name where only one has it. */
export function partyTerm(world: World, key: 'to' | 'from' | 'process', id: string): string {
  const name = nameOf(world, id);
  const isProcess = world.processById.has(id);
  const isAlone = isProcess && world.processes.filter((process) => nameOf(world, process.id) === name).length === 1;
  return exactTerm(key, isAlone ? name : id);
}

/** The word for a tag and its value. */
export function tagTerm(name: string, value: string): string {
  return value === '' ? `tag:${quoted(name)}` : `tag:${quoted(name)}=${quoted(value)}`;
}

/** Does the filter hold the word, used like that? */
export function hasTerm(text: string, term: string, use: TermUse): boolean {
  return spanOf(text, term)?.use === use;
}

/** The filter with the word, or without it where it stood there in the same use already. */
export function withTerm(text: string, term: string, use: TermUse): string {
  const before = spanOf(text, term);
  const rest = before === null ? text.trim() : `${text.slice(0, before.from)}${text.slice(before.to)}`.replaceAll(/\s+/g, ' ').trim();
  if (before?.use === use) return rest;
  const word = use === 'not' ? `-${term}` : term;
  if (rest === '') return word;
  // Beside an `or` it would belong to the last side alone.
  return parseFilter(rest).syntax.root.kind === 'any' ? `(${rest}) ${word}` : `${rest} ${word}`;
}

function spanOf(text: string, term: string): { readonly from: number; readonly to: number; readonly use: TermUse } | null {
  const found = parseFilter(text).syntax.terms.find(({ from, to }) => text.slice(from, to).toLowerCase() === term.toLowerCase());
  if (found === undefined) return null;
  const isNot = text[found.from - 1] === '-';
  return { from: isNot ? found.from - 1 : found.from, to: found.to, use: isNot ? 'not' : 'only' };
}
