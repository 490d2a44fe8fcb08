import { Flag } from '../../model/numbers.ts';
import type { Scene } from '../../model/scene.ts';
import { arrowAt, dotRadius, traceArrow, traceHead, type Arrow } from './arrow.ts';
import type { Marks } from './draw.ts';
import { createLabels } from './labels.ts';
import type { Palette } from './palette.ts';
import { laneHeight, laneY, type View } from './view.ts';

const HEAD_PX = 6;
const CROSS_PX = 4;
/** Smaller dots have no room for a mark beside them. */
const HINT_FROM_PX = 3;
/** Side of the slip that marks a note. */
const NOTE_PX = 8;
/** Columns narrower than this have no room for words or slot numbers. */
const WORDS_FROM_PX = 22;

interface Brush {
  readonly lines: Path2D;
  readonly dashes: Path2D;
  readonly heads: Path2D;
  readonly dots: Path2D;
  readonly rings: Path2D;
  readonly squares: Path2D;
}

/** Draws columns [first, last) as arrows and dots, and those behind `last` whose line starts in view. */
export function drawNear(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  palette: Palette,
  marks: Marks,
  first: number,
  last: number,
): void {
  const lane = laneHeight(scene, view);
  const radius = dotRadius(view, lane);
  const brushes = new Map<string, Brush>();
  const brush = (color: string): Brush => {
    const known = brushes.get(color);
    if (known !== undefined) return known;
    const made = {
      lines: new Path2D(),
      dashes: new Path2D(),
      heads: new Path2D(),
      dots: new Path2D(),
      rings: new Path2D(),
      squares: new Path2D(),
    };
    brushes.set(color, made);
    return made;
  };
  const arrows: Arrow[] = [];
  const crosses: { x: number; y: number; isLit: boolean }[] = [];
  for (let column = first; column < last; column += 1) {
    const arrow = arrowAt(scene, view, lane, column);
    if (arrow.x - arrow.startX > 0 && arrow.x > view.width + 4 && arrow.startX > view.width) continue;
    arrows.push(arrow);
    const row = scene.rows[column];
    const isLit = row === undefined || marks.lit === null || marks.lit.has(row);
    const flags = scene.flags[column] ?? 0;
    const shades = isLit ? palette.lanes : palette.lanesDim;
    const sender = shades[scene.lanes[scene.from[column] ?? 0]?.color ?? 0] ?? palette.dim;
    const receiver = shades[scene.lanes[scene.to[column] ?? 0]?.color ?? 0] ?? palette.dim;
    const red = isLit ? palette.error : palette.errorDim;
    addMessage({
      arrow,
      flags,
      radius,
      line: brush((flags & Flag.lost) !== 0 && (flags & Flag.mail) === 0 ? red : sender),
      dot: brush(receiver),
      red: brush(red),
    });
    if ((flags & Flag.trouble) !== 0) crosses.push({ x: arrow.x, y: (flags & Flag.lost) !== 0 ? lostAt(arrow) : arrow.y, isLit });
  }
  stroke(context, brushes, palette, marks.lit !== null, view);
  drawCrosses(context, crosses, palette, Math.min(CROSS_PX, radius * 0.62));
  for (const arrow of arrows)
    if (((scene.flags[arrow.column] ?? 0) & Flag.held) !== 0) drawPause(context, palette, arrow.x, arrow.y, radius);
  drawHints(context, scene, palette, marks, arrows, radius);
  drawWords(context, scene, view, palette, marks, arrows, { radius, lane });
  drawNotes(context, scene, palette, marks, arrows, radius);
}

/** A small mark at the shoulder of the dot: no error, and yet something to learn. */
function drawHints(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  marks: Marks,
  arrows: readonly Arrow[],
  radius: number,
): void {
  if (radius < HINT_FROM_PX) return;
  for (const { column, x, y } of arrows) {
    if (((scene.flags[column] ?? 0) & Flag.hint) === 0) continue;
    context.beginPath();
    context.arc(x + radius, y - radius, 3.5, 0, 2 * Math.PI);
    context.fillStyle = isLitAt(scene, marks, column) ? palette.warn : palette.faint;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = palette.bg;
    context.stroke();
  }
}

