import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import { priceOf } from './balances.ts';
import { GENESIS_HEIGHT, type Block, type Chain } from './chain.ts';
import type { GatewayHttpPorts } from './http.ts';
import type { Shelf } from './shelf.ts';

type NetworkPorts = Pick<GatewayHttpPorts, 'shelf' | 'chain' | 'balances' | 'mint'>;

/** Blocks that one request may add. */
const BLOCKS_MAX = 100_000;
/** Addresses of any kind: Arweave's, and those with 0x that Ethereum wallets have. */
const ADDRESS = '{[A-Za-z0-9_-]{1,64}}';

/** The network's state: info, blocks, prices and wallets; and what only a local network has, /mine and /mint. */
export function addNetwork(app: Hono, { shelf, chain, balances, mint }: NetworkPorts): void {
  app.get('/', (context) => context.json(infoOf(chain)));
  app.get('/info', (context) => context.json(infoOf(chain)));
  app.get('/height', (context) => context.text(String(chain.latest().height)));
  app.get('/peers', (context) => context.json([]));
  // Obsolete for years: clients that still ask take it for nothing found, and go on with GraphQL.
  app.post('/arql', (context) => context.json([]));
  app.get('/tx_anchor', (context) => context.text(chain.latest().id));
  app.get('/price/:bytes{[0-9]{1,15}}/:target?', (context) => context.text(String(priceOf(BigInt(context.req.param('bytes'))))));
  app.get(`/wallet/:address${ADDRESS}/balance`, (context) => context.text(String(balances.of(context.req.param('address')))));
  app.get(`/wallet/:address${ADDRESS}/last_tx`, (context) => context.text(shelf.lastOf(context.req.param('address')) ?? ''));
  app.get(`/mint/:address${ADDRESS}/:winston{[0-9]{1,20}}`, async (context) =>
    context.text(String(await mint(context.req.param('address'), BigInt(context.req.param('winston'))))),
  );
  const blockJson = (block: Block | null, context: Context): Response => context.json(blockOf(existing(block, context), shelf));
  app.get('/block/current', (context) => blockJson(chain.latest(), context));
  app.get('/block/height/:height{[0-9]+}', (context) => blockJson(chain.at(Number(context.req.param('height'))), context));
  app.get('/block/hash/:id', (context) => blockJson(chain.byId(context.req.param('id')), context));
  app.get('/mine/:blocks{[0-9]+}?', (context) => {
    const blocks = Number(context.req.param('blocks') ?? 1);
    if (blocks < 1 || blocks > BLOCKS_MAX) throw new AoError('PARAMETER_INVALID', { name: 'blocks', reason: `1 to ${BLOCKS_MAX} at once` });
    chain.mine(blocks);
    return context.json(infoOf(chain));
  });
}

/** As a node of Arweave says it; `addresses` is what bundlers add, where credits would be sent: none are needed here. */
function infoOf(chain: Chain): object {
  const { id, height } = chain.latest();
  return {
    network: 'aoscope.local',
    version: 5,
    release: 1,
    height,
    current: id,
    blocks: height - GENESIS_HEIGHT + 1,
    peers: 0,
    queue_length: 0,
    node_state_latency: 0,
    addresses: {},
  };
}

function blockOf({ id, height, timestamp, previous }: Block, shelf: Shelf): object {
  return { indep_hash: id, previous_block: previous, height, timestamp, txs: shelf.transactionsAt(height) };
}

function existing(block: Block | null, context: Context): Block {
  if (block === null) throw new AoError('ITEM_NOT_FOUND', { id: context.req.path });
  return block;
}
