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
  /** Each number is this much more than the one before it, the first more than 0, in {@link STEPS_PER_ONE}ths. */
  | { readonly steps: readonly number[] }
  | { readonly values: readonly Json[] }
);

/** What a window is given of a fact: ids of 43 letters that it shows nowhere, and every message has one, are left out of columns. */
export type ShownFact =
  | Exclude<Fact, { readonly kind: 'su.assigned' | 'cu.evaluated' }>
  | Omit<FactOf<'su.assigned'>, 'assignment'>
  | Omit<FactOf<'cu.evaluated'>, 'hash'>;
type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>;
/** The field that is left out, by kind. */
const NOT_SHOWN: Readonly<Record<string, string>> = { 'su.assigned': 'assignment', 'cu.evaluated': 'hash' };

/** A time in Unix ms is a whole number of these as a computer keeps it, so that nothing is lost; and whole numbers are short and quick to read. */
const STEPS_PER_ONE = 4_096;
/** Smaller numbers are short as they are. */
const STEPS_FROM = 2 ** 31;

/** A shape while it is filled: its fields in order, each a column or an object with fields of its own. */
interface ShapeDraft {
  readonly index: number;
  readonly fields: readonly FieldDraft[];
  readonly without: string | undefined;
}

interface FieldDraft {
  readonly path: readonly string[];
  readonly name: string;
  readonly inside: readonly FieldDraft[] | null;
  readonly values: Json[];
}

type Fields = Readonly<Record<string, Json>>;

/** @param facts as JSON.parse gives them, in order. */
export function packFacts(facts: readonly unknown[], to: number): PackedFacts {
  const shapes: ShapeDraft[] = [];
  // Facts of one kind have one or two shapes: trying those costs less than making a name for the shape of every fact.
  const byKind = new Map<Json | undefined, ShapeDraft[]>();
  const order = facts.map((fact) => {
    const fields = fact as Fields;
    const kind = fields['kind'];
    let known = byKind.get(kind);
    if (known === undefined) byKind.set(kind, (known = []));
    let shape = known.find((one) => fits(fields, one.fields));
    if (shape === undefined) {
      const without = typeof kind === 'string' ? NOT_SHOWN[kind] : undefined;
      shape = { index: shapes.length, fields: draftsOf(fields, []), without };
      shapes.push(shape);
      known.push(shape);
    }
    put(fields, shape.fields);
    return shape.index;
  });
  const texts = new Map<string, number>();
  const made = shapes.map(({ fields, without }) => ({
    columns: columnsOf(
      fields.filter(({ name }) => name !== without),
      texts,
    ),
  }));
  return { to, texts: [...texts.keys()], shapes: made, order };
}

/** The facts that {@link packFacts} was given, with each text once in the memory. */
export function unpackFacts({ texts, shapes, order }: PackedFacts): readonly ShownFact[] {
  const readers = shapes.map(({ columns }) => ({ read: readerOf(columns, 0, texts), next: 0 }));
  return order.flatMap((shape) => {
    const reader = readers[shape];
    // What the unit packed were facts.
    const whole: unknown = reader?.read(reader.next++);
    return whole === undefined ? [] : [whole as ShownFact];
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
  if ('steps' in column) return stepsReader(column.steps);
  return (row) => texts[column.texts[row] ?? -1] ?? null;
}

/** Rows are read in order. */
function stepsReader(steps: readonly number[]): Reader {
  let sum = 0;
  return (row) => {
    sum += steps[row] ?? 0;
    return sum / STEPS_PER_ONE;
  };
}

/** An object whose fields become columns: an empty one would be lost. */
function isFields(value: Json | undefined): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.keys(value).length > 0;
}

/** Whether it has these fields in this order. */
function fits(fields: Fields, drafts: readonly FieldDraft[]): boolean {
  let at = 0;
  for (const name in fields) {
    const draft = drafts[at++];
    if (draft === undefined || draft.name !== name) return false;
    const value = fields[name];
    if (isFields(value) ? draft.inside === null || !fits(value, draft.inside) : draft.inside !== null) return false;
  }
  return at === drafts.length;
}

function draftsOf(fields: Fields, above: readonly string[]): readonly FieldDraft[] {
  return Object.entries(fields).map(([name, value]) => {
    const path = [...above, name];
    return { path, name, inside: isFields(value) ? draftsOf(value, path) : null, values: [] };
  });
}

function put(fields: Fields, drafts: readonly FieldDraft[]): void {
  for (const { name, inside, values } of drafts) {
    const value = fields[name];
    if (value === undefined) continue;
    if (inside === null) values.push(value);
    else if (isFields(value)) put(value, inside);
  }
}

function columnsOf(drafts: readonly FieldDraft[], texts: Map<string, number>): PackedColumn[] {
  return drafts.flatMap(({ path, inside, values }) =>
    inside === null ? [{ path, ...packColumn(values, texts) }] : columnsOf(inside, texts),
  );
}

function packColumn(
  values: readonly Json[],
  texts: Map<string, number>,
): { same: Json } | { texts: number[] } | { steps: number[] } | { values: readonly Json[] } {
  const [first = null] = values;
  if (typeof first !== 'object' || first === null) {
    if (values.every((value) => value === first)) return { same: first };
  }
  const steps = typeof first === 'number' && first >= STEPS_FROM ? stepsOf(values) : null;
  if (steps !== null) return { steps };
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

/** Null where they are no numbers of whole {@link STEPS_PER_ONE}ths, or too large for their differences to be exact. */
function stepsOf(values: readonly Json[]): number[] | null {
  const steps: number[] = [];
  let before = 0;
  for (const value of values) {
    if (typeof value !== 'number') return null;
    const whole = value * STEPS_PER_ONE;
    if (whole < 0 || !Number.isSafeInteger(whole)) return null;
    steps.push(whole - before);
    before = whole;
  }
  return steps;
}
