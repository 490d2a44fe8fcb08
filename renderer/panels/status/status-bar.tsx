import { CircleX, Layers, Pause, Plug, Repeat, TriangleAlert, Wallet } from 'lucide-react';
import { useMemo } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useStore } from 'zustand';
import type { DesktopStatus, UnitStatus } from '../../../node/contract/desktop.ts';
import { copyText } from '../../commands/process.ts';
import { hintsOf } from '../../model/hints.ts';
import { problemsOf } from '../../model/problems.ts';
import { useApp } from '../../stores/app-context.ts';
import { errorsAmong } from '../../stores/editor-store.ts';
import { Button } from '../../widgets/button.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { ClockItem } from './clock-item.tsx';
import { nodeState, queueOf } from './node-state.ts';
import './status.css';

/** Languages of programs, and what runs them. */
const LANGUAGES = {
  Lua: 'The built-in module runs Lua 5.4; aos on the network runs 5.3',
  JavaScript: 'A contract of SmartWeave’s kind: it runs on QuickJS',
  AssemblyScript: 'Compiled to WebAssembly in the app',
  WebAssembly: 'The text of a module in plain WebAssembly',
  C: 'Built to WebAssembly by clang or Emscripten of this computer',
  Rust: 'Built to WebAssembly by cargo of this computer',
} as const;

function languageOf(path: string): keyof typeof LANGUAGES | null {
  if (path.endsWith('.lua')) return 'Lua';
  if (path.endsWith('.js')) return 'JavaScript';
  if (path.endsWith('.ts')) return 'AssemblyScript';
  if (/\.[ch]$/.test(path)) return 'C';
  if (path.endsWith('.rs')) return 'Rust';
  return path.endsWith('.wat') ? 'WebAssembly' : null;
}

/** The line at the bottom: the node and its units, processes, what waits, problems, wallet, cursor. */
export function StatusBar(): React.ReactNode {
  const app = useApp();
  const busy = useStore(app.workspace, (state) => state.busy);
  const status = useStore(app.workspace, (state) => state.status);
  const language = useStore(app.editor, ({ active }) => (active === null ? null : languageOf(active)));
  const wallet = status?.wallet ?? null;
  return (
    <footer className="status" aria-label="Status">
      <NodeItem />
      <PausedItem />
      <HeldItem />
      <ClockItem />
      <Counts />
      {busy !== null && (
        <span className="status-item busy" role="status">
          {busy}
        </span>
      )}
      <span className="status-space" />
      <CursorItem />
      {language !== null && (
        <span className="status-item wide" title={LANGUAGES[language]}>
          {language}
        </span>
      )}
      {wallet !== null && (
        <button
          type="button"
          className="status-item mono"
          title={`Development wallet ${wallet}: click to copy`}
          onClick={() => void copyText(app, wallet, 'Wallet address').catch(app.ui.getState().fail)}
        >
          <Wallet size={12} aria-hidden /> {shortId(wallet)}
        </button>
      )}
      {status !== null && (
        <span className="status-item wide">
          {status.shell === 'served' ? 'browser' : 'desktop'} {status.version}
        </span>
      )}
    </footer>
  );
}

/** By itself: it changes with every key, and nothing beside it does. */
function CursorItem(): React.ReactNode {
  const app = useApp();
  const cursor = useStore(app.editor, (state) => (state.active === null ? null : state.cursor));
  if (cursor === null) return null;
  return (
    <span className="status-item">
      Ln {cursor.line}, Col {cursor.column}
    </span>
  );
}

function NodeItem(): React.ReactNode {
  const app = useApp();
  const status = useStore(app.workspace, (state) => state.status);
  const linkState = useStore(app.workspace, (state) => state.linkState);
  const node = nodeState(status, linkState);
  return (
    <>
      <DialogTrigger>
        <AriaButton className="status-item" aria-label={`Node: ${node.title}. Show its units`}>
          <span className={`dot ${node.tone}`} /> node {node.word}
        </AriaButton>
        <Popover className="popover" placement="top start">
          <Dialog className="units" aria-label="The node's units">
            {status === null ? <p>The node has not answered yet.</p> : <Units status={status} />}
          </Dialog>
        </Popover>
      </DialogTrigger>
      {status?.isPortBlockMoved === true && (
        <span
          className="status-item warn"
          title="The usual ports 4000–4004 were taken by another program. The units' addresses stand in the node's list."
        >
          <Plug size={12} aria-hidden /> ports moved
        </span>
      )}
    </>
  );
}