/** A slip of paper below the dot: somebody wrote about it. */
function drawNotes(
  context: CanvasRenderingContext2D,
  scene: Scene,
  palette: Palette,
  { noted }: Marks,
  arrows: readonly Arrow[],
  radius: number,
): void {
  if (noted.size === 0) return;
  for (const { column, x, y } of arrows) {
    const row = scene.rows[column];
    if (row === undefined || !noted.has(row)) continue;
    const [left, top] = [x - NOTE_PX / 2, y + Math.max(radius, 2) + 2];
    context.fillStyle = palette.warn;
    context.fillRect(left, top, NOTE_PX, NOTE_PX);
    context.strokeStyle = palette.bg;
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, top - 0.5, NOTE_PX + 1, NOTE_PX + 1);
    for (const line of [3, 5]) {
      context.fillStyle = palette.bg;
      context.fillRect(left + 1.5, top + line - 0.5, NOTE_PX - 3, 1);
    }
  }
}

/** Two bars over the dot: what this slot sent waits for a person. */
function drawPause(context: CanvasRenderingContext2D, palette: Palette, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius + 3, 0, 2 * Math.PI);
  context.fillStyle = palette.warn;
  context.fill();
  context.fillStyle = palette.bg;
  context.fillRect(x - 3.5, y - 4, 2.5, 8);
  context.fillRect(x + 1, y - 4, 2.5, 8);
}

function addMessage(message: { arrow: Arrow; flags: number; radius: number; line: Brush; dot: Brush; red: Brush }): void {
  const { arrow, flags, radius, line, dot, red } = message;
  const isLost = (flags & Flag.lost) !== 0;
  if ((flags & Flag.cron) !== 0) {
    addDiamond((flags & Flag.trouble) !== 0 ? red.rings : dot.rings, arrow.x, arrow.y, radius + 1);
    return;
  }
  if (isLost) {
    const isMail = (flags & Flag.mail) !== 0;
    traceArrow(line.dashes, arrow, radius, isMail ? 1 : Math.abs(arrow.y - lostAt(arrow)) + CROSS_PX + 3);
    if (isMail) traceHead(line.heads, arrow, 0, HEAD_PX);
    return;
  }
  if ((flags & Flag.waiting) !== 0) {
    traceArrow(line.dashes, arrow, radius, radius + 1);
    if ((flags & Flag.spawn) !== 0) dot.rings.roundRect(arrow.x - radius, arrow.y - radius, 2 * radius, 2 * radius, 3);
    else addDot(dot.rings, arrow.x, arrow.y, radius);
    return;
  }
  traceArrow((flags & Flag.via) !== 0 ? line.dashes : line.lines, arrow, radius, radius + HEAD_PX);
  traceHead(line.heads, arrow, radius + 1, HEAD_PX);
  if (!arrow.isCaused && !arrow.isLoop) addDot(line.dots, arrow.x, arrow.startY, 2.5);
  const isTroubled = (flags & Flag.trouble) !== 0;
  if ((flags & Flag.spawn) !== 0)
    (isTroubled ? red : dot).squares.roundRect(arrow.x - radius - 1, arrow.y - radius - 1, 2 * radius + 2, 2 * radius + 2, 3);
  else
    addDot(isTroubled ? red.dots : (flags & Flag.pending) !== 0 ? dot.rings : dot.dots, arrow.x, arrow.y, isTroubled ? radius + 1 : radius);
}

/** Where the line of a lost message breaks off, on its way down or up. */
function lostAt(arrow: Arrow): number {
  const from = arrow.isCaused ? arrow.runY : arrow.startY;
  return arrow.isLoop ? arrow.y : from + (arrow.y - from) * 0.6;
}

