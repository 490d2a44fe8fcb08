import { Check, CircleDashed, CircleDot, Minus, TriangleAlert, X } from 'lucide-react';
import type { CriticalPath, Hop, Journey } from '../../model/journey.ts';
import { whoGets, whoOf } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import { originOf, stepsOf, stopOf, type Step, type StepName } from '../../model/steps.ts';
import type { World } from '../../model/world.ts';
import type { ItemId } from '../../../node/contract/ids.ts';
import { useApp } from '../../stores/app-context.ts';
import { useHeldWays } from '../../stores/use-held-ways.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { HeldButtons } from '../../widgets/held-buttons.tsx';
import { count } from './words.ts';

/** The letter of a participant, in its colour. */
export function Letter({ world, id, letter }: { readonly world: World; readonly id: string; readonly letter: string }): React.ReactNode {
  const own = useOwnWallets();
  const lane = world.processById.get(id)?.lane;
  const colour = lane === undefined ? 'var(--text-faint)' : `var(--lane-${lane})`;
  return (
    <i className="flow-tree-letter" style={{ '--lane': colour } as React.CSSProperties} title={whoOf(world, id, own)}>
      {letter}
    </i>
  );
}

const WORDS: Readonly<Record<Hop['kind'], string>> = {
  result: 'outcome waited to be fetched',
  pushed: 'signed and sent',
  scheduled: 'given its slot',
  waited: 'waited to be evaluated',
  ran: 'ran',
};
const KINDS: readonly Hop['kind'][] = ['pushed', 'scheduled', 'ran', 'waited', 'result'];

/** One message's way, where it stands in the time of its journey. */
export function Bar({ hops, journey }: { readonly hops: readonly Hop[]; readonly journey: Journey }): React.ReactNode {
  const total = Math.max(1e-6, journey.endMs - journey.startMs);
  const share = (ms: number): string => `${(Math.max(0, ms) / total) * 100}%`;
  const words = hops.map((hop) => `${WORDS[hop.kind]} ${msText(hop.toMs - hop.fromMs)}`).join(', ');
  return (
    <span className="flow-tree-hops" role="img" aria-label={words === '' ? 'no time is known' : words} title={words}>
      {hops.map((hop) => (
        <b
          key={hop.kind}
          className={`is-${hop.kind}`}
          style={{ left: share(hop.fromMs - journey.startMs), width: share(hop.toMs - hop.fromMs) }}
        />
      ))}
    </span>
  );
}

/** What the colours of the bars mean. */
export function Legend(): React.ReactNode {
  return (
    <span className="flow-tree-legend">
      {KINDS.map((kind) => (
        <span key={kind}>
          <b className={`is-${kind}`} aria-hidden /> {WORDS[kind]}
        </span>
      ))}
    </span>
  );
}

interface CriticalProps {
  readonly world: World;
  readonly path: CriticalPath;
  onPick(row: MessageRow): void;
}

/** The longest way through the journey, in one line. */
export function Critical({ world, path, onPick }: CriticalProps): React.ReactNode {
  const own = useOwnWallets();
  const { places, workMs, waitMs, longest } = path;
  return (
    <span className="flow-tree-critical">
      <i aria-hidden /> Critical path: {count(places.length)} {places.length === 1 ? 'message' : 'messages'}, {msText(workMs)} of work,{' '}
      {msText(waitMs)} of waiting
      {longest !== null && (
        <button type="button" onClick={() => onPick(longest.row)}>
          longest: {WORDS[longest.hop.kind]} {msText(longest.hop.toMs - longest.hop.fromMs)} at {whoGets(world, longest.row.to, own)}
        </button>
      )}
    </span>
  );
}

const TITLES: Readonly<Record<StepName, string>> = {
  received: 'Received',
  slot: 'Slot',
  stored: 'Stored',
  evaluated: 'Evaluated',
  result: 'Result',
  pushed: 'Pushed',
};
const PICTURES: Readonly<Record<Step['state'], typeof Check>> = {
  done: Check,
  waits: CircleDot,
  lost: X,
  ahead: CircleDashed,
  unknown: Minus,
  none: Minus,
};
const STATES: Readonly<Record<Step['state'], string>> = {
  done: 'done',
  waits: 'waits here',
  lost: 'ends here',
  ahead: 'not reached',
  unknown: 'not known',
  none: 'no such step',
};

interface WayProps {
  readonly world: World;
  readonly row: MessageRow;
  onPick(row: MessageRow): void;
}

/** The six steps of the message in focus: how far it came, how long each took, and why it went no further. */
export function Way({ world, row, onPick }: WayProps): React.ReactNode {
  const steps = stepsOf(world, row);
  const stop = stopOf(steps);
  const origin = originOf(world, row);
  const from = origin.row;
  return (
    // It may be longer than the pane: then the keys scroll it.
    <div className="flow-tree-way" role="group" aria-label="Its way" tabIndex={0}>
      {stop !== null && <Stop world={world} row={row} stop={stop} />}
      <ol className="flow-steps">
        {steps.map((step) => (
          <OneStep key={step.name} step={step} />
        ))}
      </ol>
      <p className="flow-tree-origin">
        {origin.words}
        {from !== null && (
          <button type="button" onClick={() => onPick(from)}>
            Show what sent it
          </button>
        )}
      </p>
    </div>
  );
}

/** Where and why it goes no further, and what to do. */
function Stop({ world, row, stop }: { readonly world: World; readonly row: MessageRow; readonly stop: Step }): React.ReactNode {
  return (
    <div className={`flow-tree-stop is-${stop.state}`} role="status">
      <TriangleAlert size={13} aria-hidden />
      <span>
        <b>
          {stop.state === 'lost' ? 'It ends at' : 'It waits at'} “{TITLES[stop.name]}”:
        </b>{' '}
        {stop.words.replace(/[^.!?]$/, '$&.')}
        {stop.cure !== null && <span className="flow-tree-cure"> {stop.cure}</span>}
        {stop.code !== null && <span className="mono faint"> {stop.code}</span>}
      </span>
      {row.isHeld && row.journey !== null && <HeldWays journey={row.journey} />}
      {row.status === 'waiting' && <WaitingWays world={world} row={row} />}
    </div>
  );
}

function HeldWays({ journey }: { readonly journey: ItemId }): React.ReactNode {
  return <HeldButtons ways={useHeldWays(journey)} />;
}

/** The node is paused: this one goes next, or all go on. */
function WaitingWays({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const waiting = world.waiting.find((one) => one.row === row);
  if (waiting === undefined || !world.isPaused) return null;
  return (
    <>
      <Button isSmall onClick={() => void app.commands.run('node.deliver', waiting.id)}>
        Deliver it next
      </Button>
      <Button isSmall onClick={() => void app.commands.run('node.pause')}>
        Let the node go on
      </Button>
    </>
  );
}

function OneStep({ step }: { readonly step: Step }): React.ReactNode {
  const { name, state, words, tookMs } = step;
  const Picture = PICTURES[state];
  return (
    <li className={`flow-step is-${state}`} title={words === '' ? undefined : words}>
      <Picture size={13} aria-label={STATES[state]} />
      <span className="flow-step-title">{TITLES[name]}</span>
      <span className="flow-step-ms mono">{tookMs === null ? '' : msText(tookMs)}</span>
      <span className="flow-step-words">{state === 'lost' ? STATES[state] : words}</span>
    </li>
  );
}

/** Milliseconds as a person reads them. */
export function msText(ms: number): string {
  return ms < 1 ? `${ms.toFixed(2)} ms` : ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
