import { Pause, X } from 'lucide-react';
import { memo, useCallback, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { copyText } from '../../commands/process.ts';
import { reasonOf } from '../../../node/contract/errors.ts';
import { chainOf, rowOfFocus } from '../../model/lookup.ts';
import { loopOf, loopWords } from '../../model/loop.ts';
import type { HeldJourney, MessageRow } from '../../model/rows.ts';
import { tableText, type TableFormat } from '../../model/table-text.ts';
import type { World } from '../../model/world.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { download } from '../../stores/download.ts';
import { useHeldWays } from '../../stores/use-held-ways.ts';
import { Button } from '../../widgets/button.tsx';
import { HeldButtons } from '../../widgets/held-buttons.tsx';
import type { Lit } from './draw.ts';
import { FlowBar } from './flow-bar.tsx';
import { FlowCanvas, type CanvasActions } from './flow-canvas.tsx';
import { FlowEmpty } from './flow-empty.tsx';
import { FlowMap } from './flow-map.tsx';
import { FlowTable } from './flow-table.tsx';
import { useFieldMenu } from './field-menu.tsx';
import { FlowSums } from './flow-sums.tsx';
import { FlowTree } from './flow-tree.tsx';
import { Overview } from './overview.tsx';
import { QueryBar } from './query-bar.tsx';
import { useNoted } from './use-noted.ts';
import { useFlowKeys } from './use-flow-keys.ts';
import { useShown } from './use-shown.ts';
import { count, messages } from './words.ts';
import './flow.css';

/** Every message between the processes, as lanes with arrows, as a journey or as a table. */
export function FlowPanel(): React.ReactNode {
  const app = useApp();
  const { world, isLoading, generation } = useStore(app.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const range = useStore(app.flow, (state) => state.range);
  const mode = useStore(app.flow, (state) => state.mode);
  const axis = useStore(app.flow, (state) => state.axis);
  const { setMode, setAxis } = app.flow.getState();
  const [isLive, setLive] = useState(true);
  const canvas = useRef<CanvasActions>(null);
  const view = useRef<HTMLDivElement>(null);
  const fieldMenu = useFieldMenu();

  const { scene, rows, lit: hitsLit } = useShown(axis);
  const noted = useNoted(world);
  const row = rowOfFocus(world, focus);
  const isPinned = focus.slot !== null || focus.row !== null;
  const { chain, chainLit } = useChain(world, isPinned ? row : null);
  const pick = (one: MessageRow): void => app.focus.getState().focusRow(one);
  const onKey = useFlowKeys({
    rows: mode === 'space-time' ? scene.rows : rows,
    row,
    canvas,
    pick,
    askMenu: (one, beside) => fieldMenu.ask({ row: one, field: null, at: menuPlace(beside) }),
  });

  const leave = useCallback(() => enterView(view.current), []);
  const take = useTaking(rows);

  const shown = { world, focus: row, onPick: pick, onKey };
  const onMenu = (one: MessageRow, at: { readonly x: number; readonly y: number }): void => fieldMenu.ask({ row: one, field: null, at });
  if (world.messages.length === 0) return <NoMessages isLoading={isLoading} />;
  return (
    <div ref={view} className={`panel flow is-${mode}`}>
      <FlowBar mode={mode} axis={axis} isLive={isLive} canvas={canvas} onMode={setMode} onAxis={setAxis} {...take} />
      <QueryBar onLeave={leave} />
      <Overview axis={axis} focus={isPinned ? row : null} />
      <Notes world={world} />
      {mode === 'tree' ? (
        <FlowTree {...shown} onMenu={onMenu} />
      ) : mode === 'table' ? (
        <FlowTable {...shown} rows={rows} lit={hitsLit} noted={noted} onMenu={(one, field, at) => fieldMenu.ask({ row: one, field, at })} />
      ) : mode === 'map' ? (
        <FlowMap {...shown} ref={canvas} rows={rows} isPinned={isPinned} lit={chain} />
      ) : (
        <FlowCanvas
          {...shown}
          ref={canvas}
          generation={generation}
          scene={scene}
          focusKey={isPinned ? `${focus.process ?? ''}/${focus.slot ?? ''}/${focus.row ?? ''}` : ''}
          lit={chainLit ?? hitsLit}
          noted={noted}
          range={range}
          onRange={(chosen) => app.flow.getState().setRange(chosen)}
          onMenu={onMenu}
          onLive={setLive}
        />
      )}
      {fieldMenu.menu}
    </div>
  );
}

interface Chain {
  readonly chain: ReadonlySet<MessageRow> | null;
  /** The same as what stands out. */
  readonly chainLit: Lit | null;
}

/** The causes of a message, and what follows from it. */
function useChain(world: World, row: MessageRow | null): Chain {
  const chain = useMemo(() => (row === null ? null : chainOf(world, row)), [world, row]);
  const chainLit = useMemo(() => (chain === null ? null : { rows: chain, has: (one: MessageRow) => chain.has(one) }), [chain]);
  return { chain, chainLit };
}

/** The ways in which the messages that are shown are taken elsewhere. */
function useTaking(rows: readonly MessageRow[]): Readonly<Record<'onSave' | 'onCopy', (format: TableFormat) => void>> {
  const app = useApp();
  const onSave = useCallback(
    (format: TableFormat) => saveTable(app, tableText(app.world.getState().world, rows, format), format),
    [app, rows],
  );
  const onCopy = useCallback(
    (format: TableFormat) =>
      void copyText(app, tableText(app.world.getState().world, rows, format), messages(rows.length)).catch(app.ui.getState().fail),
    [app, rows],
  );
  return { onSave, onCopy };
}

/** A file of the messages, called as the project is. */
function saveTable(app: App, text: string, format: TableFormat): void {
  const name = app.workspace.getState().project?.name ?? 'aoscope';
  const type = format === 'csv' ? 'text/csv' : 'application/json';
  download(new Blob([text], { type }), `${name} messages.${format}`);
}

/** Where a menu goes that is asked for with keys: below the row that is chosen, or at the corner of the canvas. */
function menuPlace(view: Element): { readonly x: number; readonly y: number } {
  const row = view.querySelector('[aria-selected="true"]');
  const box = (row ?? view).getBoundingClientRect();
  return { x: box.left + 40, y: row === null ? box.top + 40 : box.bottom };
}

/** Gives the keyboard to the view below the bars. */
function enterView(panel: HTMLElement | null): void {
  panel?.querySelector<HTMLElement>('canvas[tabindex], [role="grid"][tabindex], [role="treegrid"][tabindex]')?.focus();
}

function NoMessages({ isLoading }: { readonly isLoading: boolean }): React.ReactNode {
  return (
    <div className="panel flow">
      <FlowEmpty isLoading={isLoading} />
    </div>
  );
}

/** What a person should know of the filter: a word that means nothing, a log that cannot be searched, lanes that are hidden. */
function FilterNotes(): React.ReactNode {
  const app = useApp();
  const problem = useStore(app.flow, (state) => state.filter.problems[0]?.sentence ?? null);
  const isEmpty = useStore(app.flow, (state) => state.hits.rows.length === 0 && state.hits.marks !== null);
  const { isRunning, error } = useStore(app.flow, (state) => state.log);
  const hidden = useStore(app.flow, (state) => state.memory.hidden);
  const run = (command: string): void => void app.commands.run(command);
  return (
    <>
      {problem !== null && <WrongFilter problem={problem} />}
      {error !== null && (
        <div className="flow-note is-wrong" role="alert">
          Tags and whole data could not be searched: {reasonOf(error)}
        </div>
      )}
      {hidden.length > 0 && (
        <div className="flow-note">
          {hidden.length} {hidden.length === 1 ? 'lane is' : 'lanes are'} hidden; what came through is dashed.
          <Button look="quiet" isSmall onClick={() => run('flow.showHidden')}>
            Show {hidden.length === 1 ? 'it' : 'them'}
          </Button>
        </div>
      )}
      {isEmpty && !isRunning && (
        <div className="flow-note" role="status">
          No message matches this filter.
          <Button look="quiet" isSmall onClick={() => run('flow.clear')}>
            <X size={12} /> Show all
          </Button>
        </div>
      )}
    </>
  );
}

/** Shown once the person has left the field: while typing, the list below it says so, and nothing moves. */
function WrongFilter({ problem }: { readonly problem: string }): React.ReactNode {
  return (
    <div className="flow-note is-wrong flow-note-filter" role="alert">
      {problem}
    </div>
  );
}

/** Dashed arrows with hollow ends are what waits. */
function PausedNote({ world }: { readonly world: World }): React.ReactNode {
  const app = useApp();
  if (!world.isPaused) return null;
  const { length } = world.waiting;
  return (
    <div className="flow-note is-held" role="status">
      <Pause size={13} aria-hidden />
      <span>
        <b>PAUSED</b>{' '}
        {length === 0 ? 'Nothing waits to be delivered.' : `${messages(length)} ${length === 1 ? 'waits' : 'wait'} to be delivered.`}
      </span>
      {length > 0 && (
        <Button isSmall onClick={() => void app.commands.run('node.deliver')}>
          Deliver the next
        </Button>
      )}
      <Button look="quiet" isSmall onClick={() => void app.commands.run('view.show.deliveries')}>
        Choose
      </Button>
      <Button look="quiet" isSmall onClick={() => void app.commands.run('node.pause')}>
        Go on
      </Button>
    </div>
  );
}

function HeldJourneys({ world }: { readonly world: World }): React.ReactNode {
  const app = useApp();
  return [...world.held.values()].slice(0, 3).map((stop) => (
    <div key={stop.journey} className="flow-note is-held" role="status">
      <Pause size={13} aria-hidden />
      <span>
        <b>HELD</b> {stop.pushed === null ? `after ${count(stop.hops)} hops` : `after ${messages(stop.pushed)}`}:{' '}
        {loopWords(world, loopOf(world, stop))}
      </span>
      <HeldWays journey={stop.journey} />
      <Button look="quiet" isSmall onClick={() => void app.commands.run('view.show.deliveries')}>
        Look
      </Button>
    </div>
  ));
}

function HeldWays({ journey }: Pick<HeldJourney, 'journey'>): React.ReactNode {
  return <HeldButtons ways={useHeldWays(journey)} />;
}

/** What is to be known before one looks: of the filter, of the range, of what stands still. */
const Notes = memo(function Notes({ world }: { readonly world: World }): React.ReactNode {
  return (
    <>
      <FilterNotes />
      <FlowSums />
      <PausedNote world={world} />
      <HeldJourneys world={world} />
      <InBranchNote />
    </>
  );
});

/** While one stands in a branch, what is drawn here is still what happened. */
function InBranchNote(): React.ReactNode {
  const app = useApp();
  const isInBranch = useStore(app.branch, (state) => state.walk !== null);
  if (!isInBranch) return null;
  return (
    <div className="flow-note" role="status">
      This is the main line. The messages of the branch stand in What if.
      <Button look="quiet" isSmall onClick={() => app.ui.getState().dock?.enter('branch')}>
        Show them
      </Button>
    </div>
  );
}
