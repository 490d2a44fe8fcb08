import type { Hits } from '../../model/hit-rows.ts';
import { Flag, type RowNumbers } from '../../model/numbers.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { Palette } from './palette.ts';

/** How the whole run lies along the strip: by the order of the messages, or by time. */
export interface Along {
  readonly axis: 'order' | 'time';
  readonly rows: readonly MessageRow[];
}

/** Where a row stands, 0 to 1. */
export function shareOf({ axis, rows }: Along, row: Pick<MessageRow, 'at' | 'place'>): number {
  if (axis === 'order') return rows.length < 2 ? 0 : row.at / (rows.length - 1);
  const first = rows[0]?.place.ms ?? 0;
  const last = rows.at(-1)?.place.ms ?? 0;
  return last === first ? 0 : (row.place.ms - first) / (last - first);
}

/** The row at a share of the strip; null where there are none. */
export function rowAtShare(along: Along, share: number): MessageRow | null {
  const { axis, rows } = along;
  if (axis === 'order') return rows[Math.round(share * (rows.length - 1))] ?? null;
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && shareOf(along, row) < share) low = middle + 1;
    else high = middle;
  }
  return rows[low] ?? null;
}

/** Share of the strip's height that the busiest place takes, and of that the least that is seen. */
const LEAST = 0.3;

/** The whole run as one strip: how much there was, where the hits are, and where something failed. Cost: a few ns a message along the order. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  along: Along,
  { flags }: Pick<RowNumbers, 'flags'>,
  hits: Hits,
  palette: Palette,
  width: number,
  height: number,
): void {
  context.fillStyle = palette.bg;
  context.fillRect(0, 0, width, height);
  const all = new Uint32Array(width);
  const found = new Uint32Array(width);
  const failed = new Uint8Array(width);
  const { axis, rows } = along;
  const { marks } = hits;
  const perRow = rows.length < 2 ? 0 : width / (rows.length - 1);
  for (let at = 0; at < rows.length; at += 1) {
    const row = axis === 'time' ? rows[at] : undefined;
    const px = Math.min(width - 1, Math.floor(row === undefined ? at * perRow : shareOf(along, row) * width));
    all[px] = (all[px] ?? 0) + 1;
    const isFound = marks === null || marks[at] === 1;
    if (marks !== null && isFound) found[px] = (found[px] ?? 0) + 1;
    if (isFound && ((flags[at] ?? 0) & Flag.trouble) !== 0) failed[px] = 1;
  }
  const most = all.reduce((max, one) => Math.max(max, one), 1);
  const bar = (color: string, counts: Uint32Array, px: number): void => {
    const share = counts[px] ?? 0;
    if (share === 0) return;
    const tall = Math.round((LEAST + (1 - LEAST) * Math.sqrt(share / most)) * (height - 4));
    context.fillStyle = color;
    context.fillRect(px, height - tall, 1, tall);
  };
  for (let px = 0; px < width; px += 1) {
    bar(palette.lineStrong, all, px);
    bar(palette.accent, found, px);
    if (failed[px] === 1) {
      context.fillStyle = palette.error;
      context.fillRect(px, 0, 1, 4);
    }
  }
}
