import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, ChevronsDownUp, ChevronsUpDown } from 'lucide-react';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isHit } from '../../model/hit-rows.ts';
import { criticalPathOf, hopsOf, journeyOf, MESSAGES_MAX, unfolded, type Journey } from '../../model/journey.ts';
import { parentOf } from '../../model/lookup.ts';
import { whoOf } from '../../model/own-wallets.ts';
import { isAssigned, keyOf, type MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { NoteMark } from '../../widgets/note-mark.tsx';
import { Button } from '../../widgets/button.tsx';
import { useKeepInView } from '../../widgets/keep-in-view.ts';
import { Bar, Critical, Legend, Letter, msText, Way } from './journey-parts.tsx';
import { useNoted } from './use-noted.ts';
import { usePaced } from './use-paced.ts';
import { count } from './words.ts';
import './flow-tree.css';

const ROW_PX = 24;

interface FlowTreeProps {
  readonly world: World;
  readonly focus: MessageRow | null;
  onPick(row: MessageRow): void;
  onMenu(row: MessageRow, at: { readonly x: number; readonly y: number }): void;
  onKey(event: React.KeyboardEvent): void;
}

/** The journey of the message in focus: what followed from what, and how long each step of the way took. */
export function FlowTree({ world, focus, onPick, onMenu, onKey }: FlowTreeProps): React.ReactNode {
  const begin = focus ?? world.messages.at(-1);
  return begin === undefined ? null : <JourneyOf world={world} begin={begin} focus={focus} onPick={onPick} onMenu={onMenu} onKey={onKey} />;
}

function JourneyOf({ world, begin, focus, onPick, onMenu, onKey }: FlowTreeProps & { readonly begin: MessageRow }): React.ReactNode {
  const made = usePaced(world, keyOf(begin), (now) => ({ begin, journey: journeyOf(now, begin) }));
  // While another one is being put together the one before is shown, unless this message is not in it.
  const journey = useMemo(
    () => (made.begin === begin || made.journey.rows.includes(begin) ? made.journey : journeyOf(world, begin)),
    [made, begin, world],
  );
  const path = useMemo(() => criticalPathOf(world, journey), [world, journey]);
  const [folded, setFolded] = useState<ReadonlySet<MessageRow>>(new Set());
  const total = journey.endMs - journey.startMs;
  return (
    <div className="flow-tree">
      <div className="flow-tree-head">
        <Participants world={world} journey={journey} />
        <FoundHere journey={journey} />
        <span className="flow-tree-total">
          {count(journey.rows.length)} {journey.rows.length === 1 ? 'message' : 'messages'}
          {journey.isCut && `, the first ${count(MESSAGES_MAX)} of more`} in {msText(total)}
        </span>
        <Button
          look="quiet"
          isSmall
          isIcon
          label="Fold everything"
          onClick={() => setFolded(new Set(journey.rows.filter((_, place) => (journey.below[place] ?? 0) > 0)))}
        >
          <ChevronsDownUp size={13} />
        </Button>
        <Button look="quiet" isSmall isIcon label="Unfold everything" onClick={() => setFolded(new Set())}>
          <ChevronsUpDown size={13} />
        </Button>
      </div>
      <div className="flow-tree-head is-second">
        <Critical world={world} path={path} onPick={onPick} />
        <Legend />
      </div>
      <div className="flow-tree-body">
        <Tree
          world={world}
          journey={journey}
          folded={folded}
          focus={focus}
          onFold={setFolded}
          onPick={onPick}
          onMenu={onMenu}
          onKey={onKey}
        />
        {focus !== null && <Way world={world} row={focus} onPick={onPick} />}
      </div>
    </div>
  );
}

function Participants({ world, journey }: { readonly world: World; readonly journey: Journey }): React.ReactNode {
  const own = useOwnWallets();
  return (
    <>
      {[...journey.letters].slice(0, LETTERS_SHOWN).map(([id, letter]) => (
        <span key={id} className="flow-tree-who">
          <Letter world={world} id={id} letter={letter} /> {whoOf(world, id, own)}
        </span>
      ))}
      {journey.letters.size > LETTERS_SHOWN && <span className="faint">and {count(journey.letters.size - LETTERS_SHOWN)} more</span>}
    </>
  );
}

/** How much of what is looked for lies in this journey, and in how many there is some; N leads from one to the next. */
function FoundHere({ journey }: { readonly journey: Journey }): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const journeys = useMemo(() => (hits.marks === null ? 0 : new Set(hits.rows.map((row) => row.journey)).size), [hits]);
  if (hits.marks === null) return null;
  const here = journey.rows.filter((row) => isHit(hits, row)).length;
  return (
    <span className="flow-tree-found">
      {count(here)} found here, {count(journeys)} {journeys === 1 ? 'journey has' : 'journeys have'} some
    </span>
  );
}

const LETTERS_SHOWN = 8;

interface TreeProps extends FlowTreeProps {
  readonly journey: Journey;
  readonly folded: ReadonlySet<MessageRow>;
  onFold(folded: ReadonlySet<MessageRow>): void;
}

