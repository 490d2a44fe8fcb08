import { toItemId, type ItemId } from '../contract/ids.ts';
import type { Item, Tag } from '../contract/item.ts';
import { decodeText, trustItem } from '../item/parse.ts';
import { numberOf, textOf, type Database, type SqlRow, type SqlValue } from '../store/database.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';
import { BALANCES_TABLE } from './balances.ts';
import { CHUNKS_TABLE, type DataRoot } from './chunks.ts';
import { CLOCK_TABLE } from './clock.ts';
import { createPieces, PIECES_FROM_UPLOADS, type Pieces } from './pieces.ts';
import { matching, type TransactionQuery } from './query.ts';
import { itemOf, readTransaction, type Transaction } from './transaction.ts';
import { SCHEDULER_TABLE } from './scheduler-stand-in.ts';
import type { UploadedItem } from './unpack.ts';

/**
 * The gateway's tables. Bytes are kept once, with the upload they came with; an item in a bundle points into it.
 * Everything else about an item is read from its bytes, so index and content cannot disagree; a transaction has its
 * fields beside its data, in `header`. `weave_end` is where its data ends among the data of all transactions.
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
  `${PIECES_FROM_UPLOADS}
   ${BALANCES_TABLE}
   ${CHUNKS_TABLE}
   CREATE TABLE pending (id TEXT PRIMARY KEY, root TEXT NOT NULL, size INTEGER NOT NULL, header TEXT NOT NULL);
   CREATE INDEX pending_by_root ON pending (root, size);
   CREATE TABLE mined (height INTEGER PRIMARY KEY, blocks INTEGER NOT NULL, seconds INTEGER NOT NULL);
   ALTER TABLE items ADD COLUMN header TEXT;
   ALTER TABLE items ADD COLUMN root TEXT;
   ALTER TABLE items ADD COLUMN weave_end INTEGER;
   CREATE INDEX items_by_root ON items (root, data_bytes) WHERE root IS NOT NULL;
   CREATE INDEX items_by_weave_end ON items (weave_end) WHERE weave_end IS NOT NULL;
   CREATE INDEX transactions_by_height ON items (height) WHERE header IS NOT NULL;`,
  // Items that are here by their content only, and which item of this gateway the app's own Lua module is.
  `ALTER TABLE items ADD COLUMN known TEXT;
   CREATE TABLE lua_module (id TEXT NOT NULL);`,
  SCHEDULER_TABLE,
  CLOCK_TABLE,
  'CREATE INDEX items_by_height ON items (height);',
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
  /** Its fields in Arweave's words, when it is a transaction and no data item. */
  transaction(): Transaction | null;
  /** Where its data ends in the weave; null for a data item. */
  readonly weaveEnd: number | null;
  /** Its fields without the data. Read from its bytes: one disk access. */
  head(): Item;
  /** Bytes of its data, from `start`, `length` of them. */
  data(start: number, length: number): Uint8Array;
  /** The bytes that were signed; the data alone, of a transaction and of what is here by its content. */
  bytes(): Uint8Array;
  /** Is only its content here? */
  readonly isKnown: boolean;
  /** All of it, data included. */
  item(): Item;
}

/** Every item the gateway holds. */
export interface Shelf {
  has(id: ItemId): boolean;
  get(id: ItemId): Shelved | null;
  /** The items of one upload that are new, put where they can be found. Call it within a transaction. */
  put(bytes: Uint8Array, items: readonly UploadedItem[], height: number): readonly Item[];
  /** An item of which only the content is here: its fields as `item` says them. Call it within a transaction. */
  putKnown(item: Item, data: Uint8Array, height: number): void;
  /** At most `query.first` items, in order. */
  find(query: TransactionQuery): readonly Shelved[];
  count(query: TransactionQuery): number;
  /** What a wallet signed with this tag, above number `after`, in the order of arrival. */
  signedBy(address: string, tag: Tag, after: number, limit: number): readonly Shelved[];
  /** The height of the newest item; 0 when there is none. */
  highest(): number;
  /** A transaction with this data; null when there is none. */
  withData(data: DataRoot): Shelved | null;
  /** The transaction whose data holds byte `offset` of the weave, counted from 1. */
  atWeave(offset: number): Shelved | null;
  /** The newest transaction that a wallet has signed. */
  lastOf(address: string): ItemId | null;
  /** Ids of the transactions in a block, in order. */
  transactionsAt(height: number): readonly string[];
}

