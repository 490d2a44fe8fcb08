import { asciiLower, isTagMeant, type LogFind, type LogFound, type SeenText } from '../contract/log-find.ts';
import { toProcessId, toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Tag } from '../contract/item.ts';
import { lengthsOf, SIGNATURE_TYPES } from '../item/layout.ts';
import { avroText, readTags } from '../item/tag-block.ts';
import { bytesOf, numberOf, textOf, type Database, type SqlRow } from '../store/database.ts';

/** Looking through the messages of all logs. */
export interface LogSearch {
  /** A part, from the line after number `after` on; it ends once `budgetMs` are over or `signal` aborts. */
  find(find: LogFind, after: number, budgetMs: number, signal: AbortSignal): Promise<LogFound>;
  /** Names of tags, or values of the tag `name`, that hold `part`; the most frequent first. */
  tags(name: string | null, part: string, limit: number): Promise<readonly SeenText[]>;
}

/** Lines that one statement reads: others get their turn in between. */
const LINES = 4_000;
/** A log is read as memory, which takes a third of the time; more than this is read as a file. */
const MAPPED_BYTES = 4 * 1024 ** 3;
/** Of one tag so many values are counted, and none that is longer: what nobody would choose out of a list. */
const VALUES_MAX = 500;
const VALUE_LENGTH_MAX = 100;
const NAMES_MAX = 1_000;

/** Where the public key of an item ends, by its signature type: two bytes, the lower one first. */
const HEADS = SIGNATURE_TYPES.map((type) => {
  const { signature, owner } = lengthsOf(type);
  return `WHEN x'0${type}00' THEN ${2 + signature + owner}`;
}).join(' ');

/**
 * The lines of the log with `content`, the bytes of tags and data. It is cut out by SQLite, which is what makes fifty
 * thousand messages searchable in an eye's blink without an index: target and anchor are there or not, each behind a flag
 * (ANS-104 §1), and two counts of eight bytes follow.
 */
const CONTENT = `SELECT seq, process, slot, substr(bytes, anchor + 18 + 32 * (substr(bytes, anchor + 1, 1) = x'01')) AS content FROM (
  SELECT seq, process, slot, bytes, head + 1 + 32 * (substr(bytes, head + 1, 1) = x'01') AS anchor FROM (
  SELECT seq, process, slot, message_bytes AS bytes, CASE substr(message_bytes, 1, 2) ${HEADS} END AS head
  FROM log WHERE seq > ? AND seq <= ? AND message_bytes IS NOT NULL))`;

/** Opens the search over the SU's database. */
export function openSearch(database: Database): LogSearch {
  database.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`);
  const last = (): number => numberOf(database.get('SELECT coalesce(max(seq), 0) AS seq FROM log') ?? {}, 'seq');
  const seen = new Map<string, SeenTag>();
  let seenTo = 0;
  let counting: Promise<void> | null = null;

  const count = async (): Promise<void> => {
    for (const end = last(); seenTo < end; await turn()) {
      const to = Math.min(end, seenTo + LINES / 4);
      for (const row of database.all(CONTENT, seenTo, to)) for (const tag of tagsIn(row)) countTag(seen, tag);
      seenTo = to;
    }
  };

  return {
    async find(find, after, budgetMs, signal) {
      const end = last();
      const startedMs = performance.now();
      const found = new Map<ProcessId, Slot[]>();
      let readTo = after;
      while (readTo < end && !signal.aborted) {
        const to = Math.min(end, readTo + LINES);
        for (const row of linesWith(database, find, readTo, to)) put(found, row);
        readTo = to;
        if (performance.now() - startedMs >= budgetMs) break;
        await turn();
      }
      return { found: [...found].map(([process, slots]) => ({ process, slots })), readTo, last: end };
    },
    async tags(name, part, limit) {
      counting ??= count().finally(() => (counting = null));
      await counting;
      const wanted = part.toLowerCase();
      const texts =
        name === null
          ? [...seen.values()].map((tag) => ({ text: tag.name, count: tag.count }))
          : [...seen.values()]
              .filter((tag) => tag.name.toLowerCase() === name.toLowerCase())
              .flatMap((tag) => [...tag.values].map(([text, count]) => ({ text, count })));
      return texts
        .filter(({ text }) => text.toLowerCase().includes(wanted))
        .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
        .slice(0, limit);
    },
  };
}

interface SeenTag {
  readonly name: string;
  readonly values: Map<string, number>;
  count: number;
}

function countTag(seen: Map<string, SeenTag>, { name, value }: Tag): void {
  let tag = seen.get(name);
  if (tag === undefined) {
    if (seen.size >= NAMES_MAX) return;
    tag = { name, values: new Map(), count: 0 };
    seen.set(name, tag);
  }
  tag.count += 1;
  const before = tag.values.get(value);
  if (before === undefined && (tag.values.size >= VALUES_MAX || value.length > VALUE_LENGTH_MAX)) return;
  tag.values.set(value, (before ?? 0) + 1);
}

function put(found: Map<ProcessId, Slot[]>, row: SqlRow): void {
  const process = toProcessId(textOf(row, 'process'));
  const slot = toSlot(numberOf(row, 'slot'));
  const slots = found.get(process);
  if (slots === undefined) found.set(process, [slot]);
  else slots.push(slot);
}

/** Lines of the numbers above `after` up to `to` that fit. What the bytes alone cannot tell is decided by the tags. */
function linesWith(database: Database, find: LogFind, after: number, to: number): readonly SqlRow[] {
  const lines = (columns: string, ...needles: readonly Buffer[]): readonly SqlRow[] =>
    database.all(
      `SELECT ${columns} FROM (${CONTENT}) WHERE ${needles.map(() => 'instr(lower(CAST(content AS TEXT)), CAST(? AS TEXT)) > 0').join(' AND ')}`,
      after,
      to,
      ...needles,
    );
  if (find.kind !== 'tag') {
    const needle = lowered(find.text);
    if (find.kind === 'text') return lines('process, slot', needle);
    return lines('process, slot, content', needle).filter((row) => dataOf(row).includes(asciiLower(find.text)));
  }
  const name = lowered(avroText(find.name));
  // Name and value stand one behind the other, each after its length.
  if (find.sign === '=') return lines('process, slot', Buffer.concat([name, lowered(avroText(find.value))]));
  return lines('process, slot, content', name).filter((row) => tagsIn(row).some((tag) => isTagMeant(tag, find)));
}

function tagsIn(row: SqlRow): readonly Tag[] {
  return readTags(bytesOf(row, 'content')).tags;
}

function dataOf(row: SqlRow): string {
  const content = bytesOf(row, 'content');
  return asciiLower(Buffer.from(content.subarray(readTags(content).bytes)).toString('utf8'));
}

function lowered(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x41 && byte <= 0x5a) bytes[at] = byte + 0x20;
  }
  return bytes;
}

/** Lets others in. */
function turn(): Promise<void> {
  return new Promise((done) => void setImmediate(done));
}
