import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { DryRunMessage } from '../contract/commands.ts';
import { AoError, type ErrorCode } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { isId, toItemId, type ItemId, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { limitBody, numberQuery, processOf, requiredQuery } from '../http/request.ts';
import { measuredNow } from '../store/journal.ts';
import { cronPage, resultsPage } from './results.ts';
import type { Ticks } from './timeline/ticks.ts';
import { parseBound, resultJson, type Bound, type Sort } from './wire.ts';

/** What the CU's public routes stand on. */
export interface CuHttpPorts {
  /** The unit's own answers. */
  readonly handlers: Pick<HandlersOf<'cu'>, 'cu.result' | 'cu.results' | 'cu.cron' | 'cu.dryRun'>;
  /** The cron messages that have been run. */
  readonly ticks: Pick<Ticks, 'page' | 'at'>;
  /** The SU's log entry of a message or an assignment. @throws AoError MESSAGE_UNKNOWN, PROCESS_UNKNOWN. */
  find(process: ProcessId, id: ItemId): Promise<LogEntry>;
  /** Most bytes of a message that is tried. */
  readonly itemBytes: number;
}

const PAGE_DEFAULT = 25;
const CRON_PAGE_DEFAULT = 500;
const PAGE_MAX = 1_000;
/** What the reference answers 4xx to (protocol §4.1); everything else is 500, faults in the request included. */
const STATUS: Partial<Record<ErrorCode, ErrorReply['status']>> = {
  MESSAGE_UNKNOWN: 404,
  PROCESS_UNKNOWN: 404,
  SLOT_UNKNOWN: 404,
  MODULE_UNKNOWN: 404,
  ITEM_NOT_FOUND: 404,
  CRON_INVALID: 422,
  MODULE_FORMAT_UNKNOWN: 422,
  MODULE_BROKEN: 422,
  MODULE_ENCODING: 422,
  EXTENSION_MISSING: 422,
  MODULE_MEMORY: 413,
  LOG_BROKEN: 422,
};

const text = z.string().nullish();
/**
 * Clients send more than this, and null for what they leave out; unknown keys are let through (protocol §4.6).
 * From is always computed, from the tags or the owner.
 */
const dryRunBody = z.object({
  Owner: text,
  Data: z.union([z.string(), z.number()]).nullish(),
  Anchor: text,
  Tags: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

/** The public routes of the compute unit (protocol §4.1). `/result` waits until the slot has been evaluated (§11.42). */
export function createCuHttp({ handlers, ticks, find, itemBytes }: CuHttpPorts): Hono {
  const app = createProtocolApp(replyTo);
  const source = { handlers, ticks, find };

  // The reference shows the wallet that signs its checkpoints; ours signs nothing.
  app.get('/', (context) => context.json({ address: null, timestamp: Math.round(measuredNow()) }));
  app.get('/result/:message', async (context) => {
    const process = processOf(requiredQuery(context, 'process-id'));
    const entry = await find(process, messageOf(context.req.param('message'), process));
    const outcome = await handlers['cu.result']({ process, slot: entry.assignment.slot }, context.req.raw.signal);
    return context.json(resultJson(outcome));
  });
  app.get('/results/:process', async (context) => {
    const process = processOf(context.req.param('process'));
    const limit = Math.min(PAGE_MAX, Math.max(1, numberQuery(context, 'limit') ?? PAGE_DEFAULT));
    const request = { process, from: boundOf(context, 'from'), to: boundOf(context, 'to'), limit, sort: sortOf(context) };
    return context.json(await resultsPage(source, request, context.req.raw.signal));
  });
  app.post('/dry-run', limitBody(itemBytes), async (context) => {
    const process = processOf(requiredQuery(context, 'process-id'));
    if (context.req.query('to') !== undefined)
      throw notOffered('dry runs on an earlier state', 'Leave out "to": the message is tried on the latest state.');
    const message = parseDryRun(await context.req.json().catch(() => null));
    return context.json(resultJson(await handlers['cu.dryRun']({ process, message }, context.req.raw.signal)));
  });
  app.get('/state/:process', () => {
    throw notOffered("a process's raw memory", 'Open the State tab of the app, which shows the memory as values.');
  });
  app.get('/cron/:process', async (context) => {
    const process = processOf(context.req.param('process'));
    const limit = Math.min(PAGE_MAX, Math.max(1, numberQuery(context, 'limit') ?? CRON_PAGE_DEFAULT));
    const { signal } = context.req.raw;
    await handlers['cu.cron']({ process, after: null, limit: 1 }, signal);
    const request = { process, from: boundOf(context, 'from'), to: boundOf(context, 'to'), limit, sort: 'ASC' as const };
    return context.json(await cronPage(source, request, signal));
  });
  return app;
}

function notOffered(route: string, instead: string): AoError {
  return new AoError('ROUTE_NOT_OFFERED', { route, instead });
}

function replyTo(error: AoError): ErrorReply {
  return { status: STATUS[error.code] ?? plainStatus(error) ?? 500, text: error.message };
}

function messageOf(raw: string, process: ProcessId): ItemId {
  if (!isId(raw)) throw new AoError('MESSAGE_UNKNOWN', { process, message: raw.slice(0, 64) });
  return toItemId(raw);
}

function boundOf(context: Context, name: string): Bound | null {
  const value = context.req.query(name);
  return value === undefined || value === '' ? null : parseBound(name, value);
}

function sortOf(context: Context): Sort {
  const sort = context.req.query('sort') ?? 'ASC';
  if (sort !== 'ASC' && sort !== 'DESC') throw new AoError('PARAMETER_INVALID', { name: 'sort', reason: 'ASC or DESC' });
  return sort;
}

function parseDryRun(raw: unknown): DryRunMessage {
  const parsed = dryRunBody.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AoError('PARAMETER_INVALID', { name: issue?.path.join('.') || 'body', reason: issue?.message ?? 'not a message in JSON' });
  }
  const { Owner, Data, Anchor, Tags } = parsed.data;
  return {
    ...(typeof Owner === 'string' ? { owner: Owner } : {}),
    ...(typeof Anchor === 'string' ? { anchor: Anchor } : {}),
    tags: Tags ?? [],
    data: Data === null || Data === undefined ? null : String(Data),
  };
}