function Tree({ world, journey, folded, focus, onFold, onPick, onMenu, onKey }: TreeProps): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const noted = useNoted(world);
  const scroller = useRef<HTMLDivElement>(null);
  const places = useMemo(() => unfolded(journey, folded), [journey, folded]);
  const at = useMemo(() => places.findIndex((place) => journey.rows[place] === focus), [places, journey, focus]);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({ count: places.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  const scrollToFocus = useEffectEvent(() => {
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  });
  useEffect(() => scrollToFocus(), [focus]);
  useKeepInView(scroller);
  const rowAt = (index: number): MessageRow | undefined => journey.rows[places[index] ?? -1];
  const hasBelow = (index: number): boolean => (journey.below[places[index] ?? -1] ?? 0) > 0;
  const fold = (row: MessageRow, isFolded: boolean): void =>
    onFold(isFolded ? new Set([...folded, row]) : new Set([...folded].filter((one) => one !== row)));
  const pickAt = (index: number): void => {
    const row = rowAt(Math.max(0, Math.min(places.length - 1, index)));
    if (row !== undefined) onPick(row);
  };
  const keys = (row: MessageRow | undefined): Readonly<Record<string, (() => void) | undefined>> => ({
    ArrowDown: () => pickAt(at + 1),
    ArrowUp: () => pickAt(at - 1),
    Home: () => pickAt(0),
    End: () => pickAt(places.length - 1),
    ArrowRight() {
      if (row !== undefined && hasBelow(at) && folded.has(row)) fold(row, false);
      else if (hasBelow(at)) pickAt(at + 1);
    },
    ArrowLeft() {
      const parent = row === undefined ? null : parentOf(world, row);
      if (row !== undefined && hasBelow(at) && !folded.has(row)) fold(row, true);
      else if (parent !== null) onPick(parent);
    },
  });
  return (
    <div
      ref={scroller}
      className="flow-tree-rows"
      role="treegrid"
      tabIndex={0}
      aria-label="Journey"
      aria-rowcount={places.length}
      aria-activedescendant={at >= 0 ? `flow-tree-${at}` : undefined}
      onKeyDown={(event) => {
        const run = keys(rowAt(at))[event.key];
        if (run === undefined || event.altKey || event.ctrlKey || event.metaKey) return onKey(event);
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      <div role="rowgroup" style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rowAt(item.index);
          const place = places[item.index] ?? 0;
          return row === undefined ? null : (
            <div
              key={keyOf(row)}
              id={`flow-tree-${item.index}`}
              role="row"
              aria-level={(journey.depth[place] ?? 0) + 1}
              aria-rowindex={item.index + 1}
              aria-selected={item.index === at}
              {...(hasBelow(item.index) ? { 'aria-expanded': !folded.has(row) } : {})}
              className={`flow-tree-row${item.index === at ? ' is-focus' : ''}${journey.critical[place] === 1 ? ' is-critical' : ''}${hits.marks !== null && isHit(hits, row) ? ' is-hit' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onPick(row)}
              onContextMenu={(event) => {
                event.preventDefault();
                onMenu(row, { x: event.clientX, y: event.clientY });
              }}
            >
              <Cells
                world={world}
                journey={journey}
                place={place}
                row={row}
                isFolded={folded.has(row)}
                isNoted={noted.has(row)}
                onFold={(isFolded) => fold(row, isFolded)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly world: World;
  readonly journey: Journey;
  readonly place: number;
  readonly row: MessageRow;
  readonly isFolded: boolean;
  readonly isNoted: boolean;
  onFold(isFolded: boolean): void;
}

/** Deeper rows stand where these do, and say how deep they are. */
const DEEPEST = 12;
/** The first few steps are wide, so that one sees them; the others only tell that it goes on. */
const WIDE = { steps: 4, px: 14 };
const NARROW_PX = 6;

/** Never so far that the names of a narrow pane go out of view. */
function indent(depth: number): React.CSSProperties {
  const wide = Math.min(depth, WIDE.steps);
  const px = 6 + wide * WIDE.px + (Math.min(depth, DEEPEST) - wide) * NARROW_PX;
  return { paddingLeft: `min(${px}px, 40%)` };
}

function Cells({ world, journey, place, row, isFolded, isNoted, onFold }: CellsProps): React.ReactNode {
  const depth = journey.depth[place] ?? 0;
  const below = journey.below[place] ?? 0;
  const title = row.type === 'Process' ? `spawn ${row.name ?? ''}` : (row.action ?? 'message');
  return (
    <>
      <div role="gridcell" className="flow-tree-name" style={indent(depth)}>
        <button
          type="button"
          tabIndex={-1}
          className="flow-tree-twist"
          disabled={below === 0}
          aria-label={isFolded ? `Unfold ${title}` : `Fold ${title}`}
          onClick={(event) => {
            event.stopPropagation();
            onFold(!isFolded);
          }}
        >
          {below > 0 && (isFolded ? <ChevronRight size={12} aria-hidden /> : <ChevronDown size={12} aria-hidden />)}
        </button>
        {depth > DEEPEST && (
          <span className="flow-tree-depth" aria-hidden title={`${depth} steps below the first message`}>
            {depth}
          </span>
        )}
        <Letter world={world} id={row.to} letter={journey.letters.get(row.to) ?? ''} />
        <span className="flow-tree-title">
          {isAssigned(row) && <span className="flow-tree-mark">assigned</span>}
          {title} {isNoted && <NoteMark />}
          {journey.critical[place] === 1 && <span className="hidden-text">, on the critical path</span>}
          {isFolded && <span className="faint"> and {count(below)} below</span>}
        </span>
      </div>
      <div role="gridcell" className="flow-tree-end">
        {row.error !== null ? (
          <span className="flow-status is-error" title={row.error}>
            {row.error.split('\n')[0]}
          </span>
        ) : (
          <span className={`flow-status is-${row.status}`}>
            {row.cron !== null ? `before ${row.cron.slot}` : row.slot === null ? row.status : `slot ${row.slot}`}
          </span>
        )}
      </div>
      <div role="gridcell" className="flow-tree-bar">
        <Bar hops={hopsOf(world, row)} journey={journey} />
      </div>
    </>
  );
}
