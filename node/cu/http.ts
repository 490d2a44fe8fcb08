import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { DryRunMessage } from '../contract/answers.ts';
import { AoError, type ErrorCode } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { isId, toItemId, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { MetricsSource } from '../http/metrics.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { limitBody, numberQuery, processOf, requiredQuery } from '../http/request.ts';
import { measuredNow } from '../store/journal.ts';
import { memoryBody } from './memory-body.ts';
import { cronPage, resultsPage } from './results.ts';
import type { Ticks } from './timeline/ticks.ts';
import type { MemoryImage } from './vm/machine.ts';
import { parseBound, resultJson, type Bound, type Sort } from './wire.ts';

/** What the CU's public routes stand on. */
export interface CuHttpPorts {
  /** The unit's own answers. */
  readonly handlers: Pick<HandlersOf<'cu'>, 'cu.result' | 'cu.results' | 'cu.cron' | 'cu.dryRun'>;
  /** The cron messages that have been run. */
  readonly ticks: Pick<Ticks, 'page' | 'at'>;
  /** The SU's log entry of a message or an assignment. @throws AoError MESSAGE_UNKNOWN, PROCESS_UNKNOWN. */
  find(process: ProcessId, id: ItemId): Promise<LogEntry>;
  /** The log entry of the newest slot. @throws AoError PROCESS_UNKNOWN. */
  latest(process: ProcessId): Promise<LogEntry>;
  /** As of `Cu`. */
  memoryAt(process: ProcessId, slot: Slot): Promise<MemoryImage>;
  /** Most bytes of a message that is tried. */
  readonly itemBytes: number;
  /** As of the unit's journal. */
  readonly counts: MetricsSource['counts'];
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
  LIMIT_DECLINED: 413,
  LOG_BROKEN: 422,
};

const text = z.string().nullish();
const count = z.coerce.number().int().nonnegative().nullish();
/**
 * Clients send more than this, and null for what they leave out; unknown keys are let through (protocol §4.6).
 * From is always computed, from the tags or the owner.
 */
const dryRunBody = z.object({
  Id: text,
  Target: text,
  Owner: text,
  Timestamp: count,
  'Block-Height': count,
  Data: z.union([z.string(), z.number()]).nullish(),
  Anchor: text,
  Tags: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

/** The public routes of the compute unit (protocol §4.1). `/result` waits until the slot has been evaluated (§11.42). */
export function createCuHttp({ handlers, ticks, find, latest, memoryAt, itemBytes, counts }: CuHttpPorts): Hono {
  const app = createProtocolApp(replyTo, { unit: 'cu', counts });
  const source = { handlers, ticks, find };
  /** The entry that `to` names by message or assignment; the newest without it. */
  const entryAt = async (context: Context, process: ProcessId): Promise<LogEntry> => {
    const to = context.req.query('to') ?? '';
    return to === '' ? latest(process) : find(process, messageOf(to, process));
  };

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
    const message = parseDryRun(await context.req.json().catch(() => null));
    const { slot } = (await entryAt(context, process)).assignment;
    return context.json(resultJson(await handlers['cu.dryRun']({ process, message, slot }, context.req.raw.signal)));
  });
  app.get('/state/:process', async (context) => {
    const process = processOf(context.req.param('process'));
    const { slot, timestampMs, blockHeight } = (await entryAt(context, process)).assignment;
    const image = await memoryAt(process, slot);
    return context.body(memoryBody(image), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(image.byteLength),
      'Last-Timestamp': String(timestampMs),
      'Last-Ordinate': String(slot),
      'Last-Block-Height': String(blockHeight),
    });
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
  const { Id, Target, Owner, Data, Anchor, Tags, Timestamp, 'Block-Height': height } = parsed.data;
  return {
    id: Id ?? undefined,
    target: Target ?? undefined,
    owner: Owner ?? undefined,
    anchor: Anchor ?? undefined,
    timestampMs: Timestamp ?? undefined,
    blockHeight: height ?? undefined,
    tags: Tags ?? [],
    data: Data === null || Data === undefined ? null : String(Data),
  };
}
