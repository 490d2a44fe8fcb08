import { numbersToText } from './number-text.ts';
import type { Json } from './outcome.ts';
import type { Fact } from './trace.ts';

/**
 * A page of facts as columns: what is the same in all of a kind stands here once, and so does every text, however often it
 * comes. It is made once, kept as text, and carried as that: a quarter of the size of a list of facts, and read without an
 * object for each fact before it is wanted.
 */
export interface Packed {
  /** The number up to which the journal was read: facts that no window shows are left out, so that numbers may leap. */
  readonly to: number;
  /** Texts of plain letters, with {@link BETWEEN} between them: to cut one text is many times quicker than to read a thousand. */
  readonly plain: string;
  /** The other texts; their places follow those of the plain ones. */
  readonly texts: readonly string[];
  /** Facts with the same fields lie together. */
  readonly shapes: readonly PackedShape[];
  /** Which of the shapes each fact has, in order, as {@link numbersToText}. */
  readonly order: string;
}

export interface PackedShape {
  readonly count: number;
  readonly columns: readonly PackedColumn[];
}

/** The field `path` of all facts of a shape; `path` leads into objects. Numbers as {@link numbersToText}. */
export type PackedColumn = { readonly path: readonly string[] } & (
  | { readonly same: Json }
  /** Places in the list of texts; -1 for null. */
  | { readonly texts: string }
  /** Each number is this much more than the one before it, the first more than 0, in `per`ths. */
  | { readonly steps: string; readonly per: number }
  /** Each number in `per`ths. */
  | { readonly numbers: string; readonly per: number }
  | { readonly values: readonly Json[] }
);

/** Another one where pages are written in another way: those that were kept are made anew. */
export const PACKED_FORMAT = 1;

/** A character that no text of a message has; one that has it all the same is none of the plain ones. */
export const BETWEEN = '\u0080';
const IS_PLAIN = /^[\u0000-\u007f]*$/;

/** What a window is given of a fact: ids of 43 letters that it shows nowhere, and every message has one, are left out of columns. */
export type ShownFact =
  | Exclude<Fact, { readonly kind: 'su.assigned' | 'cu.evaluated' }>
  | Omit<FactOf<'su.assigned'>, 'assignment'>
  | Omit<FactOf<'cu.evaluated'>, 'hash'>;
type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>;
/** The field that is left out, by kind. */
const NOT_SHOWN: Readonly<Record<string, string>> = { 'su.assigned': 'assignment', 'cu.evaluated': 'hash' };

/** A time in Unix ms is a whole number of these as a computer keeps it, so that nothing is lost; durations are told in thousandths. */
const PARTS = [1, 1_000, 4_096] as const;
/** Larger ones are near each other. */
const STEPS_FROM = 2 ** 31;
const LARGEST = 2 ** 53;
/** Of those that may be less than nothing. */
const LARGEST_STEP = 2 ** 52;

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

/** @param facts as JSON.parse gives them, in order. @returns a page as text, for readPacked. */
export function packFacts(facts: readonly unknown[], to: number): string {
  const shapes: ShapeDraft[] = [];
  // Facts of one kind have one or two shapes: trying those costs less than making a name for the shape of every fact.
  const byKind = new Map<Json | undefined, ShapeDraft[]>();
  const counts: number[] = [];
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
    counts[shape.index] = (counts[shape.index] ?? 0) + 1;
    put(fields, shape.fields);
    return shape.index;
  });
  const columns = shapes.map(({ fields, without }) => columnsOf(fields.filter(({ name }) => name !== without)));
  const texts = placesOfTexts(columns.flat());
  const packed: Packed = {
    to,
    plain: texts.plain.join(BETWEEN),
    texts: texts.others,
    shapes: columns.map((own, index) => ({
      count: counts[index] ?? 0,
      columns: own.map(({ path, values }) => ({ path, ...packColumn(values, texts.placeOf) })),
    })),
    order: numbersToText(order),
  };
  return JSON.stringify(packed);
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

/** One column while texts are looked for in all of them. */
interface ColumnDraft {
  readonly path: readonly string[];
  readonly values: readonly Json[];
}

function columnsOf(drafts: readonly FieldDraft[]): readonly ColumnDraft[] {
  return drafts.flatMap(({ path, inside, values }) => (inside === null ? [{ path, values }] : columnsOf(inside)));
}

interface Texts {
  readonly plain: readonly string[];
  readonly others: readonly string[];
  readonly placeOf: ReadonlyMap<string, number>;
}

/** Where every text stands that comes in a column of texts. */
function placesOfTexts(columns: readonly ColumnDraft[]): Texts {
  const all = new Set<string>();
  for (const { values } of columns) {
    if (isSame(values) || !isTexts(values)) continue;
    for (const value of values) if (typeof value === 'string') all.add(value);
  }
  const isPlain = (one: string): boolean => IS_PLAIN.test(one);
  const found = [...all].filter(isPlain);
  // Cutting gives one text at least.
  const plain = found.length === 0 ? [''] : found;
  const others = [...all].filter((one) => !isPlain(one));
  return { plain, others, placeOf: new Map([...plain, ...others].map((one, at) => [one, at])) };
}

function isSame([first = null, ...rest]: readonly Json[]): boolean {
  return (typeof first !== 'object' || first === null) && rest.every((value) => value === first);
}

function isTexts(values: readonly Json[]): boolean {
  return values.every((value) => typeof value === 'string' || value === null);
}

type PackedValues =
  { same: Json } | { texts: string } | { steps: string; per: number } | { numbers: string; per: number } | { values: readonly Json[] };

function packColumn(values: readonly Json[], placeOf: ReadonlyMap<string, number>): PackedValues {
  if (isSame(values)) return { same: values[0] ?? null };
  if (isTexts(values))
    return { texts: numbersToText(values.map((value) => (typeof value === 'string' ? (placeOf.get(value) ?? -1) : -1))) };
  for (const per of PARTS) {
    const parts = partsOf(values, per);
    if (parts === null) continue;
    const steps = parts.map((part, at) => part - (parts[at - 1] ?? 0));
    const isNear = (parts[0] ?? 0) / per >= STEPS_FROM && steps.every((step) => step > -LARGEST_STEP);
    return isNear ? { steps: numbersToText(steps), per } : { numbers: numbersToText(parts), per };
  }
  return { values };
}

/** How many `per`ths each number is; null where one is none, or not exactly. */
function partsOf(values: readonly Json[], per: number): number[] | null {
  const parts: number[] = [];
  for (const value of values) {
    if (typeof value !== 'number' || Object.is(value, -0)) return null;
    const part = Math.round(value * per);
    if (part / per !== value || part < 0 || part >= LARGEST) return null;
    parts.push(part);
  }
  return parts;
}
