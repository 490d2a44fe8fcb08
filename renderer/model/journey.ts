import { childrenOf, parentOf } from './lookup.ts';
import type { MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** A message from outside, or a cron message, with all that followed from it. By place: parents before their children. */
export interface Journey {
  /** In the order of the outbox. */
  readonly rows: readonly MessageRow[];
  /** 0 for the message that began it. */
  readonly depth: Int32Array;
  /** Messages that followed from it, all levels. */
  readonly below: Int32Array;
  /** 1 for what the last message of the journey to end came of, itself included. */
  readonly critical: Uint8Array;
  /** A letter for each receiver, in the order in which they take part. */
  readonly letters: ReadonlyMap<string, string>;
  /** Measuring time, Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** True where there were more than {@link MESSAGES_MAX} messages. */
  readonly isCut: boolean;
}

/** A stretch of a message's way. */
export interface Hop {
  readonly kind: 'result' | 'pushed' | 'scheduled' | 'waited' | 'ran';
  readonly fromMs: number;
  readonly toMs: number;
}

/** The longest way through a journey: what has to be quicker for the whole to be quicker. */
export interface CriticalPath {
  /** Places of its messages in the journey. */
  readonly places: readonly number[];
  /** Ms in which something was done, and in which it stood in a queue. */
  readonly workMs: number;
  readonly waitMs: number;
  /** The longest stretch. */
  readonly longest: { readonly row: MessageRow; readonly hop: Hop } | null;
}

export const MESSAGES_MAX = 500_000;

/** Stretches in which nothing is done for the message: it waits its turn. */
export const WAITS: ReadonlySet<Hop['kind']> = new Set(['result', 'waited']);

/** The journey that a message belongs to. Cost grows with its messages. */
export function journeyOf(world: World, row: MessageRow): Journey {
  const { rows, depth, isCut } = rowsBelow(world, rootOf(world, row));
  const last = rows.reduce((latest, one) => (endOf(one) > endOf(latest) ? one : latest));
  const path = new Set<MessageRow>();
  for (let one: MessageRow | null = last; one !== null && !path.has(one); one = parentOf(world, one)) path.add(one);
  const letters = new Map<string, string>();
  for (const { to } of rows) if (!letters.has(to)) letters.set(to, letterOf(letters.size));
  return {
    rows,
    depth,
    below: belowOf(depth),
    critical: Uint8Array.from(rows, (one) => (path.has(one) ? 1 : 0)),
    letters,
    startMs: rows[0] === undefined ? 0 : startOf(rows[0]),
    endMs: endOf(last),
    isCut,
  };
}

/** What the longest way through a journey is made of. */
export function criticalPathOf(world: World, journey: Journey): CriticalPath {
  const places = journey.rows.flatMap((_, place) => (journey.critical[place] === 1 ? [place] : []));
  let [workMs, waitMs] = [0, 0];
  let longest: CriticalPath['longest'] = null;
  for (const place of places) {
    const row = journey.rows[place];
    if (row === undefined) continue;
    for (const hop of hopsOf(world, row)) {
      const tookMs = hop.toMs - hop.fromMs;
      if (WAITS.has(hop.kind)) waitMs += tookMs;
      else workMs += tookMs;
      if (longest === null || tookMs > longest.hop.toMs - longest.hop.fromMs) longest = { row, hop };
    }
  }
  return { places, workMs, waitMs, longest };
}

/**
 * The stretches of one message's way, without gaps, from when its cause had been evaluated, or it was received from
 * outside. The first is its cause's outcome on the way to the messenger.
 */
export function hopsOf(world: World, row: MessageRow): readonly Hop[] {
  const parent = parentOf(world, row);
  const hops: Hop[] = [];
  let at = parent === null ? startOf(row) : Math.min(endOf(parent), startOf(row));
  const to = (kind: Hop['kind'], ms: number | null): void => {
    if (ms === null || ms <= at) return;
    hops.push({ kind, fromMs: at, toMs: ms });
    at = ms;
  };
  const pulledMs = parent === null ? null : pulledAt(world, parent);
  to('result', pulledMs === null || row.receivedAtMs === null ? null : Math.min(pulledMs, row.receivedAtMs));
  to('pushed', row.receivedAtMs);
  to('scheduled', row.assignedAtMs);
  to('waited', row.evaluatedAtMs === null ? null : row.evaluatedAtMs - row.durationMs);
  to('ran', row.evaluatedAtMs);
  return hops;
}

/** When the outcome of a message had come to the messenger, Unix ms; null where that is not known. */
export function pulledAt(world: World, row: MessageRow): number | null {
  return timeBySlot(world.inside.drafts.get(row.to)?.pulledAtMs, row);
}

/** When the gateway had a message's bundle, Unix ms; null where that is not known. */
export function storedAt(world: World, row: MessageRow): number | null {
  return timeBySlot(world.inside.drafts.get(row.to)?.storedAtMs, row);
}

function timeBySlot(times: readonly number[] | undefined, row: MessageRow): number | null {
  const ms = row.slot === null ? undefined : times?.[row.slot];
  return ms === undefined || Number.isNaN(ms) ? null : ms;
}

/** Places that are shown while those in `folded` keep what follows from them to themselves. */
export function unfolded(journey: Journey, folded: ReadonlySet<MessageRow>): Int32Array {
  const shown = new Int32Array(journey.rows.length);
  let count = 0;
  for (let place = 0; place < journey.rows.length; place += 1) {
    shown[count] = place;
    count += 1;
    const row = journey.rows[place];
    if (folded.size > 0 && row !== undefined && folded.has(row)) place += journey.below[place] ?? 0;
  }
  return shown.subarray(0, count);
}

/** When the last that is known of a message happened. */
export function endOf(row: MessageRow): number {
  return row.evaluatedAtMs ?? row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms;
}

function startOf(row: MessageRow): number {
  return row.receivedAtMs ?? row.assignedAtMs ?? row.place.ms;
}

function rootOf(world: World, row: MessageRow): MessageRow {
  const seen = new Set<MessageRow>([row]);
  let root = row;
  for (let one = parentOf(world, row); one !== null && !seen.has(one); one = parentOf(world, one)) {
    seen.add(one);
    root = one;
  }
  return root;
}

/** A row and all below it, depth first, without calling itself: a journey may be thousands of hops deep. */
function rowsBelow(world: World, root: MessageRow): Pick<Journey, 'rows' | 'depth' | 'isCut'> {
  const rows: MessageRow[] = [];
  const depths: number[] = [];
  const waiting: { readonly row: MessageRow; readonly depth: number }[] = [{ row: root, depth: 0 }];
  const seen = new Set<MessageRow>();
  while (rows.length < MESSAGES_MAX) {
    const next = waiting.pop();
    if (next === undefined) break;
    const { row, depth } = next;
    if (seen.has(row)) continue;
    seen.add(row);
    rows.push(row);
    depths.push(depth);
    const children = childrenOf(world, row);
    for (let at = children.length - 1; at >= 0; at -= 1) {
      const child = children[at];
      if (child !== undefined) waiting.push({ row: child, depth: depth + 1 });
    }
  }
  return { rows, depth: Int32Array.from(depths), isCut: waiting.length > 0 };
}

/** How many stand behind each and deeper, up to the next that is not: from the last to the first. */
function belowOf(depth: Int32Array): Int32Array {
  const below = new Int32Array(depth.length);
  for (let place = depth.length - 1; place >= 0; place -= 1) {
    const own = depth[place] ?? 0;
    let next = place + 1;
    while (next < depth.length && (depth[next] ?? 0) > own) next += 1 + (below[next] ?? 0);
    below[place] = next - place - 1;
  }
  return below;
}

/** A, B … Z, AA, AB … */
function letterOf(index: number): string {
  const own = String.fromCharCode(65 + (index % 26));
  return index < 26 ? own : letterOf(Math.floor(index / 26) - 1) + own;
}
