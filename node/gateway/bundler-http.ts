import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import type { Item } from '../contract/item.ts';
import { bytesOfBody, limitItem } from '../http/request.ts';
import { jsonOf } from './body.ts';
import type { GatewayHttpPorts } from './http.ts';
import { INLINE_BYTES_MAX } from './weave.ts';

type BundlerPorts = Pick<GatewayHttpPorts, 'chain' | 'weave' | 'parted' | 'uploadBytes' | 'upload' | 'now'>;

/** For how many blocks a bundler promises to keep trying; ours is done at once. */
const DEADLINE_BLOCKS = 200;
/** The first byte of a JSON object; no data item begins with it. */
const BRACE = 0x7b;
/** Inline data in base64url, and the other fields. */
const TRANSACTION_BODY_BYTES = Math.ceil((INLINE_BYTES_MAX * 4) / 3) + 64 * 1024;
/** Where a part begins, when there is none: the request is about the upload itself. */
const NO_OFFSET = '-1';
/** Finished uploads whose receipt can still be asked for. */
const RECEIPTS_MAX = 1_000;
const WORD = '{[A-Za-z0-9-]+}';

/**
 * Uploads as Turbo and Irys take them, under both their prefixes, and what their SDKs ask before (read in
 * @ardrive/turbo-sdk 1.43.0 and @irys/upload-core 0.0.10). Uploads are free, so nobody has credits or needs any.
 */
export function addBundler(app: Hono, ports: BundlerPorts): void {
  app.on('POST', ['/tx', `/tx/:currency${WORD}`, '/v1/tx', `/v1/tx/:currency${WORD}`], limitItem(ports.uploadBytes), (context) =>
    takeUpload(context, ports),
  );
  addCredits(app);
  addParts(app, ports);
}

async function takeUpload(context: Context, { chain, weave, upload, now }: BundlerPorts): Promise<Response> {
  const bytes = await bytesOfBody(context);
  if (bytes[0] !== BRACE && context.req.header('Content-Type')?.startsWith('application/json') !== true)
    return context.json(receiptOf(await upload(bytes), chain.latest().height, now()));
  if (bytes.length > TRANSACTION_BODY_BYTES) throw new AoError('TX_TOO_LARGE', { bytes: bytes.length, limit: TRANSACTION_BODY_BYTES });
  const isNew = await weave.post(jsonOf(bytes));
  return isNew ? context.text('OK') : context.text('Transaction already processed.', 208);
}

/** Clients read id and timestamp. The receipt is not signed: the gateway has no key, so those two fields are empty. */
function receiptOf(item: Item, height: number, now: number): object {
  return {
    id: item.id,
    timestamp: now,
    version: '1.0.0',
    public: '',
    signature: '',
    deadlineHeight: height + DEADLINE_BLOCKS,
    block: height,
    owner: item.address,
    dataCaches: ['aoscope.local'],
    fastFinalityIndexes: ['aoscope.local'],
    winc: '0',
  };
}

function addCredits(app: Hono): void {
  // Irys: a number, in the smallest unit of the currency.
  app.get(`/price/:currency{[a-z][a-z0-9-]*}/:bytes{[0-9]{1,15}}`, (context) => context.text('0'));
  app.get('/v1/price/bytes/:bytes{[0-9]{1,15}}', (context) => context.json({ winc: '0', adjustments: [], fees: [] }));
  const balance = (context: Context): Response =>
    context.json({ balance: '0', winc: '0', controlledWinc: '0', effectiveBalance: '0', givenApprovals: [], receivedApprovals: [] });
  app.get(`/account/balance/:currency${WORD}`, balance);
  app.get(`/v1/account/balance/:currency${WORD}`, balance);
  // Null: without limit.
  app.get('/v1/account/free', (context) => context.json({ bytesRemaining: null }));
  app.get('/v1/info', (context) => context.json({ version: '0.2.0', addresses: {} }));
}

/** Both SDKs begin, send parts and end alike; Irys ends with another POST than Turbo, which asks for the outcome afterwards. */
function addParts(app: Hono, { chain, parted, uploadBytes, upload, now }: BundlerPorts): void {
  const receipts = new Map<string, object>();
  const finish = async (id: string): Promise<object> => {
    const item = await upload(parted.take(id));
    const receipt = receiptOf(item, chain.latest().height, now());
    const [oldest] = receipts.keys();
    if (receipts.size >= RECEIPTS_MAX && oldest !== undefined) receipts.delete(oldest);
    receipts.set(id, receipt);
    return receipt;
  };
  for (const root of ['/chunks', '/v1/chunks']) {
    const path = `${root}/:currency${WORD}/:upload{-1|[0-9a-f]{32}}`;
    app.get(`${path}/:offset{-1}`, (context) => {
      const asked = context.req.param('upload') ?? '';
      const id = asked === NO_OFFSET ? parted.begin() : asked;
      const chunks = parted.partsOf(id);
      if (chunks === null) throw new AoError('UPLOAD_UNKNOWN', { id });
      const chunkSize = Number(context.req.query('chunkSize') ?? NaN);
      const sizes = Number.isSafeInteger(chunkSize) ? { chunkSize } : {};
      // Irys compares the size of the parts it goes on with.
      return context.json({ id, min: 1, max: uploadBytes, chunks, size: chunks[0]?.[1] ?? 0, ...sizes });
    });
    app.get(`${path}/status`, (context) => {
      const id = context.req.param('upload') ?? '';
      const receipt = receipts.get(id);
      if (receipt !== undefined) return context.json({ status: 'FINALIZED', timestamp: now(), receipt });
      if (parted.partsOf(id) === null) throw new AoError('UPLOAD_UNKNOWN', { id });
      return context.json({ status: 'ASSEMBLING', timestamp: now() });
    });
    app.post(`${path}/:offset{-1|finalize}`, async (context) => context.json(await finish(context.req.param('upload') ?? '')));
    app.post(`${path}/:offset{[0-9]{1,15}}`, limitItem(uploadBytes), async (context) => {
      parted.put(context.req.param('upload') ?? '', Number(context.req.param('offset') ?? ''), await bytesOfBody(context));
      return context.json({});
    });
  }
}
