import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isHit } from '../../model/hit-rows.ts';
import { hopsOf, journeyOf, NODES_MAX, unfolded, type Journey, type JourneyNode } from '../../model/journey.ts';
import { parentOf } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Bar, Letter, msText, Way } from './journey-parts.tsx';
import { count, whoOf } from './words.ts';
import './flow-tree.css';

const ROW_PX = 24;

interface FlowTreeProps {
  readonly world: World;
  readonly focus: MessageRow | null;
  onPick(row: MessageRow): void;
  onKey(event: React.KeyboardEvent): void;
}

/** The journey of the message in focus: what followed from what, and how long each step of the way took. */
export function FlowTree({ world, focus, onPick, onKey }: FlowTreeProps): React.ReactNode {
  const begin = focus ?? world.messages.at(-1);
  const journey = useMemo(() => (begin === undefined ? null : journeyOf(world, begin)), [world, begin]);
  if (journey === null) return null;
  return (
    <div className="flow-tree">
      <Participants world={world} journey={journey} />
      <Tree world={world} journey={journey} focus={focus} onPick={onPick} onKey={onKey} />
      {focus !== null && <Way world={world} row={focus} />}
    </div>
  );
}

function Participants({ world, journey }: { readonly world: World; readonly journey: Journey }): React.ReactNode {
  const total = journey.endMs - journey.startMs;
  return (
    <div className="flow-tree-head">
      {[...journey.letters].slice(0, LETTERS_SHOWN).map(([id, letter]) => (
        <span key={id} className="flow-tree-who">
          <Letter world={world} id={id} letter={letter} /> {whoOf(world, id)}
        </span>
      ))}
      {journey.letters.size > LETTERS_SHOWN && <span className="faint">and {journey.letters.size - LETTERS_SHOWN} more</span>}
      <FoundHere journey={journey} />
      <span className="flow-tree-total">
        {count(journey.nodes.length)} {journey.nodes.length === 1 ? 'message' : 'messages'}
        {journey.isCut && `, the first ${count(NODES_MAX)} of more`} in {msText(total)}
      </span>
    </div>
  );
}

/** How much of what is looked for lies in this journey, and in how many there is some; N leads from one to the next. */
function FoundHere({ journey }: { readonly journey: Journey }): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const journeys = useMemo(() => (hits.marks === null ? 0 : new Set(hits.rows.map((row) => row.journey)).size), [hits]);
  if (hits.marks === null) return null;
  const here = journey.nodes.filter(({ row }) => isHit(hits, row)).length;
  return (
    <span className="flow-tree-found">
      {count(here)} found here, {count(journeys)} {journeys === 1 ? 'journey has' : 'journeys have'} some
    </span>
  );
}

const LETTERS_SHOWN = 8;

function Tree({ world, journey, focus, onPick, onKey }: FlowTreeProps & { readonly journey: Journey }): React.ReactNode {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const nodes = useMemo(() => unfolded(journey, folded), [journey, folded]);
  const at = nodes.findIndex((node) => node.row === focus);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({ count: nodes.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  const scrollToFocus = useEffectEvent(() => {
    if (at >= 0) list.scrollToIndex(at, { align: 'auto' });
  });
  useEffect(() => scrollToFocus(), [focus]);
  const fold = (node: JourneyNode, isFolded: boolean): void =>
    setFolded((now) => (isFolded ? new Set([...now, node.key]) : new Set([...now].filter((key) => key !== node.key))));
  const pickAt = (index: number): void => {
    const node = nodes[Math.max(0, Math.min(nodes.length - 1, index))];
    if (node !== undefined) onPick(node.row);
  };
  const keys = (node: JourneyNode | undefined): Readonly<Record<string, (() => void) | undefined>> => ({
    ArrowDown: () => pickAt(at + 1),
    ArrowUp: () => pickAt(at - 1),
    Home: () => pickAt(0),
    End: () => pickAt(nodes.length - 1),
    ArrowRight() {
      if (node !== undefined && node.below > 0 && folded.has(node.key)) fold(node, false);
      else if (node !== undefined && node.below > 0) pickAt(at + 1);
    },
    ArrowLeft() {
      const parent = node === undefined ? null : parentOf(world, node.row);
      if (node !== undefined && node.below > 0 && !folded.has(node.key)) fold(node, true);
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
      aria-rowcount={nodes.length}
      aria-activedescendant={at >= 0 ? `flow-tree-${at}` : undefined}
      onKeyDown={(event) => {
        const run = keys(nodes[at])[event.key];
        if (run === undefined || event.altKey || event.ctrlKey || event.metaKey) return onKey(event);
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      <div role="rowgroup" style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const node = nodes[item.index];
          return node === undefined ? null : (
            <div
              key={node.key}
              id={`flow-tree-${item.index}`}
              role="row"
              aria-level={node.depth + 1}
              aria-rowindex={item.index + 1}
              aria-selected={item.index === at}
              {...(node.below > 0 ? { 'aria-expanded': !folded.has(node.key) } : {})}
              className={`flow-tree-row${item.index === at ? ' is-focus' : ''}${node.isCritical ? ' is-critical' : ''}${hits.marks !== null && isHit(hits, node.row) ? ' is-hit' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onPick(node.row)}
              onContextMenu={() => onPick(node.row)}
            >
              <Cells
                world={world}
                journey={journey}
                node={node}
                isFolded={folded.has(node.key)}
                onFold={(isFolded) => fold(node, isFolded)}
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
  readonly node: JourneyNode;
  readonly isFolded: boolean;
  onFold(isFolded: boolean): void;
}

const DEEPEST = 16;

function Cells({ world, journey, node, isFolded, onFold }: CellsProps): React.ReactNode {
  const { row, depth, below } = node;
  const title = row.type === 'Process' ? `spawn ${row.name ?? ''}` : (row.action ?? 'message');
  return (
    <>
      <div role="gridcell" className="flow-tree-name" style={{ paddingLeft: 6 + Math.min(depth, DEEPEST) * 14 }}>
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
        <Letter world={world} id={row.to} letter={journey.letters.get(row.to) ?? ''} />
        <span className="flow-tree-title">
          {title}
          {isFolded && <span className="faint"> and {count(below)} below</span>}
        </span>
      </div>
      <div role="gridcell" className="flow-tree-end">
        {row.error !== null ? (
          <span className="flow-status is-error" title={row.error}>
            {row.error.split('\n')[0]}
          </span>
        ) : (
          <span className={`flow-status is-${row.status}`}>{row.slot === null ? row.status : `slot ${row.slot}`}</span>
        )}
      </div>
      <div role="gridcell" className="flow-tree-bar">
        <Bar hops={hopsOf(world, row)} journey={journey} />
      </div>
    </>
  );
}
