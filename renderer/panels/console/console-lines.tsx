import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { showPrinted } from '../../commands/inside.ts';
import { nameOf, rowOfFocus } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { plainText } from '../../widgets/printed-lines.tsx';
import { ConsoleRow } from './console-row.tsx';
import { shownLines, withLocal, type ShownLine } from './lines.ts';
import { useFocusedLine } from './use-focused-line.ts';

const LINE_PX = 20;
/** So near to the end counts as at the end: new lines then keep it there. */
const NEAR_END_PX = 40;

interface ConsoleLinesProps {
  readonly process: ProcessId;
  readonly knowsEval: boolean;
  /** Whether the newest line stays in sight. */
  readonly isAtEnd: RefObject<boolean>;
}

/** What a process printed and returned, and what was typed for it. */
export function ConsoleLines({ process, knowsEval, isAtEnd }: ConsoleLinesProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const focused = rowOfFocus(world, focus);
  const cron = focused === null || focused.cron === null ? null : focused;
  const row = world.processById.get(process);
  const own = useOwnWallets();
  const name = nameOf(world, process);
  const { lines: local, pausedAt } = useStore(app.console, (state) => state.of(process));
  const isPast = useStore(app.focus, (state) => state.isPast);
  const ofSlots = useMemo(() => shownLines(world, process, own), [row, process, own]); // oxlint-disable-line react-hooks/exhaustive-deps -- the row is new whenever the process's lines are
  const lines = useMemo(() => withLocal(ofSlots, local, pausedAt), [ofSlots, local, pausedAt]);
  // The same while the lines are: other ones would have thousands of lines measured anew with every step.
  const estimateSize = useCallback((index: number) => LINE_PX * Math.max(1, lines[index]?.text.split('\n').length ?? 1), [lines]);
  const getItemKey = useCallback((index: number) => lines[index]?.key ?? index, [lines]);
  const scroll = useRef<HTMLDivElement>(null);
  const scrolledTo = useRef(0);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize,
    getItemKey,
    overscan: 12,
  });
  // A line is as high as it is found to be once it is drawn: the end moves with it.
  const height = virtual.getTotalSize();
  useEffect(() => {
    if (isAtEnd.current && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lines.length, height, virtual, isAtEnd]);
  useFocusedLine(virtual, lines, focus, (isEnd) => (isAtEnd.current = isEnd));
  // What is typed takes room from the lines above it: the newest ones stay in sight.
  useEffect(() => {
    const list = scroll.current;
    if (list === null) return;
    const watching = new ResizeObserver(() => {
      if (!isAtEnd.current) return;
      list.scrollTop = list.scrollHeight;
      // The browser tells of it with the next frame. What is seen then is drawn in this one.
      list.dispatchEvent(new Event('scroll'));
    });
    watching.observe(list);
    return () => watching.disconnect();
  }, [isAtEnd]);

  const look = useCallback(
    (line: ShownLine, at: number): void => {
      const { focusRow, setFocus } = app.focus.getState();
      if (line.cron !== null) focusRow(line.cron);
      else if (line.slot !== null) setFocus({ process, slot: line.slot });
      if (line.kind === 'output') void showPrinted(app, plainText(line.text), at);
    },
    [app, process],
  );

  return (
    <div
      ref={scroll}
      className="console-lines"
      role="log"
      aria-label={`Console of ${name}`}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
        const isNear = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        // Lines that turn out higher than they were thought to be lead away from the end too: only a person goes up.
        if (isNear || scrollTop < scrolledTo.current) isAtEnd.current = isNear;
        scrolledTo.current = scrollTop;
      }}
    >
      {lines.length === 0 && (
        <p className="console-empty">
          {name} has not printed anything yet.
          {knowsEval && (
            <>
              {' '}
              Type Lua below, for example <code>return #Handlers.list</code>
            </>
          )}
        </p>
      )}
      <div style={{ position: 'relative', height }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          return line === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              style={{ position: 'absolute', insetInline: 0, transform: `translateY(${item.start}px)` }}
            >
              <ConsoleRow
                line={line}
                isFocused={line.slot !== null && line.cron === cron && line.slot === (cron === null ? focus.slot : cron.cron?.slot)}
                isLater={isPast && line.slot !== null && focus.slot !== null && line.slot > focus.slot}
                onFocus={look}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}
