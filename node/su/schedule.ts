import { LRUCache } from 'lru-cache';
import { AoError } from '../contract/errors.ts';
import { toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Assignment, Item, LogEntry } from '../contract/item.ts';
import type { SlotLimits } from '../contract/note.ts';
import { endOf, type LogEnd } from '../item/log-line.ts';
import { trustItem } from '../item/parse.ts';
import { bytesOf, numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';
import { CLOCK_TABLE } from './clock.ts';
import type { LogLine } from './bundle.ts';
import { NOTES_TABLE } from './notes.ts';
import { itemOfRemoved, openRemoved, REMOVED_TABLE, type Removed } from './removed.ts';
import { readAssignment } from './slot.ts';

export const SU_SCHEMA = [
  `CREATE TABLE log (
     seq INTEGER PRIMARY KEY, process TEXT NOT NULL, slot INTEGER NOT NULL, message TEXT NOT NULL, assignment TEXT NOT NULL,
     assignment_bytes BLOB NOT NULL, message_bytes BLOB, UNIQUE (process, slot));
   CREATE INDEX log_message ON log (message);
   CREATE INDEX log_assignment ON log (assignment);
   CREATE TABLE uploaded (seq INTEGER NOT NULL);
   INSERT INTO uploaded VALUES (0);
   ${JOURNAL_TABLE}`,
  `ALTER TABLE log ADD COLUMN request TEXT;
   CREATE INDEX log_request ON log (request) WHERE request IS NOT NULL;`,
  CLOCK_TABLE,
  // What the gateway had been given until then were single items; now each line goes there as a bundle.
  `ALTER TABLE log ADD COLUMN gas_limit INTEGER;
   ALTER TABLE log ADD COLUMN memory_limit INTEGER;
   UPDATE uploaded SET seq = 0;
   ${NOTES_TABLE}`,
  REMOVED_TABLE,
];

/** A new line of a log, ready to be written. `message` is null where existing data is assigned. */
export interface NewEntry extends Omit<LogLine, 'seq'> {
  readonly message: Item | null;
  readonly limits: SlotLimits;
}

/** The durable logs of every process: the one thing that everything else can be computed from. */
export interface Schedule {
  end(process: ProcessId): LogEnd | null;
  /** The slot in which `message` stands or is about to stand; null when it is new. */
  slotOf(process: ProcessId, message: ItemId): Slot | null;
  /** Takes the slot at once, resolves when the entry is on disk; on failure nothing of it remains. */
  append(entry: NewEntry): Promise<void>;
  /** Fewer than `limit` entries where they are large; none only where the log ends. */
  read(process: ProcessId, from: Slot, limit: number): readonly LogEntry[];
  /** The lines with their bytes, as `read`. */
  lines(process: ProcessId, from: Slot, limit: number): readonly LogLine[];
  /** By message id or assignment id. */
  find(process: ProcessId, id: ItemId): LogEntry | null;
  /** The assignment that this request was given before; null when it is new. */
  assignedFor(request: string): Assignment | null;
  /** Every process, in the order in which they were spawned. */
  processes(): readonly ProcessId[];
  /** When the newest entry of all was assigned, Unix ms; 0 for none. */
  newestMs(): number;
  /** The line of the item of that id in whichever log it stands; null when none holds it. */
  lineOf(id: ItemId): LogLine | null;
  /** Does a log hold nothing at all? */
  isEmpty(): boolean;
  /** Puts back lines that were lost, each of which follows the end of its log, all or none of them. */
  restore(lines: readonly LogLine[]): void;
  /** Puts lines of another scheduler behind the ends of their logs, numbered anew: all or none of them. */
  extend(lines: readonly LogLine[]): void;
  /** Lines that the gateway has not been given yet, in order: fewer than `limit` where they are large. */
  pendingUploads(limit: number): readonly LogLine[];
  markUploaded(seq: number): void;
  /** What is left of messages that were taken out of a recording. */
  readonly removed: Removed;
  /** Puts what is in flight on disk now. */
  flush(): void;
}

/** In conditions `+process` keeps SQLite from walking through the whole log of the process: an id is found by its own index. */
const COLUMNS = 'seq, process, slot, message, assignment, assignment_bytes, message_bytes, request, gas_limit, memory_limit';
const INSERT = `INSERT INTO log (seq, process, slot, message, assignment, assignment_bytes, message_bytes, request, gas_limit, memory_limit)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
/** What entries weigh in memory at most; one of them besides its data. */
const KEPT_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 2_048;
/** Data of one page of the log at most, or one entry: a page crosses processes as one message. */
const PAGE_BYTES = 16 * 1024 * 1024;

/** Opens the schedule over the SU's database (tables of {@link SU_SCHEMA}). */
export function openSchedule(database: Database): Schedule {
  const commits = createGroupCommit(database);
  const removed = openRemoved(database);
  const ends = new LRUCache<ProcessId, LogEnd>({ max: 10_000 });
  const recent = new LRUCache<string, LogEntry>({ maxSize: KEPT_BYTES, sizeCalculation: weightOf });
  /** Entries that have a slot but are not on disk yet, by process and message. */
  const inFlight = new Map<string, Slot>();
  const key = (process: ProcessId, part: string | number): string => `${process} ${part}`;

  const entryOf = (row: SqlRow): LogEntry => {
    const at = key(toProcessId(textOf(row, 'process')), numberOf(row, 'slot'));
    const known = recent.get(at);
    if (known !== undefined) return known;
    const limits = limitsOf(row);
    const items = itemsOf(row);
    const left = items.message === null ? removed.of(items.assignment.message) : null;
    const entry = {
      ...items,
      ...(limits === null ? {} : { limits }),
      ...(left === null ? {} : { message: itemOfRemoved(left), removed: left.removed }),
    };
    recent.set(at, entry);
    return entry;
  };

  const page = (process: ProcessId, from: Slot, limit: number): readonly SqlRow[] => {
    const sizes = database.all(
      'SELECT coalesce(length(message_bytes), 0) AS bytes FROM log WHERE process = ? AND slot >= ? ORDER BY slot LIMIT ?',
      process,
      from,
      limit,
    );
    const fitting = countFitting(sizes.map((row) => numberOf(row, 'bytes')));
    return database.all(`SELECT ${COLUMNS} FROM log WHERE process = ? AND slot >= ? ORDER BY slot LIMIT ?`, process, from, fitting);
  };

  const insert = (line: Omit<LogLine, 'seq'>, seq: number | null): void => {
    const { assignment, assignmentBytes, messageBytes, request, limits } = line;
    database.run(
      INSERT,
      seq,
      assignment.process,
      assignment.slot,
      assignment.message,
      assignment.id,
      Buffer.from(assignmentBytes),
      messageBytes === null ? null : Buffer.from(messageBytes),
      request,
      limits?.gas ?? null,
      limits?.memoryBytes ?? null,
    );
  };

  return {
    end(process) {
      const known = ends.get(process);
      if (known !== undefined) return known;
      const row = database.get(`SELECT ${COLUMNS} FROM log WHERE process = ? ORDER BY slot DESC LIMIT 1`, process);
      if (row === undefined) return null;
      const end = endOf(entryOf(row).assignment);
      ends.set(process, end);
      return end;
    },
    slotOf(process, message) {
      const waiting = inFlight.get(key(process, message));
      if (waiting !== undefined) return waiting;
      const row = database.get('SELECT slot FROM log WHERE message = ? AND +process = ?', message, process);
      return row === undefined ? null : toSlot(numberOf(row, 'slot'));
    },
    async append(entry) {
      const { assignment, message: item, limits } = entry;
      const { process, message, slot } = assignment;
      ends.set(process, endOf(assignment));
      inFlight.set(key(process, message), slot);
      try {
        await commits.add(() => insert(entry, null));
        recent.set(key(process, slot), { assignment, message: item, limits });
      } catch (error) {
        ends.delete(process);
        throw error;
      } finally {
        inFlight.delete(key(process, message));
      }
    },
    read(process, from, limit) {
      const kept = readKept(recent, (slot) => key(process, slot), from, limit, ends.get(process)?.slot);
      if (kept !== null) return kept;
      return page(process, from, limit).map(entryOf);
    },
    lines: (process, from, limit) => page(process, from, limit).map(lineOf),
    find(process, id) {
      const by = (column: 'message' | 'assignment'): SqlRow | undefined =>
        database.get(`SELECT ${COLUMNS} FROM log WHERE ${column} = ? AND +process = ? ORDER BY seq LIMIT 1`, id, process);
      const row = by('message') ?? by('assignment');
      return row === undefined ? null : entryOf(row);
    },
    assignedFor(request) {
      // The same request may have come a moment ago: what is on its way is looked at too.
      commits.flush();
      const row = database.get(`SELECT ${COLUMNS} FROM log WHERE request = ?`, request);
      return row === undefined ? null : entryOf(row).assignment;
    },
    lineOf(id) {
      const row = database.get(`SELECT ${COLUMNS} FROM log WHERE message = ? AND message_bytes IS NOT NULL LIMIT 1`, id);
      return row === undefined ? null : lineOf(row);
    },
    isEmpty: () => database.get('SELECT 1 AS one FROM log LIMIT 1') === undefined,
    restore(lines) {
      database.transaction(() => {
        for (const line of lines) {
          const isTaken = database.get('SELECT 1 AS one FROM log WHERE seq = ?', line.seq) !== undefined;
          // Below all others: the gateway has it, so it must not count as waiting.
          insert(line, isTaken ? numberOf(database.get('SELECT min(seq) - 1 AS seq FROM log') ?? {}, 'seq') : line.seq);
        }
      });
      for (const { assignment } of lines) ends.set(assignment.process, endOf(assignment));
    },
    extend(lines) {
      database.transaction(() => {
        for (const line of lines) insert(line, null);
      });
      for (const { assignment } of lines) ends.set(assignment.process, endOf(assignment));
    },
    processes: () => database.all('SELECT process FROM log WHERE slot = 0 ORDER BY seq').map((row) => toProcessId(textOf(row, 'process'))),
    newestMs() {
      const row = database.get(`SELECT ${COLUMNS} FROM log ORDER BY seq DESC LIMIT 1`);
      return row === undefined ? 0 : entryOf(row).assignment.timestampMs;
    },
    pendingUploads(limit) {
      const waiting = 'FROM log WHERE seq > (SELECT seq FROM uploaded) ORDER BY seq LIMIT ?';
      const sizes = database.all(`SELECT coalesce(length(message_bytes), 0) AS bytes ${waiting}`, limit);
      const fitting = countFitting(sizes.map((row) => numberOf(row, 'bytes')));
      return database.all(`SELECT ${COLUMNS} ${waiting}`, fitting).map(lineOf);
    },
    // Forgotten at a power loss, it only makes the gateway be given again what it has.
    markUploaded: (seq) => database.transaction(() => database.run('UPDATE uploaded SET seq = max(seq, ?)', seq), 'normal'),
    removed,
    flush: commits.flush,
  };
}

/** What a row holds. @throws AoError LOG_BROKEN when that is not what it says it is. */
function itemsOf(row: SqlRow): Pick<LogEntry, 'assignment' | 'message'> {
  const process = toProcessId(textOf(row, 'process'));
  const slot = numberOf(row, 'slot');
  const broken = (): AoError => new AoError('LOG_BROKEN', { process, slot });
  try {
    const assignment = readAssignment(bytesOf(row, 'assignment_bytes'));
    const message = row['message_bytes'] === null ? null : trustItem(bytesOf(row, 'message_bytes'));
    const isWhole =
      assignment.id === row['assignment'] &&
      assignment.process === process &&
      assignment.slot === slot &&
      (message === null ? assignment.message : message.id) === row['message'];
    if (isWhole) return { assignment, message };
  } catch {
    throw broken();
  }
  throw broken();
}

function lineOf(row: SqlRow): LogLine {
  const assignmentBytes = bytesOf(row, 'assignment_bytes');
  return {
    seq: numberOf(row, 'seq'),
    assignment: readAssignment(assignmentBytes),
    assignmentBytes,
    messageBytes: row['message_bytes'] === null ? null : bytesOf(row, 'message_bytes'),
    request: row['request'] === null ? null : textOf(row, 'request'),
    limits: limitsOf(row),
  };
}

function limitsOf(row: SqlRow): SlotLimits | null {
  return row['gas_limit'] === null ? null : { gas: numberOf(row, 'gas_limit'), memoryBytes: numberOf(row, 'memory_limit') };
}

/** The entries from memory when every one of them is there: the CU mostly asks for what was just written. */
function readKept(
  recent: LRUCache<string, LogEntry>,
  key: (slot: number) => string,
  from: Slot,
  limit: number,
  last: Slot | undefined,
): LogEntry[] | null {
  if (last === undefined) return null;
  const found: LogEntry[] = [];
  for (let slot: number = from; slot <= last && found.length < limit; slot++) {
    const entry = recent.get(key(slot));
    if (entry === undefined) return null;
    found.push(entry);
  }
  return found.slice(0, countFitting(found.map(weightOf)));
}

function weightOf({ message }: LogEntry): number {
  return ENTRY_BYTES + (message?.dataBytes ?? 0);
}

/** How many of the first sizes go into one page: at least one. */
function countFitting(sizes: readonly number[]): number {
  let bytes = 0;
  const tooMany = sizes.findIndex((size, at) => (bytes += size) > PAGE_BYTES && at > 0);
  return tooMany === -1 ? sizes.length : tooMany;
}
