import { AoError } from '../contract/errors.ts';
import type { Item } from '../contract/item.ts';
import { chunksOf } from './chunks.ts';
import { itemOf, openTransaction } from './transaction.ts';
import type { UploadedItem } from './unpack.ts';

/**
 * A transaction of the base layer with its data, which stood on a gateway elsewhere: signature and data root are verified.
 * @param raw what the JSON of its fields holds; anything.
 * @throws AoError TX_MALFORMED, TX_BAD_SIGNATURE, TX_DATA_ROOT.
 */
export async function wholeTransaction(raw: unknown, data: Uint8Array): Promise<{ readonly item: Item; readonly uploaded: UploadedItem }> {
  const { transaction } = openTransaction(raw);
  const item = itemOf(transaction);
  if (data.length !== item.dataBytes || (item.dataBytes > 0 && (await chunksOf(data, transaction.data_root)) === null))
    throw new AoError('TX_DATA_ROOT');
  return { item, uploaded: { item, start: 0, size: data.length, bundledIn: null, transaction } };
}
