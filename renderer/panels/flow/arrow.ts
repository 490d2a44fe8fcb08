import type { Scene } from '../../model/scene.ts';
import { laneY, xToPx, type View } from './view.ts';

/** Where one message is drawn, in CSS pixels. Points of its line run from the sender to the receiver. */
export interface Arrow {
  readonly column: number;
  /** The receiving dot. */
  readonly x: number;
  readonly y: number;
  /** Where the line starts: at the sending slot, or on the sender's lane above or below. */
  readonly startX: number;
  readonly startY: number;
  /** Height of the level run beside the sender's lane. */
  readonly runY: number;
  /** 1 when the line comes down into the dot, -1 when it comes up. */
  readonly sign: 1 | -1;
  /** True when it returns to the lane it left. */
  readonly isLoop: boolean;
  /** True when it starts at a slot. */
  readonly isCaused: boolean;
}

const LOOP_PX = 17;
const TRACK_PX = 4;
const BEND_PX = 9;
/** A line that starts far to the left is cut here: canvases are slow with lines millions of pixels long. */
const OFF_PX = -400;

/** Radius of a dot at this zoom. */
export function dotRadius(view: View, laneHeight: number): number {
  return Math.max(2.5, Math.min(6.5, view.scale * 0.24, laneHeight * 0.18));
}

/** The place of the message in `column`. */
export function arrowAt(scene: Scene, view: View, laneHeight: number, column: number): Arrow {
  const x = xToPx(scene.x[column] ?? 0, view);
  const from = scene.from[column] ?? 0;
  const to = scene.to[column] ?? 0;
  const y = laneY(to, laneHeight, view);
  const senderY = laneY(from, laneHeight, view);
  const isCaused = (scene.cause[column] ?? -1) >= 0;
  const isLoop = from === to;
  const sign = isLoop || senderY < y ? 1 : -1;
  const track = scene.track[column] ?? 0;
  const radius = dotRadius(view, laneHeight);
  const room = laneHeight / 2 - 3;
  const runY = isLoop
    ? senderY - Math.min(room, LOOP_PX + track * TRACK_PX)
    : senderY + (track === 0 ? 0 : sign * Math.min(room, radius + 1 + track * TRACK_PX));
  return {
    column,
    x,
    y,
    startX: isCaused ? Math.max(Math.min(x, OFF_PX), xToPx(scene.fromX[column] ?? 0, view)) : x,
    startY: senderY,
    runY,
    sign,
    isLoop,
    isCaused,
  };
}

/** Writes the line into `path`, ending `gap` pixels before the middle of the receiving dot. */
export function traceArrow(path: Path2D, arrow: Arrow, radius: number, gap: number): void {
  const endY = arrow.y - arrow.sign * gap;
  if (!arrow.isCaused) {
    const startY = arrow.isLoop ? arrow.y - LOOP_PX - radius : arrow.startY;
    path.moveTo(arrow.x, startY);
    path.lineTo(arrow.x, endY);
    return;
  }
  const bend = Math.min(BEND_PX, Math.max(0, (arrow.x - arrow.startX) / 2), Math.abs(endY - arrow.runY));
  if (arrow.isLoop) {
    // It leaves beside the upright line on which the message before came down.
    const side = Math.min(radius * 0.75, (arrow.x - arrow.startX) / 2);
    path.moveTo(arrow.startX + side, arrow.startY - radius * 0.75);
    path.quadraticCurveTo(arrow.startX + side + 1, arrow.runY, Math.min(arrow.startX + side + bend, arrow.x - bend), arrow.runY);
  } else if (arrow.runY === arrow.startY) {
    path.moveTo(Math.min(arrow.startX + radius, arrow.x), arrow.startY);
  } else {
    const away = arrow.runY > arrow.startY ? 1 : -1;
    path.moveTo(arrow.startX, arrow.startY + away * radius);
    const corner = Math.min(bend, Math.abs(arrow.runY - arrow.startY) - radius);
    path.lineTo(arrow.startX, arrow.runY - away * Math.max(0, corner));
    path.quadraticCurveTo(arrow.startX, arrow.runY, arrow.startX + Math.max(0, corner), arrow.runY);
  }
  path.lineTo(arrow.x - bend, arrow.runY);
  path.quadraticCurveTo(arrow.x, arrow.runY, arrow.x, arrow.runY + arrow.sign * bend);
  path.lineTo(arrow.x, endY);
}

/** Writes the head, its tip `gap` pixels before the middle of the dot. */
export function traceHead(path: Path2D, arrow: Arrow, gap: number, size: number): void {
  const tip = arrow.y - arrow.sign * gap;
  path.moveTo(arrow.x, tip);
  path.lineTo(arrow.x - size * 0.62, tip - arrow.sign * size * 1.25);
  path.lineTo(arrow.x + size * 0.62, tip - arrow.sign * size * 1.25);
  path.closePath();
}

/** The point at `share` (0 to 1) of an arrow's line, corners left sharp. */
export function pointAlong(arrow: Arrow, share: number): readonly [number, number] {
  const level = arrow.isCaused ? arrow.x - arrow.startX : 0;
  const startY = arrow.isCaused ? arrow.runY : arrow.startY;
  const upright = arrow.y - startY;
  const way = share * (level + Math.abs(upright));
  if (way < level) return [arrow.startX + way, arrow.runY];
  return [arrow.x, startY + Math.sign(upright) * (way - level)];
}

/** Distance from a point to the line of an arrow. */
export function distanceTo(arrow: Arrow, px: number, py: number): number {
  const vertical = toSegment(px, py, arrow.x, arrow.isCaused ? arrow.runY : arrow.startY, arrow.x, arrow.y);
  return arrow.isCaused ? Math.min(vertical, toSegment(px, py, arrow.startX, arrow.runY, arrow.x, arrow.runY)) : vertical;
}

function toSegment(px: number, py: number, x1: number, y1: number, x2: number, y2: number): number {
  const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - x1) * (x2 - x1) + (py - y1) * (y2 - y1)) / length));
  return Math.hypot(px - (x1 + along * (x2 - x1)), py - (y1 + along * (y2 - y1)));
}
