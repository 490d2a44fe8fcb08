import { lowerBound } from '../../node/base/lower-bound.ts';
import { nameOf, parentOf } from './lookup.ts';
import { firstFrom } from './order.ts';
import { isTrouble, senderOf, type MessageRow, type ProcessRow } from './rows.ts';
import type { World } from './world.ts';

/** One horizontal lane: a process, or everything outside the node. */
export interface Lane {
  /** The process; null for the lane of what comes from outside. */
  readonly process: string | null;
  readonly name: string;
  /** 1 to 8 for `--lane-n`; 0 for the lane of what comes from outside. */
  readonly color: number;
  /** Column in which the process is spawned; 0 when that is not shown. */
  readonly start: number;
}

/** Messages laid out over lanes: column i is one delivery, so no two arrows ever share a vertical line. */
export interface Scene {
  /** What x means: the column itself, or ms since the first message. */
  readonly axis: 'order' | 'time';
  readonly lanes: readonly Lane[];
  readonly rows: readonly MessageRow[];
  /** How many rows there are before the filter. */
  readonly total: number;
  /** Lane indexes of the sending and the receiving end, by column. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Column of the slot that sent it; -1 when it came from outside or its cause is not shown. */
  readonly cause: Int32Array;
  /** How far beside its lane the arrow runs: 0 when no other slot is in the way. */
  readonly track: Uint8Array;
  /** Horizontal place by column: the column itself, or ms since the first. Never falls. */
  readonly x: Float64Array;
  /** Horizontal place where the arrow starts, by column. */
  readonly fromX: Float64Array;
  /** What the row looks like, by column: a sum of {@link Flag}s. */
  readonly flags: Uint16Array;
  /** Column by place of the row in the world; -1 for rows that are not shown. */
  readonly columnAt: Int32Array;
}

/**
 * `lost` has no receiving dot; `mail` is lost to a wallet, which is no error; `waiting` is not sent while the node is
 * paused; `via` came by way of lanes that are hidden.
 */
export const Flag = { trouble: 1, pending: 2, spawn: 4, lost: 8, held: 16, mail: 32, cron: 64, waiting: 128, hint: 256, via: 512 } as const;

export interface SceneWish {
  /** What is shown, in the order of the world: its own list where that is everything. */
  readonly rows: readonly MessageRow[];
  readonly axis: Scene['axis'];
  /** Processes without a lane. What came through them is drawn from where it came from before. */
  readonly hidden: ReadonlySet<string>;
  /** Processes whose lanes stand above the others. */
  readonly pinned: readonly string[];
}

/** Everything, with every lane. */
export function wholeWish(world: World): SceneWish {
  return { rows: world.messages, axis: 'order', hidden: new Set(), pinned: [] };
}

const OUTSIDE = 'You';
const TRACKS = 3;

/** Lays the world's messages out. Cost grows with the messages, about 0.1 µs each without a filter. */
export function layOut(world: World, wish: SceneWish): Scene {
  const rows = wish.hidden.size === 0 ? wish.rows : wish.rows.filter((row) => !wish.hidden.has(row.to));
  const { lanes, laneOf } = lanesFor(world, rows, wish);
  const count = rows.length;
  const columnAt = new Int32Array(world.messages.length).fill(-1);
  for (let column = 0; column < count; column += 1) columnAt[rows[column]?.at ?? 0] = column;
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const cause = new Int32Array(count).fill(-1);
  const track = new Uint8Array(count);
  const x = new Float64Array(count);
  const fromX = new Float64Array(count);
  const flags = new Uint16Array(count);
  const lastIn = new Int32Array(lanes.length).fill(-1);
  const startMs = rows[0] === undefined ? 0 : timeOf(rows[0]);
  for (let column = 0; column < count; column += 1) {
    const row = rows[column];
    if (row === undefined) continue;
    const origin = wish.hidden.size === 0 ? row : originOf(world, row, wish.hidden);
    const sender = laneOf(senderOf(origin));
    const receiver = laneOf(row.to);
    from[column] = sender;
    flags[column] = flagsOf(world, row) | (origin === row ? 0 : Flag.via);
    to[column] = receiver;
    x[column] = wish.axis === 'order' ? column : Math.max(timeOf(row) - startMs, x[column - 1] ?? 0);
    fromX[column] = x[column] ?? 0;
    const causing = parentOf(world, origin);
    const causeColumn = causing === null ? -1 : (columnAt[causing.at] ?? -1);
    if (causing !== null && causeColumn >= 0 && causeColumn < column) {
      cause[column] = causeColumn;
      fromX[column] =
        wish.axis === 'order'
          ? causeColumn
          : Math.min(x[column] ?? 0, Math.max(x[causeColumn] ?? 0, (causing.evaluatedAtMs ?? 0) - startMs));
      track[column] = lastIn[sender] === causeColumn ? 0 : 1 + (causeColumn % TRACKS);
    }
    if (row.slot !== null || row.cron !== null) lastIn[receiver] = column;
  }
  return { axis: wish.axis, lanes, rows, total: world.messages.length, from, to, cause, track, x, fromX, flags, columnAt };
}

