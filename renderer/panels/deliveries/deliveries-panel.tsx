import { useVirtualizer } from '@tanstack/react-virtual';
import { Pause, Play, StepForward } from 'lucide-react';
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { nameOf, rowOfFocus } from '../../model/lookup.ts';
import { whoOf } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { WaitingRow, World } from '../../model/world.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { useKeepInView } from '../../widgets/keep-in-view.ts';
import { HeldCard } from './held-journey.tsx';
import './deliveries.css';

const ROW_PX = 40;
/** The others stand in Problems. */
const HELD_SHOWN = 5;

/** What waits while the node is paused, in order; any of it can be delivered next. */
export function DeliveriesPanel(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const { isPaused, waiting, held } = world;
  return (
    <div className="panel deliveries">
      <DeliveriesBar isPaused={isPaused} count={waiting.length} />
      {held.size > 0 && (
        <div className="deliveries-held" tabIndex={0} role="group" aria-label="Held journeys">
          {[...held.values()].slice(0, HELD_SHOWN).map((one) => (
            <HeldCard key={one.journey} world={world} held={one} />
          ))}
        </div>
      )}
      {isPaused && waiting.length > 0 ? (
        <WaitingList world={world} waiting={waiting} />
      ) : (
        (isPaused || held.size === 0) && <Nothing isPaused={isPaused} />
      )}
    </div>
  );
}

function DeliveriesBar({ isPaused, count }: { readonly isPaused: boolean; readonly count: number }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  return (
    <div className="pane-bar deliveries-bar">
      <Button isSmall label={withKeys(isPaused ? 'Go on' : 'Pause', 'node.pause')} onClick={() => void app.commands.run('node.pause')}>
        {isPaused ? <Play size={12} aria-hidden /> : <Pause size={12} aria-hidden />} {isPaused ? 'Go on' : 'Pause'}
      </Button>
      {isPaused && (
        <Button
          isSmall
          label={withKeys('Deliver the next message', 'node.deliver')}
          aria-disabled={count === 0}
          onClick={() => count > 0 && void app.commands.run('node.deliver')}
        >
          <StepForward size={12} aria-hidden /> Step
        </Button>
      )}
      <span className={isPaused ? 'deliveries-state is-paused' : 'deliveries-state'} role="status">
        {isPaused ? (
          <>
            <b>PAUSED</b> · {count.toLocaleString('en-US')} {count === 1 ? 'waits' : 'wait'}
          </>
        ) : (
          'Running'
        )}
      </span>
    </div>
  );
}

function Nothing({ isPaused }: { readonly isPaused: boolean }): React.ReactNode {
  const { withKeys } = useKeyWords();
  return (
    <Empty>
      {isPaused
        ? 'Nothing waits. Send a message: it is answered at once, and what it causes will stand here.'
        : `The node delivers by itself. ${withKeys('Pause it', 'node.pause')}, and every message that a process sends waits here until you choose it.`}
    </Empty>
  );
}

interface WaitingListProps {
  readonly world: World;
  readonly waiting: readonly WaitingRow[];
}

/** Arrow keys walk, Enter delivers; the focus follows what is chosen, so every pane shows it. */
function WaitingList({ world, waiting }: WaitingListProps): React.ReactNode {
  const app = useApp();
  const scroller = useRef<HTMLDivElement>(null);
  const [chosenId, setChosen] = useState<string | null>(null);
  const focus = useStore(app.focus, (state) => state.focus);
  const focused = rowOfFocus(world, focus);
  // Where the chosen one has gone, the one that stands in its place now is next.
  const [lastAt, setLastAt] = useState(0);
  const found = waiting.findIndex((one) => one.id === chosenId);
  const at = found >= 0 ? found : Math.min(lastAt, waiting.length - 1);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const list = useVirtualizer({
    count: waiting.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => waiting[index]?.id ?? index,
    overscan: 8,
  });
  useKeepInView(scroller);
  const choose = (index: number): void => {
    const one = waiting[Math.max(0, Math.min(waiting.length - 1, index))];
    if (one === undefined) return;
    setChosen(one.id);
    setLastAt(waiting.indexOf(one));
    list.scrollToIndex(waiting.indexOf(one), { align: 'auto' });
    app.focus.getState().focusRow(one.row);
  };
  const deliver = (one: WaitingRow | undefined): void => {
    if (one !== undefined) void app.commands.run('node.deliver', one.id);
  };
  const steps: Readonly<Record<string, () => void>> = {
    ArrowDown: () => choose(at + (chosenId === null ? 0 : 1)),
    ArrowUp: () => choose(at - 1),
    Home: () => choose(0),
    End: () => choose(waiting.length - 1),
    Enter: () => {
      setLastAt(at);
      deliver(waiting[at]);
    },
    ' ': () => choose(at),
  };
  return (
    <div
      ref={scroller}
      className="deliveries-list"
      role="grid"
      tabIndex={0}
      aria-label="Deliveries that wait: Enter delivers"
      aria-rowcount={waiting.length}
      aria-activedescendant={`delivery-${at}`}
      onKeyDown={(event) => {
        const run = steps[event.key];
        if (run === undefined || event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        run();
      }}
    >
      <div role="rowgroup" style={{ position: 'relative', height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const one = waiting[item.index];
          return one === undefined ? null : (
            <div
              key={item.key}
              id={`delivery-${item.index}`}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={item.index === at}
              className={`deliveries-row${item.index === at ? ' is-chosen' : ''}${one.row === focused ? ' is-focus' : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => choose(item.index)}
              onDoubleClick={() => deliver(one)}
            >
              <Cells world={world} row={one.row} place={item.index + 1} onDeliver={() => deliver(one)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface CellsProps {
  readonly world: World;
  readonly row: MessageRow;
  readonly place: number;
  onDeliver(): void;
}

function Cells({ world, row, place, onDeliver }: CellsProps): React.ReactNode {
  const title = row.type === 'Process' ? `spawn ${row.name ?? ''}`.trim() : (row.action ?? (row.type === null ? 'assignment' : 'message'));
  return (
    <>
      <div role="gridcell" className="deliveries-place">
        {place}
      </div>
      <div role="gridcell" className="deliveries-main">
        <span className="deliveries-what">
          <b>{title}</b> <Who world={world} id={row.from} /> <span aria-label="to">→</span>{' '}
          {row.type === 'Process' ? <span>a new process</span> : <Who world={world} id={row.to} />}
        </span>
        <span className="deliveries-more faint">
          <span className="mono">{row.preview?.trim() ?? ''}</span>
          {row.cause !== null && ` sent in slot ${row.cause.slot}, hop ${row.hops}`}
        </span>
      </div>
      <div role="gridcell">
        <Button
          isSmall
          tabIndex={-1}
          label={`Deliver ${title} to ${nameOf(world, row.to)} next`}
          onClick={(event) => {
            event.stopPropagation();
            onDeliver();
          }}
        >
          Deliver
        </Button>
      </div>
    </>
  );
}

function Who({ world, id }: { readonly world: World; readonly id: string | null }): React.ReactNode {
  const own = useOwnWallets();
  const lane = id === null ? undefined : world.processById.get(id)?.lane;
  return <span {...(lane === undefined ? {} : { style: { color: `var(--lane-${lane})` } })}>{whoOf(world, id, own)}</span>;
}
