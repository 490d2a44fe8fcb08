import { lowerBound } from '../../../node/base/lower-bound.ts';
import type { TimeRange } from '../../model/hit-rows.ts';
import type { MessageRow } from '../../model/rows.ts';
import { columnFrom, type Scene } from '../../model/scene.ts';
import { drawFlow, type Lit, type Marks, type Pulse } from './draw.ts';
import { columnUnder } from './hit.ts';
import type { Palette } from './palette.ts';
import { AXIS_PX, fit, follow, isSeen, laneHeight, pan, pxToX, reveal, START, start, within, zoomAt, type View } from './view.ts';

/** What the surface tells its owner. */
export interface SurfaceEvents {
  onView(view: View): void;
  onHover(hover: Hover | null): void;
  onPick(row: MessageRow): void;
  /** A stretch of time was drawn with the pointer. */
  onRange(range: TimeRange): void;
  /** A menu is asked for at a message, in client pixels. */
  onMenu(row: MessageRow, at: { readonly x: number; readonly y: number }): void;
  onPainted(): void;
}

export interface Hover {
  readonly row: MessageRow;
  readonly px: number;
  readonly py: number;
}

/** The canvas of the space–time view with its pointer, wheel and motion; knows nothing of React. */
export interface Surface {
  setScene(scene: Scene): void;
  setPalette(palette: Palette): void;
  setMarks(focus: MessageRow | null, lit: Lit | null, noted: ReadonlySet<MessageRow>): void;
  setRange(range: TimeRange | null): void;
  /** Brings the focused row into view, wherever it is. */
  reveal(row: MessageRow): void;
  /** The focus follows the latest again: so does the view, where only the focus had led it away. */
  letGo(): void;
  goLive(): void;
  fit(): void;
  zoom(factor: number): void;
  scene(): Scene | null;
  destroy(): void;
}

const PULSE_MS = 520;
const PULSES_MAX = 40;
/** Share of the way to the right edge that one frame goes while following. */
const FOLLOW_SHARE = 0.22;
const DRAG_FROM_PX = 4;

