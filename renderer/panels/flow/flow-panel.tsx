import { Maximize2, Pause, Search, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { NO_FILTER, parseFilter } from '../../model/filter.ts';
import { chainOf, nameOf, rowOfFocus } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import { layOut, type SceneWish } from '../../model/scene.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { FlowCanvas, type CanvasActions } from './flow-canvas.tsx';
import { FlowEmpty } from './flow-empty.tsx';
import { FlowTable } from './flow-table.tsx';
import { count } from './words.ts';
import './flow.css';

type Mode = 'space-time' | 'table';
const MODES: readonly (readonly [Mode, string])[] = [['space-time', 'Space–time'], ['table', 'Table']];
const AXES: readonly (readonly [SceneWish['axis'], string])[] = [['order', 'Order'], ['time', 'Time']];

/** Every message between the processes, as lanes with arrows or as a table. */
export function FlowPanel(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const isLoading = useStore(app.world, (state) => state.isLoading);
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

  if (world.messages.length === 0) return <div className="panel flow"><FlowEmpty isLoading={isLoading} /></div>;
  return (
    <div className="panel flow">
      <div className="flow-bar">
        <Choice<Mode> label="View" value={mode} options={MODES} onChange={setMode} />
        {mode === 'space-time' && <Choice<SceneWish['axis']> label="Horizontal axis" value={axis} options={AXES} onChange={setAxis} />}
        <label className={`flow-search${filter.problem === null ? '' : ' is-wrong'}`} title={filter.problem ?? 'Words: to:name from:name action:Text slot:>3 status:error error; quotes keep spaces, - turns a word around'}>
          <Search size={13} aria-hidden />
          <input
            ref={search}
            value={text}
            spellCheck={false}
            aria-label="Filter messages"
            aria-invalid={filter.problem !== null}
            placeholder="to:token action:Transfer error"
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setText('');
            }}
          />
          {text !== '' && <button type="button" aria-label="Clear the filter" onClick={() => setText('')}><X size={12} /></button>}
        </label>
        <span className="flow-count" role="status">
          {scene.rows.length === scene.total ? `${count(scene.total)} ${scene.total === 1 ? 'message' : 'messages'}` : `${count(scene.rows.length)} of ${count(scene.total)}`}
        </span>
        {mode === 'space-time' && (
          <span className="flow-tools">
            <Button look="quiet" isSmall isIcon label="Zoom out" onClick={() => canvas.current?.zoom(1 / 1.4)}><ZoomOut size={14} /></Button>
            <Button look="quiet" isSmall isIcon label="Zoom in" onClick={() => canvas.current?.zoom(1.4)}><ZoomIn size={14} /></Button>
            <Button look="quiet" isSmall isIcon label="Zoom to fit (double-click on empty space)" onClick={() => canvas.current?.fit()}><Maximize2 size={13} /></Button>
            <button type="button" className={`flow-live${isLive ? ' is-on' : ''}`} aria-pressed={isLive} title={isLive ? 'The view follows what comes in' : 'Follow what comes in again'} onClick={() => canvas.current?.goLive()}>
              <i aria-hidden /> Live
            </button>
          </span>
        )}
      </div>
      {filter.problem !== null && <div className="flow-note is-wrong" role="alert">{filter.problem}</div>}
      {shownOnly !== null && (
        <div className="flow-note">
          Only what talked with <b>{nameOf(world, shownOnly)}</b>
          <Button look="quiet" isSmall onClick={() => setOnly(null)}><X size={12} /> Show all</Button>
        </div>
      )}
      <HeldJourneys world={world} />
      {mode === 'table' ? (
        <FlowTable world={world} rows={scene.rows} focus={row} onPick={pick} onKey={onKey} />
      ) : (
        <FlowCanvas ref={canvas} world={world} scene={scene} focus={row} focusKey={isPinned ? `${focus.process ?? ''}/${focus.slot ?? ''}/${focus.row ?? ''}` : ''} lit={lit} only={shownOnly} onPick={pick} onOnly={setOnly} onLive={setLive} onKey={onKey} />
      )}
    </div>
  );
}

function HeldJourneys({ world }: { readonly world: World }): React.ReactNode {
  const app = useApp();
  return [...world.held.values()].slice(0, 3).map((stop) => (
    <div key={stop.journey} className="flow-note is-held" role="status">
      <Pause size={13} aria-hidden />
      <span>Held after {count(stop.hops)} hops, in slot {stop.slot} of <b>{nameOf(world, stop.process)}</b>: its processes keep answering each other.</span>
      <Button look="quiet" isSmall onClick={() => app.focus.getState().setFocus({ process: stop.process, slot: stop.slot })}>Show</Button>
      <Button isSmall onClick={() => void app.commands.run('journey.continue', stop.journey)}>Continue</Button>
    </div>
  ));
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  onChange(value: T): void;
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): React.ReactNode {
  return (
    <div className="flow-choice" role="group" aria-label={label}>
      {options.map(([id, title]) => (
        <button key={id} type="button" aria-pressed={value === id} onClick={() => onChange(id)}>{title}</button>
      ))}
    </div>
  );
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
