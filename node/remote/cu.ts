import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AoError, reasonOf } from '../contract/errors.ts';
import { toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { Outcome, SlotOutcome } from '../contract/outcome.ts';
import { cronFact, cronOutcome, evaluatedFact, slotOutcome } from '../cu/outcome.ts';
import { readAnswer } from '../cu/vm/json-answer.ts';
import type { Foreign, ForeignPorts } from './ports.ts';

/** How long one answer to `/result` is waited for; evaluations before it count too. The messenger asks again. */
const RESULT_MS = 120_000;
/** A unit that answers 202 is asked again, from the first wait to the last one. */
const BUSY_WAITS_MS = [200, 400, 800, 1_600, 3_200, 5_000];
const BUSY_MAX = 120;
const CRON_PAGE = 500;
const CRON_PAGES_MAX = 200;
const AT_ONCE = 8;

/** What is sent as owner and anchor of a dry run where nobody gives them, as aoconnect does (protocol §6.2). */
const NOBODY = '1234';
const NO_ANCHOR = '0';

/** Either list may be absent where it is empty; what is in them is read as a module's own answer is. */
const list = z.array(z.unknown()).nullish();
const outcome = z.looseObject({ Messages: list, Spawns: list, Assignments: list, Output: z.unknown(), GasUsed: z.number().nullish() });
const result = z.union([outcome.extend({ Messages: z.array(z.unknown()) }), outcome.extend({ Error: z.string() })]);
const page = z.object({
  pageInfo: z.object({ hasNextPage: z.boolean() }).optional(),
  edges: z.array(z.object({ node: outcome, cursor: z.string() })),
});
const cursorText = z.object({ timestamp: z.coerce.number().int(), ordinate: z.coerce.number().int().min(0), cron: z.string().optional() });

/** A compute unit elsewhere, asked over its public protocol (protocol §4). */
export function foreignCu(ports: ForeignPorts): Foreign<'cu'> {
  const { http, ask, memory } = ports;
  const syncing = new Map<ProcessId, Promise<void>>();

  const outcomeOf = (raw: z.infer<typeof outcome>): Outcome => {
    try {
      return readAnswer(JSON.stringify(raw), raw.GasUsed ?? 0);
    } catch (error) {
      throw new AoError('UNEXPECTED', { reason: reasonOf(error) });
    }
  };
  const entryAt = async (process: ProcessId, slot: Slot, signal?: AbortSignal): Promise<LogEntry> => {
    const { entries } = await ask('su.log', { process, from: slot, limit: 1 }, signal);
    const [entry] = entries;
    if (entry === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
    return entry;
  };
  const resultOf = async (process: ProcessId, entry: LogEntry, signal?: AbortSignal): Promise<SlotOutcome> => {
    const { slot, message } = entry.assignment;
    // The outcome of data that was assigned stands under the assignment (protocol §2.3).
    const id: ItemId = entry.message === null ? entry.assignment.id : message;
    const path = `/result/${id}?process-id=${process}&no-busy=1`;
    const startedMs = performance.now();
    for (let tries = 0; ; tries++) {
      const reply = await http.request({ path, timeoutMs: RESULT_MS, ...(signal === undefined ? {} : { signal }) });
      if (reply.status >= 300) throw failed(http.faultOf(reply), process, slot);
      if (reply.status === 202 && tries < BUSY_MAX) {
        await pause(BUSY_WAITS_MS[Math.min(tries, BUSY_WAITS_MS.length - 1)], undefined, { ref: false });
        continue;
      }
      const given = outcomeOf(http.parse(reply, result));
      const done = slotOutcome({ process, slot, message }, given, { memoryBytes: 0, durationMs: performance.now() - startedMs });
      if (memory.isNew(`evaluated ${process} ${slot}`)) ports.record(evaluatedFact(done));
      return done;
    }
  };
  /** It will say the same again, so the messenger gives up: the reason is told here. */
  const failed = (fault: AoError, process: ProcessId, slot: Slot): AoError => {
    if (fault.code === 'UNIT_REFUSED') ports.record({ kind: 'cu.failed', process, slot, code: fault.code, message: fault.message });
    return fault;
  };
  /** Fetches every cron message that is not here yet, evaluated up to the present by the unit. */
  const sync = async (process: ProcessId): Promise<void> => {
    const newest = memory.newestTick(process);
    let from = newest?.cursor ?? null;
    let last = newest === null ? null : { slot: Number(newest.slot), tick: newest.tick };
    for (let pages = 0; pages < CRON_PAGES_MAX; pages++) {
      const query = `limit=${CRON_PAGE}${from === null ? '' : `&from=${encodeURIComponent(from)}`}`;
      const { edges, pageInfo } = await http.json({ path: `/cron/${process}?${query}`, timeoutMs: RESULT_MS }, page);
      for (const { node, cursor } of edges) {
        const { timestamp, ordinate, cron } = readCursor(cursor);
        // The ordinate is the slot before it; what is run before the next slot is counted there.
        const slot = ordinate + 1;
        const tick = last?.slot === slot ? last.tick + 1 : 0;
        last = { slot, tick };
        from = cursor;
        const at = { process, slot: toSlot(slot), tick, cron: cron ?? '', timestampMs: timestamp, blockHeight: 0 };
        const told = cronOutcome(at, outcomeOf(node), { memoryBytes: 0, durationMs: 0 });
        memory.keepTick(told, cursor);
        ports.record(cronFact(told));
      }
      if (edges.length === 0 || pageInfo?.hasNextPage !== true) return;
    }
  };

  return {
    probePath: '/',
    address: null,
    askAddress: null,
    handlers: {
      // The protocol has no request for this; the unit tells at the first result.
      'cu.accepts': async () => ({}),
      'cu.result': async ({ process, slot }, signal) => resultOf(process, await entryAt(process, slot, signal), signal),
      async 'cu.results'({ process, from, to, limit, order }, signal) {
        const after = from === null || from === 0 ? null : await cursorAt(process, from - 1);
        const until = to === null ? null : await cursorAt(process, to);
        const found = await slotsOf(process, { after, until, limit, sort: order === 'asc' ? 'ASC' : 'DESC' }, signal);
        const results: SlotOutcome[] = [];
        for (let at = 0; at < found.length; at += AT_ONCE) {
          const slots = found.slice(at, at + AT_ONCE);
          results.push(...(await Promise.all(slots.map(async (slot) => resultOf(process, await entryAt(process, slot, signal), signal)))));
        }
        return { results };
      },
      async 'cu.cron'({ process, after, limit }) {
        const running = syncing.get(process) ?? sync(process).finally(() => syncing.delete(process));
        syncing.set(process, running);
        await running;
        const newest = memory.newestTick(process);
        return { ticks: memory.ticks(process, after, limit), newest: newest === null ? null : { slot: newest.slot, tick: newest.tick } };
      },
      async 'cu.dryRun'({ process, message: { owner, from, tags, data, anchor } }, signal) {
        const isForwarded = from !== undefined && owner !== undefined && from !== owner;
        const body = {
          Id: NOBODY,
          Target: process,
          Owner: owner ?? from ?? NOBODY,
          Anchor: anchor ?? NO_ANCHOR,
          Data: data ?? '',
          Tags: isForwarded ? [{ name: 'From-Process', value: from }, ...tags] : tags,
        };
        const bytes = Buffer.from(JSON.stringify(body));
        const request = { method: 'POST', path: `/dry-run?process-id=${process}`, body: { type: 'application/json', bytes } } as const;
        return outcomeOf(await http.json({ ...request, isRepeatable: true, timeoutMs: RESULT_MS, signal }, result));
      },
    },
  };

  async function cursorAt(process: ProcessId, slot: number): Promise<string> {
    const { assignment } = await entryAt(process, toSlot(slot));
    return Buffer.from(JSON.stringify({ timestamp: assignment.timestampMs, ordinate: String(slot) })).toString('base64');
  }

  /** The slots that the unit has evaluated, as its own pages name them; cron messages and failed slots are not among them. */
  async function slotsOf(
    process: ProcessId,
    wanted: { after: string | null; until: string | null; limit: number; sort: 'ASC' | 'DESC' },
    signal: AbortSignal,
  ): Promise<Slot[]> {
    const slots: Slot[] = [];
    let { after, until } = wanted;
    while (slots.length < wanted.limit) {
      const bounds = `${after === null ? '' : `&from=${encodeURIComponent(after)}`}${until === null ? '' : `&to=${encodeURIComponent(until)}`}`;
      const path = `/results/${process}?sort=${wanted.sort}&limit=${Math.min(1_000, wanted.limit)}${bounds}`;
      const { edges, pageInfo } = await http.json({ path, signal }, page);
      for (const { cursor } of edges) {
        const { ordinate, cron } = readCursor(cursor);
        if (cron === undefined && !slots.includes(toSlot(ordinate))) slots.push(toSlot(ordinate));
      }
      const last = edges.at(-1)?.cursor;
      if (last === undefined || pageInfo?.hasNextPage !== true) break;
      const isMoved = wanted.sort === 'ASC' ? after !== last : until !== last;
      if (!isMoved) break;
      if (wanted.sort === 'ASC') after = last;
      else until = last;
    }
    return slots.slice(0, wanted.limit);
  }

  function readCursor(cursor: string): z.infer<typeof cursorText> {
    return http.parse({ status: 200, bytes: Buffer.from(cursor, 'base64'), tries: 1 }, cursorText);
  }
}
