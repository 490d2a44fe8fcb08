import { Flag } from '../../model/numbers.ts';
import { columnFrom, type Scene } from '../../model/scene.ts';
import type { Lit } from './draw.ts';
import { rgbOf, type Palette } from './palette.ts';
import { AXIS_PX, laneHeight, laneY, pxToX, type View } from './view.ts';

const FULL_COUNT = 12;
const LINK_SHARE = 0.2;

/** What is written over with every frame, kept so that a frame asks for no memory. */
interface Scratch {
  image: ImageData;
  /** Messages by pixel column and lane in view. */
  counts: Uint16Array;
  /** A sum of {@link Mark}s, by the same. */
  marks: Uint8Array;
  /** What the image shows. */
  drawn: Picture | null;
}

interface Picture {
  readonly scene: Scene;
  readonly view: View;
  readonly palette: Palette;
  readonly lit: Lit | null;
}

/** `litTrouble`: one that stands out has failed, not only some other in the same place. */
const Mark = { trouble: 1, lit: 2, litTrouble: 4 } as const;
const scratches = new WeakMap<CanvasRenderingContext2D, Scratch>();

/**
 * Everything in view as one picture, a pixel column at a time: brightness tells how many messages a lane took there,
 * faint lines between which lanes they went, red where one failed. Cost grows with the messages by a few ns each.
 */
export function drawFar(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  palette: Palette,
  lit: Lit | null,
  ratio: number,
): void {
  const width = Math.max(1, Math.round(view.width * ratio));
  const height = Math.max(1, Math.round((view.height - AXIS_PX) * ratio));
  const picture = { scene, view, palette, lit };
  const known = scratches.get(context);
  // Most frames show what the last one did, with another focus on it.
  const isKnown = known !== undefined && isSame(known, picture, width, height);
  const image = isKnown ? known.image : painted(context, picture, width, height, ratio);
  context.putImageData(image, 0, Math.round(AXIS_PX * ratio));
}

function painted(context: CanvasRenderingContext2D, picture: Picture, width: number, height: number, ratio: number): ImageData {
  const { scene, view, palette, lit } = picture;
  const lane = laneHeight(scene, view);
  const yOf = (index: number): number => (laneY(index, lane, view) - AXIS_PX) * ratio;
  const half = Math.max(2, Math.min(lane * 0.28, 12)) * ratio;
  // Lanes out of view are not counted, only that lines go there.
  const seenFrom = Math.max(0, Math.floor((view.y0 - half) / lane));
  const seenTo = Math.min(scene.lanes.length, Math.ceil((view.y0 + view.height) / lane) + 1);
  const lanes = Math.max(1, seenTo - seenFrom);
  const scratch = scratchFor(context, width, height, lanes);
  scratch.drawn = picture;
  const { image, counts, marks } = scratch;
  const top = new Int16Array(width).fill(-1);
  const bottom = new Int16Array(width);
  const first = columnFrom(scene, view.x0);
  const last = columnFrom(scene, pxToX(view.width, view));
  const { x, from: senders, to: receivers, flags } = scene;
  const scale = view.scale * ratio;
  const { x0 } = view;
  for (let column = first; column < last; column += 1) {
    const px = Math.min(width - 1, Math.max(0, Math.floor(((x[column] ?? 0) - x0) * scale)));
    const to = receivers[column] ?? 0;
    const from = senders[column] ?? 0;
    if (to >= seenFrom && to < seenTo) {
      const cell = px * lanes + to - seenFrom;
      counts[cell] = (counts[cell] ?? 0) + 1;
      if (((flags[column] ?? 0) & Flag.trouble) !== 0) marks[cell] = Mark.trouble;
    }
    const low = Math.min(from, to);
    const high = Math.max(from, to);
    const highest = top[px] ?? -1;
    if (highest === -1 || low < highest) top[px] = low;
    if (high > (bottom[px] ?? 0)) bottom[px] = high;
  }
  if (lit !== null)
    markLit(scene, lit, marks, { first, last, lanes, seenFrom, seenTo, pxOf: (at) => Math.floor((at - x0) * scale), width });
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(packed(palette.bg, palette.bg, 0));
  paintLinks(pixels, width, height, { top, bottom }, yOf, packed(palette.faint, palette.bg, 1 - LINK_SHARE * (lit === null ? 1 : 0.5)));
  for (let index = seenFrom; index < seenTo; index += 1) {
    const middle = yOf(index);
    if (middle + half < 0 || middle - half > height) continue;
    const color = scene.lanes[index]?.color ?? 0;
    paintLane(pixels, width, height, {
      from: Math.max(0, Math.round(middle - half)),
      to: Math.min(height, Math.round(middle + half)),
      countAt: (px) => counts[px * lanes + index - seenFrom] ?? 0,
      markAt: (px) => marks[px * lanes + index - seenFrom] ?? 0,
      shades: shadesOf(palette.lanes[color] ?? palette.dim, palette.bg),
      red: packed(palette.error, palette.bg, 0),
      dim:
        lit === null
          ? null
          : { shade: packed(palette.lanesDim[color] ?? palette.faint, palette.bg, 0), red: packed(palette.errorDim, palette.bg, 0) },
    });
  }
  return image;
}

