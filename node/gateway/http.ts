import type { Hono } from 'hono';
import type { AoError } from '../contract/errors.ts';
import { isId, toItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import type { MetricsSource } from '../http/metrics.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { LOOKING_BEHIND, type Behind } from './behind.ts';
import type { Balances } from './balances.ts';
import { addBundler } from './bundler-http.ts';
import type { Chain } from './chain.ts';
import { addData } from './data-http.ts';
import { addGraphql } from './graphql-http.ts';
import { addNetwork } from './network-http.ts';
import type { PartedUploads } from './parted-uploads.ts';
import type { Shelf } from './shelf.ts';
import type { SchedulerStandIn } from './scheduler-stand-in.ts';
import { addTransactions } from './transactions-http.ts';
import type { Weave } from './weave.ts';

/** What the gateway's public routes stand on. */
export interface GatewayHttpPorts {
  readonly behind: Behind | null;
  readonly shelf: Shelf;
  readonly chain: Chain;
  readonly schedulers: SchedulerStandIn;
  readonly weave: Weave;
  readonly balances: Balances;
  readonly parted: PartedUploads;
  readonly uploadBytes: number;
  /** As of the unit's journal. */
  readonly counts: MetricsSource['counts'];
  /** As `Gateway.upload`. */
  upload(bytes: Uint8Array): Promise<Item>;
  /** Gives a wallet so many winston. @returns what it holds then, once that is on disk. */
  mint(address: string, winston: bigint): Promise<bigint>;
  /** Unix ms, for upload receipts. */
  now(): number;
}

/** The public routes of the gateway (protocol §9): data by id, transactions, uploads, GraphQL and the network's state. */
export function createGatewayHttp(ports: GatewayHttpPorts): Hono {
  const app = createProtocolApp(replyTo, { unit: 'gateway', counts: ports.counts });
  if (ports.behind !== null) lookBehind(app, ports.behind);
  addNetwork(app, ports);
  addBundler(app, ports);
  addTransactions(app, ports);
  addGraphql(app, ports);
  addData(app, ports);
  return app;
}

/** What a request names and this gateway lacks is brought before it is answered. */
function lookBehind(app: Hono, behind: Behind): void {
  for (const path of ['/:id', '/:id/*', '/raw/:id', '/tx/:id', '/tx/:id/*'])
    app.get(path, async (context, next) => {
      const id = context.req.param('id') ?? '';
      if (isId(id) && context.req.header(LOOKING_BEHIND) === undefined) await behind.bring([toItemId(id)]);
      await next();
    });
}

function replyTo(error: AoError): ErrorReply {
  const text = error.message;
  // Clients decide by the one word that Arweave's nodes say whether a chunk can be sent again.
  if (error.code === 'CHUNK_REFUSED') return { status: 400, text: String(error.details['answer']) };
  if (error.code === 'ITEM_NOT_FOUND' || error.code === 'PATH_UNKNOWN' || error.code === 'UPLOAD_UNKNOWN' || error.code === 'ROUTE_UNKNOWN')
    return { status: 404, text };
  if (error.code === 'TX_TOO_LARGE') return { status: 413, text };
  return { status: plainStatus(error) ?? (error.code === 'UNEXPECTED' || error.code === 'STORE_BROKEN' ? 500 : 400), text };
}
