import { bodyWithin } from '../base/body-within.ts';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import { itemType, type Item } from '../contract/item.ts';
import type { FactBody } from '../contract/trace.ts';
import { itemHead } from '../item/build.ts';
import { sha256 } from '../item/hash.ts';
import { openItem } from '../item/parse.ts';
import { writeTagBlock } from '../item/tag-block.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import type { Chain } from './chain.ts';
import type { Shelf } from './shelf.ts';
import type { UploadedItem } from './unpack.ts';
import { wholeTransaction } from './whole-transaction.ts';

/** A gateway behind this one, which is asked for what this one lacks. */
export interface Behind {
  /** Fetches what is not here, verifies it and keeps it. Resolves as soon as it is clear whether it is there: nothing is thrown. */
  bring(ids: readonly ItemId[]): Promise<void>;
}

export interface BehindPorts {
  /** Its address. */
  readonly url: string;
  readonly shelf: Pick<Shelf, 'get' | 'put'>;
  readonly chain: Pick<Chain, 'latest'>;
  readonly commit: GroupCommit;
  /** Most bytes of one item. */
  readonly uploadBytes: number;
  record(fact: FactBody): void;
}

/** On requests of a gateway that looks behind itself: two that name each other would ask in a circle. */
export const LOOKING_BEHIND = 'X-Aoscope-Read-Through';

const ANSWER_MS = 10_000;
/** A page of items with their tags takes far less. */
const ANSWER_BYTES = 64 * 1024 * 1024;
/** Between two pieces of data. */
const SILENCE_MS = 15_000;
/** What was not there is not asked for again so soon. */
const ABSENT_MS = 30_000;
const ABSENT_MAX = 10_000;
/** Ids that one question may bring. */
const IDS_MAX = 50;

const ITEM_QUERY = `query ($id: ID!) { transaction(id: $id) {
  id anchor signature recipient owner { key } tags { name value } } }`;
const itemReply = z.object({
  data: z.object({
    transaction: z
      .object({
        anchor: z.string().nullish(),
        signature: z.string(),
        recipient: z.string().nullish(),
        owner: z.object({ key: z.string() }),
        tags: z.array(z.object({ name: z.string(), value: z.string() })),
      })
      .nullable(),
  }),
});
type ShownItem = NonNullable<z.infer<typeof itemReply>['data']['transaction']>;

/** Signature types by the bytes of signature and key (ANS-104); Ed25519 and Solana differ in nothing else. */
const TYPES: readonly { readonly type: number; readonly signature: number; readonly owner: number }[] = [
  { type: 1, signature: 512, owner: 512 },
  { type: 2, signature: 64, owner: 32 },
  { type: 4, signature: 64, owner: 32 },
  { type: 3, signature: 65, owner: 65 },
];

export function createBehind(ports: BehindPorts): Behind {
  const absent = new LRUCache<ItemId, true>({ max: ABSENT_MAX, ttl: ABSENT_MS });
  const asked = new Map<ItemId, Promise<void>>();
  const bringOne = async (id: ItemId): Promise<void> => {
    try {
      const found = (await transactionOf(ports, id)) ?? (await itemAt(ports, id));
      if (found === null) return void absent.set(id, true);
      await ports.commit.add(() => void ports.shelf.put(found.bytes, [found.uploaded], found.height));
      const { item } = found.uploaded;
      ports.record({ kind: 'gateway.accepted', id, type: itemType(item.tags), dataBytes: item.dataBytes });
    } catch (error) {
      // Offline, too slow, too large, or not what its signer signed: here it is not there, and the reason is told.
      absent.set(id, true);
      const { code, message } =
        error instanceof AoError ? error : new AoError('READ_THROUGH', { id, url: ports.url, reason: reasonOf(error) });
      ports.record({ kind: 'gateway.rejected', id, code, message });
    }
  };
  return {
    async bring(ids) {
      const missing = ids.slice(0, IDS_MAX).filter((id) => !absent.has(id) && ports.shelf.get(id) === null);
      const waits = missing.map((id) => {
        const running = asked.get(id) ?? bringOne(id).finally(() => asked.delete(id));
        asked.set(id, running);
        return running;
      });
      await Promise.all(waits);
    },
  };
}

interface Found {
  readonly bytes: Uint8Array;
  readonly uploaded: UploadedItem;
  readonly height: number;
}

