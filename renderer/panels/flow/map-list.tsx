import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useMemo, useRef } from 'react';
import type { Party, Route, Traffic } from '../../model/traffic.ts';
import { useKeepInView } from '../../widgets/keep-in-view.ts';
import { count } from './words.ts';

const ROW_PX = 24;
const HEAD_PX = 25;
const STEPS: Readonly<Record<string, number | undefined>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -1e9, End: 1e9 };

interface MapListProps {
  readonly traffic: Traffic;
  /** Key of the route that was picked. */
  readonly picked: string | null;
  onPick(route: Route): void;
  /** Looks at its newest message. */
  onOpen(route: Route): void;
  onKey(event: React.KeyboardEvent): void;
}

/** The map as text: who sent whom how many, the busiest first. */
export function MapList({ traffic, picked, onPick, onOpen, onKey }: MapListProps): React.ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const parties = useMemo(() => new Map(traffic.parties.map((party) => [party.id, party])), [traffic]);
  const routes = useMemo(() => traffic.routes.toSorted((a, b) => b.count - a.count), [traffic]);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({
    count: routes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const at = routes.findIndex(({ key }) => key === picked);
  const scrollToPicked = useEffectEvent(() => {
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  });
  useEffect(() => scrollToPicked(), [picked]);
  useKeepInView(scroller);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = STEPS[event.key];
    const route = event.key === 'Enter' ? routes[at] : undefined;
    if ((by === undefined && route === undefined) || event.altKey || event.ctrlKey || event.metaKey) return onKey(event);
    event.preventDefault();
    event.stopPropagation();
    if (route !== undefined) return onOpen(route);
    const next = routes[Math.max(0, Math.min(routes.length - 1, at + (by ?? 0)))];
    if (next !== undefined) onPick(next);
  };
  return (
    <div
      ref={scroller}
      className="flow-map-list"
      role="grid"
      tabIndex={0}
      aria-label="Who sent whom"
      aria-rowcount={routes.length + 1}
      aria-activedescendant={at >= 0 ? `flow-map-row-${at}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className="flow-map-row flow-map-row-head" role="row">
        {['From', 'To', 'Messages', 'Errors', 'Newest'].map((title) => (
          <div key={title} role="columnheader" className={`flow-cell${NUMBERS.has(title) ? ' is-ms' : ''}`}>
            {title}
          </div>
        ))}
      </div>
      <div role="rowgroup" style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const route = routes[item.index];
          return route === undefined ? null : (
            <div
              key={route.key}
              id={`flow-map-row-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === at}
              className={`flow-map-row${item.index === at ? ' is-focus' : ''}`}
              style={{ position: 'absolute', insetInline: 0, transform: `translateY(${item.start - HEAD_PX}px)` }}
              onClick={() => onPick(route)}
              onDoubleClick={() => onOpen(route)}
            >
              <Name party={parties.get(route.from)} />
              <Name party={parties.get(route.to)} />
              <div role="gridcell" className="flow-cell is-ms">
                {count(route.count)}
              </div>
              <div role="gridcell" className={`flow-cell is-ms${route.errors > 0 ? ' flow-map-errors' : ''}`}>
                {route.errors > 0 ? count(route.errors) : ''}
              </div>
              <div role="gridcell" className="flow-cell">
                {route.last.type === 'Process' ? 'spawn' : (route.last.action ?? '–')}
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const NUMBERS: ReadonlySet<string> = new Set(['Messages', 'Errors']);

function Name({ party }: { readonly party: Party | undefined }): React.ReactNode {
  const colour = party === undefined || party.color === 0 ? 'var(--text-faint)' : `var(--lane-${party.color})`;
  return (
    <div role="gridcell" className="flow-cell" title={party?.id}>
      <span className="flow-who">
        <i style={{ background: colour }} />
        {party?.name ?? '?'}
      </span>
    </div>
  );
}
