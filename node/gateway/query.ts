import { numberOf, type Database, type SqlValue } from '../store/database.ts';

/** One condition on tags: any of the values (or none of them, when `isNot`). */
export interface TagCondition {
  readonly name: string;
  readonly values: readonly string[];
  readonly isNot: boolean;
  /** Values are patterns in which `*` stands for anything. */
  readonly isWildcard: boolean;
}

/** What a list of items must fulfil. An empty list or null asks for nothing. */
export interface TransactionQuery {
  readonly ids: readonly string[];
  /** Addresses of signers. */
  readonly owners: readonly string[];
  readonly recipients: readonly string[];
  readonly bundledIn: readonly string[];
  /** All of them. */
  readonly tags: readonly TagCondition[];
  readonly minHeight: number | null;
  readonly maxHeight: number | null;
  /** Number of the item after which the page begins, in the order asked for. */
  readonly after: number | null;
  readonly first: number;
  readonly isAscending: boolean;
}

interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** What follows SELECT: the source of the rows and the conditions, and the column that has their order. */
export interface Matching extends Clause {
  readonly order: string;
}

/** Counting goes so far: what has more is common. */
const COUNTED_MAX = 20_000;
/** Up to so many items a tag of several values is looked up at once, and its items put in order afterwards. */
const RARE = 2_000;

/**
 * The rows of the table `items` that fulfil `query`. SQLite cannot know how rare a value is without statistics, so it is
 * told: where a tag has the fewest items of all that is asked for, the search walks through these, which the index
 * keeps in order, and not through all items.
 */
export function matching(database: Database, query: TransactionQuery): Matching {
  const driver = driverOf(database, query);
  const isWalked = driver?.values.length === 1;
  const place = isWalked ? 'driver.item' : 'seq';
  const clauses: Clause[] = [];
  const list = (column: string, wanted: readonly string[]): void => {
    if (wanted.length > 0) clauses.push({ sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(wanted)] });
  };
  list('id', query.ids);
  list('address', query.owners);
  list('target', query.recipients);
  list('bundled_in', query.bundledIn);
  if (query.minHeight !== null || query.maxHeight !== null) clauses.push(heightClause(database, query, place));
  if (query.after !== null) clauses.push({ sql: query.isAscending ? `${place} > ?` : `${place} < ?`, values: [query.after] });
  if (isWalked) clauses.push({ sql: 'driver.name = ? AND driver.value = ?', values: [driver.name, driver.values[0] ?? ''] });
  for (const tag of query.tags) if (!isWalked || tag !== driver) clauses.push(tagClause(tag, tag === driver));
  const from = isWalked ? 'FROM tags AS driver CROSS JOIN items ON items.seq = driver.item' : 'FROM items';
  const where = clauses.length === 0 ? '' : ` WHERE ${clauses.map(({ sql }) => sql).join(' AND ')}`;
  return { sql: from + where, values: clauses.flatMap(({ values }) => values), order: place };
}

/** The tag with the fewest items; null where ids, owners or recipients have fewer, or no tag will do. */
function driverOf(database: Database, { ids, owners, recipients, bundledIn, tags }: TransactionQuery): TagCondition | null {
  if (ids.length > 0 || bundledIn.length > 0) return null;
  const count = (sql: string, ...values: readonly SqlValue[]): number =>
    numberOf(database.get(`SELECT count(*) AS count FROM (${sql} LIMIT ${COUNTED_MAX})`, ...values) ?? {}, 'count');
  const within = (column: string): string => `SELECT 1 FROM items WHERE ${column} IN (SELECT value FROM json_each(?))`;
  let fewest = COUNTED_MAX + 1;
  if (owners.length > 0) fewest = Math.min(fewest, count(within('address'), JSON.stringify(owners)));
  if (recipients.length > 0) fewest = Math.min(fewest, count(within('target'), JSON.stringify(recipients)));
  let driver: TagCondition | null = null;
  for (const tag of tags) {
    if (tag.isNot || tag.isWildcard) continue;
    const sql = 'SELECT 1 FROM tags WHERE name = ? AND value IN (SELECT value FROM json_each(?))';
    const found = count(sql, tag.name, JSON.stringify(tag.values));
    if (found < fewest && (tag.values.length === 1 || found < RARE)) [driver, fewest] = [tag, found];
  }
  return driver;
}

/** A range of blocks, and the range of arrival that holds all of them: heights alone have another order than the rows. */
function heightClause(database: Database, { minHeight, maxHeight }: TransactionQuery, place: string): Clause {
  const [low, high] = [minHeight ?? 0, maxHeight ?? Number.MAX_SAFE_INTEGER];
  const ends = database.get(
    'SELECT coalesce(min(seq), 0) AS first, coalesce(max(seq), -1) AS last FROM items WHERE height BETWEEN ? AND ?',
    low,
    high,
  );
  const values = [numberOf(ends ?? {}, 'first'), numberOf(ends ?? {}, 'last'), low, high];
  // The plus keeps SQLite from looking the heights up and putting everything in order afterwards.
  return { sql: `${place} BETWEEN ? AND ? AND +height BETWEEN ? AND ?`, values };
}

function tagClause({ name, values, isNot, isWildcard }: TagCondition, isDriver: boolean): Clause {
  const given = JSON.stringify(isWildcard ? values.map(toGlob) : values);
  if (isDriver) {
    return { sql: 'seq IN (SELECT item FROM tags WHERE name = ? AND value IN (SELECT value FROM json_each(?)))', values: [name, given] };
  }
  const test = isWildcard
    ? 'EXISTS (SELECT 1 FROM json_each(?) WHERE tags.value GLOB json_each.value)'
    : 'value IN (SELECT value FROM json_each(?))';
  const exists = `EXISTS (SELECT 1 FROM tags WHERE name = ? AND item = seq AND ${test})`;
  return { sql: isNot ? `NOT ${exists}` : exists, values: [name, given] };
}

/** Only `*` is special in a GraphQL wildcard; GLOB knows two more. */
function toGlob(pattern: string): string {
  return pattern.replaceAll(/[[?]/g, (special) => `[${special}]`);
}
