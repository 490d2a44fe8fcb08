import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { toAddress, toItemId, toModuleId, type ItemId } from '../contract/ids.ts';
import { itemType, type Item } from '../contract/item.ts';
import { trustItem } from '../item/parse.ts';
import { signedForm } from '../item/signed-form.ts';
import { BLOCK_SECONDS, GENESIS_HEIGHT, type Chain } from './chain.ts';
import { blockDocument, transactionDocument } from './document.ts';
import { knownItem } from './known.ts';
import type { GatewayPorts } from './ports.ts';
import type { Shelved } from './shelf.ts';
import { unpack, type Verified } from './unpack.ts';
import { wholeTransaction } from './whole-transaction.ts';

/** The local stand-in for Arweave. */
export interface Gateway {
  /** Every command of the gateway without its journal's. */
  readonly handlers: Omit<HandlersOf<'gateway'>, 'gateway.facts'>;
  /**
   * Verifies an upload and keeps it, with every item of a bundle: on disk before it answers. The same upload again
   * answers the same.
   * @param verified what another unit has verified already.
   * @throws AoError ITEM_*, BUNDLE_BROKEN; STORE_BROKEN when the disk refuses.
   */
  upload(bytes: Uint8Array, verified?: Verified): Promise<Item>;
}

export function createGateway({ shelf, chain, clock, schedulers, commit, lua, uploadBytes, behind, record }: GatewayPorts): Gateway {
  const upload = async (bytes: Uint8Array, verified: Verified = 'nothing'): Promise<Item> => {
    const items = await unpack(bytes, uploadBytes, verified).catch((error: unknown) => {
      if (error instanceof AoError)
        record({ kind: 'gateway.rejected', id: idOf(bytes, uploadBytes), code: error.code, message: error.message });
      throw error;
    });
    const root = items[0]?.item;
    if (root === undefined) throw new Error('an upload holds at least itself');
    if (items.every(({ item }) => shelf.has(item.id))) return root;
    let fresh: readonly Item[] = [];
    await commit.add(() => {
      fresh = shelf.put(bytes, items, chain.latest().height);
    });
    for (const item of fresh) record({ kind: 'gateway.accepted', id: item.id, type: itemType(item.tags), dataBytes: item.dataBytes });
    return root;
  };
  const existing = async (id: ItemId): Promise<Shelved> => {
    await behind?.bring([id]);
    const found = shelf.get(id);
    if (found === null) throw new AoError('ITEM_NOT_FOUND', { id });
    return found;
  };
  return {
    upload,
    handlers: {
      'gateway.upload': async ({ item, isLogLine }) => ({
        id: (await upload(Buffer.from(item, 'base64url'), isLogLine === true ? 'item and its items' : 'item')).id,
      }),
      async 'gateway.schedulerLocation'({ item }) {
        const { id, address } = await upload(Buffer.from(item, 'base64url'));
        await commit.add(() => schedulers.remember(toAddress(address)));
        return { id };
      },
      'gateway.item': async ({ id }) => (await existing(id)).item(),
      async 'gateway.signed'({ id, from, limit }) {
        const found = await existing(id);
        const isItem = !found.isKnown && found.transaction() === null;
        return { form: isItem ? await signedForm(found.bytes(), id, from, limit) : null };
      },
      async 'gateway.data'({ id }) {
        const found = await existing(id);
        return { data: Buffer.from(found.data(0, found.dataBytes)).toString('base64url') };
      },
      async 'gateway.bytes'({ id }) {
        const found = await existing(id);
        const transaction = found.transaction();
        const form = found.isKnown ? 'known' : transaction === null ? 'item' : 'transaction';
        const header = transaction === null ? null : JSON.stringify({ format: 2, ...transaction });
        return { bytes: Buffer.from(found.bytes()).toString('base64url'), form, header };
      },
      async 'gateway.transaction'({ header, data }) {
        const bytes = Buffer.from(data, 'base64url');
        const { uploaded, item } = await wholeTransaction(JSON.parse(header), bytes);
        if (!shelf.has(item.id)) {
          await commit.add(() => void shelf.put(bytes, [uploaded], chain.latest().height));
          record({ kind: 'gateway.accepted', id: item.id, type: itemType(item.tags), dataBytes: item.dataBytes });
        }
        return { id: item.id };
      },
      async 'gateway.lua'({ module }) {
        await commit.add(() => lua.name(toItemId(module)));
        return {};
      },
      async 'gateway.known'({ data }) {
        const bytes = Buffer.from(data, 'base64url');
        const item = knownItem(bytes);
        const isNew = !shelf.has(item.id);
        await commit.add(() => shelf.putKnown(item, bytes, chain.latest().height));
        if (isNew) record({ kind: 'gateway.accepted', id: item.id, type: 'Module', dataBytes: item.dataBytes });
        return { module: toModuleId(item.id) };
      },
      async 'gateway.find'({ owner, tag, after, limit }) {
        const found = shelf.signedBy(owner, tag, Number(after ?? 0), limit);
        const last = found.at(-1);
        return { items: found.map((one) => ({ ...one.head(), data: null })), cursor: last === undefined ? null : String(last.seq) };
      },
      async 'gateway.settled'({ id }) {
        const found = await existing(id);
        return { isTransaction: found.transaction() !== null, confirmations: chain.latest().height - found.height + 1 };
      },
      'gateway.search': async ({ ids, owners, tags, maxHeight }) => ({
        ids: shelf
          .find({
            ids,
            owners,
            recipients: [],
            bundledIn: [],
            tags: tags.map(({ name, value }) => ({ name, values: [value], isNot: false, isWildcard: false })),
            minHeight: null,
            maxHeight,
            after: null,
            first: SEARCH_MAX,
            isAscending: true,
          })
          .map(({ id }) => id),
      }),
      'gateway.document': async ({ kind, name, maxHeight }) => ({
        json: kind === 'tx' ? transactionDocument(shelf, name, maxHeight) : blockDocument(shelf, chain, Number(name), maxHeight),
      }),
      'gateway.network': async () => ({ height: chain.latest().height }),
      async 'gateway.clock'({ timestampMs }) {
        clock.follow(timestampMs);
        const { height: blockHeight, timestamp } = chain.latest();
        return {
          // An assignment that names a block is younger than the block.
          timestampMs: Math.max(clock.now(), timestamp * 1_000 + 1),
          blockHeight,
          nextBlockMs: chain.nextSeconds() * 1_000,
          blockMs: BLOCK_SECONDS * 1_000,
        };
      },
      'gateway.blocks': async ({ after, beforeMs }) => ({ blocks: blocksOf(chain, after, beforeMs) }),
    },
  };
}

/** The id of a refused upload, where its bytes still tell. */
function idOf(bytes: Uint8Array, limit: number): ItemId | null {
  if (bytes.length > limit) return null;
  try {
    return trustItem(bytes).id;
  } catch {
    return null;
  }
}

const SEARCH_MAX = 100;
const BLOCKS_MAX = 1_000;

function blocksOf(chain: Chain, after: number, beforeMs: number): { blockHeight: number; timestampMs: number }[] {
  const blocks: { blockHeight: number; timestampMs: number }[] = [];
  for (let height = Math.max(after + 1, GENESIS_HEIGHT); blocks.length < BLOCKS_MAX; height++) {
    const block = chain.at(height);
    if (block === null || block.timestamp * 1_000 >= beforeMs) break;
    blocks.push({ blockHeight: height, timestampMs: block.timestamp * 1_000 });
  }
  return blocks;
}
