import { timeOf } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import { columnFrom, type Scene } from '../../model/scene.ts';
import { arrowAt, dotRadius, pointAlong } from './arrow.ts';
import { drawFar } from './draw-far.ts';
import { drawNear } from './draw-near.ts';
import type { Palette } from './palette.ts';
import { AXIS_PX, laneHeight, laneY, pxToX, xToPx, type View } from './view.ts';

/** Rows that stay bright while the rest is dimmed. */
export interface Lit {
  /** All of them. */
  readonly rows: Iterable<MessageRow>;
  has(row: MessageRow): boolean;
}

/** What the person looks at, on top of the scene. */
export interface Marks {
  readonly focus: MessageRow | null;
  /** Null when nothing is dimmed. */
  readonly lit: Lit | null;
  /** A stretch of x that has been chosen; null for none. */
  readonly range: readonly [from: number, to: number] | null;
  /** Messages that somebody wrote about. */
  readonly noted: ReadonlySet<MessageRow>;
  /** Column under the pointer. */
  readonly hover: number | null;
  /** Messages that have just come: a spark runs along their line. */
  readonly pulses: readonly Pulse[];
}

export interface Pulse {
  readonly row: MessageRow;
  /** As performance.now(). */
  readonly startMs: number;
}

const PULSE_MS = 420;

/** More arrows than this in view become one picture of pixel columns. */
export const NEAR_MAX = 600;
/** How far behind the right edge a message is looked for whose line starts in view. */
const BEHIND_COLUMNS = 200;

/** Draws one frame. `ratio` is device pixels per CSS pixel; the context is scaled by it already. */
export function drawFlow(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  palette: Palette,
  marks: Marks,
  ratio: number,
  nowMs: number,
): void {
  context.fillStyle = palette.bg;
  context.fillRect(0, 0, view.width, view.height);
  if (view.width <= 0 || view.height <= AXIS_PX) return;
  const first = columnFrom(scene, pxToX(-20, view));
  const last = columnFrom(scene, pxToX(view.width + 20, view));
  const isFar = last - first > NEAR_MAX;
  if (isFar) drawFar(context, scene, view, palette, marks.lit, ratio);
  context.save();
  context.beginPath();
  context.rect(0, AXIS_PX, view.width, view.height - AXIS_PX);
  context.clip();
  if (!isFar) {
    drawLanes(context, scene, view, palette);
    drawFocusLine(context, scene, view, palette, marks);
    drawNear(context, scene, view, palette, marks, first, Math.min(scene.rows.length, last + BEHIND_COLUMNS));
    drawRings(context, scene, view, palette, marks);
    drawPulses(context, scene, view, palette, marks, nowMs);
  } else {
    drawFocusLine(context, scene, view, palette, marks);
    drawRings(context, scene, view, palette, marks);
  }
  context.restore();
  drawRange(context, view, palette, marks);
  drawAxis(context, scene, view, palette, marks);
}

function drawLanes(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette): void {
  const height = laneHeight(scene, view);
  scene.lanes.forEach((lane, index) => {
    const y = laneY(index, height, view);
    if (y + height < AXIS_PX || y - height > view.height) return;
    if (index % 2 === 1) {
      context.fillStyle = palette.band;
      context.fillRect(0, y - height / 2, view.width, height);
    }
    const start = lane.process === null ? 0 : Math.max(0, xToPx(scene.x[lane.start] ?? 0, view));
    context.lineWidth = 1;
    context.strokeStyle = palette.line;
    context.setLineDash([2, 4]);
    line(context, 0, y, Math.min(start, view.width), y);
    context.setLineDash([]);
    context.strokeStyle = palette.lineStrong;
    if (start < view.width) line(context, start, y, view.width, y);
  });
}

/** What lies outside of the chosen stretch is veiled, and its ends are lines. */
function drawRange(context: CanvasRenderingContext2D, view: View, palette: Palette, { range }: Marks): void {
  if (range === null) return;
  const from = Math.max(0, Math.min(view.width, xToPx(range[0], view)));
  const to = Math.max(0, Math.min(view.width, xToPx(range[1], view)));
  const height = view.height - AXIS_PX;
  context.globalAlpha = VEIL;
  context.fillStyle = palette.bg;
  context.fillRect(0, AXIS_PX, from, height);
  context.fillRect(to, AXIS_PX, view.width - to, height);
  context.globalAlpha = 1;
  context.fillStyle = palette.accent;
  if (from > 0) context.fillRect(Math.round(from) - 1, AXIS_PX, 1, height);
  if (to < view.width) context.fillRect(Math.round(to), AXIS_PX, 1, height);
}

const VEIL = 0.66;

function drawFocusLine(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette, marks: Marks): void {
  const column = marks.focus === null ? -1 : (scene.columnAt[marks.focus.at] ?? -1);
  if (column < 0) return;
  const x = xToPx(scene.x[column] ?? 0, view);
  if (x < 0 || x > view.width) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  const height = laneHeight(scene, view);
  line(context, x, AXIS_PX, x, Math.min(view.height, laneY(scene.lanes.length - 1, height, view) + height / 2));
  context.setLineDash([]);
}