/** Puts a surface on `canvas`, which fills its parent. */
export function createSurface(canvas: HTMLCanvasElement, events: SurfaceEvents): Surface {
  const context = canvas.getContext('2d');
  let scene: Scene | null = null;
  let palette: Palette | null = null;
  let view: View = START;
  let marks: Marks = { focus: null, lit: null, noted: new Set(), range: null, hover: null, pulses: [] };
  let range: TimeRange | null = null;
  let frame = 0;
  /** What was to be brought into view before there was any room, or a scene. */
  let wanted: MessageRow | null = null;
  /** A row was brought into view while the view followed; the person has not moved it since. */
  let isLedAway = false;
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  const wantFrame = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const setView = (next: View): void => {
    if (next === view) return;
    view = next;
    events.onView(view);
    wantFrame();
  };
  const moveLive = (): void => {
    if (scene === null || !view.isLive) return;
    const goal = follow(scene, view);
    const way = (goal.x0 - view.x0) * goal.scale;
    if (way === 0 && goal.y0 === view.y0 && goal.scale === view.scale) return;
    if (Math.abs(way) < 0.5) return setView(goal);
    setView(isStill || Math.abs(way) > 2 * view.width || way < 0 ? goal : { ...goal, x0: view.x0 + (way * FOLLOW_SHARE) / goal.scale });
  };

  function paint(nowMs: number): void {
    frame = 0;
    if (context === null || scene === null || palette === null || view.width === 0) return;
    moveLive();
    const pulses = marks.pulses.filter((pulse) => nowMs - pulse.startMs < PULSE_MS);
    if (pulses.length !== marks.pulses.length) marks = { ...marks, pulses };
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(view.width * ratio);
    const height = Math.round(view.height * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawFlow(context, scene, view, palette, { ...marks, range: range === null ? null : stretchOf(scene, range) }, ratio, nowMs);
    if (pulses.length > 0) wantFrame();
    if (scene.rows.length > 0) events.onPainted();
  }

  const resize = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    const { width, height } = entry.contentRect;
    const wasEmpty = view.width === 0;
    const sized = { ...view, width, height };
    if (scene === null) return setView(sized);
    if (wasEmpty) {
      setView(start(scene, sized));
      showWanted();
      return;
    }
    const isSeen = marks.focus !== null && isInView(scene, view, marks.focus);
    setView(view.isLive ? follow(scene, sized) : within(scene, sized));
    // What was in sight stays so when the pane is made smaller.
    if (isSeen && marks.focus !== null) show(marks.focus);
  });
  const show = (row: MessageRow): void => {
    const column = scene?.columnAt[row.at] ?? -1;
    if (scene === null || column < 0) return;
    const next = reveal(scene, view, scene.x[column] ?? 0, scene.to[column] ?? 0);
    isLedAway ||= view.isLive && !next.isLive;
    setView(next);
  };
  const showWanted = (): void => {
    if (scene === null || view.width === 0 || wanted === null) return;
    show(wanted);
    wanted = null;
  };
  resize.observe(canvas.parentElement ?? canvas);
  // What was drawn may be gone once the canvas was out of sight for a while, or its memory was taken.
  const sight = new IntersectionObserver((entries) => {
    if (entries.some((one) => one.isIntersecting)) wantFrame();
  });
  sight.observe(canvas);
  canvas.addEventListener('contextrestored', wantFrame);

  const setHover = (hover: Hover | null, column: number | null): void => {
    if (column !== marks.hover) {
      marks = { ...marks, hover: column };
      canvas.style.cursor = column === null ? 'default' : 'pointer';
      wantFrame();
    }
    events.onHover(hover);
  };
  const release = listenToPointer(canvas, {
    under: (px, py) => (scene === null || py < AXIS_PX ? null : columnUnder(scene, view, px, py)),
    hover(px, py, column) {
      const row = column === null ? undefined : scene?.rows[column];
      setHover(row === undefined ? null : { row, px, py }, row === undefined ? null : column);
    },
    pick(column) {
      const row = scene?.rows[column];
      if (row !== undefined) events.onPick(row);
    },
    range(fromPx, toPx) {
      const found = scene === null ? null : rangeOf(scene, pxToX(Math.min(fromPx, toPx), view), pxToX(Math.max(fromPx, toPx), view));
      if (found !== null) events.onRange(found);
    },
    menu(column, at) {
      const row = scene?.rows[column];
      if (row !== undefined) events.onMenu(row, at);
    },
    pan(dx, dy) {
      isLedAway = false;
      if (scene !== null) setView(pan(scene, view, dx, dy));
    },
    zoom: (px, factor) => scene !== null && setView(zoomAt(scene, view, px, factor)),
    fit: () => scene !== null && setView(fit(scene, view)),
    isTall: () => scene !== null && laneHeight(scene, view) * scene.lanes.length > view.height - AXIS_PX + 1,
  });

  return {
    setScene(next) {
      const fresh = scene === null ? 0 : next.rows.length - scene.rows.length;
      if (!isStill && fresh > 0 && fresh <= PULSES_MAX && scene !== null && view.isLive) {
        const startMs = performance.now();
        const pulses: Pulse[] = next.rows.slice(-fresh).map((row) => ({ row, startMs }));
        marks = { ...marks, pulses: [...marks.pulses, ...pulses].slice(-PULSES_MAX) };
      }
      const isFirst = scene === null || scene.rows.length === 0 || scene.axis !== next.axis;
      scene = next;
      if (isFirst) setView(start(next, view));
      else if (!view.isLive) setView(within(next, view));
      else if (view.width > 0) moveLive();
      showWanted();
      events.onView(view);
      wantFrame();
    },
    setPalette(next) {
      palette = next;
      wantFrame();
    },
    setMarks(focus, lit, noted) {
      marks = { ...marks, focus, lit, noted };
      wantFrame();
    },
    setRange(next) {
      range = next;
      wantFrame();
    },
    reveal(row) {
      wanted = row;
      showWanted();
    },
    letGo() {
      wanted = null;
      if (isLedAway && scene !== null && view.width > 0) setView(follow(scene, view));
      isLedAway = false;
    },
    goLive: () => scene !== null && setView(follow(scene, view)),
    fit: () => scene !== null && setView(fit(scene, view)),
    zoom: (factor) => scene !== null && setView(zoomAt(scene, view, view.width / 2, factor)),
    scene: () => scene,
    destroy() {
      cancelAnimationFrame(frame);
      resize.disconnect();
      sight.disconnect();
      canvas.removeEventListener('contextrestored', wantFrame);
      release();
    },
  };
}

