import { endOf, type Scene } from '../../model/scene.ts';

/** What part of the scene is on screen. Lengths in CSS pixels. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** Scene x at the left edge. */
  readonly x0: number;
  /** Pixels per unit of x (a column, or a millisecond). */
  readonly scale: number;
  /** Pixels scrolled down. */
  readonly y0: number;
  /** True while the right edge follows what comes in. */
  readonly isLive: boolean;
  /** True until the person zooms: a short log is shown whole, a longer one at the least size that reads well. */
  readonly isAuto: boolean;
}

/** Height of the strip with the times, above the lanes. */
export const AXIS_PX = 22;
const LANE_MIN_PX = 20;
const LANE_MAX_PX = 112;
/** Pixels per column that read well: room for a dot, a label and a gap. */
const COLUMN_PX = 58;
/** Narrower columns than this come only by the person's own zoom. */
const AUTO_MIN_PX = 26;
const SCALE_MAX = 200;
const EDGE_PX = 40;

export const START: View = { width: 0, height: 0, x0: 0, scale: COLUMN_PX, y0: 0, isLive: true, isAuto: true };

export function laneHeight(scene: Scene, view: View): number {
  return Math.max(LANE_MIN_PX, Math.min(LANE_MAX_PX, (view.height - AXIS_PX - 4) / Math.max(1, scene.lanes.length)));
}

/** Middle of a lane, from the top of the canvas. */
export function laneY(lane: number, height: number, view: View): number {
  return AXIS_PX + lane * height + height / 2 - view.y0;
}

export function xToPx(x: number, view: View): number {
  return (x - view.x0) * view.scale;
}

export function pxToX(px: number, view: View): number {
  return view.x0 + px / view.scale;
}

/** Keeps the view where there is something to see. */
export function within(scene: Scene, view: View): View {
  const lanes = laneHeight(scene, view) * scene.lanes.length;
  const y0 = Math.max(0, Math.min(view.y0, lanes - (view.height - AXIS_PX)));
  const margin = EDGE_PX / view.scale;
  const low = -margin;
  const high = Math.max(low, endOf(scene) + margin - view.width / view.scale);
  return { ...view, y0, x0: Math.max(low, Math.min(view.x0, high)) };
}

/** The view with the latest message at the right edge; everything from the left while it fits. */
export function follow(scene: Scene, view: View): View {
  const scale = view.isAuto ? Math.max(scene.axis === 'order' ? AUTO_MIN_PX : 0, scaleMin(scene, view)) : view.scale;
  return within(scene, { ...view, scale, isLive: true, x0: Number.MAX_SAFE_INTEGER });
}

export function pan(scene: Scene, view: View, dxPx: number, dyPx: number): View {
  const moved = within(scene, { ...view, x0: view.x0 + dxPx / view.scale, y0: view.y0 + dyPx });
  return { ...moved, isLive: isAtEnd(scene, moved) };
}

/** Zooms by `factor` so that what is under `px` stays there. */
export function zoomAt(scene: Scene, view: View, px: number, factor: number): View {
  const scale = Math.max(scaleMin(scene, view), Math.min(SCALE_MAX, view.scale * factor));
  const moved = within(scene, { ...view, isAuto: false, scale, x0: pxToX(px, view) - px / scale });
  return { ...moved, isLive: view.isLive && isAtEnd(scene, moved) };
}

/** Where a scene is first seen. */
export function start(scene: Scene, view: View): View {
  return follow(scene, { ...view, isAuto: true, y0: 0 });
}

/** The whole scene, but never larger than it reads well. */
export function fit(scene: Scene, view: View): View {
  return follow(scene, { ...view, isAuto: false, scale: scaleMin(scene, view), y0: 0 });
}

/** Brings a place into view, without moving when it is there already. */
export function reveal(scene: Scene, view: View, x: number, lane: number): View {
  const height = laneHeight(scene, view);
  const { isX, isY } = seen(scene, view, x, lane);
  const y0 = isY ? view.y0 : AXIS_PX + lane * height + height / 2 - view.height / 2;
  const moved = within(scene, { ...view, x0: isX ? view.x0 : x - view.width / view.scale / 2, y0 });
  return isX ? { ...moved, isLive: view.isLive } : { ...moved, isLive: isAtEnd(scene, moved) };
}

/** Is a place in view as a whole? */
export function isSeen(scene: Scene, view: View, x: number, lane: number): boolean {
  const { isX, isY } = seen(scene, view, x, lane);
  return isX && isY;
}

function seen(scene: Scene, view: View, x: number, lane: number): { readonly isX: boolean; readonly isY: boolean } {
  const px = xToPx(x, view);
  const height = laneHeight(scene, view);
  const y = laneY(lane, height, view);
  return { isX: px >= 24 && px <= view.width - 24, isY: y >= AXIS_PX + height / 2 && y <= view.height - height / 2 };
}

function isAtEnd(scene: Scene, view: View): boolean {
  return xToPx(endOf(scene), view) <= view.width - EDGE_PX + 4;
}

function scaleMin(scene: Scene, view: View): number {
  return Math.min(COLUMN_PX, Math.max(1, view.width - 2 * EDGE_PX) / Math.max(1, endOf(scene)));
}
