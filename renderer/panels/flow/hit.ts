import { columnFrom, type Scene } from '../../model/scene.ts';
import { arrowAt, distanceTo } from './arrow.ts';
import { NEAR_MAX } from './draw.ts';
import { laneHeight, pxToX, type View } from './view.ts';

const REACH_PX = 8;
const DOT_REACH_PX = 13;

/** The column under a point: a dot wins over a line; null when there is neither. */
export function columnUnder(scene: Scene, view: View, px: number, py: number): number | null {
  const lane = laneHeight(scene, view);
  const first = columnFrom(scene, pxToX(-DOT_REACH_PX, view));
  const last = columnFrom(scene, pxToX(view.width + DOT_REACH_PX, view));
  const isFar = last - first > NEAR_MAX;
  const from = isFar ? columnFrom(scene, pxToX(px - 3, view)) : first;
  const to = isFar ? columnFrom(scene, pxToX(px + 3, view)) : last;
  let best: number | null = null;
  let bestPx = REACH_PX;
  let isDot = false;
  for (let column = from; column < to; column += 1) {
    const arrow = arrowAt(scene, view, lane, column);
    const dot = Math.hypot(px - arrow.x, py - arrow.y);
    if (dot < DOT_REACH_PX && (!isDot || dot < bestPx)) {
      best = column;
      bestPx = dot;
      isDot = true;
    }
    if (isDot) continue;
    const distance = isFar ? Math.abs(py - arrow.y) / lane : distanceTo(arrow, px, py);
    if (distance < bestPx) {
      best = column;
      bestPx = distance;
    }
  }
  return best;
}
