import type { Palette } from './palette.ts';

const HEIGHT = 16;
const PAD_X = 5;
const MAX_PX = 130;
/** Places along the line that are tried, the middle first. */
const PLACES = [0.5, 0.36, 0.64, 0.24, 0.76];

export interface Labels {
  /** No label will cover this rectangle. */
  keepFree(x: number, y: number, width: number, height: number): void;
  /** Writes `text` on the line at `x` between two heights, or nothing where there is no room; `roomPx` is how wide it may be. */
  put(text: string, x: number, fromY: number, toY: number, color: string, roomPx: number): void;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

const widths = new Map<string, number>();

/** Labels that never overlap: first come, first served. Between the lanes rather than on one, where there is a choice. */
export function createLabels(context: CanvasRenderingContext2D, palette: Palette, isOnLane: (y: number) => boolean): Labels {
  const taken = new Map<number, Box[]>();
  const cell = 64;
  const cellsOf = (box: Box): number[] => {
    const cells: number[] = [];
    for (let at = Math.floor(box.x / cell); at <= Math.floor(box.right / cell); at += 1) cells.push(at);
    return cells;
  };
  const take = (box: Box): void => {
    for (const at of cellsOf(box)) {
      const list = taken.get(at);
      if (list === undefined) taken.set(at, [box]);
      else list.push(box);
    }
  };
  const isFree = (box: Box): boolean =>
    cellsOf(box).every(
      (at) => !(taken.get(at) ?? []).some((one) => one.x < box.right && one.right > box.x && one.y < box.bottom && one.bottom > box.y),
    );

  const draw = (text: string, box: Box, color: string): void => {
    context.fillStyle = palette.bg;
    context.beginPath();
    context.roundRect(box.x + 1, box.y, box.right - box.x - 2, HEIGHT, 4);
    context.fill();
    context.fillStyle = color;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = palette.font;
    context.fillText(text, (box.x + box.right) / 2, box.y + HEIGHT / 2 + 0.5);
  };
  return {
    keepFree: (x, y, width, height) => take({ x, y, right: x + width, bottom: y + height }),
    put(text, x, fromY, toY, color, roomPx) {
      const shown = cut(context, palette, text);
      const width = widthOf(context, palette, shown) + 2 * PAD_X;
      if (width > roomPx) return;
      const middles = PLACES.map((share) => fromY + (toY - fromY) * share);
      for (const middle of [...middles.filter((y) => !isOnLane(y)), ...middles.filter(isOnLane)]) {
        const box = { x: x - width / 2, y: middle - HEIGHT / 2, right: x + width / 2, bottom: middle + HEIGHT / 2 };
        if (!isFree(box)) continue;
        take(box);
        draw(shown, box, color);
        return;
      }
    },
  };
}

function widthOf(context: CanvasRenderingContext2D, palette: Palette, text: string): number {
  const key = `${palette.font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 5000) widths.clear();
  context.font = palette.font;
  const width = context.measureText(text).width;
  widths.set(key, width);
  return width;
}

function cut(context: CanvasRenderingContext2D, palette: Palette, text: string): string {
  if (widthOf(context, palette, text) <= MAX_PX) return text;
  let end = Math.min(text.length, 24);
  while (end > 1 && widthOf(context, palette, `${text.slice(0, end)}…`) > MAX_PX) end -= 1;
  return `${text.slice(0, end)}…`;
}
