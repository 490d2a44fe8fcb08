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

/** Up to so many items a tag counts as rare: then the search starts from them instead of from all items. */
const RARE = 2_000;

/** The WHERE clause of `query` over the table `items`. */
export function matching(database: Database, query: TransactionQuery): Clause {
  const clauses: Clause[] = [];
  const list = (column: string, wanted: readonly string[]): void => {
    if (wanted.length > 0) clauses.push({ sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(wanted)] });
  };
  list('id', query.ids);
  list('address', query.owners);
  list('target', query.recipients);
  list('bundled_in', query.bundledIn);
  if (query.minHeight !== null) clauses.push({ sql: 'height >= ?', values: [query.minHeight] });
  if (query.maxHeight !== null) clauses.push({ sql: 'height <= ?', values: [query.maxHeight] });
  if (query.after !== null) clauses.push({ sql: query.isAscending ? 'seq > ?' : 'seq < ?', values: [query.after] });
  const rarest = rarestOf(database, query.tags);
  for (const tag of query.tags) clauses.push(tagClause(tag, tag === rarest));
  if (clauses.length === 0) return { sql: '', values: [] };
  return { sql: `WHERE ${clauses.map(({ sql }) => sql).join(' AND ')}`, values: clauses.flatMap(({ values }) => values) };
}

/** SQLite cannot know how rare a value is without statistics, so it is told: the tag with the fewest items, if few. */
function rarestOf(database: Database, tags: readonly TagCondition[]): TagCondition | null {
  let rarest: TagCondition | null = null;
  let fewest = RARE;
  for (const tag of tags) {
    if (tag.isNot || tag.isWildcard) continue;
    const sql = 'SELECT count(*) AS count FROM (SELECT 1 FROM tags WHERE name = ? AND value IN (SELECT value FROM json_each(?)) LIMIT ?)';
    const count = numberOf(database.get(sql, tag.name, JSON.stringify(tag.values), RARE) ?? {}, 'count');
    if (count < fewest) [rarest, fewest] = [tag, count];
  }
  return rarest;
}

function tagClause({ name, values, isNot, isWildcard }: TagCondition, isRarest: boolean): Clause {
  const given = JSON.stringify(isWildcard ? values.map(toGlob) : values);
  if (isRarest) {
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
