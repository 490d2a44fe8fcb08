import { setImmediate as turn } from 'node:timers/promises';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import { openItem, trustItem } from '../item/parse.ts';
import { isBundle, readBundle } from './bundle.ts';
import type { Transaction } from './transaction.ts';

/** One verified item of an upload and where its bytes lie in the upload. */
export interface UploadedItem {
  readonly item: Item;
  readonly start: number;
  readonly size: number;
  /** The bundle it came in; null for the upload itself. */
  readonly bundledIn: ItemId | null;
  /** Its fields in Arweave's words, when it is a transaction: then its bytes are its data alone. */
  readonly transaction?: Transaction;
}

/** Bundles nested deeper stay packed: the items in them are data of the bundle around them. */
const DEPTH_MAX = 8;

/**
 * Every item in an upload, each with its signature verified: the item itself first, then, where it carries a bundle,
 * the items in it, and so on.
 * @param isVerified another unit has verified or signed the item itself; what it carries is verified all the same.
 * @throws AoError ITEM_* as `openItem`; BUNDLE_BROKEN when an item within cannot be used: then nothing is taken.
 */
export async function unpack(bytes: Uint8Array, limit: number, isVerified: boolean): Promise<UploadedItem[]> {
  if (bytes.length > limit) throw new AoError('ITEM_TOO_LARGE', { bytes: bytes.length, limit });
  const item = isVerified ? trustItem(bytes) : await openItem(bytes, limit);
  return unpackWithin(bytes, { item, start: 0, size: bytes.length, bundledIn: null }, limit);
}

/**
 * The same for what is verified already: `root`, then every item in it.
 * @throws AoError BUNDLE_BROKEN.
 */
export async function unpackWithin(bytes: Uint8Array, root: UploadedItem, limit: number): Promise<UploadedItem[]> {
  const found = [root];
  let level = [root];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth++) {
    const next: UploadedItem[] = [];
    for (const bundle of level) {
      if (isBundle(bundle.item.tags)) next.push(...(await openBundle(bytes, bundle, limit)));
    }
    found.push(...next);
    level = next;
  }
  return found;
}

async function openBundle(bytes: Uint8Array, bundle: UploadedItem, limit: number): Promise<UploadedItem[]> {
  const dataStart = bundle.start + bundle.size - bundle.item.dataBytes;
  const data = bytes.subarray(dataStart, dataStart + bundle.item.dataBytes);
  const items: UploadedItem[] = [];
  for (const [index, place] of readBundle(data).entries()) {
    // A large bundle holds tens of thousands of signatures: others are answered between two of them.
    await turn();
    const item = await openNested(data.subarray(place.start, place.start + place.size), index, limit);
    if (item.id !== place.id) throw new AoError('BUNDLE_BROKEN', { reason: `item ${index} is not the one its header names` });
    items.push({ item, start: dataStart + place.start, size: place.size, bundledIn: bundle.item.id });
  }
  return items;
}

async function openNested(bytes: Uint8Array, index: number, limit: number): Promise<Item> {
  try {
    return await openItem(bytes, limit);
  } catch (error) {
    throw new AoError('BUNDLE_BROKEN', { reason: `item ${index}: ${reasonOf(error).replace(/\.$/, '')}` });
  }
}