/** A transaction of the base layer with its data: signature and data root are verified. Null where there is none. */
async function transactionOf(ports: BehindPorts, id: ItemId): Promise<Found | null> {
  const json = await jsonAt(ports, `/tx/${id}`);
  if (json === null) return null;
  const { data_size: size } = z.object({ data_size: z.string() }).safeParse(json).data ?? {};
  const bytes = size === '0' ? new Uint8Array() : ((await dataAt(ports, id)) ?? new Uint8Array());
  const { item, uploaded } = await wholeTransaction(json, bytes);
  if (item.id !== id) throw new AoError('TX_BAD_SIGNATURE');
  const status = z.object({ number_of_confirmations: z.number().int().min(1) }).safeParse(await jsonAt(ports, `/tx/${id}/status`));
  const confirmations = status.data?.number_of_confirmations ?? 1;
  return {
    bytes,
    uploaded,
    height: Math.max(0, ports.chain.latest().height + 1 - confirmations),
  };
}

/** A data item, put together again out of its fields and its data, so that its signature can be verified. */
async function itemAt(ports: BehindPorts, id: ItemId): Promise<Found | null> {
  const body = JSON.stringify({ query: ITEM_QUERY, variables: { id } });
  const reply = itemReply.safeParse(await jsonAt(ports, '/graphql', body));
  const shown = reply.data?.data.transaction ?? null;
  if (shown === null) return null;
  const signature = Buffer.from(shown.signature, 'base64url');
  if (sha256(signature).toString('base64url') !== id) throw new AoError('ITEM_BAD_SIGNATURE');
  const data = await dataAt(ports, id);
  if (data === null) return null;
  for (const head of headsOf(shown, signature)) {
    const bytes = Buffer.concat([head, data]);
    const item = await openItem(bytes, ports.uploadBytes).catch(() => null);
    if (item?.id === id) return found(bytes, item, ports);
  }
  throw new AoError('ITEM_BAD_SIGNATURE');
}

function found(bytes: Uint8Array, item: Item, { chain }: BehindPorts): Found {
  return { bytes, uploaded: { item, start: 0, size: bytes.length, bundledIn: null }, height: chain.latest().height };
}

/** What the bytes before the data may have been: gateways do not tell the signature's type, and write anchors as text or as base64url. */
function headsOf({ anchor, recipient, owner, tags }: ShownItem, signature: Uint8Array): Buffer[] {
  const key = Buffer.from(owner.key, 'base64url');
  const rawTags = writeTagBlock(tags);
  const target = Buffer.from(recipient ?? '', 'base64url');
  const anchors = (['utf8', 'base64url'] as const)
    .map((encoding) => Buffer.from(anchor ?? '', encoding))
    .filter(({ length }, at) => length === 32 || (length === 0 && at === 0));
  const types = TYPES.filter((one) => one.signature === signature.length && one.owner === key.length);
  return types.flatMap(({ type }) =>
    anchors.map((bytes) => itemHead({ signatureType: type, signature, owner: key, target, anchor: bytes, rawTags, tagCount: tags.length })),
  );
}

/** Null for 404 and for what is no JSON. @throws Error where it does not answer. */
async function jsonAt({ url }: BehindPorts, path: string, body?: string): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: { [LOOKING_BEHIND]: '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.status >= 500 || response.status === 429) throw new Error(`it answered ${response.status}`);
  const text = await textOf(response);
  if (response.status !== 200) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws Error where there is more of it than any answer has. */
async function textOf({ body }: Response): Promise<string> {
  const bytes = await bodyWithin(body, ANSWER_BYTES);
  if (bytes === null) throw new Error('it answers without end');
  return Buffer.from(bytes).toString();
}

/** @throws AoError ITEM_TOO_LARGE; Error where it falls silent. */
async function dataAt({ url, uploadBytes }: BehindPorts, id: ItemId): Promise<Uint8Array | null> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(new Error('it fell silent')), ANSWER_MS);
  try {
    const response = await fetch(new URL(`/raw/${id}`, url), { headers: { [LOOKING_BEHIND]: '1' }, signal: silence.signal });
    if (response.status !== 200 || response.body === null) return null;
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error('it fell silent')), SILENCE_MS);
      bytes += part.length;
      if (bytes > uploadBytes) throw new AoError('ITEM_TOO_LARGE', { bytes: `more than ${uploadBytes}`, limit: uploadBytes });
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
