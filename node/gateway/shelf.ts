import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import { trustItem } from '../item/parse.ts';
import { bytesOf, numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';
import { matching, type TransactionQuery } from './query.ts';
import type { UploadedItem } from './unpack.ts';

/**
 * The gateway's tables. Bytes are kept once, in the row of the upload they came with; an item in a bundle points into
 * it. Everything else about an item is read from its bytes, so index and content cannot disagree.
 */
export const GATEWAY_SCHEMA: readonly string[] = [
  `${JOURNAL_TABLE}
   CREATE TABLE chain (genesis_seconds INTEGER NOT NULL, seed TEXT NOT NULL);
   CREATE TABLE uploads (upload INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
   CREATE TABLE items (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, address TEXT NOT NULL, target TEXT NOT NULL,
     height INTEGER NOT NULL, bundled_in TEXT, upload INTEGER NOT NULL, start INTEGER NOT NULL,
     size INTEGER NOT NULL, data_bytes INTEGER NOT NULL
   );
   CREATE INDEX items_by_address ON items (address);
   CREATE INDEX items_by_target ON items (target);
   CREATE INDEX items_by_bundle ON items (bundled_in) WHERE bundled_in IS NOT NULL;
   CREATE TABLE tags (name TEXT NOT NULL, value TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (name, value, item)) WITHOUT ROWID;`,
];

/** One item on the shelf, as the index knows it. */
export interface Shelved {
  /** Counts up with every item: the order of arrival. */
  readonly seq: number;
  readonly id: ItemId;
  /** The block it was put into. */
  readonly height: number;
  readonly bundledIn: ItemId | null;
  readonly dataBytes: number;
  /** Its fields without the data. Read from its bytes: one disk access. */
  head(): Item;
  /** Bytes of its data, from `start`, `length` of them. */
  data(start: number, length: number): Uint8Array;
  /** All of it, data included. */
  item(): Item;
}

/** Every item the gateway holds. */
export interface Shelf {
  has(id: ItemId): boolean;
  get(id: ItemId): Shelved | null;
  /** The items of one upload that are new, put where they can be found. Call it within a transaction. */
  put(bytes: Uint8Array, items: readonly UploadedItem[], height: number): readonly Item[];
  /** At most `query.first` items, in order. */
  find(query: TransactionQuery): readonly Shelved[];
  count(query: TransactionQuery): number;
  /** The height of the newest item; 0 when there is none. */
  highest(): number;
}

export function createShelf(database: Database): Shelf {
  const last = (table: string, column: string): number =>
    numberOf(database.get(`SELECT coalesce(max(${column}), 0) AS last FROM ${table}`) ?? {}, 'last');
  const has = (id: ItemId): boolean => database.get('SELECT 1 AS one FROM items WHERE id = ?', id) !== undefined;

  const index = (seq: number, upload: number, height: number, { item, start, size, bundledIn }: UploadedItem): void => {
    database.run(
      'INSERT INTO items (seq, id, address, target, height, bundled_in, upload, start, size, data_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      seq,
      item.id,
      item.address,
      item.target,
      height,
      bundledIn,
      upload,
      start,
      size,
      item.dataBytes,
    );
    for (const { name, value } of item.tags)
      database.run('INSERT OR IGNORE INTO tags (name, value, item) VALUES (?, ?, ?)', name, value, seq);
  };

  return {
    has,
    get(id) {
      const row = database.get('SELECT * FROM items WHERE id = ?', id);
      return row === undefined ? null : shelved(database, row);
    },
    put(bytes, items, height) {
      const fresh = items.filter(({ item }, at) => !has(item.id) && items.findIndex((other) => other.item.id === item.id) === at);
      if (fresh.length === 0) return [];
      const upload = last('uploads', 'upload') + 1;
      let seq = last('items', 'seq');
      database.run('INSERT INTO uploads (upload, bytes) VALUES (?, ?)', upload, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      for (const one of fresh) index(++seq, upload, height, one);
      return fresh.map(({ item }) => item);
    },
    find(query) {
      const { sql, values } = matching(database, query);
      const order = query.isAscending ? 'ASC' : 'DESC';
      return database
        .all(`SELECT * FROM items ${sql} ORDER BY seq ${order} LIMIT ?`, ...values, query.first)
        .map((row) => shelved(database, row));
    },
    count(query) {
      const { sql, values } = matching(database, { ...query, after: null });
      return numberOf(database.get(`SELECT count(*) AS count FROM items ${sql}`, ...values) ?? {}, 'count');
    },
    highest: () => last('items', 'height'),
  };
}

function shelved(database: Database, row: SqlRow): Shelved {
  const [upload, start, size, dataBytes] = [
    numberOf(row, 'upload'),
    numberOf(row, 'start'),
    numberOf(row, 'size'),
    numberOf(row, 'data_bytes'),
  ];
  const read = (from: number, length: number): Uint8Array => {
    if (length === 0) return new Uint8Array();
    // SQL counts bytes from 1.
    return bytesOf(
      database.get('SELECT substr(bytes, ?, ?) AS part FROM uploads WHERE upload = ?', start + from + 1, length, upload) ?? {},
      'part',
    );
  };
  const bundledIn = row['bundled_in'];
  return {
    seq: numberOf(row, 'seq'),
    id: toItemId(textOf(row, 'id')),
    height: numberOf(row, 'height'),
    bundledIn: typeof bundledIn === 'string' ? toItemId(bundledIn) : null,
    dataBytes,
    head: () => ({ ...trustItem(read(0, size - dataBytes)), dataBytes }),
    data: (from, length) => read(size - dataBytes + from, Math.min(length, dataBytes - from)),
    item: () => trustItem(read(0, size)),
  };
}
