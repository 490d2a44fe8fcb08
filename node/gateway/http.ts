import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import type { Item } from '../contract/item.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { bytesOfBody, itemIdOf, limitBody, limitItem } from '../http/request.ts';
import { GENESIS_HEIGHT, type Block, type Chain } from './chain.ts';
import { answerGraphql, graphqlRequest, type GraphqlRequest } from './graphql.ts';
import { dataResponse } from './serve-data.ts';
import type { Shelf, Shelved } from './shelf.ts';

/** What the gateway's public routes stand on. */
export interface GatewayHttpPorts {
  readonly shelf: Shelf;
  readonly chain: Chain;
  readonly uploadBytes: number;
  /** As `Gateway.upload`. */
  upload(bytes: Uint8Array): Promise<Item>;
  /** Unix ms, for upload receipts. */
  now(): number;
}

const UPLOAD_ROUTES = ['/tx', '/tx/arweave', '/v1/tx', '/v1/tx/:currency'];
/** For how many blocks a bundler promises to keep trying; ours is done at once. */
const DEADLINE_BLOCKS = 200;
/** The first byte of a JSON object; no data item begins with it. */
const BRACE = 0x7b;
/** A GraphQL request is a query and its variables: lists of ids at most. */
const GRAPHQL_BYTES = 1024 * 1024;
const ID = '{[A-Za-z0-9_-]{43}}';

/** The public routes of the gateway (protocol §9): data by id, uploads, GraphQL and the network's state. */
export function createGatewayHttp(ports: GatewayHttpPorts): Hono {
  const app = createProtocolApp(replyTo);
  addNetwork(app, ports);
  addUploads(app, ports);
  addGraphql(app, ports);
  addItems(app, ports);
  return app;
}

function replyTo(error: AoError): ErrorReply {
  const text = error.message;
  if (error.code === 'ITEM_NOT_FOUND') return { status: 404, text };
  return { status: plainStatus(error) ?? (error.code === 'UNEXPECTED' || error.code === 'STORE_BROKEN' ? 500 : 400), text };
}

function addNetwork(app: Hono, { chain }: GatewayHttpPorts): void {
  const info = (context: Context): Response => {
    const { id, height } = chain.latest();
    const blocks = height - GENESIS_HEIGHT + 1;
    return context.json({
      network: 'aoscope.local',
      version: 5,
      release: 1,
      height,
      current: id,
      blocks,
      peers: 0,
      queue_length: 0,
      node_state_latency: 0,
    });
  };
  app.get('/', info);
  app.get('/info', info);
  app.get('/peers', (context) => context.json([]));
  app.get('/tx_anchor', (context) => context.text(chain.latest().id));
  // Nothing costs anything here, and nobody owns anything.
  app.get('/price/:bytes{[0-9]+}/:target?', (context) => context.text('0'));
  app.get('/wallet/:address/balance', (context) => context.text('0'));
  app.get('/wallet/:address/last_tx', (context) => context.text(''));
  app.get('/block/current', (context) => context.json(blockJson(chain.latest())));
  app.get('/block/height/:height{[0-9]+}', (context) =>
    context.json(blockJson(existingBlock(chain.at(Number(context.req.param('height'))), context))),
  );
  app.get('/block/hash/:id', (context) => context.json(blockJson(existingBlock(chain.byId(context.req.param('id')), context))));
}

function blockJson({ id, height, timestamp, previous }: Block): object {
  return { indep_hash: id, previous_block: previous, height, timestamp };
}

function existingBlock(block: Block | null, context: Context): Block {
  if (block === null) throw new AoError('ITEM_NOT_FOUND', { id: context.req.path });
  return block;
}

function addUploads(app: Hono, { chain, upload, uploadBytes, now }: GatewayHttpPorts): void {
  app.on('POST', UPLOAD_ROUTES, limitItem(uploadBytes), async (context) => {
    const bytes = await bytesOfBody(context);
    if (bytes[0] === BRACE) throw notOffered('Arweave transactions in JSON');
    const item = await upload(bytes);
    const { height } = chain.latest();
    // Clients read id and timestamp. The receipt is not signed: the gateway has no key, so those two fields are empty.
    return context.json({
      id: item.id,
      timestamp: now(),
      version: '1.0.0',
      public: '',
      signature: '',
      deadlineHeight: height + DEADLINE_BLOCKS,
      block: height,
      owner: item.address,
      dataCaches: ['aoscope.local'],
      fastFinalityIndexes: ['aoscope.local'],
      winc: '0',
    });
  });
  app.post('/chunk', () => {
    throw notOffered('uploads in chunks');
  });
}

function notOffered(route: string): AoError {
  return new AoError('ROUTE_NOT_OFFERED', {
    route,
    instead: 'Post the bytes of a signed ANS-104 data item to /tx as application/octet-stream.',
  });
}

function addGraphql(app: Hono, { shelf, chain }: GatewayHttpPorts): void {
  const answer = async (context: Context, request: GraphqlRequest): Promise<Response> => {
    const result = await answerGraphql(shelf, chain, request);
    return context.json(result, result.data === undefined ? 400 : 200);
  };
  app.post('/graphql', limitBody(GRAPHQL_BYTES), async (context) => answer(context, parseRequest(await context.req.json().catch(() => null))));
  app.get('/graphql', async (context) => {
    const { query, variables, operationName } = context.req.query();
    return answer(context, parseRequest({ query, variables: readJson(variables), operationName }));
  });
}

function parseRequest(raw: unknown): GraphqlRequest {
  const parsed = graphqlRequest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new AoError('PARAMETER_INVALID', {
    name: String(parsed.error.issues[0]?.path[0] ?? 'body'),
    reason: 'a GraphQL request is JSON {query, variables?, operationName?}',
  });
}

function readJson(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new AoError('PARAMETER_INVALID', { name: 'variables', reason: 'not JSON' });
  }
}

function addItems(app: Hono, { shelf, chain }: GatewayHttpPorts): void {
  const existing = (id: string): Shelved => {
    const found = shelf.get(itemIdOf(id));
    if (found === null) throw new AoError('ITEM_NOT_FOUND', { id });
    return found;
  };
  app.get(`/tx/:id${ID}/status`, (context) => {
    const { height } = existing(context.req.param('id'));
    return context.json({
      block_height: height,
      block_indep_hash: chain.at(height)?.id ?? '',
      number_of_confirmations: chain.latest().height - height + 1,
    });
  });
  app.get(`/raw/:id${ID}`, (context) => dataResponse(existing(context.req.param('id')), context.req.header('Range')));
  app.get(`/:id${ID}`, (context) => dataResponse(existing(context.req.param('id')), context.req.header('Range')));
}
