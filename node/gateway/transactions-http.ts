import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import { itemIdOf, limitBody } from '../http/request.ts';
import { jsonOfBody } from './body.ts';
import type { GatewayHttpPorts } from './http.ts';
import type { Shelved } from './shelf.ts';
import type { Transaction } from './transaction.ts';

type TransactionPorts = Pick<GatewayHttpPorts, 'shelf' | 'chain' | 'weave'>;

/** A chunk of 256 KiB and the longest proof, both base64url. */
const CHUNK_BODY_BYTES = 1024 * 1024;
const ID = '{[A-Za-z0-9_-]{43}}';

/** Arweave's routes of single transactions and their chunks. POST /tx is where bundlers take items too: see bundler-http.ts. */
export function addTransactions(app: Hono, ports: TransactionPorts): void {
  const { chain, weave } = ports;
  app.post('/chunk', limitBody(CHUNK_BODY_BYTES), async (context) => {
    await weave.postChunk(await jsonOfBody(context).catch(() => null));
    return context.json({});
  });
  app.get('/chunk/:offset{[0-9]{1,15}}', (context) => {
    const offset = context.req.param('offset');
    const chunk = weave.chunkAt(Number(offset));
    if (chunk === null) throw new AoError('ITEM_NOT_FOUND', { id: `chunk ${offset}` });
    // The proof of the transaction within its block is empty: blocks here have no tree of transactions.
    return context.json({ chunk: encode(chunk.bytes), data_path: encode(chunk.path), tx_path: '', packing: 'unpacked' });
  });
  // An item can be asked for like a transaction here, so that tools need not know which of the two an id names.
  app.get(`/tx/:id${ID}/status`, (context) =>
    whenThere(context, ports, ({ height }) =>
      context.json({
        block_height: height,
        block_indep_hash: chain.at(height)?.id ?? '',
        number_of_confirmations: chain.latest().height - height + 1,
      }),
    ),
  );
  app.get(`/tx/:id${ID}/data`, (context) => whenThere(context, ports, (found) => context.text(encode(found.data(0, found.dataBytes)))));
  app.get(`/tx/:id${ID}/offset`, (context) =>
    whenThere(context, ports, (found) => {
      if (found.weaveEnd === null || found.dataBytes === 0) throw new AoError('ITEM_NOT_FOUND', { id: context.req.path });
      return context.json({ size: String(found.dataBytes), offset: String(found.weaveEnd) });
    }),
  );
  app.get(`/tx/:id${ID}`, (context) => whenThere(context, ports, (found) => context.json(jsonOf(transactionOf(found)))));
  app.get(`/tx/:id${ID}/:field`, (context) =>
    whenThere(context, ports, (found) => {
      const json = jsonOf(transactionOf(found));
      const value = Object.entries(json).find(([name]) => name === context.req.param('field'))?.[1];
      if (value === undefined) throw new AoError('ROUTE_UNKNOWN', { route: context.req.path });
      return typeof value === 'string' ? context.text(value) : context.json(value);
    }),
  );
  app.get('/tx/pending', (context) => context.json(weave.pending()));
  app.get('/tx/:id', (context) => {
    throw new AoError('ITEM_NOT_FOUND', { id: context.req.param('id').slice(0, 64) });
  });
}

/** Answers with what stands under the id, 202 while it is pending. @throws AoError ITEM_NOT_FOUND. */
function whenThere(context: Context, { shelf, weave }: TransactionPorts, answer: (found: Shelved) => Response): Response {
  const id = itemIdOf(context.req.param('id') ?? '');
  const found = shelf.get(id);
  if (found !== null) return answer(found);
  if (weave.isPending(id)) return context.text('Pending', 202);
  throw new AoError('ITEM_NOT_FOUND', { id });
}

/** @throws AoError ITEM_NOT_FOUND for a data item, as Arweave's nodes know none. */
function transactionOf(found: Shelved): Transaction {
  const transaction = found.transaction();
  if (transaction === null) throw new AoError('ITEM_NOT_FOUND', { id: found.id });
  return transaction;
}

/** Of format 2 the data is never part of the answer. */
function jsonOf(transaction: Transaction): object {
  return { format: 2, ...transaction, data: '', data_tree: [] };
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
