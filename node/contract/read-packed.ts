import { numbersFromText } from './number-text.ts';
import type { Json } from './outcome.ts';
import { BETWEEN, type Packed, type PackedColumn, type ShownFact } from './packed-facts.ts';

/** A page that was read: its facts are made one by one, since so many objects at once are a burden. */
export interface FactPage {
  /** The number up to which the journal was read. */
  readonly to: number;
  /** Gives every fact in order to `take`. */
  each(take: (fact: ShownFact) => void): void;
}

/** The page that packFacts has made, with each text once in the memory. */
export function readPacked(text: string): FactPage {
  // What the unit packed was this.
  const { to, plain, texts, shapes, order } = JSON.parse(text) as Packed;
  return {
    to,
    each(take) {
      const all = [...plain.split(BETWEEN), ...texts];
      const made = shapes.map(({ count, columns }) => ({ layout: layoutOf(columns, 0, all, count), next: 0 }));
      const total = shapes.reduce((sum, { count }) => sum + count, 0);
      for (const index of numbersFromText(order, total)) {
        const shape = made[index];
        if (shape === undefined) continue;
        // What the unit packed were facts.
        const fact: unknown = build(shape.layout, shape.next);
        shape.next += 1;
        take(fact as ShownFact);
      }
    },
  };
}

/** All facts of a page at once. */
export function factsOf(page: FactPage): readonly ShownFact[] {
  const facts: ShownFact[] = [];
  page.each((fact) => facts.push(fact));
  return facts;
}

/**
 * How one object of a shape is made: a copy of one that has all its fields, in which those are put that differ. Making the
 * fields one by one instead would take most of the time of reading.
 */
interface Layout {
  readonly template: Readonly<Record<string, Json>>;
  readonly fields: readonly (readonly [string, (row: number) => Json])[];
  readonly inside: readonly (readonly [string, Layout])[];
}

function build({ template, fields, inside }: Layout, row: number): Record<string, Json> {
  const made: Record<string, Json> = { ...template };
  for (const [name, read] of fields) made[name] = read(row);
  for (const [name, layout] of inside) made[name] = build(layout, row);
  return made;
}

/** Of objects out of columns whose paths are the same up to `depth`. */
function layoutOf(columns: readonly PackedColumn[], depth: number, texts: readonly string[], count: number): Layout {
  const template: Record<string, Json> = {};
  const fields: [string, (row: number) => Json][] = [];
  const inside: [string, Layout][] = [];
  for (const name of new Set(columns.map(({ path }) => path[depth] ?? ''))) {
    const own = columns.filter(({ path }) => path[depth] === name);
    const [column] = own;
    template[name] = null;
    if (column === undefined || column.path.length > depth + 1) {
      const layout = layoutOf(own, depth + 1, texts, count);
      if (layout.fields.length + layout.inside.length === 0) template[name] = layout.template;
      else inside.push([name, layout]);
    } else if ('same' in column) template[name] = column.same;
    else fields.push([name, columnReader(column, texts, count)]);
  }
  return { template, fields, inside };
}

type Differing = Exclude<PackedColumn, { readonly same: Json }>;

/** Rows are read in order. */
function columnReader(column: Differing, texts: readonly string[], count: number): (row: number) => Json {
  if ('values' in column) return (row) => column.values[row] ?? null;
  if ('texts' in column) {
    const places = numbersFromText(column.texts, count);
    return (row) => texts[places[row] ?? -1] ?? null;
  }
  const { per } = column;
  if ('numbers' in column) {
    const numbers = numbersFromText(column.numbers, count);
    return (row) => (numbers[row] ?? 0) / per;
  }
  const steps = numbersFromText(column.steps, count);
  let sum = 0;
  return (row) => {
    sum += steps[row] ?? 0;
    return sum / per;
  };
}
