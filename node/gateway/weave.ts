import { AoError, reasonOf } from '../contract/errors.ts';
import { toItemId, type ItemId } from '../contract/ids.ts';
import { itemType, type Item } from '../contract/item.ts';
import type { FactBody } from '../contract/trace.ts';
import { numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import { priceOf, type Balances } from './balances.ts';
import type { Chain } from './chain.ts';
import { chunksOf, openChunk, refused, type Chunk, type ChunkStore, type DataRoot } from './chunks.ts';
import type { Shelf } from './shelf.ts';
import { addressOf, idOf, itemOf, openTransaction, readTransaction, type PostedTransaction, type Transaction } from './transaction.ts';
import { unpackWithin, type UploadedItem } from './unpack.ts';

/** Most bytes of data within a posted transaction, as on Arweave; more comes in chunks. */
export const INLINE_BYTES_MAX = 12 * 1024 * 1024;

/** Arweave's own transactions: taken, paid, and put on the shelf when their data is whole. */
export interface Weave {
  /**
   * Takes a signed transaction. It is pending until its data is whole and stands in a block then.
   * @param raw what the JSON of the body holds; anything.
   * @returns whether it was new.
   * @throws AoError TX_*.
   */
  post(raw: unknown): Promise<boolean>;
  /**
   * Takes a chunk of the data of a transaction that was posted before; what the chunk completes is whole when this resolves.
   * @throws AoError CHUNK_REFUSED.
   */
  postChunk(raw: unknown): Promise<void>;
  isPending(id: ItemId): boolean;
  /** Ids of the transactions that wait for data. */
  pending(): readonly string[];
  /** The chunk that holds byte `offset` of the weave, counted from 1; null when there is none. */
  chunkAt(offset: number): Pick<Chunk, 'bytes' | 'path'> | null;
  /** Completes what was whole when the gateway ended before. */
  resume(): Promise<void>;
}

export interface WeavePorts {
  readonly database: Database;
  readonly shelf: Shelf;
  readonly chain: Chain;
  readonly commit: GroupCommit;
  readonly chunks: ChunkStore;
  readonly balances: Balances;
  /** Most bytes of one transaction. */
  readonly uploadBytes: number;
  record(fact: FactBody): void;
}

interface Pending {
  readonly data: DataRoot;
  readonly transaction: Transaction;
}

/** The transactions of a gateway. A reward is spent and goes to nobody; what is sent arrives when the transaction is whole. */
export function createWeave(ports: WeavePorts): Weave {
  const { database, shelf, commit, chunks, uploadBytes, record } = ports;
  const isPending = (id: ItemId): boolean => database.get('SELECT 1 AS one FROM pending WHERE id = ?', id) !== undefined;
  const settle = async (data: DataRoot): Promise<void> => {
    for (const one of pendingWith(database, data)) await complete(ports, one);
  };
  const accept = async ({ transaction, data }: PostedTransaction): Promise<boolean> => {
    const id = idOf(transaction);
    if (isPending(id) || shelf.has(id)) return false;
    const root: DataRoot = { root: transaction.data_root, size: Number(transaction.data_size) };
    const inline = await inlineChunks(root, data, uploadBytes);
    const refusals: AoError[] = [];
    await commit.add(() => {
      if (isPending(id) || shelf.has(id)) return;
      const refusal = pay(ports.balances, transaction);
      // Thrown here, it would undo what others write in the same turn.
      if (refusal !== null) return void refusals.push(refusal);
      for (const chunk of inline) chunks.put(root, chunk);
      database.run(
        'INSERT INTO pending (id, root, size, header) VALUES (?, ?, ?, ?)',
        id,
        root.root,
        root.size,
        JSON.stringify(transaction),
      );
    });
    const [refusal] = refusals;
    if (refusal !== undefined) throw refusal;
    if (chunks.isWhole(root)) await settle(root);
    return true;
  };
  return {
    isPending,
    pending: () => database.all('SELECT id FROM pending ORDER BY rowid').map((row) => textOf(row, 'id')),
    async post(raw) {
      try {
        return await accept(openTransaction(raw));
      } catch (error) {
        if (error instanceof AoError) record({ kind: 'gateway.rejected', id: idIn(raw), code: error.code, message: error.message });
        throw error;
      }
    },
    async postChunk(raw) {
      const { data, chunk } = await openChunk(raw);
      if (shelf.withData(data) !== null) return;
      if (pendingWith(database, data).length === 0)
        throw refused('data_root_not_found', 'no transaction with this data root and size was posted');
      await commit.add(() => {
        if (shelf.withData(data) === null) chunks.put(data, chunk);
      });
      if (chunks.isWhole(data)) await settle(data);
    },
    chunkAt(offset) {
      const found = shelf.atWeave(offset);
      const root = found?.transaction()?.data_root;
      if (found === null || root === undefined) return null;
      const at = offset - ((found.weaveEnd ?? 0) - found.dataBytes) - 1;
      const place = chunks.placeOf({ root, size: found.dataBytes }, at);
      return place === null ? null : { path: place.path, bytes: found.data(place.start, place.end - place.start) };
    },
    async resume() {
      const waiting = database.all('SELECT DISTINCT root, size FROM pending').map(rootOf);
      for (const data of waiting) if (chunks.isWhole(data)) await settle(data);
    },
  };
}

/** @throws AoError TX_TOO_LARGE, TX_DATA_ROOT, TX_MALFORMED. */
async function inlineChunks(root: DataRoot, data: Uint8Array, limit: number): Promise<readonly Chunk[]> {
  if (root.size > limit) throw new AoError('TX_TOO_LARGE', { bytes: root.size, limit });
  if (data.length > INLINE_BYTES_MAX) throw new AoError('TX_TOO_LARGE', { bytes: data.length, limit: INLINE_BYTES_MAX });
  if ((root.size === 0) !== (root.root === ''))
    throw new AoError('TX_MALFORMED', { reason: 'of "data_size" and "data_root" one says that there is data' });
  if (data.length === 0) return [];
  const chunks = data.length === root.size ? await chunksOf(data, root.root) : null;
  if (chunks === null) throw new AoError('TX_DATA_ROOT');
  return chunks;
}

/** Takes what a transaction costs from its wallet; an error where that cannot be. */
function pay(balances: Balances, transaction: Transaction): AoError | null {
  const { reward, quantity, data_size: bytes } = transaction;
  const price = priceOf(BigInt(bytes));
  if (BigInt(reward) < price) return new AoError('TX_FEE_LOW', { reward, price: String(price), bytes });
  const address = addressOf(transaction);
  const [balance, needed] = [balances.of(address), BigInt(reward) + BigInt(quantity)];
  if (balance < needed) return new AoError('TX_UNPAID', { address, balance: String(balance), needed: String(needed) });
  balances.add(address, -needed);
  return null;
}

/** Puts a transaction whose data is whole on the shelf, with the items of a bundle in it. */
async function complete(ports: WeavePorts, { data, transaction }: Pending): Promise<void> {
  const { database, shelf, chain, commit, chunks, balances, record } = ports;
  const bytes = bytesOf(ports, data);
  const items = await unpackTransaction(ports, transaction, bytes);
  let fresh: readonly Item[] = [];
  await commit.add(() => {
    fresh = shelf.put(bytes, items, chain.latest().height);
    // Two may have completed it at once.
    if (!fresh.some(({ id }) => id === transaction.id)) return;
    if (transaction.target !== '') balances.add(transaction.target, BigInt(transaction.quantity));
    database.run('DELETE FROM pending WHERE id = ?', transaction.id);
    chunks.release(data);
  });
  for (const item of fresh) record({ kind: 'gateway.accepted', id: item.id, type: itemType(item.tags), dataBytes: item.dataBytes });
}

/** Data that is whole: from its chunks, or from another transaction with the same. */
function bytesOf({ shelf, chunks }: WeavePorts, data: DataRoot): Uint8Array {
  const bytes = chunks.join(data) ?? shelf.withData(data)?.data(0, data.size);
  if (bytes === undefined) throw new Error(`the chunks of ${data.root} are proved and their bytes are not there`);
  return bytes;
}

/** On Arweave anybody may call any data a bundle: a transaction that carries a broken one stands, and nothing is taken from it. */
async function unpackTransaction(
  { uploadBytes, record }: WeavePorts,
  transaction: Transaction,
  bytes: Uint8Array,
): Promise<UploadedItem[]> {
  const root: UploadedItem = { item: itemOf(transaction), start: 0, size: bytes.length, bundledIn: null, transaction };
  try {
    return await unpackWithin(bytes, root, uploadBytes);
  } catch (error) {
    if (!(error instanceof AoError)) throw error;
    record({ kind: 'gateway.rejected', id: transaction.id, code: error.code, message: reasonOf(error) });
    return [root];
  }
}

function pendingWith(database: Database, { root, size }: DataRoot): readonly Pending[] {
  return database
    .all('SELECT root, size, header FROM pending WHERE root = ? AND size = ?', root, size)
    .map((row) => ({ data: rootOf(row), transaction: readTransaction(textOf(row, 'header')) }));
}

function rootOf(row: SqlRow): DataRoot {
  return { root: textOf(row, 'root'), size: numberOf(row, 'size') };
}

function idIn(raw: unknown): ItemId | null {
  if (raw === null || typeof raw !== 'object' || !('id' in raw) || typeof raw.id !== 'string') return null;
  try {
    return toItemId(raw.id);
  } catch {
    return null;
  }
}