/** First column whose x is at least `x`; the number of columns when there is none. */
export function columnFrom(scene: Scene, x: number): number {
  return lowerBound(scene.x.length, (column) => (scene.x[column] ?? 0) < x);
}

/** The x behind the last column. */
export function endOf(scene: Scene): number {
  return scene.x.at(-1) ?? 0;
}

function flagsOf(world: World, row: MessageRow): number {
  const isLost = row.status === 'dropped' || row.status === 'rejected';
  const isMail =
    row.code === 'PUSH_TARGET_WALLET' ||
    (row.status === 'received' && row.cause !== null && row.type !== 'Process' && !world.processById.has(row.to));
  const isPending = !isMail && (row.status === 'assigned' || row.status === 'received' || row.status === 'waiting');
  return (
    (isTrouble(row) ? Flag.trouble : 0) |
    (isPending ? Flag.pending : 0) |
    (row.type === 'Process' ? Flag.spawn : 0) |
    (isLost || isMail ? Flag.lost : 0) |
    (row.isHeld ? Flag.held : 0) |
    (isMail ? Flag.mail : 0) |
    (row.status === 'waiting' ? Flag.waiting : 0) |
    (row.hints.length === 0 ? 0 : Flag.hint) |
    (row.cron === null ? 0 : Flag.cron)
  );
}

function timeOf(row: MessageRow): number {
  return row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms;
}

/** The message that led to this one and was sent from a lane that is shown, or from outside. */
function originOf(world: World, row: MessageRow, hidden: ReadonlySet<string>): MessageRow {
  let origin = row;
  for (let steps = 0; steps < ORIGIN_MAX && hidden.has(senderOf(origin) ?? ''); steps += 1) {
    const parent = parentOf(world, origin);
    if (parent === null) break;
    origin = parent;
  }
  return origin;
}

/** Hidden processes may have sent each other messages for long. */
const ORIGIN_MAX = 1_000;

function lanesFor(world: World, rows: readonly MessageRow[], wish: SceneWish): { lanes: Lane[]; laneOf: (id: string | null) => number } {
  const isNarrowed = rows !== world.messages;
  const used = new Set<string>();
  // What came out of hidden lanes alone comes from outside as far as one sees.
  let isOutsideUsed = !isNarrowed || wish.hidden.size > 0;
  if (isNarrowed) {
    for (const row of rows) {
      for (const id of [senderOf(row), row.to]) {
        if (id !== null && world.processById.has(id)) used.add(id);
        else isOutsideUsed = true;
      }
    }
  }
  const lanes: Lane[] = isOutsideUsed ? [{ process: null, name: OUTSIDE, color: 0, start: 0 }] : [];
  const indexes = new Map<string, number>();
  const starts = startColumns(world, rows);
  for (const process of pinnedFirst(world, wish.pinned)) {
    if ((isNarrowed && !used.has(process.id)) || wish.hidden.has(process.id)) continue;
    indexes.set(process.id, lanes.length);
    lanes.push({ process: process.id, name: nameOf(world, process.id), color: process.lane, start: starts.get(process.id) ?? 0 });
  }
  return { lanes, laneOf: (id) => (id === null ? 0 : (indexes.get(id) ?? 0)) };
}

function pinnedFirst(world: World, pinned: readonly string[]): readonly ProcessRow[] {
  if (pinned.length === 0) return world.processes;
  const first = pinned.map((id) => world.processById.get(id)).filter((process) => process !== undefined);
  return [...first, ...world.processes.filter(({ id }) => !pinned.includes(id))];
}

function startColumns(world: World, rows: readonly MessageRow[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (const process of world.processes) {
    const spawn = world.inside.drafts.get(process.id)?.slots[0];
    if (spawn === undefined) continue;
    const column = firstFrom(rows, spawn.at);
    if (rows[column] === spawn) starts.set(process.id, column);
  }
  return starts;
}
