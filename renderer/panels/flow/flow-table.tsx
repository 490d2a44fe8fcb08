import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { wordsOf } from '../../model/hints.ts';
import { beganMs, timeOf } from '../../model/lookup.ts';
import { whoGets, whoOf, type OwnWallets } from '../../model/own-wallets.ts';
import { isAssigned, keyOf, senderOf, type MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { HintMark } from '../../widgets/hint-mark.tsx';
import { NoteMark } from '../../widgets/note-mark.tsx';
import { useKeepInView } from '../../widgets/keep-in-view.ts';
import { elapsed, type Lit } from './draw.ts';
import { count } from './words.ts';

type ColumnId = 'time' | 'slot' | 'from' | 'to' | 'action' | 'status' | 'gas' | 'ms';

interface Column {
  readonly id: ColumnId;
  readonly title: string;
  readonly isNumber: boolean;
  value(world: World, row: MessageRow, own: OwnWallets): number | string;
}

const COLUMNS: readonly Column[] = [
  { id: 'time', title: 'Time', isNumber: true, value: (_world, row) => row.at },
  { id: 'slot', title: 'Slot', isNumber: true, value: (_world, row) => row.slot ?? (row.cron === null ? -1 : row.cron.slot - 0.5) },
  { id: 'from', title: 'From', isNumber: false, value: (world, row, own) => whoOf(world, senderOf(row), own) },
  { id: 'to', title: 'To', isNumber: false, value: (world, row, own) => whoGets(world, row.to, own) },
  { id: 'action', title: 'Action', isNumber: false, value: (_world, row) => row.action ?? '' },
  { id: 'status', title: 'Status', isNumber: false, value: (_world, row) => row.status },
  { id: 'gas', title: 'Gas', isNumber: true, value: (_world, row) => row.gasUsed },
  { id: 'ms', title: 'ms', isNumber: true, value: (_world, row) => row.durationMs },
];
const ROW_PX = 24;
/** Height of the row of titles, which stays on top. */
const HEAD_PX = 25;

interface FlowTableProps {
  readonly world: World;
  readonly rows: readonly MessageRow[];
  readonly focus: MessageRow | null;
  /** Those that stand out; null where all are alike. */
  readonly lit: Lit | null;
  /** Messages that somebody wrote about. */
  readonly noted: ReadonlySet<MessageRow>;
  onPick(row: MessageRow): void;
  /** A menu is asked for at a field of a message; of all its fields where the keyboard asks. */
  onMenu(row: MessageRow, field: string | null, at: { readonly x: number; readonly y: number }): void;
  onKey(event: React.KeyboardEvent): void;
}

/** The same messages as text: sortable, and walked with the arrow keys. */
export function FlowTable({ world, rows, focus, lit, noted, onPick, onMenu, onKey }: FlowTableProps): React.ReactNode {
  const [sort, setSort] = useState<{ id: ColumnId; isDown: boolean }>({ id: 'time', isDown: false });
  const own = useOwnWallets();
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => sortRows(world, rows, own, sort.id, sort.isDown), [world, rows, own, sort]);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  });
  const startMs = beganMs(world);
  const focusIndex = focus === null ? -1 : sorted.indexOf(focus);
  const isAtEnd = useRef(true);

  useEffect(() => {
    if (isAtEnd.current && sort.id === 'time' && !sort.isDown && sorted.length > 0) list.scrollToIndex(sorted.length - 1);
  }, [sorted.length, sort, list]);
  // Only a new focus scrolls; rows that come do not.
  const scrollToFocus = useEffectEvent(() => {
    if (focusIndex >= 0) list.scrollToIndex(focusIndex, { align: 'auto' });
  });
  useEffect(() => scrollToFocus(), [focus]);
  useKeepInView(scroller);

  const move = (by: number): void => {
    const next = sorted[Math.max(0, Math.min(sorted.length - 1, (focusIndex < 0 ? -1 : focusIndex) + by))];
    if (next !== undefined) onPick(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return onKey(event);
    event.preventDefault();
    event.stopPropagation();
    move(by);
  };
  return (
    <div
      ref={scroller}
      className="flow-table"
      role="grid"
      tabIndex={0}
      aria-label="Messages"
      aria-rowcount={sorted.length + 1}
      aria-activedescendant={focusIndex >= 0 ? `flow-row-${focusIndex}` : undefined}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => {
        // The menu key comes here, since the grid itself has the keyboard. A click beside the rows is on none of them.
        if (event.button === 2) return;
        const line = focusIndex < 0 ? null : document.getElementById(`flow-row-${focusIndex}`);
        if (focus === null || line === null) return;
        event.preventDefault();
        const box = line.getBoundingClientRect();
        onMenu(focus, null, { x: box.left + 40, y: box.bottom });
      }}
      onScroll={({ currentTarget: box }) => {
        isAtEnd.current = box.scrollTop + box.clientHeight >= box.scrollHeight - ROW_PX;
      }}
    >
      <div className="flow-row flow-row-head" role="row">
        {COLUMNS.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            className={`flow-cell is-${column.id}`}
            aria-sort={sort.id === column.id ? (sort.isDown ? 'descending' : 'ascending') : 'none'}
          >
            <button type="button" onClick={() => setSort((now) => ({ id: column.id, isDown: now.id === column.id ? !now.isDown : false }))}>
              {column.title}
              {sort.id === column.id && (sort.isDown ? <ArrowDown size={11} aria-hidden /> : <ArrowUp size={11} aria-hidden />)}
            </button>
          </div>
        ))}
      </div>
      <div className="flow-rows" role="rowgroup" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = sorted[item.index];
          return row === undefined ? null : (
            <div
              key={keyOf(row)}
              id={`flow-row-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={row === focus}
              className={`flow-row${row === focus ? ' is-focus' : ''}${lit === null ? '' : lit.has(row) ? ' is-hit' : ' is-dim'}`}
              style={{ transform: `translateY(${item.start - HEAD_PX}px)` }}
              onClick={() => onPick(row)}
              onContextMenu={(event) => {
                event.preventDefault();
                event.stopPropagation();
                const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-field]') : null;
                onMenu(row, cell?.dataset['field'] ?? null, { x: event.clientX, y: event.clientY });
              }}
            >
              <Cells world={world} row={row} startMs={startMs} isNoted={noted.has(row)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number | undefined>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 };

interface CellsProps {
  readonly world: World;
  readonly row: MessageRow;
  readonly startMs: number;
  readonly isNoted: boolean;
}

function Cells({ world, row, startMs, isNoted }: CellsProps): React.ReactNode {
  const own = useOwnWallets();
  return (
    <>
      <Cell id="time">+{elapsed(timeOf(row) - startMs)}</Cell>
      <Cell id="slot">
        {row.cron === null ? (row.slot ?? '–') : <span title={`Run before slot ${row.cron.slot}`}>{`<${row.cron.slot}`}</span>}
      </Cell>
      <Cell id="from">
        <Who world={world} id={senderOf(row)} name={whoOf} />
      </Cell>
      <Cell id="to">
        <Who world={world} id={row.to} name={whoGets} />
      </Cell>
      <Cell id="action">
        {isAssigned(row) && (
          <span className="flow-tree-mark" title={`Data of ${whoOf(world, row.from, own)}`}>
            assigned
          </span>
        )}
        {row.type === 'Process' ? `spawn ${row.name ?? ''}` : (row.action ?? <span className="faint">–</span>)}
        {row.preview !== null && row.preview.trim() !== '' && <span className="flow-cell-data mono"> {row.preview.slice(0, 80)}</span>}
      </Cell>
      <Cell id="status">
        <Hints world={world} row={row} />
        {isNoted && <NoteMark />}
        <span className={`flow-status is-${row.status}`} title={row.error ?? undefined}>
          {row.status}
        </span>
      </Cell>
      <Cell id="gas">{row.evaluatedAtMs === null || row.cron !== null ? '' : count(row.gasUsed)}</Cell>
      <Cell id="ms">{row.evaluatedAtMs === null ? '' : row.durationMs.toFixed(1)}</Cell>
    </>
  );
}

/** What there is to learn from a message, as a mark with words. */
function Hints({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  if (row.hints.length === 0) return null;
  return <HintMark words={row.hints.map((hint) => wordsOf(world, hint).message).join(' ')} />;
}

function Cell({ id, children }: { readonly id: ColumnId; readonly children: React.ReactNode }): React.ReactNode {
  return (
    <div role="gridcell" className={`flow-cell is-${id}`} data-field={id}>
      {children}
    </div>
  );
}

function Who({ world, id, name }: { readonly world: World; readonly id: string | null; readonly name: typeof whoOf }): React.ReactNode {
  const own = useOwnWallets();
  const lane = id === null ? undefined : world.processById.get(id)?.lane;
  return (
    <span className="flow-who" title={id ?? undefined}>
      <i style={{ background: lane === undefined ? 'var(--text-faint)' : `var(--lane-${lane})` }} />
      {name(world, id, own)}
    </span>
  );
}

function sortRows(world: World, rows: readonly MessageRow[], own: OwnWallets, id: ColumnId, isDown: boolean): readonly MessageRow[] {
  const column = COLUMNS.find((one) => one.id === id);
  if (column === undefined) return rows;
  if (id === 'time') return isDown ? rows.toReversed() : rows;
  const sign = isDown ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.value(world, row, own) }))
    .sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : a.row.at - b.row.at))
    .map(({ row }) => row);
}
