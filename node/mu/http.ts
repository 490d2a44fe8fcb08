import type { Context, Hono } from 'hono';
import { AoError, type ErrorCode } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { ProcessId } from '../contract/ids.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { assignOf, bytesOfBody, limitItem, processOf } from '../http/request.ts';
import { openItem } from '../item/parse.ts';

/** What the MU's public routes stand on. */
export interface MuHttpPorts {
  /** The unit's own answers. */
  readonly handlers: Pick<HandlersOf<'mu'>, 'mu.send' | 'mu.assign' | 'mu.monitor' | 'mu.unmonitor'>;
  /** Most bytes of one item. */
  readonly itemBytes: number;
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

/** The public routes of the messenger unit (protocol §2.1). It answers when the SU has the item, before anything is pushed. */
export function createMuHttp({ handlers, itemBytes }: MuHttpPorts): Hono {
  const app = createProtocolApp(replyTo);

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
  app.get('/', (context) => {
    if (context.req.query('debug') !== undefined)
      throw notOffered('traces over HTTP', 'Look at the Flow pane of the app, which shows every step.');
    return context.text('ao messenger unit');
  });
  app.post('/monitor/:process', limitItem(itemBytes), async (context) => {
    const process = await monitored(context, itemBytes);
    if (process === null) return context.text('A signed item must be given as the body.', 400);
    await handlers['mu.monitor']({ process }, context.req.raw.signal);
    return context.text('Monitoring process');
  });
  app.delete('/monitor/:process', limitItem(itemBytes), async (context) => {
    const process = await monitored(context, itemBytes);
    if (process === null) return context.text('A signed item must be given as the body.', 400);
    await handlers['mu.unmonitor']({ process }, context.req.raw.signal);
    return context.text('Process deleted');
  });
  app.on('POST', ['/push/:id/:number', '/push-result/:id'], () => {
    throw notOffered('pushing a result again', 'Send the message again as a new item.');
  });
  return app;
}

/**
 * The process whose monitoring is asked for: the signed item's target, as in the reference, which the address must name
 * too. Null without a body.
 * @throws AoError ITEM_*, PARAMETER_INVALID where the two differ.
 */
async function monitored(context: Context, itemBytes: number): Promise<ProcessId | null> {
  const process = processOf(context.req.param('process') ?? '');
  const bytes = await bytesOfBody(context);
  if (bytes.length === 0) return null;
  const { target } = await openItem(bytes, itemBytes);
  if (target !== process) throw new AoError('PARAMETER_INVALID', { name: 'process', reason: 'the item of the body has another target' });
  return process;
}

function notOffered(route: string, instead: string): AoError {
  return new AoError('ROUTE_NOT_OFFERED', { route, instead });
}

/** The reference answers 500 to what it cannot take, 400 only to half an assignment (protocol §11.36). */
function replyTo(error: AoError): ErrorReply {
  if (error.code === 'ASSIGN_INCOMPLETE') return { status: 400, text: error.message };
  if (INVALID.has(error.code)) return { status: 500, text: INVALID_BODY };
  if (REFUSED_BY_SU.has(error.code)) return { status: 500, text: `Error: 400: ${error.message}` };
  return { status: plainStatus(error) ?? 500, text: error.message };
}
