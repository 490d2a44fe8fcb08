import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import { itemType, type Item } from '../contract/item.ts';
import { decodeText, trustItem } from '../item/parse.ts';
import type { Foreign, ForeignPorts } from './ports.ts';
import type { UnitReply } from './unit-http.ts';
import { idText, itemOf, tags } from './wire.ts';

/** Most that public gateways give at once. */
const PAGE_MAX = 100;
/** Modules come this way. */
const DATA_BYTES = 512 * 1024 * 1024;
/** A fault may have more to say than the item that was asked for is long. */
const FAULT_BYTES = 64 * 1024;
const DATA_MS = 120_000;
/** What the items that are kept weigh at most, with the tags that the gateway says they have. */
const KEPT_BYTES = 32 * 1024 * 1024;
const BLOCKS_PAGE = 100;
const BLOCKS_MAX = 1_000;

const ITEM_QUERY = `query ($ids: [ID!]!) { transactions(ids: $ids, first: 1) { edges { node {
  id anchor signature recipient owner { address key } data { size } tags { name value } } } } }`;
const FIND_QUERY = `query ($owners: [String!]!, $tags: [TagFilter!]!, $first: Int!, $after: String) {
  transactions(owners: $owners, tags: $tags, first: $first, after: $after, sort: HEIGHT_ASC) { pageInfo { hasNextPage } edges { cursor node {
  id anchor signature recipient owner { address key } data { size } tags { name value } } } } }`;
const BLOCKS_QUERY = `query ($min: Int!, $first: Int!) { blocks(height: { min: $min }, first: $first, sort: HEIGHT_ASC) {
  edges { node { height timestamp } } } }`;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const node = z.object({
  id: idText,
  anchor: text,
  signature: text,
  recipient: text,
  owner: z.object({ address: z.string(), key: text }),
  data: z.object({ size: z.coerce.number().int().min(0) }),
  tags,
});
const items = z.object({ data: z.object({ transactions: z.object({ edges: z.array(z.object({ node })) }) }) });
const block = z.object({ height: z.number().int(), timestamp: z.number().int() });
const blocks = z.object({ data: z.object({ blocks: z.object({ edges: z.array(z.object({ node: block })) }) }) });
const page = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean() }),
  edges: z.array(z.object({ cursor: z.string(), node })),
});
const pages = z.object({ data: z.object({ transactions: page }) });
const status = z.object({ number_of_confirmations: z.number().int() });
const info = z.object({ height: z.number().int() });