/** Only while the node is paused. */
function PausedItem(): React.ReactNode {
  const app = useApp();
  const isPaused = useStore(app.world, (state) => state.world.isPaused);
  const count = useStore(app.world, (state) => state.world.waiting.length);
  if (!isPaused) return null;
  return (
    <button
      type="button"
      className="status-item warn"
      title="The node is paused: show what waits to be delivered"
      onClick={() => void app.commands.run('view.show.deliveries')}
    >
      <Pause size={12} aria-hidden /> <b>PAUSED</b> {count.toLocaleString('en-US')} {count === 1 ? 'waits' : 'wait'}
    </button>
  );
}

/** Only while the hop limit holds a journey, which nothing moves but a person's word. */
function HeldItem(): React.ReactNode {
  const app = useApp();
  const count = useStore(app.world, (state) => state.world.held.size);
  if (count === 0) return null;
  return (
    <button
      type="button"
      className="status-item warn"
      title="A loop or a fan-out was stopped: show its circle, and let it go on or end it"
      onClick={() => void app.commands.run('view.show.deliveries')}
    >
      <Repeat size={12} aria-hidden /> <b>HELD</b> {count.toLocaleString('en-US')} {count === 1 ? 'journey' : 'journeys'}
    </button>
  );
}

function Counts(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const marks = useStore(app.editor, (state) => state.marks);
  const problems = useMemo(
    () => problemsOf(world).length + [...marks.values()].reduce((sum, list) => sum + errorsAmong(list).length, 0),
    [world, marks],
  );
  const hints = useMemo(() => hintsOf(world).length, [world]);
  const count = world.processes.length;
  return (
    <>
      <button type="button" className="status-item" onClick={() => void app.commands.run('view.show.processes')}>
        <Layers size={12} aria-hidden /> {count} {count === 1 ? 'process' : 'processes'}
      </button>
      <span className="status-item" title="Slots that are assigned and not yet evaluated">
        queue {queueOf(world.processes)}
      </span>
      <button
        type="button"
        className={problems > 0 ? 'status-item error' : 'status-item'}
        onClick={() => void app.commands.run('view.show.problems')}
      >
        <CircleX size={12} aria-hidden /> {problems} {problems === 1 ? 'problem' : 'problems'}
      </button>
      {hints > 0 && (
        <button
          type="button"
          className="status-item"
          title="No errors, and maybe not what you meant"
          onClick={() => void app.commands.run('view.show.problems')}
        >
          <TriangleAlert size={12} aria-hidden /> {hints} {hints === 1 ? 'hint' : 'hints'}
        </button>
      )}
    </>
  );
}

function Units({ status }: { readonly status: DesktopStatus }): React.ReactNode {
  return (
    <>
      {status.isPortBlockMoved && <p className="units-note">Ports 4000–4004 were taken, so the next free block is in use.</p>}
      {status.units.map((unit) => (
        <UnitLine key={unit.unit} unit={unit} />
      ))}
    </>
  );
}

const TONES = { up: 'ok', starting: 'accent', restarting: 'warn', down: 'error' } as const;

function UnitLine({ unit }: { readonly unit: UnitStatus }): React.ReactNode {
  const app = useApp();
  const tone = unit.foreign?.isReachable === false ? 'warn' : TONES[unit.state];
  return (
    <div className="unit" data-unit={unit.unit}>
      <span className={`dot ${tone}`} />
      <div className="unit-text">
        <div>
          <b>{unit.unit === 'gateway' ? 'Gateway' : unit.unit.toUpperCase()}</b> {unit.state}
          {unit.restarts > 0 && (
            <span className="faint">
              {' '}
              · {unit.restarts} {unit.restarts === 1 ? 'restart' : 'restarts'}
            </span>
          )}
        </div>
        <div className="mono faint">
          {unit.url ?? 'no address'}
          {unit.pid === null ? '' : ` · pid ${unit.pid}`}
        </div>
        {unit.foreign !== undefined && (
          <div className={unit.foreign.isReachable ? 'faint' : 'error-text'}>
            {unit.foreign.isReachable
              ? `elsewhere · answers in ${unit.foreign.latencyMs ?? 0} ms`
              : `elsewhere · not reached: ${unit.foreign.reason ?? 'no answer yet'}`}
          </div>
        )}
        {unit.error !== null && (
          <div className="error-text">
            <span style={{ color: 'var(--error)' }}>{unit.error.message}</span>
            <span className="cure">
              {unit.error.cure} <span className="code">{unit.error.code}</span>
            </span>
          </div>
        )}
      </div>
      <Button isSmall label={`Restart the ${unit.unit}`} onClick={() => void app.commands.run(`node.restart.${unit.unit}`)}>
        Restart
      </Button>
    </div>
  );
}
