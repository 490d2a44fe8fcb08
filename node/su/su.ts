import type { Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { isId, toItemId, toModuleId, toProcessId, toSlot, type Address, type ItemId, type ProcessId } from '../contract/ids.ts';
import { itemType, tagValue, type Assignment, type Item, type LogEntry } from '../contract/item.ts';
import { NO_STAND_INS, standInsOf, type StandIns } from '../contract/stand-ins.ts';
import type { FactBody } from '../contract/trace.ts';
import type { LogEnd } from '../item/log-line.ts';
import { trustItem } from '../item/parse.ts';
import { sketchOf } from '../item/tags.ts';
import { createCrons } from './due.ts';
import { bundleOf } from './bundle.ts';
import { notesItem } from './notes.ts';
import { nextAssignment } from './slot.ts';
import type { SuPorts } from './ports.ts';
import { authoritiesOf } from './stand-ins.ts';

/** The commands of the scheduler unit, without its journal's. */
export type SuHandlers = Omit<HandlersOf<'su'>, 'su.facts' | 'su.takeTold' | 'su.takeLines'>;

/**
 * The scheduler unit: gives every message of a process the next slot and keeps the log.
 * Items that reach `su.schedule` have been verified at a door (the MU's, or the SU's own HTTP route).
 */
export function createSu(ports: SuPorts): SuHandlers {
  const { schedule, clock, record } = ports;
  const crons = createCrons(schedule);

  /** Gives `message` the next slot of `process`; one writer, since nothing here waits before the slot is taken. */
  const assign = async (process: ProcessId, message: Item, bytes: Uint8Array | null, wish: AssignWish): Promise<Assignment> => {
    // Once only, whether it was sent to the process or assigned to it: the reference CU passes over a second assignment.
    const taken = schedule.slotOf(process, message.id);
    if (taken !== null) throw new AoError('MESSAGE_DUPLICATE', { message: message.id, slot: taken, process });
    const end = schedule.end(process);
    const { nowMs, blockHeight, reached } = clock.moment(end?.timestampMs ?? 0);
    const next = { process, message: message.id, exclude: wish.exclude, standIns: wish.standIns, nowMs, blockHeight };
    const { assignment, assignmentBytes } = nextAssignment(next, end, ports.wallet);
    await schedule.append({
      assignment,
      assignmentBytes,
      message: bytes === null ? null : message,
      messageBytes: bytes,
      request: wish.request,
      limits: ports.limits,
    });
    await reached;
    if (end === null) crons.add(process, message);
    record({
      kind: 'su.assigned',
      id: message.id,
      assignment: assignment.id,
      process,
      slot: assignment.slot,
      timestampMs: assignment.timestampMs,
      sketch: sketchOf(message),
      ...programOf(message, assignment, wish.messenger ?? null),
    });
    return assignment;
  };
  const rejecting = async <T>(id: ItemId, process: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AoError) record({ kind: 'su.rejected', id, process, code: error.code, message: error.message });
      throw error;
    }
  };

  return {
    async 'su.schedule'({ item: raw, messenger = null }) {
      const bytes = Buffer.from(raw, 'base64url');
      const item = trustItem(bytes);
      return rejecting(item.id, item.target || item.id, async () => {
        const process = processOf(item, ports);
        const boot = String(process) === String(item.id) ? onBootOf(item) : null;
        if (boot !== null) await ports.item({ id: boot });
        const deciding = String(process) === String(item.id) ? ports.standIns(item, messenger) : null;
        const standIns = deciding === null ? NO_STAND_INS : await deciding;
        return assign(process, item, bytes, { exclude: [], standIns, request: null, messenger });
      });
    },
    async 'su.assign'({ process, message, baseLayer, exclude, request }) {
      existing(process, schedule.end(process));
      const before = (): Assignment | null => (request === null ? null : schedule.assignedFor(request));
      const known = before();
      if (known !== null) return known;
      const item = await assignable(message, ports);
      if (baseLayer) await settled(process, message, ports);
      return before() ?? rejecting(message, process, () => assign(process, item, null, { exclude, standIns: NO_STAND_INS, request }));
    },
    async 'su.log'({ process, from, limit }) {
      existing(process, schedule.end(process));
      return { entries: withNotes(process, schedule.read(process, from, limit), ports) };
    },
    async 'su.find'({ process, id }) {
      existing(process, schedule.end(process));
      const entry = schedule.find(process, id);
      if (entry === null) throw new AoError('MESSAGE_UNKNOWN', { process, message: id });
      return withNotes(process, [entry], ports)[0] ?? entry;
    },
    async 'su.process'({ process }) {
      // A slot is only shown once it is on disk: until then it may still come to nothing.
      schedule.flush();
      const end = existing(process, schedule.end(process));
      return processInfo(schedule.read(process, toSlot(0), 1)[0], end, process);
    },
    async 'su.note'({ process, notes }) {
      existing(process, schedule.end(process));
      await ports.notes.keep(process, notes);
      return {};
    },
    'su.notes': async ({ process, slot }) => ({ notes: ports.notes.between(process, slot, slot) }),
    'su.rebuild': () => ports.rebuild(),
    'su.export': async (args) => exported(args, ports),
    async 'su.takeRemoved'({ messages }) {
      schedule.removed.keep(messages);
      return {};
    },
    'su.search': ({ find, after, budgetMs }, signal) => ports.search.find(find, after, budgetMs, signal),
    'su.tags': async ({ name, part, limit }) => ({ seen: await ports.search.tags(name, part, limit) }),
    'su.isProcess': async ({ id }) => ({ isProcess: isId(id) && schedule.end(toProcessId(id)) !== null }),
    async 'su.time'() {
      const { timestampMs, blockHeight } = clock.state();
      return { timestampMs, blockHeight };
    },
    'su.clock': async () => clock.state(),
    'su.setClock': ({ wish }) => clock.set(wish),
    'su.jump': ({ timestampMs }) => clock.jump(timestampMs),
    async 'su.due'() {
      const pace = clock.pace();
      return { due: crons.due(clock.state().timestampMs, pace), nextBlockMs: pace.nextBlockMs };
    },
  };
}

