import { childrenOf, parentOf } from './lookup.ts';
import { keyOf, type MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** One message of a journey, where it stands in its tree. */
export interface JourneyNode {
  readonly row: MessageRow;
  readonly key: string;
  /** 0 for the message that began it. */
  readonly depth: number;
  /** Messages that followed from it, all levels. */
  readonly below: number;
  /** The last message of the journey to end came of it, or is it. */
  readonly isCritical: boolean;
}

/** A message from outside with all that followed from it. */
export interface Journey {
  /** Parents before their children, in the order of the outbox. */
  readonly nodes: readonly JourneyNode[];
  /** A letter for each receiver, in the order in which they take part. */
  readonly letters: ReadonlyMap<string, string>;
  /** Measuring time, Unix ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** True where there were more than {@link NODES_MAX} messages. */
  readonly isCut: boolean;
}

/** A stretch of a message's way. */
export interface Hop {
  readonly kind: 'pushed' | 'scheduled' | 'waited' | 'ran';
  readonly fromMs: number;
  readonly toMs: number;
}

export const NODES_MAX = 20_000;

/** The journey that a message belongs to. */
export function journeyOf(world: World, row: MessageRow): Journey {
  const rows = rowsBelow(world, rootOf(world, row));
  const last = rows.reduce((latest, one) => (endOf(one.row) > endOf(latest.row) ? one : latest));
  const critical = new Set<MessageRow>();
  for (let one: MessageRow | null = last.row; one !== null && !critical.has(one); one = parentOf(world, one)) critical.add(one);
  const letters = new Map<string, string>();
  for (const one of rows) if (!letters.has(one.row.to)) letters.set(one.row.to, letterOf(letters.size));
  return {
    nodes: rows.map(({ row: own, depth, below }) => ({ row: own, key: keyOf(own), depth, below, isCritical: critical.has(own) })),
    letters,
    startMs: Math.min(...rows.slice(0, 1).map((one) => startOf(one.row))),
    endMs: endOf(last.row),
    isCut: rows.length >= NODES_MAX,
  };
}

/** The stretches of one message's way, from when its cause had been evaluated, or it was received from outside. */
export function hopsOf(world: World, row: MessageRow): readonly Hop[] {
  const parent = parentOf(world, row);
  const hops: Hop[] = [];
  let at = parent === null ? startOf(row) : Math.min(endOf(parent), startOf(row));
  const to = (kind: Hop['kind'], ms: number | null): void => {
    if (ms === null || ms <= at) return;
    hops.push({ kind, fromMs: at, toMs: ms });
    at = ms;
  };
  to('pushed', row.receivedAtMs);
  to('scheduled', row.assignedAtMs);
  to('waited', row.evaluatedAtMs === null ? null : row.evaluatedAtMs - row.durationMs);
  to('ran', row.evaluatedAtMs);
  return hops;
}

/** How often a message's push was tried in vain before it went, and why; null where it went at once. */
export function retriedOf(world: World, row: MessageRow): { readonly attempt: number; readonly message: string } | null {
  const { cause } = row;
  return cause === null ? null : (world.inside.drafts.get(cause.process)?.retried.get(cause.slot) ?? null);
}

/** Nodes that are shown while those of `folded` keep theirs to themselves. */
export function unfolded(journey: Journey, folded: ReadonlySet<string>): readonly JourneyNode[] {
  const shown: JourneyNode[] = [];
  for (let at = 0; at < journey.nodes.length; at += 1) {
    const node = journey.nodes[at];
    if (node === undefined) break;
    shown.push(node);
    if (folded.has(node.key)) at += node.below;
  }
  return shown;
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
function rowsBelow(
  world: World,
  root: MessageRow,
): readonly { readonly row: MessageRow; readonly depth: number; readonly below: number }[] {
  const rows: { readonly row: MessageRow; readonly depth: number; below: number }[] = [];
  const waiting: { readonly row: MessageRow; readonly depth: number }[] = [{ row: root, depth: 0 }];
  const seen = new Set<MessageRow>();
  while (rows.length < NODES_MAX) {
    const next = waiting.pop();
    if (next === undefined) break;
    if (seen.has(next.row)) continue;
    seen.add(next.row);
    rows.push({ ...next, below: 0 });
    for (const row of childrenOf(world, next.row).toReversed()) waiting.push({ row, depth: next.depth + 1 });
  }
  // What stands behind a row and deeper, up to the next that is not.
  const open: { readonly row: MessageRow; readonly depth: number; below: number }[] = [];
  for (const one of rows) {
    while ((open.at(-1)?.depth ?? -1) >= one.depth) open.pop();
    for (const above of open) above.below += 1;
    open.push(one);
  }
  return rows;
}

/** A, B … Z, AA, AB … */
function letterOf(index: number): string {
  const own = String.fromCharCode(65 + (index % 26));
  return index < 26 ? own : letterOf(Math.floor(index / 26) - 1) + own;
}