/** A gateway elsewhere: GraphQL for items, `/raw` for their data, `/tx` for uploads (protocol §9). */
export function foreignGateway(ports: ForeignPorts): Foreign<'gateway'> {
  const { http, uploads } = ports;
  const kept = new LRUCache<ItemId, Item>({ maxSize: KEPT_BYTES, sizeCalculation: (one) => JSON.stringify(one).length });

  const graphql = <T>(query: string, variables: object, schema: z.ZodType<T>): Promise<T> => {
    const bytes = Buffer.from(JSON.stringify({ query, variables }));
    const { path } = ports.graphql;
    return ports.graphql.http.json({ method: 'POST', path, body: { type: 'application/json', bytes }, isRepeatable: true }, schema);
  };
  const raw = async (id: ItemId, answerBytes = DATA_BYTES): Promise<UnitReply> => {
    const reply = await http.request({ path: `/raw/${id}`, timeoutMs: DATA_MS, answerBytes });
    if (reply.status === 404 || reply.status === 400) throw new AoError('ITEM_NOT_FOUND', { id });
    if (reply.status >= 300) throw http.faultOf(reply);
    return reply;
  };
  /** Text is read because it was said to be short: then it is as long as it was said to be. */
  const dataOf = async (id: ItemId, size: number): Promise<Uint8Array> => {
    const { bytes } = await raw(id, Math.max(size, FAULT_BYTES));
    if (bytes.length !== size)
      throw http.wrong(`the data of ${id} has ${bytes.length} bytes, and not the ${size} that it was said to have`);
    return bytes;
  };
  const item = async (id: ItemId): Promise<Item> => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const found = await graphql(ITEM_QUERY, { ids: [id] }, items);
    const shown = found.data.transactions.edges[0]?.node;
    if (shown?.id !== id) throw new AoError('ITEM_NOT_FOUND', { id });
    const { size } = shown.data;
    // The bytes of a module are fetched once, as its data; nobody reads them as text.
    const isText = size > 0 && size <= ports.config.limits.itemBytes && itemType(shown.tags) !== 'Module';
    const data = isText ? decodeText(await dataOf(id, size)) : size === 0 ? '' : null;
    const made = itemOf({ ...shown, target: shown.recipient, data, dataBytes: size });
    kept.set(id, made);
    return made;
  };

  const upload = async (encoded: string): Promise<{ id: ItemId }> => {
    const bytes = Buffer.from(encoded, 'base64url');
    const { id, tags: own, dataBytes } = trustItem(bytes);
    // The same bytes are the same item.
    const body = { type: 'application/octet-stream', bytes };
    const reply = await uploads.request({ method: 'POST', path: '/tx', body, isRepeatable: true, timeoutMs: DATA_MS });
    // 208: it has it already.
    if (reply.status >= 300) throw uploads.faultOf(reply);
    if (ports.memory.isNew(`accepted ${id}`)) ports.record({ kind: 'gateway.accepted', id, type: itemType(own), dataBytes });
    return { id };
  };

  return {
    probePath: '/info',
    address: null,
    askAddress: null,
    handlers: {
      'gateway.upload': ({ item: encoded }) => upload(encoded),
      'gateway.schedulerLocation': ({ item: encoded }) => upload(encoded),
      // A gateway elsewhere keeps no names for this node: what `lua` stands for is known here only.
      'gateway.lua': async () => ({}),
      'gateway.item': ({ id }) => item(id),
      // Gateways hand out what an item carries, not the item as it was signed.
      'gateway.signed': async () => ({ form: null }),
      'gateway.data': async ({ id }) => ({ data: Buffer.from((await raw(id)).bytes).toString('base64url') }),
      async 'gateway.find'({ owner, tag, after, limit }) {
        const tagFilters = [{ name: tag.name, values: [tag.value] }];
        const variables = { owners: [owner], tags: tagFilters, first: Math.min(limit, PAGE_MAX), after };
        const { edges, pageInfo } = (await graphql(FIND_QUERY, variables, pages)).data.transactions;
        const found = edges.map(({ node: shown }) => itemOf({ ...shown, target: shown.recipient, data: null, dataBytes: shown.data.size }));
        return { items: found, cursor: pageInfo.hasNextPage ? (edges.at(-1)?.cursor ?? null) : null };
      },
      async 'gateway.settled'({ id }) {
        const answer = await http.request({ path: `/tx/${id}/status` });
        // 202: it waits for its data, or for a block.
        if (answer.status === 404 || answer.status === 202) throw new AoError('ITEM_NOT_FOUND', { id });
        if (answer.status >= 300) throw http.faultOf(answer);
        // A transaction has a header of its own; an item lies within one.
        const { status: header } = await http.request({ path: `/tx/${id}` });
        return { isTransaction: header === 200, confirmations: http.parse(answer, status).number_of_confirmations };
      },
      'gateway.network': async () => ({ height: (await http.json({ path: '/info' }, info)).height }),
      async 'gateway.blocks'({ after, beforeMs }) {
        const found: { blockHeight: number; timestampMs: number }[] = [];
        while (found.length < BLOCKS_MAX) {
          const min = Math.max(0, (found.at(-1)?.blockHeight ?? after) + 1);
          const { data } = await graphql(BLOCKS_QUERY, { min, first: BLOCKS_PAGE }, blocks);
          const page = data.blocks.edges.map(({ node: { height, timestamp } }) => ({
            blockHeight: height,
            timestampMs: timestamp * 1_000,
          }));
          const fresh = page.filter(({ blockHeight, timestampMs }) => blockHeight >= min && timestampMs < beforeMs);
          found.push(...fresh);
          if (fresh.length < page.length || page.length === 0) break;
        }
        return { blocks: found.slice(0, BLOCKS_MAX) };
      },
    },
  };
}
