import type { HistoryHit } from '../../node/contract/recording.ts';

const BARS = '▁▂▃▄▅▆▇█';
const WORDS_MAX = 60;
/** One entry of a printed table, `name = value` or `["a name"] = value`; commas and names within quotes are of the value. */
const ENTRY = /(?:^|, )([A-Za-z_]\w*|\[(?:"(?:[^"\\]|\\.)*"|[^\]"]+)\]) = ((?:"(?:[^"\\]|\\.)*"|[^",])+)/gy;

/** A value of the past, in words: `2 → 5`, or what it was. */
export function hitWords({ before, text }: HistoryHit): string {
  const inside = before === null || text === null ? null : entriesThatDiffer(before, text);
  if (inside !== null) return short(inside);
  const now = short(text ?? 'nil');
  return before === null ? now : `${short(before)} → ${now}`;
}

/** Numbers of the past as bars, oldest first; null where they are none, or too few to see anything. */
export function sparkline(newestFirst: readonly HistoryHit[]): string | null {
  const numbers = newestFirst.map(({ text }) => (text === null ? Number.NaN : Number(text))).toReversed();
  if (numbers.length < 3 || numbers.some((one) => !Number.isFinite(one))) return null;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const step = (high - low) / (BARS.length - 1);
  return numbers.map((one) => BARS.charAt(step === 0 ? 0 : Math.round((one - low) / step))).join('');
}

/** One slot in which a line ran, and how often. */
export interface LineMoment {
  readonly first: HistoryHit;
  readonly times: number;
}

/** Hits of a line by slot, in the order in which the slots were met; the first hit of each is where one goes. */
export function momentsOf(hits: readonly HistoryHit[]): readonly LineMoment[] {
  const moments = new Map<string, LineMoment>();
  for (const hit of hits) {
    const key = `${hit.slot} ${hit.tick ?? ''}`;
    const known = moments.get(key);
    const first = known === undefined || (hit.step ?? 0) < (known.first.step ?? 0) ? hit : known.first;
    moments.set(key, { first, times: (known?.times ?? 0) + 1 });
  }
  return [...moments.values()];
}

/**
 * Two tables as they are printed on one line: only the entries that differ, `dave = 1 → -3`. Null where they are no tables of
 * names and values, or where what differs lies behind their cut end.
 */
function entriesThatDiffer(before: string, text: string): string | null {
  const [was, is] = [entriesOf(before), entriesOf(text)];
  if (was === null || is === null) return null;
  const parts = [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [old, now] = [was.get(name), is.get(name)];
    return old === now ? [] : `${name} = ${old ?? 'nil'} → ${now ?? 'nil'}`;
  });
  return parts.length === 0 ? null : parts.join(', ');
}

/** The entries of a table without tables in it; null where it is none, or is not whole. */
function entriesOf(text: string): ReadonlyMap<string, string> | null {
  const inner = /^\{ (.+) \}$/.exec(text)?.[1];
  if (inner === undefined || /[{}…]/.test(inner)) return null;
  const entries = [...inner.matchAll(ENTRY)];
  if (entries.reduce((sum, [whole]) => sum + whole.length, 0) !== inner.length) return null;
  return new Map(entries.map(([, name = '', value = '']) => [name, value]));
}

function short(text: string): string {
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)}…` : text;
}
