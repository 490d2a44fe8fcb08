import type { FactsArgs, FactsReply } from '../contract/answers.ts';
import { packFacts } from '../contract/packed-facts.ts';
import type { Fact, FactBody, UnitName } from '../contract/trace.ts';
import { numberOf, textOf, type Database } from './database.ts';

/** A unit's facts: written down first, announced after. */
export interface Journal {
  /** @param atMs when it happened, on the clock of {@link measuredNow}; now when absent. */
  record(body: FactBody, atMs?: number): void;
  /** Facts after number `after`, in order; what waits is written first. */
  read(args: FactsArgs): FactsReply;
  /** How often each kind was recorded since the journal was opened. */
  counts(): ReadonlyMap<string, number>;
  /** Writes and announces what waits. */
  flush(): void;
  /** Flushes; what is recorded later is dropped. */
  close(): void;
}

/** What the gateway took stands in the facts of the others too, as far as a person sees it; of all facts it is two in five. */
const NOT_SHOWN = '{"kind":"gateway.accepted"';

export const JOURNAL_TABLE = 'CREATE TABLE facts (seq INTEGER PRIMARY KEY, fact TEXT NOT NULL);';

/** Facts wait at most this long for others to share their transaction (design: flushed within 50 ms). */
const WAIT_MS = 30;
/** How long they wait once the disk has refused them. */
const REFUSED_MS = 1_000;
/** Of those that a full disk keeps waiting, the newest are kept: what is lost in between shows as a gap in the numbers. */
const WAITING_MAX = 20_000;

/**
 * The journal of one unit in its own database (its schema holds {@link JOURNAL_TABLE}).
 * @param announce called with facts that are on disk, in order.
 */
export function createJournal(database: Database, unit: UnitName, announce: (facts: readonly Fact[]) => void): Journal {
  let last = numberOf(database.get('SELECT coalesce(max(seq), 0) AS last FROM facts') ?? {}, 'last');
  let waiting: Fact[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  const counts = new Map<string, number>();

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length === 0) return;
    const batch = waiting;
    database.transaction(() => {
      for (const fact of batch) database.run('INSERT INTO facts (seq, fact) VALUES (?, ?)', fact.seq, JSON.stringify(fact));
    }, 'normal');
    waiting = [];
    announce(batch);
  };
  const flushLater = (waitMs: number): void => {
    timer ??= setTimeout(() => {
      try {
        flush();
      } catch {
        // A full disk is no reason for the unit to end: those who write are told, and the facts wait for space.
        waiting = waiting.slice(-WAITING_MAX);
        flushLater(REFUSED_MS);
      }
    }, waitMs);
  };
  const record = (body: FactBody, atMs = measuredNow()): void => {
    // Work that was under way when the unit closed may still end; its fact could not be kept.
    if (isClosed) return;
    counts.set(body.kind, (counts.get(body.kind) ?? 0) + 1);
    waiting.push({ ...body, unit, seq: ++last, atMs });
    flushLater(WAIT_MS);
  };
  if (database.cut !== null) record({ kind: 'store.cut', ...database.cut });
  return {
    record,
    read({ after, limit, isPacked = false }) {
      flush();
      const rows = isPacked
        ? database.all(
            'SELECT seq, fact FROM facts WHERE seq > ? AND substr(fact, 1, ?) <> ? ORDER BY seq LIMIT ?',
            after,
            NOT_SHOWN.length,
            NOT_SHOWN,
            limit,
          )
        : database.all('SELECT seq, fact FROM facts WHERE seq > ? ORDER BY seq LIMIT ?', after, limit);
      const facts = rows.map((row) => JSON.parse(textOf(row, 'fact')) as Fact);
      if (!isPacked) return { facts, last };
      return { facts: [], last, packed: packFacts(facts, facts.length < limit ? Math.max(after, last) : (facts.at(-1)?.seq ?? after)) };
    },
    counts: () => counts,
    flush,
    close() {
      isClosed = true;
      try {
        flush();
      } catch {
        // Facts tell what happened; what must not be lost stands in the tables of its unit.
      }
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Measuring time: Unix ms with fractions, never going back. It enters no item, no outcome and no hash. */
export function measuredNow(): number {
  return performance.timeOrigin + performance.now();
}
