import { Pause, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { copyText } from '../../commands/process.ts';
import { NO_FILTER, parseFilter } from '../../model/filter.ts';
import { chainOf, nameOf, rowOfFocus } from '../../model/lookup.ts';
import { loopOf, loopWords } from '../../model/loop.ts';
import type { MessageRow } from '../../model/rows.ts';
import { layOut, type SceneWish } from '../../model/scene.ts';
import { tableText } from '../../model/table-text.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { FlowBar, type Mode } from './flow-bar.tsx';
import { FlowCanvas, type CanvasActions } from './flow-canvas.tsx';
import { FlowEmpty } from './flow-empty.tsx';
import { FlowMap } from './flow-map.tsx';
import { FlowTable } from './flow-table.tsx';
import { FlowTree } from './flow-tree.tsx';
import { count, messages } from './words.ts';
import './flow.css';

/** Every message between the processes, as lanes with arrows or as a table. */
export function FlowPanel(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const isLoading = useStore(app.world, (state) => state.isLoading);
  const generation = useStore(app.world, (state) => state.generation);
  const focus = useStore(app.focus, (state) => state.focus);
  const [mode, setMode] = useState<Mode>('space-time');
  const [axis, setAxis] = useState<SceneWish['axis']>('order');
  const [text, setText] = useState('');
  const [only, setOnly] = useState<string | null>(null);
  const [isLive, setLive] = useState(true);
  const canvas = useRef<CanvasActions>(null);
  const search = useRef<HTMLInputElement>(null);

  const filter = useMemo(() => (text.trim() === '' ? NO_FILTER : parseFilter(text)), [text]);
  const shownOnly = only !== null && world.processById.has(only) ? only : null;
  const scene = useMemo(() => layOut(world, { filter, only: shownOnly, axis }), [world, filter, shownOnly, axis]);
  const row = rowOfFocus(world, focus);
  const isPinned = focus.slot !== null || focus.row !== null;
  const lit = useMemo(() => (row !== null && isPinned ? chainOf(world, row) : null), [world, row, isPinned]);
  const pick = (one: MessageRow): void => app.focus.getState().focusRow(one);
  const onKey = useFlowKeys({ world, rows: scene.rows, row, search, canvas, pick });

  const drawn = { ref: canvas, world, focus: row, lit, only: shownOnly, onPick: pick, onOnly: setOnly, onKey };
  if (world.messages.length === 0) return <NoMessages isLoading={isLoading} />;
  return (
    <div className="panel flow">
      <FlowBar
        mode={mode}
        axis={axis}
        text={text}
        problem={filter.problem}
        shown={scene.rows.length}
        total={scene.total}
        isLive={isLive}
        search={search}
        canvas={canvas}
        onMode={setMode}
        onAxis={setAxis}
        onText={setText}
        onCopy={(format) =>
          void copyText(app, tableText(world, scene.rows, format), messages(scene.rows.length)).catch(app.ui.getState().fail)
        }
      />
      {filter.problem !== null && <WrongFilter problem={filter.problem} />}
      {shownOnly !== null && <OnlyNote name={nameOf(world, shownOnly)} onAll={() => setOnly(null)} />}
      <PausedNote world={world} />
      <HeldJourneys world={world} />
      {scene.rows.length === 0 && text.trim() !== '' && <NoMatch onClear={() => setText('')} />}
      {mode === 'tree' ? (
        <FlowTree world={world} focus={row} onPick={pick} onKey={onKey} />
      ) : mode === 'table' ? (
        <FlowTable world={world} rows={scene.rows} focus={row} onPick={pick} onKey={onKey} />
      ) : mode === 'map' ? (
        <FlowMap {...drawn} rows={scene.rows} filterKey={`${text} ${shownOnly ?? ''}`} isPinned={isPinned} onFilter={setText} />
      ) : (
        <FlowCanvas
          {...drawn}
          generation={generation}
          scene={scene}
          focusKey={isPinned ? `${focus.process ?? ''}/${focus.slot ?? ''}/${focus.row ?? ''}` : ''}
          onLive={setLive}
        />
      )}
    </div>
  );
}

function NoMessages({ isLoading }: { readonly isLoading: boolean }): React.ReactNode {
  return (
    <div className="panel flow">
      <FlowEmpty isLoading={isLoading} />
    </div>
  );
}

function WrongFilter({ problem }: { readonly problem: string }): React.ReactNode {
  return (
    <div className="flow-note is-wrong" role="alert">
      {problem}
    </div>
  );
}

function NoMatch({ onClear }: { onClear(): void }): React.ReactNode {
  return (
    <div className="flow-note" role="status">
      No message matches this filter.
      <Button look="quiet" isSmall onClick={onClear}>
        <X size={12} /> Clear the filter
      </Button>
    </div>
  );
}

function OnlyNote({ name, onAll }: { readonly name: string; onAll(): void }): React.ReactNode {
  return (
    <div className="flow-note">
      Only what talked with <b>{name}</b>
      <Button look="quiet" isSmall onClick={onAll}>
        <X size={12} /> Show all
      </Button>
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
      <Button isSmall onClick={() => void app.commands.run('journey.continue', stop.journey)}>
        Continue
      </Button>
      <Button
        isSmall
        label="End the journey: what it still has to deliver is dropped"
        onClick={() => void app.commands.run('journey.end', stop.journey)}
      >
        End it
      </Button>
      <Button look="quiet" isSmall onClick={() => void app.commands.run('view.show.deliveries')}>
        Look
      </Button>
    </div>
  ));
}

interface FlowKeys {
  readonly world: World;
  readonly rows: readonly MessageRow[];
  readonly row: MessageRow | null;
  readonly search: React.RefObject<HTMLInputElement | null>;
  readonly canvas: React.RefObject<CanvasActions | null>;
  pick(row: MessageRow): void;
}

/** The keys of canvas and table; everything else goes on to the window's commands. */
function useFlowKeys({ rows, row, search, canvas, pick }: FlowKeys): (event: React.KeyboardEvent) => void {
  const app = useApp();
  return (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const focus = app.focus.getState();
    const along = (by: 1 | -1): void => {
      const at = row === null ? -1 : rows.indexOf(row);
      const next = rows[at < 0 ? rows.length - 1 : at + by];
      if (next !== undefined) pick(next);
    };
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      j: () => focus.sibling(1),
      k: () => focus.sibling(-1),
      h: () => focus.out(),
      l: () => focus.into(),
      '[': () => focus.toError(-1, 'anywhere'),
      ']': () => focus.toError(1, 'anywhere'),
      ArrowLeft: () => along(-1),
      ArrowRight: () => along(1),
      '/': () => search.current?.focus(),
      '+': () => canvas.current?.zoom(1.4),
      '-': () => canvas.current?.zoom(1 / 1.4),
      '0': () => canvas.current?.fit(),
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
}