function isSame({ image, drawn }: Scratch, { scene, view, palette, lit }: Picture, width: number, height: number): boolean {
  if (drawn === null || image.width !== width || image.height !== height) return false;
  if (drawn.scene !== scene || drawn.palette !== palette || drawn.lit !== lit) return false;
  return drawn.view.x0 === view.x0 && drawn.view.y0 === view.y0 && drawn.view.scale === view.scale && drawn.view.height === view.height;
}

function scratchFor(context: CanvasRenderingContext2D, width: number, height: number, lanes: number): Scratch {
  const cells = width * lanes;
  let scratch = scratches.get(context);
  if (scratch === undefined || scratch.image.width !== width || scratch.image.height !== height || scratch.counts.length < cells) {
    scratch = { image: context.createImageData(width, height), counts: new Uint16Array(cells), marks: new Uint8Array(cells), drawn: null };
    scratches.set(context, scratch);
  } else {
    scratch.counts.fill(0, 0, cells);
    scratch.marks.fill(0, 0, cells);
  }
  return scratch;
}

interface InView {
  readonly first: number;
  readonly last: number;
  readonly lanes: number;
  readonly seenFrom: number;
  readonly seenTo: number;
  readonly width: number;
  pxOf(x: number): number;
}

/** Those that stand out are marked one by one: they are few beside all. */
function markLit(scene: Scene, lit: Lit, marks: Uint8Array, { first, last, lanes, seenFrom, seenTo, width, pxOf }: InView): void {
  for (const row of lit.rows) {
    const column = scene.columnAt[row.at] ?? -1;
    const to = scene.to[column] ?? 0;
    if (column < first || column >= last || to < seenFrom || to >= seenTo) continue;
    const px = Math.min(width - 1, Math.max(0, pxOf(scene.x[column] ?? 0)));
    const cell = px * lanes + to - seenFrom;
    const isTroubled = ((scene.flags[column] ?? 0) & Flag.trouble) !== 0;
    marks[cell] = (marks[cell] ?? 0) | Mark.lit | (isTroubled ? Mark.litTrouble : 0);
  }
}

interface LanePaint {
  readonly from: number;
  readonly to: number;
  readonly shades: readonly number[];
  readonly red: number;
  /** For what does not stand out; null where everything does. */
  readonly dim: { readonly shade: number; readonly red: number } | null;
  countAt(px: number): number;
  markAt(px: number): number;
}

function paintLane(pixels: Uint32Array, width: number, height: number, paint: LanePaint): void {
  const { from, to, shades, red, dim } = paint;
  const full = shades[FULL_COUNT] ?? 0;
  for (let px = 0; px < width; px += 1) {
    const count = paint.countAt(px);
    if (count === 0) continue;
    const mark = paint.markAt(px);
    const isLit = dim === null || (mark & Mark.lit) !== 0;
    const isRed = (mark & (dim !== null && isLit ? Mark.litTrouble : Mark.trouble)) !== 0;
    const shade = dim === null ? (shades[Math.min(FULL_COUNT, count)] ?? full) : full;
    const color = isLit ? (isRed ? red : shade) : isRed ? (dim?.red ?? red) : (dim?.shade ?? full);
    // A single one among thousands is one pixel wide, and would not be seen.
    const wide = isLit && (dim !== null || isRed) ? 2 : 1;
    for (let row = from, at = from * width + px; row < to && row < height; row += 1, at += width) {
      pixels[at] = color;
      if (wide === 2 && px + 1 < width) pixels[at + 1] = color;
    }
  }
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