function drawRings(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette, marks: Marks): void {
  const height = laneHeight(scene, view);
  const ring = (column: number, color: string, width: number): void => {
    const arrow = arrowAt(scene, view, height, column);
    if (arrow.x < -20 || arrow.x > view.width + 20) return;
    context.beginPath();
    context.arc(arrow.x, arrow.y, dotRadius(view, height) + 4, 0, 2 * Math.PI);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  };
  if (marks.hover !== null && marks.hover < scene.rows.length) ring(marks.hover, palette.lineStrong, 2);
  const column = marks.focus === null ? -1 : (scene.columnAt[marks.focus.at] ?? -1);
  if (column >= 0) ring(column, palette.accent, 2);
}

function drawPulses(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette, marks: Marks, nowMs: number): void {
  const height = laneHeight(scene, view);
  for (const { row, startMs } of marks.pulses) {
    const column = scene.columnAt[row.at] ?? -1;
    const share = (nowMs - startMs) / PULSE_MS;
    if (column < 0 || share < 0) continue;
    const arrow = arrowAt(scene, view, height, column);
    const color = palette.lanes[scene.lanes[scene.from[column] ?? 0]?.color ?? 0] ?? palette.accent;
    context.beginPath();
    if (share < 1) {
      const [x, y] = pointAlong(arrow, 1 - (1 - share) ** 3);
      context.arc(x, y, 4.5, 0, 2 * Math.PI);
      context.fillStyle = color;
      context.fill();
    } else {
      context.arc(arrow.x, arrow.y, dotRadius(view, height) + (share - 1) * 60, 0, 2 * Math.PI);
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }
}

/** The strip on top: how long after the first message things happened, and the focused slot. */
function drawAxis(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette, marks: Marks): void {
  context.fillStyle = palette.bg;
  context.fillRect(0, 0, view.width, AXIS_PX);
  context.fillStyle = palette.line;
  context.fillRect(0, AXIS_PX - 1, view.width, 1);
  context.font = palette.mono;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  const focused = marks.focus === null ? -1 : (scene.columnAt[marks.focus.at] ?? -1);
  const focusPx = focused < 0 ? Number.NaN : xToPx(scene.x[focused] ?? 0, view);
  let nextFree = 0;
  const places: { readonly x: number; readonly ms: number }[] = [];
  for (let column = columnFrom(scene, view.x0); column < scene.rows.length;) {
    const x = xToPx(scene.x[column] ?? 0, view);
    const row = scene.rows[column];
    if (x > view.width || row === undefined) break;
    if (x >= nextFree && x > 24 && !(Math.abs(x - focusPx) < 64)) {
      places.push({ x, ms: timeOf(row) - scene.beganMs });
      nextFree = x + 96;
    }
    column = Math.max(column + 1, columnFrom(scene, pxToX(nextFree, view)));
  }
  // Two texts beside each other that are the same would say nothing.
  const isFine = places.some(({ ms }, index) => index > 0 && elapsed(ms) === elapsed(places[index - 1]?.ms ?? 0));
  for (const { x, ms } of places) {
    context.fillStyle = palette.faint;
    context.fillText(`+${elapsed(ms, isFine)}`, x, AXIS_PX / 2);
    context.fillStyle = palette.lineStrong;
    context.fillRect(Math.round(x), AXIS_PX - 4, 1, 3);
  }
  if (Number.isNaN(focusPx) || focusPx < -40 || focusPx > view.width + 40) return;
  chip(context, palette, placeOf(marks.focus), focusPx, view.width);
}

/** Where a row stands in its process, in the fewest words. */
function placeOf(row: MessageRow | null): string {
  if (row !== null && row.cron !== null) return `before slot ${row.cron.slot}`;
  return row === null || row.slot === null ? 'no slot' : `slot ${row.slot}`;
}

function chip(context: CanvasRenderingContext2D, palette: Palette, text: string, wantedX: number, viewWidth: number): void {
  const width = context.measureText(text).width + 12;
  const x = Math.max(width / 2, Math.min(viewWidth - width / 2, wantedX));
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(x - width / 2, 3, width, AXIS_PX - 6, 4);
  context.fill();
  context.fillStyle = palette.bg;
  context.fillText(text, x, AXIS_PX / 2 + 0.5);
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
  context.stroke();
}

/** 12 ms, 1.2 s, 3:20.4, 1:03:20; to the millisecond where `isFine`. */
export function elapsed(ms: number, isFine = false): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(isFine ? 3 : ms < 10_000 ? 2 : 1)} s`;
  const two = (value: number): string => String(value % 60).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const part = isFine ? `.${String(Math.floor(ms % 1000)).padStart(3, '0')}` : `.${Math.floor((ms % 1000) / 100)}`;
  if (minutes < 60) return `${minutes}:${two(seconds)}${part}`;
  return `${Math.floor(minutes / 60)}:${two(minutes)}:${two(seconds)}${isFine ? part : ''}`;
}
