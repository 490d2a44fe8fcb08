import { PACKED_FORMAT, packFacts } from '../contract/packed-facts.ts';
import { numberOf, textOf, type Database } from './database.ts';

/** Full pages of a journal, packed for windows: page n holds the facts after number n × {@link PAGE}. */
export const FACT_PAGES_TABLE =
  'CREATE TABLE fact_pages (page INTEGER PRIMARY KEY, format INTEGER NOT NULL, is_empty INTEGER NOT NULL, packed TEXT NOT NULL);';

/** So many numbers of facts are one page. */
const PAGE = 4_096;
/** What the gateway took stands in the facts of the others too, as far as a person sees it; of all facts it is two in five. */
const NOT_SHOWN = '{"kind":"gateway.accepted"';

interface Packed {
  readonly packed: string;
  /** It holds no fact that a window shows. */
  readonly isEmpty: boolean;
}

/** The journal as a window reads it. */
export interface FactPages {
  /** The first page that holds a shown fact after number `after`, of a journal whose last fact has number `last`. */
  read(after: number, last: number): string;
}

/**
 * A fact never changes, so a full page is packed once, the first time that a window wants it, and kept: to read and pack it
 * anew takes a hundred times longer than to hand it on.
 */
export function openFactPages(database: Database): FactPages {
  /** The page that is not full yet. */
  let newest: { readonly after: number; readonly last: number; readonly packed: string } | null = null;

  const packedFrom = (after: number, to: number): Packed => {
    const rows = database.all(
      'SELECT fact FROM facts WHERE seq > ? AND seq <= ? AND substr(fact, 1, ?) <> ? ORDER BY seq',
      after,
      to,
      NOT_SHOWN.length,
      NOT_SHOWN,
    );
    const facts = rows.map((row): unknown => JSON.parse(textOf(row, 'fact')));
    return { packed: packFacts(facts, to), isEmpty: facts.length === 0 };
  };
  const fullPage = (page: number): Packed => {
    const known = database.get('SELECT packed, is_empty FROM fact_pages WHERE page = ? AND format = ?', page, PACKED_FORMAT);
    if (known !== undefined) return { packed: textOf(known, 'packed'), isEmpty: numberOf(known, 'is_empty') === 1 };
    const made = packedFrom(page * PAGE, (page + 1) * PAGE);
    keep(page, made);
    return made;
  };
  const keep = (page: number, { packed, isEmpty }: Packed): void => {
    try {
      database.transaction(
        () =>
          database.run(
            'INSERT OR REPLACE INTO fact_pages (page, format, is_empty, packed) VALUES (?, ?, ?, ?)',
            page,
            PACKED_FORMAT,
            isEmpty ? 1 : 0,
            packed,
          ),
        'normal',
      );
    } catch {
      // Without room on the disk it is packed again the next time.
    }
  };

  return {
    read(after, last) {
      for (let page = Math.floor(after / PAGE); (page + 1) * PAGE <= last; page += 1) {
        const { packed, isEmpty } = fullPage(page);
        if (!isEmpty) return packed;
      }
      const from = Math.max(after, Math.floor(last / PAGE) * PAGE);
      if (newest === null || newest.after !== from || newest.last !== last)
        newest = { after: from, last, packed: packedFrom(from, Math.max(from, last)).packed };
      return newest.packed;
    },
  };
}