export function createShelf(database: Database): Shelf {
  const pieces = createPieces(database);
  const last = (table: string, column: string): number =>
    numberOf(database.get(`SELECT coalesce(max(${column}), 0) AS last FROM ${table}`) ?? {}, 'last');
  const has = (id: ItemId): boolean => database.get('SELECT 1 AS one FROM items WHERE id = ?', id) !== undefined;

  const one = (sql: string, ...values: readonly SqlValue[]): Shelved | null => {
    const row = database.get(`SELECT * FROM items ${sql}`, ...values);
    return row === undefined ? null : shelved(pieces, row);
  };
  const index = (seq: number, upload: number, height: number, uploaded: UploadedItem, known: Item | null = null): void => {
    const { item, start, size, bundledIn, transaction } = uploaded;
    database.run(
      `INSERT INTO items (seq, id, address, target, height, bundled_in, upload, start, size, data_bytes, header, root, weave_end, known)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      transaction === undefined ? null : JSON.stringify(transaction),
      transaction === undefined ? null : transaction.data_root,
      transaction === undefined ? null : last('items', 'weave_end') + item.dataBytes,
      known === null ? null : JSON.stringify(known),
    );
    for (const { name, value } of item.tags)
      database.run('INSERT OR IGNORE INTO tags (name, value, item) VALUES (?, ?, ?)', name, value, seq);
  };

  return {
    has,
    get: (id) => one('WHERE id = ?', id),
    put(bytes, items, height) {
      const byId = new Map<ItemId, UploadedItem>();
      for (const uploaded of items) if (!byId.has(uploaded.item.id)) byId.set(uploaded.item.id, uploaded);
      const fresh = [...byId.values()].filter(({ item }) => !has(item.id));
      if (fresh.length === 0) return [];
      const upload = pieces.next();
      let seq = last('items', 'seq');
      pieces.put(upload, bytes);
      for (const uploaded of fresh) index(++seq, upload, height, uploaded);
      return fresh.map(({ item }) => item);
    },
    putKnown(item, data, height) {
      if (has(item.id)) return;
      const upload = pieces.next();
      pieces.put(upload, data);
      index(last('items', 'seq') + 1, upload, height, { item, start: 0, size: data.length, bundledIn: null }, item);
    },
    find(query) {
      const { sql, values, order: place } = matching(database, query);
      const order = query.isAscending ? 'ASC' : 'DESC';
      return database
        .all(`SELECT items.* ${sql} ORDER BY ${place} ${order} LIMIT ?`, ...values, query.first)
        .map((row) => shelved(pieces, row));
    },
    count(query) {
      const { sql, values } = matching(database, { ...query, after: null });
      return numberOf(database.get(`SELECT count(*) AS count ${sql}`, ...values) ?? {}, 'count');
    },
    signedBy: (address, { name, value }, after, limit) =>
      database
        .all(
          `SELECT * FROM items WHERE address = ? AND seq > ?
           AND EXISTS (SELECT 1 FROM tags WHERE name = ? AND value = ? AND item = seq) ORDER BY seq LIMIT ?`,
          address,
          after,
          name,
          value,
          limit,
        )
        .map((row) => shelved(pieces, row)),
    highest: () => last('items', 'height'),
    withData: ({ root, size }) => one('WHERE root = ? AND data_bytes = ? LIMIT 1', root, size),
    atWeave(offset) {
      const found = one('WHERE weave_end >= ? ORDER BY weave_end, seq LIMIT 1', offset);
      return found === null || offset <= (found.weaveEnd ?? 0) - found.dataBytes ? null : found;
    },
    lastOf: (address) => one('WHERE address = ? AND header IS NOT NULL ORDER BY seq DESC LIMIT 1', address)?.id ?? null,
    transactionsAt: (height) =>
      database.all('SELECT id FROM items WHERE height = ? AND header IS NOT NULL ORDER BY seq', height).map((row) => textOf(row, 'id')),
  };
}

function shelved(pieces: Pieces, row: SqlRow): Shelved {
  const [upload, start, size, dataBytes] = [
    numberOf(row, 'upload'),
    numberOf(row, 'start'),
    numberOf(row, 'size'),
    numberOf(row, 'data_bytes'),
  ];
  const read = (from: number, length: number): Uint8Array => pieces.read(upload, start + from, length);
  const [bundledIn, header, weaveEnd, known] = [row['bundled_in'], row['header'], row['weave_end'], row['known']];
  const transaction = (): Transaction | null => (typeof header === 'string' ? readTransaction(header) : null);
  const head = (): Item => {
    if (typeof known === 'string') return JSON.parse(known) as Item;
    const found = transaction();
    return found === null ? { ...trustItem(read(0, size - dataBytes)), dataBytes } : itemOf(found);
  };
  const data = (from: number, length: number): Uint8Array => read(size - dataBytes + from, Math.min(length, dataBytes - from));
  return {
    seq: numberOf(row, 'seq'),
    id: toItemId(textOf(row, 'id')),
    height: numberOf(row, 'height'),
    bundledIn: typeof bundledIn === 'string' ? toItemId(bundledIn) : null,
    dataBytes,
    transaction,
    weaveEnd: weaveEnd === null || weaveEnd === undefined ? null : numberOf(row, 'weave_end'),
    head,
    data,
    bytes: () => read(0, size),
    isKnown: typeof known === 'string',
    item: () =>
      typeof header === 'string' || typeof known === 'string'
        ? { ...head(), data: decodeText(data(0, dataBytes)) }
        : trustItem(read(0, size)),
  };
}