function stroke(
  context: CanvasRenderingContext2D,
  brushes: ReadonlyMap<string, Brush>,
  palette: Palette,
  isDimming: boolean,
  view: View,
): void {
  // What is dimmed goes below, so that a lit line is never crossed out by a grey one.
  const order = [...brushes.keys()].toSorted((a, b) => Number(palette.lanesDim.includes(b)) - Number(palette.lanesDim.includes(a)));
  context.lineWidth = isDimming || view.scale > 12 ? 1.5 : 1;
  context.lineJoin = 'round';
  for (const color of order) {
    const one = brushes.get(color);
    if (one === undefined) continue;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.stroke(one.lines);
    context.setLineDash([4, 3]);
    context.stroke(one.dashes);
    context.setLineDash([]);
    context.fill(one.heads);
  }
  for (const color of order) {
    const one = brushes.get(color);
    if (one === undefined) continue;
    context.fillStyle = palette.bg;
    context.fill(one.rings);
    context.strokeStyle = color;
    context.stroke(one.rings);
    context.fillStyle = color;
    context.fill(one.dots);
    context.fill(one.squares);
  }
}

/** A cron message: nobody sent it, so no line comes to it. */
function addDiamond(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x, y - radius);
  path.lineTo(x + radius, y);
  path.lineTo(x, y + radius);
  path.lineTo(x - radius, y);
  path.closePath();
}

function addDot(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
}

function drawCrosses(
  context: CanvasRenderingContext2D,
  crosses: readonly { x: number; y: number; isLit: boolean }[],
  palette: Palette,
  size: number,
): void {
  for (const { x, y, isLit } of crosses) {
    context.beginPath();
    context.fillStyle = isLit ? palette.error : palette.errorDim;
    context.arc(x, y, size + 3.5, 0, 2 * Math.PI);
    context.fill();
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.strokeStyle = palette.bg;
    context.lineWidth = 1.6;
    context.stroke();
  }
}

function drawWords(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  palette: Palette,
  marks: Marks,
  arrows: readonly Arrow[],
  size: { radius: number; lane: number },
): void {
  if (view.scale < WORDS_FROM_PX && scene.rows.length > 400) return;
  const half = size.lane / 2;
  const labels = createLabels(context, palette, (y) => Math.abs(((y - laneY(0, size.lane, view) + half * 2001) % size.lane) - half) < 11);
  for (const arrow of arrows)
    labels.keepFree(arrow.x - size.radius - 2, arrow.y - size.radius - 2, 2 * size.radius + 4, 2 * size.radius + 4);
  // Lit ones choose their place first.
  const lit = arrows.filter((arrow) => isLitAt(scene, marks, arrow.column));
  for (const arrow of marks.lit === null ? arrows : lit) label(arrow);
  if (marks.lit !== null) for (const arrow of arrows) if (!isLitAt(scene, marks, arrow.column)) label(arrow);
  if (view.scale >= WORDS_FROM_PX && size.lane >= 36) {
    context.font = palette.mono;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const arrow of arrows) {
      const slot = scene.rows[arrow.column]?.slot ?? null;
      // The focused one is named on the axis, and its ring and line would run through the number.
      if (slot === null || scene.rows[arrow.column] === marks.focus) continue;
      context.fillStyle = isLitAt(scene, marks, arrow.column) ? palette.dim : palette.faint;
      const below = arrow.sign === 1 ? arrow.y + size.radius + 4 : arrow.y - size.radius - 13;
      context.fillText(String(slot), arrow.x, below);
    }
  }

  function label(arrow: Arrow): void {
    const row = scene.rows[arrow.column];
    if (row === undefined) return;
    const words = row.type === 'Process' ? `spawn ${row.name ?? ''}`.trim() : (row.action ?? '');
    if (words === '') return;
    const isLit = isLitAt(scene, marks, arrow.column);
    const color = (isLit ? palette.lanes : palette.lanesDim)[scene.lanes[scene.from[arrow.column] ?? 0]?.color ?? 0] ?? palette.dim;
    const from = arrow.isCaused ? arrow.runY : arrow.startY;
    const shade = isLit ? color : palette.faint;
    if (!arrow.isLoop) return labels.put(words, arrow.x, from, arrow.y, shade, Number.POSITIVE_INFINITY);
    const startX = Math.max(0, arrow.startX);
    labels.put(words, (startX + arrow.x) / 2, arrow.runY, arrow.runY, shade, arrow.x - startX - 14);
  }
}

function isLitAt(scene: Scene, marks: Marks, column: number): boolean {
  const row = scene.rows[column];
  return marks.lit === null || (row !== undefined && marks.lit.has(row));
}
