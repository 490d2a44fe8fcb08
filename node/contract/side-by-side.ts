import type { Json } from './outcome.ts';

/** A line of two values that are laid side by side; a side without it has null there. */
export interface SideRow {
  readonly depth: number;
  readonly expected: string | null;
  readonly got: string | null;
  readonly isSame: boolean;
}

/** Equal lines in a row beyond this many are left out. */
const CONTEXT = 3;
const LINE_MAX = 200;

/** Two values line by line, each part beside its counterpart. Lists are aligned by place, tables by key. */
export function sideBySide(expected: Json, got: Json): SideRow[] {
  return rows('', expected, got, 0);
}

/** The rows that differ, with those around them; null stands for rows left out. */
export function shortened(all: readonly SideRow[]): (SideRow | null)[] {
  const isNear = (at: number): boolean => all.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ isSame }) => !isSame);
  const kept: (SideRow | null)[] = [];
  for (const [at, row] of all.entries()) {
    if (isNear(at)) kept.push(row);
    else if (kept.at(-1) !== null) kept.push(null);
  }
  return kept;
}

function rows(key: string, expected: Json | undefined, got: Json | undefined, depth: number): SideRow[] {
  if (expected === undefined)
    return linesOf(key, got, depth).map((line) => ({ depth: line.depth, expected: null, got: line.text, isSame: false }));
  if (got === undefined)
    return linesOf(key, expected, depth).map((line) => ({ depth: line.depth, expected: line.text, got: null, isSame: false }));
  const left = entriesOf(expected);
  const right = entriesOf(got);
  if (left === null || right === null) {
    if (left === null && right === null) {
      const isSame = expected === got;
      return [{ depth, expected: `${key}${plain(expected)}`, got: `${key}${plain(got)}`, isSame }];
    }
    const first = linesOf(key, expected, depth);
    const second = linesOf(key, got, depth);
    return Array.from({ length: Math.max(first.length, second.length) }, (_, at) => ({
      depth: (first[at] ?? second[at])?.depth ?? depth,
      expected: first[at]?.text ?? null,
      got: second[at]?.text ?? null,
      isSame: false,
    }));
  }
  const keys = [...left.keys(), ...[...right.keys()].filter((name) => !left.has(name))];
  if (keys.length === 0) return [{ depth, expected: `${key}{}`, got: `${key}{}`, isSame: true }];
  const row = (text: string): SideRow => ({ depth, expected: text, got: text, isSame: true });
  return [row(`${key}{`), ...keys.flatMap((name) => rows(name, left.get(name), right.get(name), depth + 1)), row('}')];
}

function linesOf(key: string, value: Json | undefined, depth: number): { readonly depth: number; readonly text: string }[] {
  const entries = value === undefined ? null : entriesOf(value);
  if (value === undefined || entries === null) return [{ depth, text: `${key}${plain(value ?? null)}` }];
  if (entries.size === 0) return [{ depth, text: `${key}{}` }];
  return [{ depth, text: `${key}{` }, ...[...entries].flatMap(([name, inner]) => linesOf(name, inner, depth + 1)), { depth, text: '}' }];
}

/** As Lua writes it: the parts of a list without their numbers, those of a table by name; null for a plain value. */
function entriesOf(value: Json): Map<string, Json> | null {
  if (value === null || typeof value !== 'object') return null;
  if (isList(value)) return new Map(value.map((inner, at) => [`[${at + 1}] = `, inner]));
  const keys = Object.keys(value).sort();
  return new Map(keys.map((key) => [`${/^[A-Za-z_]\w*$/.test(key) ? key : `[${JSON.stringify(key)}]`} = `, value[key] ?? null]));
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function plain(value: Json): string {
  if (value === null) return 'nil';
  const text = JSON.stringify(value);
  return text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}…` : text;
}
