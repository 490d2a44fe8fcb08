import { LRUCache } from 'lru-cache';
import { toProcessId, toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Assignment, Item, LogEntry } from '../contract/item.ts';
import { trustItem } from '../item/parse.ts';
import { bytesOf, numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { JOURNAL_TABLE } from '../store/journal.ts';
import { CLOCK_TABLE } from './clock.ts';
import { readAssignment, type LogEnd } from './slot.ts';

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
];

/** A new line of a log, ready to be written. `message` is null where existing data is assigned. */
export interface NewEntry {
  readonly assignment: Assignment;
  readonly assignmentBytes: Uint8Array;
  readonly message: Item | null;
  readonly messageBytes: Uint8Array | null;
  /** What makes an assignment of existing data the same when it is asked for again; null for none. */
  readonly request: string | null;
}

/** Signed bytes that the gateway has not been given yet. */
export interface PendingUpload {
  readonly seq: number;
  readonly bytes: readonly Uint8Array[];
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
  /** By message id or assignment id. */
  find(process: ProcessId, id: ItemId): LogEntry | null;
  /** The assignment that this request was given before; null when it is new. */
  assignedFor(request: string): Assignment | null;
  /** The bytes of the item of that id in whichever log it stands; null when none holds it. */
  bytesOf(id: ItemId): Uint8Array | null;
  /** Every process, in the order in which they were spawned. */
  processes(): readonly ProcessId[];
  /** When the newest entry of all was assigned, Unix ms; 0 for none. */
  newestMs(): number;
  pendingUploads(limit: number): readonly PendingUpload[];
  markUploaded(seq: number): void;
  /** Puts what is in flight on disk now. */
  flush(): void;
}

/** In conditions `+process` keeps SQLite from walking through the whole log of the process: an id is found by its own index. */
const COLUMNS = 'seq, process, slot, message, assignment_bytes, message_bytes';
/** What entries weigh in memory at most; one of them besides its data. */
const KEPT_BYTES = 64 * 1024 * 1024;
const ENTRY_BYTES = 2_048;
/** Data of one page of the log at most, or one entry: a page crosses processes as one message. */
const PAGE_BYTES = 16 * 1024 * 1024;

/** Opens the schedule over the SU's database (tables of {@link SU_SCHEMA}). */
export function openSchedule(database: Database): Schedule {
  const commits = createGroupCommit(database);
  const ends = new LRUCache<ProcessId, LogEnd>({ max: 10_000 });
  const recent = new LRUCache<string, LogEntry>({ maxSize: KEPT_BYTES, sizeCalculation: weightOf });
  /** Entries that have a slot but are not on disk yet, by process and message. */
  const inFlight = new Map<string, Slot>();
  const key = (process: ProcessId, part: string | number): string => `${process} ${part}`;

  const entryOf = (row: SqlRow): LogEntry => {
    const at = key(toProcessId(textOf(row, 'process')), numberOf(row, 'slot'));
    const known = recent.get(at);
    if (known !== undefined) return known;
    const message = row['message_bytes'] === null ? null : trustItem(bytesOf(row, 'message_bytes'));
    const entry = { assignment: readAssignment(bytesOf(row, 'assignment_bytes')), message };
    recent.set(at, entry);
    return entry;
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
      const { assignment, assignmentBytes, messageBytes, request } = entry;
      const { process, message, slot } = assignment;
      ends.set(process, endOf(assignment));
      inFlight.set(key(process, message), slot);
      try {
        await commits.add(() =>
          database.run(
            'INSERT INTO log (process, slot, message, assignment, assignment_bytes, message_bytes, request) VALUES (?, ?, ?, ?, ?, ?, ?)',
            process,
            slot,
            message,
            assignment.id,
            Buffer.from(assignmentBytes),
            messageBytes === null ? null : Buffer.from(messageBytes),
            request,
          ),
        );
        recent.set(key(process, slot), { assignment, message: entry.message });
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
      const sizes = database.all(
        'SELECT coalesce(length(message_bytes), 0) AS bytes FROM log WHERE process = ? AND slot >= ? ORDER BY slot LIMIT ?',
        process,
        from,
        limit,
      );
      const fitting = countFitting(sizes.map((row) => numberOf(row, 'bytes')));
      return database
        .all(`SELECT ${COLUMNS} FROM log WHERE process = ? AND slot >= ? ORDER BY slot LIMIT ?`, process, from, fitting)
        .map(entryOf);
    },
    find(process, id) {
      const by = (column: 'message' | 'assignment'): SqlRow | undefined =>
        database.get(`SELECT ${COLUMNS} FROM log WHERE ${column} = ? AND +process = ? ORDER BY seq LIMIT 1`, id, process);
      const row = by('message') ?? by('assignment');
      return row === undefined ? null : entryOf(row);
    },
    assignedFor(request) {
      const row = database.get(`SELECT ${COLUMNS} FROM log WHERE request = ?`, request);
      return row === undefined ? null : entryOf(row).assignment;
    },
    bytesOf(id) {
      const row = database.get('SELECT message_bytes FROM log WHERE message = ? AND message_bytes IS NOT NULL LIMIT 1', id);
      return row === undefined ? null : bytesOf(row, 'message_bytes');
    },
    processes: () => database.all('SELECT process FROM log WHERE slot = 0 ORDER BY seq').map((row) => toProcessId(textOf(row, 'process'))),
    newestMs() {
      const row = database.get(`SELECT ${COLUMNS} FROM log ORDER BY seq DESC LIMIT 1`);
      return row === undefined ? 0 : entryOf(row).assignment.timestampMs;
    },
    pendingUploads(limit) {
      const rows = database.all(`SELECT ${COLUMNS} FROM log WHERE seq > (SELECT seq FROM uploaded) ORDER BY seq LIMIT ?`, limit);
      return rows.map((row) => ({
        seq: numberOf(row, 'seq'),
        bytes:
          row['message_bytes'] === null
            ? [bytesOf(row, 'assignment_bytes')]
            : [bytesOf(row, 'message_bytes'), bytesOf(row, 'assignment_bytes')],
      }));
    },
    // Forgotten at a power loss, it only makes the gateway be given again what it has.
    markUploaded: (seq) => database.transaction(() => database.run('UPDATE uploaded SET seq = max(seq, ?)', seq), 'normal'),
    flush: commits.flush,
  };
}

function endOf(assignment: Assignment): LogEnd {
  return { slot: assignment.slot, assignment: assignment.id, timestampMs: assignment.timestampMs, hashChain: assignment.hashChain };
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
