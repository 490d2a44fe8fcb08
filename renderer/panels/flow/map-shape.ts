import type { MapPlace } from '../../stores/map-store.ts';

/** How those who take part are drawn: the less room there is, the fewer words. Lengths in CSS pixels. */
export interface MapLook {
  readonly kind: 'full' | 'name' | 'dot';
  readonly width: number;
  readonly height: number;
}

/** The most telling first. */
const LOOKS: readonly MapLook[] = [
  { kind: 'full', width: 132, height: 40 },
  { kind: 'name', width: 100, height: 22 },
];
export const DOT: MapLook = { kind: 'dot', width: 11, height: 11 };
/** Room between two boxes in which an arrow can still be seen. */
const AIR = { x: 26, y: 9 };
/** One pair in so many parties may touch: somebody was dragged there. */
const TOUCHING_MAX = 12;

/** Zooming changes sizes in steps of this factor, so that not everything is drawn anew at each. */
const STEP = 2 ** 0.25;

/**
 * The most telling look in which nobody covers another at that zoom, and what one of its pixels is in map units: boxes and
 * words keep their size while places move apart or together.
 */
export function lookFor(places: readonly MapPlace[], scale: number): { readonly look: MapLook; readonly unit: number } {
  const step = STEP ** Math.round(Math.log(scale) / Math.log(STEP));
  const unit = 1 / Math.min(1, step);
  return { look: LOOKS.find((look) => touchingIn(places, look, unit) * TOUCHING_MAX <= places.length) ?? DOT, unit };
}

/** How many pairs stand too close for that look. */
function touchingIn(places: readonly MapPlace[], look: MapLook, unit: number): number {
  const [wide, high] = [(look.width + AIR.x) * unit, (look.height + AIR.y) * unit];
  const byX = places.toSorted((a, b) => a.x - b.x);
  let found = 0;
  for (const [at, { x, y }] of byX.entries()) {
    for (let next = at + 1; next < byX.length; next += 1) {
      const other = byX[next];
      if (other === undefined || other.x - x >= wide) break;
      if (Math.abs(other.y - y) < high) found += 1;
    }
  }
  return found;
}

/** How a route is drawn, in map units. */
export interface RouteShape {
  /** The line, as a path. */
  readonly line: string;
  /** The arrow's head at its end, as a path. */
  readonly head: string;
  readonly label: MapPlace;
}

const LOOP_PX = 30;
const HEAD_PX = 8;
/** Space between a box and what touches it. */
const GAP_PX = 3;
const STEPS = 24;

/** The line from one box to another. Where one leads back too, both bend to their own right and never cover each other. */
export function shapeOf(from: MapPlace, to: MapPlace, isPair: boolean, look: MapLook, unit: number): RouteShape {
  if (from.x === to.x && from.y === to.y) return loopAt(from, look, unit);
  const half = { x: (look.width / 2 + GAP_PX) * unit, y: (look.height / 2 + GAP_PX) * unit };
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  const bend = isPair ? Math.min(40, 9 + (length / unit) * 0.08) * unit : 0;
  const middle = { x: (from.x + to.x) / 2 - (dy / length) * bend * 2, y: (from.y + to.y) / 2 + (dx / length) * bend * 2 };
  const start = crossing((t) => on(from, middle, to, t), from, half);
  const end = 1 - crossing((t) => on(from, middle, to, 1 - t), to, half);
  if (end <= start) return { line: '', head: '', label: on(from, middle, to, 0.5) };
  const first = on(from, middle, to, start);
  const last = on(from, middle, to, end);
  const turn = between(from, middle, to, start, end);
  return {
    line: `M${text(first)}Q${text(turn)} ${text(last)}`,
    head: headAt(last, last.x - turn.x, last.y - turn.y, unit),
    label: on(from, middle, to, (start + end) / 2),
  };
}

function loopAt({ x, y }: MapPlace, look: MapLook, unit: number): RouteShape {
  const top = y - (look.height / 2 + GAP_PX) * unit;
  const high = top - LOOP_PX * unit;
  const side = Math.min(24, look.width * 0.22) * unit;
  return {
    line: `M${text({ x: x + side, y: top })}C${text({ x: x + side * 1.2, y: high })} ${text({ x: x - side * 1.2, y: high })} ${text({ x: x - side, y: top })}`,
    head: headAt({ x: x - side, y: top }, 4, 10, unit),
    label: { x, y: top - LOOP_PX * 0.75 * unit },
  };
}

/** A point of the curve. */
function on(a: MapPlace, b: MapPlace, c: MapPlace, t: number): MapPlace {
  return between(a, b, c, t, t);
}

/** The turning point of the part of the curve from `s` to `t`; the point itself where they are the same. */
function between(a: MapPlace, b: MapPlace, c: MapPlace, s: number, t: number): MapPlace {
  const [first, both, last] = [(1 - s) * (1 - t), (1 - s) * t + s * (1 - t), s * t];
  return { x: first * a.x + both * b.x + last * c.x, y: first * a.y + both * b.y + last * c.y };
}

/** Where the curve leaves the box that it begins in. */
function crossing(at: (t: number) => MapPlace, box: MapPlace, half: MapPlace): number {
  const isInside = ({ x, y }: MapPlace): boolean => Math.abs(x - box.x) <= half.x && Math.abs(y - box.y) <= half.y;
  let low = 0;
  let high = 1;
  for (let step = 1; step <= STEPS; step += 1) {
    if (isInside(at(step / STEPS))) continue;
    low = (step - 1) / STEPS;
    high = step / STEPS;
    break;
  }
  for (let turn = 0; turn < 10; turn += 1) {
    const middle = (low + high) / 2;
    if (isInside(at(middle))) low = middle;
    else high = middle;
  }
  return high;
}

function headAt(tip: MapPlace, dx: number, dy: number, unit: number): string {
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const back = { x: tip.x - ux * HEAD_PX * unit, y: tip.y - uy * HEAD_PX * unit };
  const side = HEAD_PX * 0.5 * unit;
  return `M${text(tip)}L${text({ x: back.x - uy * side, y: back.y + ux * side })}L${text({ x: back.x + uy * side, y: back.y - ux * side })}Z`;
}

function text({ x, y }: MapPlace): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
