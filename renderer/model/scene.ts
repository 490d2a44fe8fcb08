import { lowerBound } from '../../node/base/lower-bound.ts';
import { beganMs, nameOf } from './lookup.ts';
import { Flag, numbersOf, roomFor, Told, type RowNumbers } from './numbers.ts';
import { firstFrom } from './order.ts';
import type { MessageRow, ProcessRow } from './rows.ts';
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
  /** When the first message of all came, shown or not: every time a person reads counts from there. */
  readonly beganMs: number;
}

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

const TRACKS = 3;

/** Lays the world's messages out. Cost: a few ns each, and what {@link numbersOf} takes. */
export function layOut(world: World, wish: SceneWish): Scene {
  const numbers = numbersOf(world);
  const { atMs, doneMs, sender: senderOf, receiver: receiverOf, cause: causeOf, flags: flagsOf } = numbers;
  const isByOrder = wish.axis === 'order';
  const isAnyHidden = wish.hidden.size > 0;
  const rows = isAnyHidden ? wish.rows.filter((row) => !wish.hidden.has(row.to)) : wish.rows;
  const isWhole = rows === world.messages;
  const count = rows.length;
  const { lanes, laneOf, isProcess } = lanesFor(world, numbers, rows, wish);
  const placeOf = isWhole ? upTo(count) : placesOf(rows);
  const columnAt = isWhole ? placeOf : columnsBy(placeOf, world.messages.length);
  const hidden = numbers.parties.map((id) => wish.hidden.has(id));
  const from = new Int32Array(count);
  const to = new Int32Array(count);
  const cause = new Int32Array(count);
  const track = new Uint8Array(count);
  const flags = new Uint16Array(count);
  const x = isByOrder ? upToExactly(count) : new Float64Array(count);
  const fromX = new Float64Array(count);
  const lastIn = new Int32Array(lanes.length).fill(-1);
  const startMs = atMs[placeOf[0] ?? 0] ?? 0;
  for (let column = 0; column < count; column += 1) {
    const at = placeOf[column] ?? 0;
    const origin = isAnyHidden ? originOf(numbers, at, hidden) : at;
    const party = receiverOf[at] ?? 0;
    const sender = laneOf[senderOf[origin] ?? 0] ?? 0;
    const receiver = laneOf[party] ?? 0;
    const told = flagsOf[at] ?? 0;
    from[column] = sender;
    to[column] = receiver;
    flags[column] = shownFlags(told, isProcess[party] === 1) | (origin === at ? 0 : Flag.via);
    if (!isByOrder) x[column] = Math.max((atMs[at] ?? 0) - startMs, x[column - 1] ?? 0);
    const causing = causeOf[origin] ?? -1;
    const causeColumn = causing < 0 ? -1 : (columnAt[causing] ?? -1);
    if (causeColumn >= 0 && causeColumn < column) {
      cause[column] = causeColumn;
      fromX[column] = isByOrder ? causeColumn : Math.min(x[column] ?? 0, Math.max(x[causeColumn] ?? 0, (doneMs[causing] ?? 0) - startMs));
      track[column] = lastIn[sender] === causeColumn ? 0 : 1 + (causeColumn % TRACKS);
    } else {
      cause[column] = -1;
      fromX[column] = x[column] ?? 0;
    }
    if ((told & Told.inside) !== 0) lastIn[receiver] = column;
  }
  return {
    axis: wish.axis,
    lanes,
    rows,
    total: world.messages.length,
    from,
    to,
    cause,
    track,
    x,
    fromX,
    flags,
    columnAt,
    beganMs: beganMs(world),
  };
}

let places = new Int32Array(0);
let exactPlaces = new Float64Array(0);

/** 0, 1, 2 … of which every scene of the whole log shows a part; written once. */
function upTo(count: number): Int32Array {
  if (places.length < count) places = new Int32Array(roomFor(count)).map((_, at) => at);
  return places.subarray(0, count);
}

