import type { RebuildReport } from '../contract/answers.ts';
import { AoError, ERRORS, reasonOf } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Item, Tag } from '../contract/item.ts';
import type { Client } from '../contract/rpc.ts';
import type { FactBody } from '../contract/trace.ts';
import { BUNDLE_TAGS } from '../item/bundle.ts';
import { endOf, notNext, type LogEnd } from '../item/log-line.ts';
import { sketchOf, unseenSketch } from '../item/tags.ts';
import { messageOf, readLine, type LogLine } from './bundle.ts';
import { NOTES_TAG, readNotes, type Notes } from './notes.ts';
import { itemOfRemoved } from './removed.ts';
import type { Schedule } from './schedule.ts';
import type { Timed, Told } from './told.ts';

/** What bringing logs back stands on. */
export interface RebuildPorts {
  readonly schedule: Schedule;
  readonly notes: Notes;
  /** Whose lines are taken: the SU's own address. */
  readonly address: Item['address'];
  /** Who signed the bundles that they lie in; null: the same. */
  readonly carrier?: Item['address'] | null;
  /** Most bytes of one item. */
  readonly itemBytes: number;
  readonly ask: Client['ask'];
  /** @param atMs when it happened. */
  record(fact: FactBody, atMs?: number): void;
  /** Of a recording: its slots are told in the order of their times, with all else that was told, once all of them are there. */
  readonly told?: Told | null;
}

const PAGE = 200;
/** Bytes of lines that are written together. */
const BATCH_BYTES = 8 * 1024 * 1024;
const [BUNDLE_TAG] = BUNDLE_TAGS;

/**
 * Brings back from the gateway every line of a log, and every note, that the SU lacks: each signature, the hash chain
 * and the order of slots are checked, and nothing is put after a gap. What is there already stays as it is.
 * @throws AoError what the gateway answers; what was brought back until then stays.
 */
export async function rebuild(ports: RebuildPorts): Promise<RebuildReport> {
  const wasEmpty = ports.schedule.isEmpty();
  const lines = createPlacing(ports);
  for await (const outer of signedWith(ports, BUNDLE_TAG)) await lines.take(outer);
  const { processes, slots, gaps, lastSeq } = lines.finish();
  let notes = 0;
  for await (const item of signedWith(ports, NOTES_TAG)) {
    const read = readNotes(item, await dataOf(ports, item));
    if (read === null) continue;
    await ports.notes.keep(read.process, read.notes);
    notes += read.notes.length;
  }
  if (wasEmpty) {
    ports.schedule.markUploaded(lastSeq);
    ports.notes.markAllUploaded();
  }
  if (slots > 0) ports.record({ kind: 'su.rebuilt', processes, slots });
  for (const { process, slot, reason } of gaps) {
    const { code, message } = new AoError('LOG_GAP', { process, slot, reason });
    ports.record({ kind: 'su.gap', process, slot, code, message });
  }
  return { processes, slots, notes, gaps };
}

async function* signedWith({ ask, address, carrier = null }: RebuildPorts, tag: Tag | undefined): AsyncGenerator<Item> {
  if (tag === undefined) return;
  for (let after: string | null = null; ;) {
    const { items, cursor }: { readonly items: readonly Item[]; readonly cursor: string | null } = await ask('gateway.find', {
      owner: carrier ?? address,
      tag,
      after,
      limit: PAGE,
    });
    yield* items;
    if (cursor === null) return;
    after = cursor;
  }
}

async function dataOf({ ask }: RebuildPorts, { id }: Item): Promise<Uint8Array> {
  return Buffer.from((await ask('gateway.data', { id })).data, 'base64url');
}

/** Puts lines where they belong, in whatever order they come. */
interface Placing {
  take(outer: Item): Promise<void>;
  finish(): Pick<RebuildReport, 'processes' | 'slots' | 'gaps'> & { readonly lastSeq: number };
}

