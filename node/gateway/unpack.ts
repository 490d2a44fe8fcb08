import { setImmediate as turn } from 'node:timers/promises';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import { isBundle, readBundle } from '../item/bundle.ts';
import { openItem, trustItem } from '../item/parse.ts';
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

/** How much of an upload need not be verified again. */
export type Verified = 'nothing' | 'item' | 'item and its items';

/** Bundles nested deeper stay packed: the items in them are data of the bundle around them. */
const DEPTH_MAX = 8;
/** Items that one upload may hold, at every depth together: they are written in one transaction, and nothing is answered meanwhile. */
export const BUNDLE_ITEMS_MAX = 50_000;

/**
 * Every item in an upload, each with its signature verified: the item itself first, then, where it carries a bundle,
 * the items in it, and so on. An item within that only claims to be a bundle stands as it is, with nothing taken from
 * it: what a stranger writes into his tags must not keep the scheduler's own bundle from the gateway.
 * @param verified what another unit has verified or signed: the item alone, or also the items that it carries directly.
 * @throws AoError ITEM_* as `openItem`; BUNDLE_BROKEN when the upload itself is a bundle that cannot be used: then
 * nothing is taken.
 */
export async function unpack(bytes: Uint8Array, limit: number, verified: Verified): Promise<UploadedItem[]> {
  if (bytes.length > limit) throw new AoError('ITEM_TOO_LARGE', { bytes: bytes.length, limit });
  const item = verified === 'nothing' ? await openItem(bytes, limit) : trustItem(bytes);
  return unpackWithin(bytes, { item, start: 0, size: bytes.length, bundledIn: null }, limit, verified === 'item and its items');
}

/**
 * The same for what is verified already: `root`, then every item in it.
 * @throws AoError BUNDLE_BROKEN.
 */
export async function unpackWithin(
  bytes: Uint8Array,
  root: UploadedItem,
  limit: number,
  areItemsVerified = false,
): Promise<UploadedItem[]> {
  const found = [root];
  let level = [root];
  for (let depth = 0; depth < DEPTH_MAX && level.length > 0; depth++) {
    const next: UploadedItem[] = [];
    for (const bundle of level) {
      if (!isBundle(bundle.item.tags)) continue;
      try {
        const itemLimit = areItemsVerified && depth === 0 ? null : limit;
        for (const item of await openBundle(bytes, bundle, itemLimit, found.length + next.length)) next.push(item);
      } catch (error) {
        if (depth === 0 || !(error instanceof AoError)) throw error;
      }
    }
    for (const item of next) found.push(item);
    level = next;
  }
  return found;
}

/** @param limit most bytes of an item; null for items that have been verified. @param before how many items the upload has so far. */
async function openBundle(bytes: Uint8Array, bundle: UploadedItem, limit: number | null, before: number): Promise<UploadedItem[]> {
  const dataStart = bundle.start + bundle.size - bundle.item.dataBytes;
  const data = bytes.subarray(dataStart, dataStart + bundle.item.dataBytes);
  const items: UploadedItem[] = [];
  const places = readBundle(data);
  if (before + places.length > BUNDLE_ITEMS_MAX)
    throw new AoError('BUNDLE_BROKEN', { reason: `it holds more than ${BUNDLE_ITEMS_MAX} items, with the bundles in it` });
  for (const [index, place] of places.entries()) {
    // A large bundle holds tens of thousands of signatures: others are answered between two of them.
    if (limit !== null) await turn();
    const item = await openNested(data.subarray(place.start, place.start + place.size), index, limit);
    if (item.id !== place.id) throw new AoError('BUNDLE_BROKEN', { reason: `item ${index} is not the one its header names` });
    items.push({ item, start: dataStart + place.start, size: place.size, bundledIn: bundle.item.id });
  }
  return items;
}

async function openNested(bytes: Uint8Array, index: number, limit: number | null): Promise<Item> {
  try {
    return limit === null ? trustItem(bytes) : await openItem(bytes, limit);
  } catch (error) {
    throw new AoError('BUNDLE_BROKEN', { reason: `item ${index}: ${reasonOf(error).replace(/\.$/, '')}` });
  }
}