/** The item that a process is to be booted from: it must be there, as the reference checks by a HEAD (flows.rs). */
function onBootOf({ tags }: Item): ItemId | null {
  const value = tagValue(tags, 'On-Boot');
  return value !== null && isId(value) ? toItemId(value) : null;
}

/** What slot 0 tells of the program. */
function programOf(
  { tags }: Item,
  assignment: Assignment,
  messenger: Address | null,
): Pick<Extract<FactBody, { kind: 'su.assigned' }>, 'program'> {
  const module = tagValue(tags, 'Module');
  if (assignment.slot > 0 || module === null || !isId(module)) return {};
  const standIns = standInsOf(assignment);
  const isTrusted = messenger === null || standIns.authority === messenger || authoritiesOf(tags).some((one) => one.trim() === messenger);
  return { program: { module: toModuleId(module), standIns, ...(isTrusted ? {} : { distrusts: messenger }) } };
}

/** How existing data is to be assigned. */
interface AssignWish {
  readonly exclude: readonly string[];
  readonly standIns: StandIns;
  readonly request: string | null;
  /** The messenger unit that hands a spawn over; absent for all else. */
  readonly messenger?: Address | null;
}

/** The item to assign. One of a log of ours may not have reached the gateway yet, where the CU will look for it. */
async function assignable(message: ItemId, ports: SuPorts): Promise<Item> {
  const own = ports.schedule.lineOf(message);
  if (own?.messageBytes === undefined || own.messageBytes === null) return ports.item({ id: message });
  await ports.upload({ item: bundleOf(own, ports.wallet).raw });
  return trustItem(own.messageBytes);
}

/** Confirmations that a process asks for where it names no number (builder.rs of the reference SU). */
const DEPTH_DEFAULT = 20;

/**
 * A transaction of the base layer must stand deep enough in the chain for the process.
 * @throws AoError ASSIGN_NOT_BASE_LAYER, ASSIGN_UNSETTLED.
 */
