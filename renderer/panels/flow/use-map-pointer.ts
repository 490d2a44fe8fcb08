import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { MapPlace } from '../../stores/map-store.ts';

const DRAG_FROM_PX = 4;

/** What was pressed: one who takes part, a route, or the ground between them. */
export interface MapTarget {
  readonly kind: 'party' | 'route' | 'ground';
  readonly id: string;
}

export interface MapPointerWork {
  pick(target: MapTarget): void;
  /** A second press on the same. */
  open(target: MapTarget): void;
  pan(dxPx: number, dyPx: number): void;
  zoom(px: number, py: number, factor: number): void;
  /** By how much a party was moved, px; told while it is dragged, and once with `isDone`. */
  move(party: string, by: MapPlace, isDone: boolean): void;
}

interface Drag {
  readonly target: MapTarget;
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
  isMoving: boolean;
}

/** Mouse, pen and wheel on the map. */
export function useMapPointer(box: React.RefObject<HTMLElement | null>, work: MapPointerWork): { readonly isDragging: boolean } {
  const drag = useRef<Drag | null>(null);
  const [isDragging, setDragging] = useState(false);
  const down = useEffectEvent((event: PointerEvent) => {
    if (event.button !== 0) return;
    const { clientX: x, clientY: y } = event;
    drag.current = { target: targetOf(event.target), startX: x, startY: y, x, y, isMoving: false };
  });
  const move = useEffectEvent((event: PointerEvent, element: HTMLElement) => {
    const now = drag.current;
    if (now === null) return;
    const { clientX: x, clientY: y } = event;
    if (!now.isMoving) {
      if (Math.hypot(x - now.startX, y - now.startY) < DRAG_FROM_PX) return;
      now.isMoving = true;
      element.setPointerCapture(event.pointerId);
      setDragging(true);
    }
    if (now.target.kind === 'party') work.move(now.target.id, { x: x - now.startX, y: y - now.startY }, false);
    else work.pan(x - now.x, y - now.y);
    now.x = x;
    now.y = y;
  });
  const up = useEffectEvent((event: PointerEvent) => {
    const now = drag.current;
    drag.current = null;
    setDragging(false);
    if (now === null || event.type === 'pointercancel') return;
    if (!now.isMoving) work.pick(now.target);
    else if (now.target.kind === 'party') work.move(now.target.id, { x: now.x - now.startX, y: now.y - now.startY }, true);
  });
  const open = useEffectEvent((event: MouseEvent) => work.open(targetOf(event.target)));
  const wheel = useEffectEvent((event: WheelEvent, element: HTMLElement) => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
    if (!event.ctrlKey && !event.metaKey) return work.pan(event.shiftKey ? -dy : -dx, event.shiftKey ? 0 : -dy);
    const { left, top } = element.getBoundingClientRect();
    work.zoom(event.clientX - left, event.clientY - top, Math.exp(-dy * 0.0022));
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const stop = new AbortController();
    const { signal } = stop;
    element.addEventListener('pointerdown', (event) => down(event), { signal });
    element.addEventListener('pointermove', (event) => move(event, element), { signal });
    element.addEventListener('pointerup', (event) => up(event), { signal });
    element.addEventListener('pointercancel', (event) => up(event), { signal });
    element.addEventListener('dblclick', (event) => open(event), { signal });
    element.addEventListener('wheel', (event) => wheel(event, element), { signal, passive: false });
    return () => stop.abort();
  }, [box]);
  return { isDragging };
}

/** What stands under the pointer. */
export function targetOf(node: EventTarget | null): MapTarget {
  const element = node instanceof Element ? node.closest('[data-party], [data-route]') : null;
  const party = element?.getAttribute('data-party') ?? null;
  if (party !== null) return { kind: 'party', id: party };
  const route = element?.getAttribute('data-route') ?? null;
  return route === null ? { kind: 'ground', id: '' } : { kind: 'route', id: route };
}
