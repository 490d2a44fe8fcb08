import { AoError } from '../contract/errors.ts';
import { isId, toItemId } from '../contract/ids.ts';
import { sha256 } from '../item/hash.ts';
import type { Chain } from './chain.ts';
import type { Shelf } from './shelf.ts';

/**
 * A transaction with the address of its owner, as programs read it in WeaveDrive.
 * @throws AoError ITEM_NOT_FOUND where it stands above `maxHeight`, and for a data item: Arweave's nodes know none.
 */
export function transactionDocument(shelf: Shelf, id: string, maxHeight: number): string {
  const found = isId(id) ? shelf.get(toItemId(id)) : null;
  const transaction = found === null || found.height > maxHeight ? null : found.transaction();
  if (transaction === null) throw new AoError('ITEM_NOT_FOUND', { id });
  const ownerAddress = sha256(Buffer.from(transaction.owner, 'base64url')).toString('base64url');
  return JSON.stringify({ format: 2, ...transaction, data: '', data_tree: [], ownerAddress });
}

/** A block as it stood at `maxHeight`; of that one itself no transactions are told, more may come. @throws AoError ITEM_NOT_FOUND. */
export function blockDocument(shelf: Shelf, chain: Chain, height: number, maxHeight: number): string {
  const block = height > maxHeight ? null : chain.at(height);
  if (block === null) throw new AoError('ITEM_NOT_FOUND', { id: String(height) });
  const { id, timestamp, previous } = block;
  const txs = height === maxHeight ? [] : shelf.transactionsAt(height);
  return JSON.stringify({ indep_hash: id, previous_block: previous, height, timestamp, txs });
}
