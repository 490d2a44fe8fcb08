import type { Context, Hono } from 'hono';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { isId, toItemId, type Address, type ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { MetricsSource } from '../http/metrics.ts';
import { createProtocolApp, plainStatus, type ErrorReply } from '../http/protocol-app.ts';
import { assignOf, bytesOfBody, limitItem, numberQuery, processOf, requiredQuery } from '../http/request.ts';
import { readPage, type PageRequest } from './page.ts';
import { messageJson, paddedHeight, processJson } from './wire.ts';

/** What the SU's public routes stand on. */
export interface SuHttpPorts {
  /** The unit's own answers; its `su.schedule` verifies, since these routes are a door of their own. */
  readonly handlers: Omit<HandlersOf<'su'>, 'su.facts' | 'su.takeTold' | 'su.takeLines'>;
  /** The wallet that signs assignments. */
  readonly address: Address;
  /** Most bytes of one item. */
  readonly itemBytes: number;
  /** As of the unit's journal. */
  readonly counts: MetricsSource['counts'];
}

const PAGE_DEFAULT = 100;
const PAGE_MAX = 1_000;
const SYSTEM_FAULTS = new Set(['UNEXPECTED', 'STORE_BROKEN', 'LOG_BROKEN']);

/** The public routes of the scheduler unit (protocol §3.1). */
export function createSuHttp({ handlers, address, itemBytes, counts }: SuHttpPorts): Hono {
  const app = createProtocolApp(replyTo, { unit: 'su', counts });
  const now = (context: Context): ReturnType<(typeof handlers)['su.time']> => handlers['su.time']({}, context.req.raw.signal);

  app.get('/', async (context) => context.json({ timestamp: String((await now(context)).timestampMs), address }));
  app.get('/timestamp', async (context) => {
    const { timestampMs, blockHeight } = await now(context);
    return context.json({ timestamp: String(timestampMs), block_height: paddedHeight(blockHeight) });
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));

  app.post('/', limitItem(itemBytes), async (context) => {
    const wanted = assignOf(context);
    if (wanted !== null) {
      const { timestampMs, id } = await handlers['su.assign']({ ...wanted, request: null }, context.req.raw.signal);
      return context.json({ timestamp: timestampMs, id });
    }
    const bytes = await bytesOfBody(context);
    const { timestampMs, message } = await handlers['su.schedule'](
      { item: Buffer.from(bytes).toString('base64url') },
      context.req.raw.signal,
    );
    return context.json({ timestamp: timestampMs, id: message });
  });

  app.get('/processes/:process', async (context) =>
    context.json(processJson(await handlers['su.process']({ process: processOf(context.req.param('process')) }, context.req.raw.signal))),
  );
  app.get('/:process/latest', async (context) => {
    const process = processOf(context.req.param('process'));
    const { slotLatest } = await handlers['su.process']({ process }, context.req.raw.signal);
    const { entries } = await handlers['su.log']({ process, from: slotLatest, limit: 1 }, context.req.raw.signal);
    return context.json(messageJson(firstOf(entries, process), isAnchorShown(context)));
  });
  app.get('/:id', async (context) => {
    const id = context.req.param('id');
    // aoconnect's getMessages leaves the process out where it asks for its log.
    const process = processOf((await isOwnLog(handlers, context, id)) ? id : requiredQuery(context, 'process-id'));
    const entry = id === process ? null : await found(handlers, process, id, context.req.raw.signal);
    return context.json(entry === null ? await pageJson(handlers, processOf(id), context) : messageJson(entry, isAnchorShown(context)));
  });
  return app;
}

/** All errors are 400 (protocol §3), but for those that are the node's own. */
function replyTo(error: AoError): ErrorReply {
  return { status: plainStatus(error) ?? (SYSTEM_FAULTS.has(error.code) ? 500 : 400), text: error.message };
}

/** Whether a request without `process-id` names a process, whose log is meant then. */
async function isOwnLog(handlers: SuHttpPorts['handlers'], context: Context, id: string): Promise<boolean> {
  return context.req.query('process-id') === undefined && (await handlers['su.isProcess']({ id }, context.req.raw.signal)).isProcess;
}

/** The entry `id` names in the log of `process`; null when `id` is another process, whose log is meant then. */
async function found(handlers: SuHttpPorts['handlers'], process: ProcessId, id: string, signal: AbortSignal): Promise<LogEntry | null> {
  if (!isId(id)) throw new AoError('MESSAGE_UNKNOWN', { process, message: id.slice(0, 64) });
  try {
    return await handlers['su.find']({ process, id: toItemId(id) }, signal);
  } catch (error) {
    if ((await handlers['su.isProcess']({ id }, signal)).isProcess) return null;
    throw error;
  }
}

async function pageJson(handlers: SuHttpPorts['handlers'], process: ProcessId, context: Context): Promise<object> {
  const request = pageRequest(context);
  const { entries, hasNextPage } = await readPage(handlers, process, request, context.req.raw.signal);
  return {
    page_info: { has_next_page: hasNextPage },
    edges: entries.map((entry) => ({
      node: messageJson(entry, isAnchorShown(context)),
      cursor: String(request.kind === 'nonce' ? entry.assignment.slot : entry.assignment.timestampMs),
    })),
  };
}

function pageRequest(context: Context): PageRequest {
  const limit = Math.min(PAGE_MAX, Math.max(1, numberQuery(context, 'limit') ?? PAGE_DEFAULT));
  const [fromNonce, toNonce] = [numberQuery(context, 'from-nonce'), numberQuery(context, 'to-nonce')];
  if (fromNonce !== null || toNonce !== null) return { kind: 'nonce', from: fromNonce, to: toNonce, limit };
  return { kind: 'timestamp', from: numberQuery(context, 'from'), to: numberQuery(context, 'to'), limit };
}

function isAnchorShown(context: Context): boolean {
  return context.req.query('show-anchor') !== undefined;
}

function firstOf(entries: readonly LogEntry[], process: ProcessId): LogEntry {
  const [first] = entries;
  if (first === undefined) throw new AoError('LOG_BROKEN', { process, slot: 0 });
  return first;
}
