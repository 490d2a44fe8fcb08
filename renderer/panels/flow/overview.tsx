import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { lowerBound } from '../../../node/base/lower-bound.ts';
import type { Hits, TimeRange } from '../../model/hit-rows.ts';
import { numbersOf } from '../../model/numbers.ts';
import type { MessageRow } from '../../model/rows.ts';
import { useApp } from '../../stores/app-context.ts';
import { drawOverview, rowAtShare, shareOf, type Along } from './draw-overview.ts';
import { elapsed } from './draw.ts';
import { readPalette } from './palette.ts';

/** A press that goes no farther is no range. */
const DRAG_FROM_PX = 3;

/** The whole run in one strip: a drag over it is a range of time, two sliders do the same with keys. */
export function Overview({ axis, focus }: { readonly axis: Along['axis']; readonly focus: MessageRow | null }): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const range = useStore(app.flow, (state) => state.range);
  const messages = useStore(app.world, (state) => state.world.messages);
  const { setRange } = app.flow.getState();
  // The list grows in place: whatever finds the hits anew says so.
  const along = useMemo((): Along => ({ axis, rows: messages }), [axis, messages]);
  const strip = useRef<HTMLDivElement>(null);
  const drag = useRef<number | null>(null);
  const shareAt = (clientX: number): number => {
    const box = strip.current?.getBoundingClientRect();
    return box === undefined ? 0 : Math.max(0, Math.min(1, (clientX - box.left) / Math.max(1, box.width)));
  };
  const between = (a: number, b: number): void => {
    const from = rowAtShare(along, Math.min(a, b));
    const to = rowAtShare(along, Math.max(a, b));
    if (from !== null && to !== null) setRange({ fromMs: from.place.ms, toMs: to.place.ms });
  };
  return (
    <div
      ref={strip}
      className="flow-overview"
      role="group"
      aria-label="Time range"
      title="Drag for a range of time; Esc clears it"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = event.clientX;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (drag.current !== null && Math.abs(event.clientX - drag.current) >= DRAG_FROM_PX)
          between(shareAt(drag.current), shareAt(event.clientX));
      }}
      onPointerUp={(event) => {
        if (drag.current !== null && Math.abs(event.clientX - drag.current) < DRAG_FROM_PX) setRange(null);
        drag.current = null;
      }}
      onPointerCancel={() => (drag.current = null)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || range === null) return;
        event.stopPropagation();
        setRange(null);
      }}
    >
      <Strip along={along} hits={hits} />
      {focus !== null && <i className="flow-overview-focus" style={{ left: `${shareOf(along, focus) * 100}%` }} />}
      {range !== null && <Shade along={along} range={range} />}
      <Ends along={along} range={range} count={messages.length} onRange={setRange} />
    </div>
  );
}

interface StripProps {
  readonly along: Along;
  readonly hits: Hits;
}

const Strip = memo(function Strip({ along, hits }: StripProps): React.ReactNode {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const resized = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) });
    });
    resized.observe(element);
    const themed = new MutationObserver(() => setTheme(document.documentElement.dataset['theme'] ?? ''));
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || size.width === 0) return;
    element.width = size.width;
    element.height = size.height;
    drawOverview(context, along, numbersOf(app.world.getState().world), hits, readPalette(), size.width, size.height);
  }, [app, along, hits, size, theme]);
  return <canvas ref={canvas} className="flow-overview-canvas" aria-hidden />;
});

function Shade({ along, range }: { readonly along: Along; readonly range: TimeRange }): React.ReactNode {
  const [from, to] = sharesOf(along, range);
  return <div className="flow-overview-range" style={{ left: `${from * 100}%`, width: `${Math.max(0, to - from) * 100}%` }} aria-hidden />;
}

interface EndsProps {
  readonly along: Along;
  readonly range: TimeRange | null;
  /** The list grows in place. */
  readonly count: number;
  onRange(range: TimeRange): void;
}

/** Both ends as sliders over the messages: arrows by one, page keys by a tenth. */
const Ends = memo(function Ends({ along, range, onRange }: EndsProps): React.ReactNode {
  const { rows } = along;
  const last = Math.max(0, rows.length - 1);
  const firstMs = rows[0]?.place.ms ?? 0;
  const [fromAt, toAt] = range === null ? [0, last] : [indexFrom(rows, range.fromMs), lastUntil(rows, range.toMs)];
  const end = (name: 'from' | 'to', at: number): React.ReactNode => (
    <input
      type="range"
      className="flow-overview-end"
      min={0}
      max={last}
      value={Math.min(last, at)}
      aria-label={name === 'from' ? 'Range from' : 'Range to'}
      aria-valuetext={`${range === null ? 'no range, ' : ''}+${elapsed((rows[Math.min(last, at)]?.place.ms ?? firstMs) - firstMs)}`}
      style={{ left: `${shareAtIndex(along, at) * 100}%` }}
      onChange={({ target }) => {
        const moved = Number(target.value);
        const [a, b] = name === 'from' ? [moved, Math.max(moved, toAt)] : [Math.min(moved, fromAt), moved];
        const [from, to] = [rows[a], rows[b]];
        if (from !== undefined && to !== undefined) onRange({ fromMs: from.place.ms, toMs: to.place.ms });
      }}
    />
  );
  return (
    <>
      {end('from', fromAt)}
      {end('to', toAt)}
    </>
  );
});

function shareAtIndex(along: Along, index: number): number {
  const row = along.rows[Math.min(index, along.rows.length - 1)];
  return row === undefined ? 0 : shareOf(along, row);
}

/** Both ends of a range along the strip. */
function sharesOf(along: Along, range: TimeRange): readonly [number, number] {
  return [shareAtIndex(along, indexFrom(along.rows, range.fromMs)), shareAtIndex(along, lastUntil(along.rows, range.toMs))];
}

/** Index of the first row at `ms` or later. */
function indexFrom(rows: readonly MessageRow[], ms: number): number {
  return lowerBound(rows.length, (index) => (rows[index]?.place.ms ?? 0) < ms);
}

/** Index of the last row at `ms` or earlier. */
function lastUntil(rows: readonly MessageRow[], ms: number): number {
  return Math.max(0, lowerBound(rows.length, (index) => (rows[index]?.place.ms ?? 0) <= ms) - 1);
}
