import type { Context, Hono } from 'hono';
import { AoError, type ErrorCode } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { ProcessId } from '../contract/ids.ts';
import type { MetricsSource } from '../http/metrics.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { assignOf, bytesOfBody, itemIdOf, limitItem, numberQuery, processOf, requiredQuery } from '../http/request.ts';
import { openItem } from '../item/parse.ts';
import { tracesPage, type TraceRequest } from './traces.ts';

/** What the MU's public routes stand on. */
export interface MuHttpPorts {
  /** The unit's own answers. */
  readonly handlers: Pick<HandlersOf<'mu'>, 'mu.send' | 'mu.assign' | 'mu.monitor' | 'mu.unmonitor' | 'mu.push' | 'mu.idle' | 'mu.facts'>;
  /** Most bytes of one item. */
  readonly itemBytes: number;
  /** As of the unit's journal. */
  readonly counts: MetricsSource['counts'];
}

/** What the reference says of every body that is no valid item (protocol §2.1); the cure tells which fault it was. */
const INVALID_BODY = "'body': A valid and signed data item must be provided as the body.";
const INVALID: ReadonlySet<ErrorCode> = new Set([
  'ITEM_TRUNCATED',
  'ITEM_UNSIGNED',
  'ITEM_BAD_SIGNATURE',
  'ITEM_MALFORMED',
  'ITEM_TAGS_TOO_LARGE',
  'BUNDLE_BROKEN',
]);
/** What the SU refuses, which the reference MU passes on as `Error: 400: …`. */
const REFUSED_BY_SU: ReadonlySet<ErrorCode> = new Set([
  'MESSAGE_DUPLICATE',
  'PROCESS_UNKNOWN',
  'SPAWN_NO_MODULE',
  'SPAWN_NO_SCHEDULER',
  'TAG_LINK_REFUSED',
  'ITEM_NOT_FOUND',
]);

const TRACES_DEFAULT = 10;
const TRACES_MAX = 1_000;

/** The public routes of the messenger unit (protocol §2.1). It answers when the SU has the item, before anything is pushed. */
export function createMuHttp({ handlers, itemBytes, counts }: MuHttpPorts): Hono {
  const app = createProtocolApp(replyTo, { unit: 'mu', counts });

  app.post('/', limitItem(itemBytes), async (context) => {
    const wanted = assignOf(context);
    if (wanted !== null) {
      const { id } = await handlers['mu.assign'](wanted, context.req.raw.signal);
      return context.json({ message: 'Processing Assignment', id }, 202);
    }
    const bytes = await bytesOfBody(context);
    const { id } = await handlers['mu.send']({ item: Buffer.from(bytes).toString('base64url') }, context.req.raw.signal);
    return context.json({ message: 'Processing DataItem', id }, 202);
  });
  app.get('/', async (context) => {
    if (context.req.query('debug') === undefined) return context.text('ao messenger unit');
    const request = traceRequest(context);
    return context.json(await tracesPage((args) => handlers['mu.facts'](args, context.req.raw.signal), request));
  });
  // Not the reference's: answers once nothing waits to be pushed, so that a test can go on (protocol §11.25).
  app.get('/idle', async (context) => {
    await handlers['mu.idle']({}, context.req.raw.signal);
    return context.json({ isIdle: true });
  });
  app.post('/monitor/:process', limitItem(itemBytes), async (context) => {
    const asked = await monitored(context, itemBytes);
    if (asked === null) return context.text('A signed item must be given as the body.', 400);
    await handlers['mu.monitor'](asked, context.req.raw.signal);
    return context.text('Monitoring process');
  });
  app.delete('/monitor/:process', limitItem(itemBytes), async (context) => {
    const asked = await monitored(context, itemBytes);
    if (asked === null) return context.text('A signed item must be given as the body.', 400);
    await handlers['mu.unmonitor'](asked, context.req.raw.signal);
    return context.text('Process deleted');
  });
  app.post('/push/:id/:number', async (context) => {
    const { id, number } = context.req.param();
    const index = Number(number);
    if (!Number.isSafeInteger(index) || index < 0) return context.json({ error: "'number' parameter must be a valid number" }, 400);
    const message = itemIdOf(id);
    await handlers['mu.push']({ process: processOf(requiredQuery(context, 'process-id')), message, index }, context.req.raw.signal);
    return context.json({ message: 'Processing Message Result', id: message }, 202);
  });
  app.post('/push-result/:id', () => {
    throw new AoError('ROUTE_NOT_OFFERED', {
      route: 'results of HyperBEAM',
      instead: 'Push an entry again with /push/:id/:number, or send the message as a new item.',
    });
  });
  // Paths of HyperBEAM: an answer in any other form would look like an empty success to its clients (protocol §11.48).
  app.all('/push', hyperBeam);
  app.all('/*', async (context, next) =>
    context.req.path.includes('~') || context.req.path.endsWith('/slot/current') ? hyperBeam() : next(),
  );
  return app;
}

function hyperBeam(): never {
  throw new AoError('ROUTE_NOT_OFFERED', {
    route: "HyperBEAM's protocol",
    instead: "Connect with MODE: 'legacy' and this node's MU_URL, CU_URL and GATEWAY_URL.",
  });
}

/**
 * The process whose monitoring is asked for, and who asks: the signed item's target, as in the reference, which the
 * address must name too, and its signer. Null without a body.
 * @throws AoError ITEM_*, PARAMETER_INVALID where the two differ.
 */
async function monitored(context: Context, itemBytes: number): Promise<{ process: ProcessId; by: string } | null> {
  const process = processOf(context.req.param('process') ?? '');
  const bytes = await bytesOfBody(context);
  if (bytes.length === 0) return null;
  const { target, address } = await openItem(bytes, itemBytes);
  if (target !== process) throw new AoError('PARAMETER_INVALID', { name: 'process', reason: 'the item of the body has another target' });
  return { process, by: address };
}

/** @throws AoError PARAMETER_INVALID without a process; TRACE_AMBIGUOUS where more than one thing is asked for. */
function traceRequest(context: Context): TraceRequest {
  const process = requiredQuery(context, 'process');
  const [message, spawn, assign] = ['message', 'spawn', 'assign'].map((name) => context.req.query(name) || null);
  if ([message, spawn, assign].filter((one) => one !== null).length > 1) throw new AoError('TRACE_AMBIGUOUS');
  return {
    process,
    type: spawn === null || spawn === undefined ? 'MESSAGE' : 'SPAWN',
    message: message ?? assign ?? null,
    wallet: context.req.query('wallet') || null,
    page: Math.max(1, numberQuery(context, 'page') ?? 1),
    pageSize: Math.min(TRACES_MAX, Math.max(1, numberQuery(context, 'page-size') ?? TRACES_DEFAULT)),
  };
}

/** The reference answers 500 to what it cannot take, 400 only to half an assignment (protocol §11.36). */
function replyTo(error: AoError): ErrorReply {
  if (error.code === 'TRACE_AMBIGUOUS') return { status: 422, text: error.message };
  if (error.code === 'ASSIGN_INCOMPLETE') return { status: 400, text: error.message };
  if (INVALID.has(error.code)) return { status: 500, text: INVALID_BODY };
  if (REFUSED_BY_SU.has(error.code)) return { status: 500, text: `Error: 400: ${error.message}` };
  return { status: plainStatus(error) ?? 500, text: error.message };
}
