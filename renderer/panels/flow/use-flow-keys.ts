import { useRef } from 'react';
import { FILTER_FIELD } from '../../commands/flow.ts';
import type { MessageRow } from '../../model/rows.ts';
import { useApp } from '../../stores/app-context.ts';
import type { CanvasActions } from './flow-canvas.tsx';

interface FlowKeys {
  readonly rows: readonly MessageRow[];
  readonly row: MessageRow | null;
  readonly canvas: React.RefObject<CanvasActions | null>;
  pick(row: MessageRow): void;
  /** Shows what the fields of a message can be used for, beside whatever has the keyboard. */
  askMenu(row: MessageRow, beside: Element): void;
}

/** The keys of canvas, table and tree; everything else goes on to the window's commands. */
export function useFlowKeys({ rows, row, canvas, pick, askMenu }: FlowKeys): (event: React.KeyboardEvent) => void {
  const app = useApp();
  /** Where the range began that is being stretched with the keys. */
  const anchor = useRef<number | null>(null);
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const focus = app.focus.getState();
    const flow = app.flow.getState();
    const along = (by: 1 | -1): MessageRow | undefined => {
      const at = row === null ? -1 : rows.indexOf(row);
      const next = rows[at < 0 ? rows.length - 1 : at + by];
      if (next !== undefined) pick(next);
      return next;
    };
    const stretch = (by: 1 | -1): void => {
      if (flow.range === null) anchor.current = row?.place.ms ?? null;
      const next = along(by);
      if (next === undefined) return;
      const from = (anchor.current ??= next.place.ms);
      flow.setRange({ fromMs: Math.min(from, next.place.ms), toMs: Math.max(from, next.place.ms) });
    };
    const { currentTarget } = event;
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      j: () => focus.sibling(1),
      k: () => focus.sibling(-1),
      h: () => focus.out(),
      l: () => focus.into(),
      '[': () => focus.toError(-1, 'anywhere'),
      ']': () => focus.toError(1, 'anywhere'),
      ArrowLeft: () => (event.shiftKey ? stretch(-1) : along(-1)),
      ArrowRight: () => (event.shiftKey ? stretch(1) : along(1)),
      n: () => flow.toHit(1),
      N: () => flow.toHit(-1),
      f: () => row !== null && askMenu(row, currentTarget),
      '/': () => document.getElementById(FILTER_FIELD)?.focus(),
      '+': () => canvas.current?.zoom(1.4),
      '-': () => canvas.current?.zoom(1 / 1.4),
      '0': () => canvas.current?.fit(),
      ...(flow.range === null ? {} : { Escape: () => flow.setRange(null) }),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
}
