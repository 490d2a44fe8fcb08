import type { MapPlace } from '../../stores/map-store.ts';

/** What part of the map is on screen: a place p stands at p × scale + shift. Lengths in CSS pixels. */
export interface MapView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface MapSize {
  readonly width: number;
  readonly height: number;
}

const SCALE_MAX = 2.5;
const SCALE_MIN = 0.04;
/** A small map is not blown up beyond this. */
const FIT_MAX = 1.2;
const SPREAD_MAX = 4;
/** Fewer find room as they stand. */
const SPREAD_FROM = 13;
/** Room for half a box and some air. */
const EDGE = { x: 70, y: 22 };

/** The whole map in the middle. */
export function fitMap(size: MapSize, places: Iterable<MapPlace>): MapView {
  const { width, height } = size;
  const box = boxOf(places);
  if (box === null || width === 0) return { scale: 1, x: width / 2, y: height / 2 };
  const { wide, high } = roomIn(size, box);
  const scale = Math.max(SCALE_MIN, Math.min(FIT_MAX, wide, high));
  return { scale, x: width / 2 - ((box.left + box.right) / 2) * scale, y: height / 2 - ((box.top + box.bottom) / 2) * scale };
}

/** A map of many that only a low pane makes small is drawn out sideways by so much, to have all of its width. */
export function spreadFor(size: MapSize, places: readonly MapPlace[]): number {
  const box = boxOf(places);
  if (box === null || size.width === 0 || places.length < SPREAD_FROM) return 1;
  const { wide, high } = roomIn(size, box);
  return high >= 1 ? 1 : Math.max(1, Math.min(SPREAD_MAX, wide / high));
}

interface MapBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What holds all of them; null for none. */
function boxOf(places: Iterable<MapPlace>): MapBox | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return left === Infinity ? null : { left, top, right, bottom };
}

/** At which zoom the box would have all of the width, and all of the height. */
function roomIn({ width, height }: MapSize, { left, top, right, bottom }: MapBox): { readonly wide: number; readonly high: number } {
  return {
    wide: Math.max(1, width - 2 * EDGE.x) / Math.max(1, right - left),
    high: Math.max(1, height - 2 * EDGE.y) / Math.max(1, bottom - top),
  };
}

/** Zooms so that what is under the pixel stays there. */
export function zoomMap(view: MapView, px: number, py: number, factor: number): MapView {
  const scale = Math.max(SCALE_MIN, Math.min(SCALE_MAX, view.scale * factor));
  const by = scale / view.scale;
  return { scale, x: px - (px - view.x) * by, y: py - (py - view.y) * by };
}

export function panMap(view: MapView, dxPx: number, dyPx: number): MapView {
  return { ...view, x: view.x + dxPx, y: view.y + dyPx };
}

/** Brings a place into view, without moving when it is there already. */
export function revealOnMap(view: MapView, { width, height }: MapSize, { x, y }: MapPlace): MapView {
  const [px, py] = [x * view.scale + view.x, y * view.scale + view.y];
  const margin = 40;
  if (px >= margin && px <= width - margin && py >= margin / 2 && py <= height - margin / 2) return view;
  return { ...view, x: width / 2 - x * view.scale, y: height / 2 - y * view.scale };
}

/** Which of them lies nearest to `from` in that direction; null for none. */
export function nearestTowards(
  from: MapPlace,
  all: Iterable<readonly [string, MapPlace]>,
  direction: readonly [number, number],
): string | null {
  let best: string | null = null;
  let least = Infinity;
  for (const [id, { x, y }] of all) {
    const [dx, dy] = [x - from.x, y - from.y];
    const along = dx * direction[0] + dy * direction[1];
    const aside = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
    const cost = along + 2 * aside;
    if (along <= 0 || cost >= least) continue;
    least = cost;
    best = id;
  }
  return best;
}
