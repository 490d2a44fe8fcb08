import { nameOf, parentOf, rowAt } from './lookup.ts';
import type { HeldJourney, MessageRow } from './rows.ts';
import type { World } from './world.ts';

/** Messages of one kind between the same two, within one journey. */
export interface LoopEdge {
  readonly from: string | null;
  readonly to: string;
  readonly action: string | null;
  readonly count: number;
  /** The latest of them. */
  readonly last: MessageRow;
}

/** Why a journey was held: what goes round in it, or what it floods. */
export interface Loop {
  /** `loop`: the same messages over and over; `fan-out`: too many of them; `chain`: a long way without a circle. */
  readonly kind: 'loop' | 'fan-out' | 'chain';
  /** The messages of one turn, in the order in which they follow each other; the most frequent ones where nothing goes round. */
  readonly edges: readonly LoopEdge[];
  /** How often it went round. */
  readonly turns: number;
  /** Messages of the journey. */
  readonly messages: number;
  /** The message that sent the most, and how many. */
  readonly widest: { readonly row: MessageRow; readonly sent: number } | null;
}

/** Longest circle that is looked for. */
const PERIOD_MAX = 32;
const CHAIN_MAX = 10_000;
const EDGES_SHOWN = 6;

const made = new WeakMap<World, Map<HeldJourney, Loop>>();

/** Looks at a held journey. Cost grows with the messages of the world, once for each world. */
export function loopOf(world: World, held: HeldJourney): Loop {
  const known = made.get(world) ?? new Map<HeldJourney, Loop>();
  made.set(world, known);
  const loop = known.get(held) ?? lookAt(world, held);
  known.set(held, loop);
  return loop;
}

function lookAt(world: World, held: HeldJourney): Loop {
  const chain = chainTo(world, held);
  const period = periodOf(chain.map(keyOfEdge));
  const rows = world.messages.filter((row) => row.journey === held.journey);
  const counts = new Map<string, MessageRow[]>();
  for (const row of rows) {
    const key = keyOfEdge(row);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, [row]);
    else known.push(row);
  }
  const edgeOf = (list: readonly MessageRow[]): LoopEdge[] => {
    const last = list.at(-1);
    return last === undefined ? [] : [{ from: last.from, to: last.to, action: last.action, count: list.length, last }];
  };
  const most = [...counts.values()].toSorted((a, b) => b.length - a.length).slice(0, EDGES_SHOWN);
  const round = chain.slice(0, period).toReversed();
  return {
    kind: held.pushed !== null ? 'fan-out' : period > 0 ? 'loop' : 'chain',
    edges: (period > 0 ? round.map((row) => counts.get(keyOfEdge(row)) ?? [row]) : most).flatMap(edgeOf),
    turns: period === 0 ? 0 : turnsOf(chain.map(keyOfEdge), period),
    messages: rows.length,
    widest: widestOf(world, rows),
  };
}

/** What goes round, in one line: `ping → pong → ping`. */
export function loopWords(world: World, { edges, kind }: Loop): string {
  const [first] = edges;
  if (first === undefined) return '';
  if (kind === 'loop') return [nameOf(world, first.from), ...edges.map(({ to }) => nameOf(world, to))].join(' → ');
  return edges
    .slice(0, 3)
    .map(({ from, to, action, count }) => `${nameOf(world, from)} → ${nameOf(world, to)} ${action ?? 'message'} ×${count}`)
    .join(', ');
}

/** The way that led to the slot where it was held, the latest first. */
function chainTo(world: World, { process, slot }: HeldJourney): readonly MessageRow[] {
  const chain: MessageRow[] = [];
  const seen = new Set<MessageRow>();
  for (let row = rowAt(world, process, slot); row !== null && !seen.has(row) && chain.length < CHAIN_MAX; row = parentOf(world, row)) {
    seen.add(row);
    chain.push(row);
  }
  return chain;
}

/** The smallest number of messages after which the same ones come again, twice at least; 0 for none. */
function periodOf(keys: readonly string[]): number {
  for (let period = 1; period <= Math.min(PERIOD_MAX, keys.length / 2); period += 1) if (turnsOf(keys, period) >= 2) return period;
  return 0;
}

/** How often the last `period` keys repeat at the end of the way. */
function turnsOf(keys: readonly string[], period: number): number {
  let same = period;
  while (same < keys.length && keys[same] === keys[same - period]) same += 1;
  return Math.floor(same / period);
}

function widestOf(world: World, rows: readonly MessageRow[]): Loop['widest'] {
  const sent = new Map<MessageRow, number>();
  for (const row of rows) {
    const parent = parentOf(world, row);
    if (parent !== null) sent.set(parent, (sent.get(parent) ?? 0) + 1);
  }
  const [widest] = [...sent].toSorted(([, a], [, b]) => b - a);
  return widest === undefined ? null : { row: widest[0], sent: widest[1] };
}

function keyOfEdge({ from, to, action, type }: MessageRow): string {
  // Every child of a storm of spawns has another id.
  return type === 'Process' ? 'spawn' : `${from ?? ''} ${to} ${action ?? ''}`;
}
