import { columnFrom, Flag, type Scene } from '../../model/scene.ts';
import { rgbOf, type Palette } from './palette.ts';
import { AXIS_PX, laneHeight, laneY, pxToX, type View } from './view.ts';

const FULL_COUNT = 12;
const LINK_SHARE = 0.2;

/**
 * Everything in view as one picture, a pixel column at a time: brightness tells how many messages a lane took there,
 * faint lines between which lanes they went, red where one failed. Cost grows with the messages by a few ns each.
 */
export function drawFar(context: CanvasRenderingContext2D, scene: Scene, view: View, palette: Palette, ratio: number): void {
  const width = Math.max(1, Math.round(view.width * ratio));
  const height = Math.max(1, Math.round((view.height - AXIS_PX) * ratio));
  const lanes = scene.lanes.length;
  const counts = new Uint16Array(width * lanes);
  const isTroubled = new Uint8Array(width * lanes);
  const top = new Int16Array(width).fill(-1);
  const bottom = new Int16Array(width);
  const first = columnFrom(scene, view.x0);
  const last = columnFrom(scene, pxToX(view.width, view));
  for (let column = first; column < last; column += 1) {
    const px = Math.min(width - 1, Math.max(0, Math.floor(((scene.x[column] ?? 0) - view.x0) * view.scale * ratio)));
    const to = scene.to[column] ?? 0;
    const from = scene.from[column] ?? 0;
    const cell = px * lanes + to;
    counts[cell] = (counts[cell] ?? 0) + 1;
    if (((scene.flags[column] ?? 0) & Flag.trouble) !== 0) isTroubled[cell] = 1;
    const low = Math.min(from, to);
    if (top[px] === -1 || low < (top[px] ?? 0)) top[px] = low;
    bottom[px] = Math.max(bottom[px] ?? 0, from, to);
  }
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const ground = packed(palette.bg, palette.bg, 0);
  pixels.fill(ground);
  const lane = laneHeight(scene, view);
  paintLinks(
    pixels,
    width,
    height,
    { top, bottom },
    (index) => (laneY(index, lane, view) - AXIS_PX) * ratio,
    packed(palette.faint, palette.bg, 1 - LINK_SHARE),
  );
  const half = Math.max(2, Math.min(lane * 0.28, 12)) * ratio;
  for (let index = 0; index < lanes; index += 1) {
    const middle = (laneY(index, lane, view) - AXIS_PX) * ratio;
    if (middle + half < 0 || middle - half > height) continue;
    const shades = shadesOf(palette.lanes[scene.lanes[index]?.color ?? 0] ?? palette.dim, palette.bg);
    const red = packed(palette.error, palette.bg, 0);
    const from = Math.max(0, Math.round(middle - half));
    const to = Math.min(height, Math.round(middle + half));
    for (let px = 0; px < width; px += 1) {
      const count = counts[px * lanes + index] ?? 0;
      if (count === 0) continue;
      const color = isTroubled[px * lanes + index] === 1 ? red : (shades[Math.min(FULL_COUNT, count)] ?? ground);
      for (let row = from, at = from * width + px; row < to; row += 1, at += width) pixels[at] = color;
    }
  }
  context.putImageData(image, 0, Math.round(AXIS_PX * ratio));
}

function paintLinks(
  pixels: Uint32Array,
  width: number,
  height: number,
  reach: { top: Int16Array; bottom: Int16Array },
  yOf: (lane: number) => number,
  color: number,
): void {
  for (let px = 0; px < width; px += 1) {
    const top = reach.top[px] ?? -1;
    if (top < 0) continue;
    const from = Math.max(0, Math.round(yOf(top)));
    const to = Math.min(height, Math.round(yOf(reach.bottom[px] ?? top)));
    for (let row = from, at = from * width + px; row < to; row += 1, at += width) pixels[at] = color;
  }
}

/** Shades by count, from a third of the colour to all of it. */
function shadesOf(color: string, ground: string): number[] {
  return Array.from({ length: FULL_COUNT + 1 }, (_, count) => packed(color, ground, 0.6 * (1 - count / FULL_COUNT)));
}

/** A mixed colour in the byte order of a canvas on little-endian machines, which all that run Chromium are. */
function packed(color: string, into: string, share: number): number {
  const a = rgbOf(color);
  const b = rgbOf(into);
  const part = (index: 0 | 1 | 2): number => Math.round(a[index] * (1 - share) + b[index] * share);
  return ((255 << 24) | (part(2) << 16) | (part(1) << 8) | part(0)) >>> 0;
}
