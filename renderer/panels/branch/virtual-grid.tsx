import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useKeepInView } from '../../widgets/keep-in-view.ts';

const ROW_PX = 24;
/** Height of the row of titles, which stays on top. */
const HEAD_PX = 22;
const STEPS: Readonly<Record<string, number | undefined>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9 };

interface VirtualGridProps {
  /** Of its rows' ids. */
  readonly name: string;
  readonly label: string;
  readonly count: number;
  /** The row on which the keys stand; -1 for none. */
  readonly active: number;
  readonly titles: readonly string[];
  onActive(index: number): void;
  /** True where it has taken the key. */
  onKey(event: React.KeyboardEvent): boolean;
  rowProps(index: number): React.HTMLAttributes<HTMLDivElement> & { readonly draggable?: boolean };
  cells(index: number): readonly React.ReactNode[];
  /** Rows that are drawn, first and last. */
  onRange?(first: number, last: number): void;
}

/** A table of which only what is in view is drawn, walked with the arrow keys. */
export function VirtualGrid(props: VirtualGridProps): React.ReactNode {
  const { name, label, count, active, titles, onActive, onKey, rowProps, cells, onRange } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const items = list.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const tell = useEffectEvent(() => onRange?.(first, last));
  useEffect(() => tell(), [first, last, count]);
  const show = useEffectEvent(() => {
    if (active >= 0 && active < count) list.scrollToIndex(active, { align: 'auto' });
  });
  useEffect(() => show(), [active]);
  useKeepInView(scroller);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (onKey(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const by = STEPS[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    onActive(Math.max(0, Math.min(count - 1, active + by)));
  };
  return (
    <div
      ref={scroller}
      className={`branch-grid is-${name}`}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-activedescendant={active >= first && active <= last ? `${name}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className="branch-grid-row is-head" role="row">
        {titles.map((title) => (
          <div key={title} role="columnheader">
            {title}
          </div>
        ))}
      </div>
      <div role="rowgroup" style={{ position: 'relative', height: list.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const { className = '', ...rest } = rowProps(index);
          return (
            <div
              key={index}
              id={`${name}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === active}
              {...rest}
              className={`branch-grid-row ${className}${index === active ? ' is-active' : ''}`}
              style={{ transform: `translateY(${start - HEAD_PX}px)` }}
            >
              {cells(index).map((cell, at) => (
                <div key={titles[at]} role="gridcell">
                  {cell}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
