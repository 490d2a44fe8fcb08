import { AoError } from '../contract/errors.ts';
import type { Outcome, OutboxMessage, OutboxSpawn } from '../contract/outcome.ts';

export type Sort = 'ASC' | 'DESC';

/** An outcome as `/result` and `/dry-run` give it: keys absent where the reference leaves them undefined (protocol §4.1). */
export function resultJson(outcome: Outcome): object {
  return { ...nodeJson(outcome), GasUsed: outcome.gasUsed };
}

/** An outcome as a node of `/results`, without its gas. */
export function nodeJson({ messages, assignments, spawns, output, error }: Outcome): object {
  if (error !== null) return { Messages: [], Assignments: [], Spawns: [], Output: '', Error: error };
  return { Messages: messages.map(asEmitted), Assignments: assignments, Spawns: spawns.map(asEmitted), Output: output ?? '' };
}

/** What a module emitted, with the values of its tags as they were. */
function asEmitted<T extends OutboxMessage | OutboxSpawn>({ NotText: names, ...entry }: T): object {
  if (names === undefined) return entry;
  const Tags = entry.Tags.map(({ name, value }) => ({ name, value: names.includes(name) ? (readJson(value) ?? value) : value }));
  return { ...entry, Tags };
}

/** Where `/results` goes on: a slot, or a bare timestamp in Unix ms. */
export type Bound =
  | { readonly kind: 'slot'; readonly slot: number; readonly sort: Sort | null; readonly tick: TickBound | null }
  | { readonly kind: 'timestamp'; readonly timestampMs: number };

/** A cron message among those that are run after the slot. */
export interface TickBound {
  readonly cron: string;
  readonly timestampMs: number;
}

/**
 * The cursor of an outcome: base64 of JSON, whose `ordinate` aos reads (protocol §4.1).
 * @param slot of a cron message: the one after which it is run; @param cron its name, null for a slot's own outcome.
 */
export function cursorOf(timestampMs: number, slot: number, cron: string | null, sort: Sort): string {
  const named = cron === null ? {} : { cron };
  return Buffer.from(JSON.stringify({ timestamp: timestampMs, ordinate: String(slot), ...named, sort })).toString('base64');
}

/**
 * A cursor, or a bare timestamp.
 * @throws AoError PARAMETER_INVALID for anything else.
 */
export function parseBound(name: string, text: string): Bound {
  if (/^\d{1,15}$/.test(text)) return { kind: 'timestamp', timestampMs: Number(text) };
  const cursor = readJson(Buffer.from(text, 'base64').toString('utf8'));
  if (typeof cursor === 'object' && cursor !== null && 'ordinate' in cursor) {
    const slot = numberIn(cursor.ordinate);
    const sort = 'sort' in cursor && (cursor.sort === 'ASC' || cursor.sort === 'DESC') ? cursor.sort : null;
    const timestampMs = 'timestamp' in cursor ? numberIn(cursor.timestamp) : Number.NaN;
    const tick =
      'cron' in cursor && typeof cursor.cron === 'string' && Number.isSafeInteger(timestampMs) ? { cron: cursor.cron, timestampMs } : null;
    if (Number.isSafeInteger(slot + 2) && slot >= 0) return { kind: 'slot', slot, sort, tick };
  }
  throw new AoError('PARAMETER_INVALID', { name, reason: 'neither a cursor nor a timestamp' });
}

/** Anything else may not even be asked for its number: its `toString` can be what a stranger wrote there. */
function numberIn(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