async function settled(process: ProcessId, id: ItemId, ports: SuPorts): Promise<void> {
  const spawn = ports.schedule.read(process, toSlot(0), 1)[0]?.message;
  const wanted = tagValue(spawn?.tags ?? [], 'Settlement-Depth') ?? '';
  const depth = /^-?\d{1,10}$/.test(wanted) ? Number(wanted) : DEPTH_DEFAULT;
  const { isTransaction, confirmations } = await ports.settled({ id });
  if (!isTransaction) throw new AoError('ASSIGN_NOT_BASE_LAYER', { id });
  if (confirmations < depth) throw new AoError('ASSIGN_UNSETTLED', { id, confirmations, process, depth });
}

/** Entries with what was written down of each. */
function withNotes(process: ProcessId, entries: readonly LogEntry[], { notes }: SuPorts): readonly LogEntry[] {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return entries;
  const found = notes.between(process, first.assignment.slot, last.assignment.slot);
  if (found.length === 0) return entries;
  return entries.map((entry) => ({ ...entry, notes: found.filter(({ slot }) => slot === entry.assignment.slot) }));
}

/** @throws AoError PROCESS_UNKNOWN, RECORDING_IMPOSSIBLE. */
function exported(
  { process, from, limit, without, isCarried = false }: Commands['su.export']['args'],
  { schedule, notes, wallet }: SuPorts,
): Commands['su.export']['reply'] {
  schedule.flush();
  const end = existing(process, schedule.end(process));
  const lines = schedule.lines(process, from, limit);
  if (!isCarried && lines.some(({ assignment }) => assignment.address !== wallet.address))
    throw new AoError('RECORDING_IMPOSSIBLE', { process, reason: 'the scheduler of another installation wrote its log' });
  const last = lines.at(-1)?.assignment.slot ?? end.slot;
  const isEnd = last >= end.slot;
  // Cron messages after the newest slot stand before one that is not there yet.
  const noted = isCarried ? [] : notes.between(process, from, toSlot(isEnd ? last + 1 : last));
  const found = without === undefined ? noted : noted.filter(({ slot }) => slot < without.from);
  const beside = found.length === 0 ? [] : [notesItem({ process, notes: found, lastSeq: from }, wallet)];
  const away = new Set(without?.slots);
  const told = lines.map((line) => (away.has(line.assignment.slot) ? { ...line, messageBytes: null } : line));
  return {
    items: [...told.map((line) => bundleOf(line, wallet)), ...beside].map(({ raw }) => raw),
    next: isEnd ? null : toSlot(last + 1),
  };
}

/** Which process an item concerns: its own id for a spawn, its target for a message (rules of protocol §3.4). */
function processOf(item: Item, ports: SuPorts): ProcessId {
  if (item.tags.some(({ name, value }) => name.endsWith('+link') || value.endsWith('+link'))) throw new AoError('TAG_LINK_REFUSED');
  const type = itemType(item.tags);
  if (type === 'Process') {
    const module = tagValue(item.tags, 'Module');
    if (module === null || !isId(module)) throw new AoError('SPAWN_NO_MODULE');
    if (tagValue(item.tags, 'Scheduler') === null) throw new AoError('SPAWN_NO_SCHEDULER');
    return toProcessId(item.id);
  }
  if (type !== 'Message') throw new AoError('ITEM_BAD_TYPE');
  if (!isId(item.target)) throw new AoError('PROCESS_UNKNOWN', { process: item.target || '(no target)' });
  const process = toProcessId(item.target);
  existing(process, ports.schedule.end(process));
  return process;
}

function existing(process: ProcessId, end: LogEnd | null): LogEnd {
  if (end === null) throw new AoError('PROCESS_UNKNOWN', { process });
  return end;
}

function processInfo(first: LogEntry | undefined, end: LogEnd, process: ProcessId): Commands['su.process']['reply'] {
  const item = first?.message;
  const module = tagValue(item?.tags ?? [], 'Module');
  if (first === undefined || item === null || item === undefined || module === null) throw new AoError('LOG_BROKEN', { process, slot: 0 });
  return {
    process,
    module: toModuleId(module),
    name: tagValue(item.tags, 'Name'),
    item,
    assignment: first.assignment,
    slotLatest: end.slot,
  };
}