/** Quicker than `Int32Array.from`, which goes through an iterator. */
function placesOf(rows: readonly MessageRow[]): Int32Array {
  const made = new Int32Array(rows.length);
  for (let column = 0; column < rows.length; column += 1) made[column] = rows[column]?.at ?? 0;
  return made;
}

/** The same as places along x. */
function upToExactly(count: number): Float64Array {
  if (exactPlaces.length < count) exactPlaces = new Float64Array(roomFor(count)).map((_, at) => at);
  return exactPlaces.subarray(0, count);
}

function columnsBy(placeOf: Int32Array, total: number): Int32Array {
  const columns = new Int32Array(total).fill(-1);
  for (let column = 0; column < placeOf.length; column += 1) columns[placeOf[column] ?? 0] = column;
  return columns;
}

/** What came to nobody that is a process here is mail to a wallet; what came to a process waits for its slot. */
function shownFlags(told: number, isToProcess: boolean): number {
  const known = told & ~(Told.mailOrPending | Told.inside);
  if ((told & Told.mailOrPending) === 0) return known;
  return known | (isToProcess ? Flag.pending : Flag.lost | Flag.mail);
}

/** First column whose x is at least `x`; the number of columns when there is none. */
export function columnFrom(scene: Scene, x: number): number {
  return lowerBound(scene.x.length, (column) => (scene.x[column] ?? 0) < x);
}

/** The x behind the last column. */
export function endOf(scene: Scene): number {
  return scene.x.at(-1) ?? 0;
}

/** Place of the message that led to this one and was sent from a lane that is shown, or from outside. */
function originOf(numbers: RowNumbers, at: number, hidden: readonly boolean[]): number {
  let origin = at;
  for (let steps = 0; steps < ORIGIN_MAX && hidden[numbers.sender[origin] ?? 0] === true; steps += 1) {
    const parent = numbers.cause[origin] ?? -1;
    if (parent < 0) break;
    origin = parent;
  }
  return origin;
}

/** Hidden processes may have sent each other messages for long. */
const ORIGIN_MAX = 1_000;

interface Lanes {
  readonly lanes: Lane[];
  /** Lane by number of the party; 0 for what is no process. */
  readonly laneOf: Int32Array;
  /** 1 for the parties that are processes. */
  readonly isProcess: Uint8Array;
}

function lanesFor(world: World, numbers: RowNumbers, rows: readonly MessageRow[], wish: SceneWish): Lanes {
  const isNarrowed = rows !== world.messages;
  const isProcess = Uint8Array.from(numbers.parties, (id) => (world.processById.has(id) ? 1 : 0));
  const used = new Uint8Array(numbers.parties.length);
  // What came out of hidden lanes alone comes from outside as far as one sees.
  let isOutsideUsed = !isNarrowed || wish.hidden.size > 0;
  if (isNarrowed) {
    const take = (party: number): void => {
      if (isProcess[party] === 1) used[party] = 1;
      else isOutsideUsed = true;
    };
    for (const { at } of rows) {
      take(numbers.sender[at] ?? 0);
      take(numbers.receiver[at] ?? 0);
    }
  }
  const lanes: Lane[] = isOutsideUsed ? [{ process: null, name: 'Outside', color: 0, start: 0 }] : [];
  const laneOf = new Int32Array(numbers.parties.length);
  const starts = startColumns(world, rows);
  for (const process of pinnedFirst(world, wish.pinned)) {
    const party = numbers.partyOf.get(process.id) ?? 0;
    if ((isNarrowed && used[party] !== 1) || wish.hidden.has(process.id)) continue;
    laneOf[party] = lanes.length;
    lanes.push({ process: process.id, name: nameOf(world, process.id), color: process.lane, start: starts.get(process.id) ?? 0 });
  }
  return { lanes, laneOf, isProcess };
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
