import type { Json } from './outcome.ts';
import type { Fact } from './trace.ts';

/**
 * A page of facts as columns: what is the same in all of a kind stands here once, and so does every text, however often
 * it comes. A third of the size of a list of facts, and quick to read and to write.
 */
export interface PackedFacts {
  /** The number up to which the journal was read: facts that no window shows are left out, so that numbers may leap. */
  readonly to: number;
  readonly texts: readonly string[];
  /** Facts with the same fields lie together. */
  readonly shapes: readonly PackedShape[];
  /** Which of the shapes each fact has, in order. */
  readonly order: readonly number[];
}

export interface PackedShape {
  readonly columns: readonly PackedColumn[];
}

/** The field `path` of all facts of a shape; `path` leads into objects. */
export type PackedColumn = { readonly path: readonly string[] } & (
  | { readonly same: Json }
  /** Places in the list of texts; -1 for null. */
  | { readonly texts: readonly number[] }
  | { readonly values: readonly Json[] }
);

interface ShapeDraft {
  readonly index: number;
  readonly paths: readonly (readonly string[])[];
  readonly columns: readonly Json[][];
}

type Fields = Readonly<Record<string, Json>>;

/** @param facts as JSON.parse gives them, in order. */
export function packFacts(facts: readonly unknown[], to: number): PackedFacts {
  const shapes = new Map<string, ShapeDraft>();
  const order = facts.map((fact) => {
    const fields = fact as Fields;
    const key = keyOf(fields);
    let shape = shapes.get(key);
    if (shape === undefined) {
      const paths = pathsOf(fields);
      shape = { index: shapes.size, paths, columns: paths.map(() => []) };
      shapes.set(key, shape);
    }
    put(fields, shape.columns, 0);
    return shape.index;
  });
  const texts = new Map<string, number>();
  const made = [...shapes.values()].map(({ paths, columns }) => ({
    columns: paths.map((path, at) => ({ path, ...packColumn(columns[at] ?? [], texts) })),
  }));
  return { to, texts: [...texts.keys()], shapes: made, order };
}

/** The facts that {@link packFacts} was given, with each text once in the memory. */
export function unpackFacts({ texts, shapes, order }: PackedFacts): readonly Fact[] {
  const readers = shapes.map(({ columns }) => ({ read: readerOf(columns, 0, texts), next: 0 }));
  return order.flatMap((shape) => {
    const reader = readers[shape];
    // What the unit packed were facts.
    const whole: unknown = reader?.read(reader.next++);
    return whole === undefined ? [] : [whole as Fact];
  });
}

type Reader = (row: number) => Json;

/** Reads objects out of columns whose paths are the same up to `depth`. */
function readerOf(columns: readonly PackedColumn[], depth: number, texts: readonly string[]): Reader {
  const names = [...new Set(columns.map(({ path }) => path[depth] ?? ''))];
  const fields = names.map((name): readonly [string, Reader] => {
    const own = columns.filter(({ path }) => path[depth] === name);
    const [column] = own;
    return [name, column === undefined || column.path.length > depth + 1 ? readerOf(own, depth + 1, texts) : columnReader(column, texts)];
  });
  return (row) => {
    const made: Record<string, Json> = {};
    for (const [name, read] of fields) made[name] = read(row);
    return made;
  };
}

function columnReader(column: PackedColumn, texts: readonly string[]): Reader {
  if ('same' in column) return () => column.same;
  if ('values' in column) return (row) => column.values[row] ?? null;
  return (row) => texts[column.texts[row] ?? -1] ?? null;
}

/** An object whose fields become columns: an empty one would be lost. */
function isFields(value: Json | undefined): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length > 0;
}

/** The same for all facts with the same fields in the same order. */
function keyOf(fields: Fields): string {
  let key = '';
  for (const name in fields) {
    const value = fields[name];
    key += isFields(value) ? `${name}{${keyOf(value)}}` : `${name},`;
  }
  return key;
}

function pathsOf(fields: Fields): readonly (readonly string[])[] {
  return Object.entries(fields).flatMap(([name, value]) => (isFields(value) ? pathsOf(value).map((path) => [name, ...path]) : [[name]]));
}

/** @returns the next column. */
function put(fields: Fields, columns: readonly Json[][], first: number): number {
  let at = first;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (isFields(value)) at = put(value, columns, at);
    else columns[at++]?.push(value);
  }
  return at;
}

function packColumn(
  values: readonly Json[],
  texts: Map<string, number>,
): { same: Json } | { texts: number[] } | { values: readonly Json[] } {
  const [first = null] = values;
  if (typeof first !== 'object' || first === null) {
    if (values.every((value) => value === first)) return { same: first };
  }
  if (!values.every((value) => typeof value === 'string' || value === null)) return { values };
  return {
    texts: values.map((value) => {
      if (value === null) return -1;
      const known = texts.get(value);
      if (known !== undefined) return known;
      texts.set(value, texts.size);
      return texts.size - 1;
    }),
  };
}