function createPlacing(ports: RebuildPorts): Placing {
  const { schedule, record, told = null } = ports;
  const ends = new Map<ProcessId, LogEnd | null>();
  /** Lines that came before their turn, by slot: only where they lie, since a whole log may wait for its first. */
  const early = new Map<ProcessId, Map<number, Item[]>>();
  const touched = new Set<ProcessId>();
  let batch: LogLine[] = [];
  let batchBytes = 0;
  let slots = 0;
  let lastSeq = 0;
  /** Where lines stand that are told later. */
  const untold: { readonly process: ProcessId; readonly slot: Slot; readonly atMs: number }[] = [];
  let unreadable = { count: 0, reason: '' };

  const endOfLog = (process: ProcessId): LogEnd | null => {
    const known = ends.get(process);
    const end = known === undefined ? schedule.end(process) : known;
    ends.set(process, end);
    return end;
  };
  const flush = (): void => {
    if (batch.length > 0) schedule.restore(batch);
    for (const line of batch) {
      const { process, slot, timestampMs } = line.assignment;
      if (told === null) record(assignedFact(line), timestampMs);
      else untold.push({ process, slot, atMs: told.of(process, slot)?.atMs ?? timestampMs });
    }
    [batch, batchBytes] = [[], 0];
  };
  const assignedFact = ({ assignment, messageBytes }: LogLine): FactBody => {
    const { process, slot, timestampMs, message } = assignment;
    const left = messageBytes === null ? schedule.removed.of(message) : null;
    const item = left === null ? messageOf({ messageBytes }) : itemOfRemoved(left);
    const sketch = item === null ? unseenSketch(process) : sketchOf(item);
    const program = told?.of(process, slot)?.program;
    const more = program === undefined ? {} : { program };
    return { kind: 'su.assigned', id: message, assignment: assignment.id, process, slot, timestampMs, sketch, ...more };
  };
  const tellAll = (others: readonly Timed[]): void => {
    const slots = untold.map(({ process, slot, atMs }) => ({ atMs, facts: () => schedule.lines(process, slot, 1).map(assignedFact) }));
    for (const { atMs, facts } of [...slots, ...others].sort((a, b) => a.atMs - b.atMs)) for (const fact of facts()) record(fact, atMs);
  };
  const put = (line: LogLine): void => {
    const { process } = line.assignment;
    ends.set(process, endOf(line.assignment));
    touched.add(process);
    batch.push(line);
    slots++;
    lastSeq = Math.max(lastSeq, line.seq);
    batchBytes += line.assignmentBytes.length + (line.messageBytes?.length ?? 0);
    if (batchBytes > BATCH_BYTES) flush();
  };
  const read = async (outer: Item): Promise<LogLine | null> => {
    try {
      return await readLine(outer, await dataOf(ports, outer), ports.address, ports.itemBytes, (id) => schedule.removed.of(id) !== null);
    } catch (error) {
      if (!(error instanceof AoError) || ERRORS[error.code].fault === 'system') throw error;
      unreadable = { count: unreadable.count + 1, reason: unreadable.reason || reasonOf(error) };
      return null;
    }
  };
  const take = async (outer: Item): Promise<void> => {
    const line = await read(outer);
    if (line === null) return;
    const { process, slot } = line.assignment;
    const end = endOfLog(process);
    if (slot < nextSlot(end)) return;
    if (follows(line, end)) {
      put(line);
      await takeEarly(process);
      return;
    }
    const waiting = early.get(process) ?? new Map<number, Item[]>();
    waiting.set(slot, [...(waiting.get(slot) ?? []), outer]);
    early.set(process, waiting);
  };
  const takeEarly = async (process: ProcessId): Promise<void> => {
    const waiting = early.get(process);
    for (;;) {
      const slot = nextSlot(endOfLog(process));
      const candidates = waiting?.get(slot);
      if (candidates === undefined) return;
      const lines = await Promise.all(candidates.map(read));
      const line = lines.find((one) => one !== null && follows(one, endOfLog(process)));
      if (line === undefined || line === null) return;
      waiting?.delete(slot);
      put(line);
    }
  };
  return {
    take,
    finish() {
      flush();
      if (told !== null) tellAll(told.rest());
      const gaps = [...early].flatMap(([process, waiting]) => {
        const slot = nextSlot(endOfLog(process));
        // What lies before the end are lines that lost against others of their slot.
        if (![...waiting.keys()].some((one) => one >= slot)) return [];
        const also = unreadable.count === 0 ? '' : `; ${unreadable.count} bundles cannot be read, the first: ${unreadable.reason}`;
        const reason = waiting.has(slot)
          ? 'its hash chain, or its time, does not follow from the slot before'
          : `the gateway does not have it${also}`;
        return [{ process, slot: toSlot(slot), reason }];
      });
      return { processes: touched.size, slots, gaps, lastSeq };
    },
  };
}

function nextSlot(end: LogEnd | null): number {
  return end === null ? 0 : end.slot + 1;
}

function follows({ assignment }: LogLine, end: LogEnd | null): boolean {
  return notNext(assignment, assignment.process, end) === null;
}