function isInView(scene: Scene, view: View, row: MessageRow): boolean {
  const column = scene.columnAt[row.at] ?? -1;
  return column >= 0 && isSeen(scene, view, scene.x[column] ?? 0, scene.to[column] ?? 0);
}

/** The messages between two places of x, as a range; null where there are none. */
function rangeOf(scene: Scene, fromX: number, toX: number): TimeRange | null {
  const first = scene.rows[columnFrom(scene, fromX)];
  const last = scene.rows[columnFrom(scene, toX) - 1];
  if (first === undefined || last === undefined || last.at < first.at) return null;
  return { fromMs: first.place.ms, toMs: last.place.ms };
}

/** Where a range lies along x: half a column beyond its first and last message. */
function stretchOf({ rows, x, axis }: Scene, range: TimeRange): readonly [number, number] {
  const msAt = (index: number): number => rows[index]?.place.ms ?? 0;
  const first = lowerBound(rows.length, (index) => msAt(index) < range.fromMs);
  const last = lowerBound(rows.length, (index) => msAt(index) <= range.toMs) - 1;
  const beyond = axis === 'order' ? 0.5 : 0;
  return first === rows.length || last < first ? [0, 0] : [(x[first] ?? 0) - beyond, (x[last] ?? 0) + beyond];
}

interface PointerWork {
  under(px: number, py: number): number | null;
  hover(px: number, py: number, column: number | null): void;
  pick(column: number): void;
  range(fromPx: number, toPx: number): void;
  menu(column: number, at: { readonly x: number; readonly y: number }): void;
  pan(dxPx: number, dyPx: number): void;
  zoom(px: number, factor: number): void;
  fit(): void;
  /** True when the lanes do not all fit, so that the wheel goes down rather than along. */
  isTall(): boolean;
}

/** Pointer and wheel of the canvas. Returns the way to stop. */
function listenToPointer(canvas: HTMLCanvasElement, work: PointerWork): () => void {
  let drag: { x: number; y: number; isMoving: boolean; readonly startPx: number; readonly isPan: boolean } | null = null;
  const place = (event: MouseEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const stop = new AbortController();
  const { signal } = stop;
  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button > 1) return;
      // A finger has no wheel, and moves the view.
      const isPan = event.button === 1 || event.altKey || event.pointerType === 'touch';
      drag = { x: event.clientX, y: event.clientY, isMoving: false, startPx: place(event)[0], isPan };
    },
    { signal },
  );
  canvas.addEventListener(
    'pointermove',
    (event) => {
      if (drag === null) {
        const [px, py] = place(event);
        work.hover(px, py, work.under(px, py));
        return;
      }
      const dx = event.clientX - drag.x;
      const dy = event.clientY - drag.y;
      if (!drag.isMoving && Math.hypot(dx, dy) < DRAG_FROM_PX) return;
      if (!drag.isMoving) canvas.setPointerCapture(event.pointerId);
      drag = { ...drag, x: event.clientX, y: event.clientY, isMoving: true };
      work.hover(0, 0, null);
      if (drag.isPan) work.pan(-dx, -dy);
      else work.range(drag.startPx, place(event)[0]);
    },
    { signal },
  );
  canvas.addEventListener(
    'pointerup',
    (event) => {
      const [px, py] = place(event);
      const column = drag?.isMoving === false ? work.under(px, py) : null;
      drag = null;
      if (column !== null) work.pick(column);
    },
    { signal },
  );
  canvas.addEventListener(
    'contextmenu',
    (event) => {
      const [px, py] = place(event);
      const column = work.under(px, py);
      if (column === null) return;
      event.preventDefault();
      work.menu(column, { x: event.clientX, y: event.clientY });
    },
    { signal },
  );
  canvas.addEventListener('pointercancel', () => (drag = null), { signal });
  canvas.addEventListener('pointerleave', () => work.hover(0, 0, null), { signal });
  canvas.addEventListener(
    'dblclick',
    (event) => {
      const [px, py] = place(event);
      if (work.under(px, py) === null) work.fit();
    },
    { signal },
  );
  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const dx = event.deltaX * unit;
      const dy = event.deltaY * unit;
      if (event.ctrlKey || event.metaKey) return work.zoom(place(event)[0], Math.exp(-dy * 0.0022));
      if (event.shiftKey || (!work.isTall() && Math.abs(dy) > Math.abs(dx))) return work.pan(dy + dx, 0);
      work.pan(dx, dy);
    },
    { signal, passive: false },
  );
  return () => stop.abort();
}
