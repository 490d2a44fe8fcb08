import { useStore } from 'zustand';
import { toSlot, type ProcessId, type Slot } from '../../../node/contract/ids.ts';
import { outputText, type Verdict } from '../../../node/contract/outcome.ts';
import type { StateChange } from '../../../node/contract/state.ts';
import { ERRORS } from '../../../node/contract/errors.ts';
import { showPrinted } from '../../commands/inside.ts';
import type { MessageRow } from '../../model/rows.ts';
import { ticksBefore, withNames } from '../../model/lookup.ts';
import { expressionOf } from '../../model/state-path.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { usePlace } from '../../stores/use-place.ts';
import { Button } from '../../widgets/button.tsx';
import { bytesText } from '../../widgets/bytes-text.ts';
import { plainText } from '../../widgets/printed-lines.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import './value.css';
import { Coloured, Facts, Id, prettyJson, Section } from './parts.tsx';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';

/** What the message did: the state it changed, what it printed, what it cost. */
export function HappenedTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const process = world.processById.get(row.to)?.id;
  if (row.slot === null || process === undefined) return <Unplaced world={world} row={row} />;
  if (row.evaluatedAtMs === null && row.error === null) return <Waits world={world} row={row} process={process} />;
  return (
    <>
      {row.error !== null && <Failure row={row} />}
      <Changes world={world} process={process} slot={row.slot} isFailed={row.error !== null} />
      <Output process={process} row={row} />
    </>
  );
}

function Waits({ world, row, process }: { readonly world: World; readonly row: MessageRow; readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  const paused = world.processById.get(process)?.paused ?? null;
  if (paused === null) return <p className="inspector-wait">Slot {row.slot} is assigned and waits for its evaluation.</p>;
  if (paused.slot !== row.slot) return <p className="inspector-wait">It waits: the process stands still at slot {paused.slot}.</p>;
  return (
    <div className="inspector-failure" role="alert">
      <pre className="mono">{paused.error}</pre>
      <p>The process stands still here until you let it go on.</p>
      <div className="inspector-against">
        <Button isSmall onClick={() => void app.commands.run('process.resumeError', process)}>
          Go on with the error
        </Button>
        <Button isSmall onClick={() => void app.commands.run('process.resumeAgain', process)}>
          Run it again
        </Button>
      </div>
    </div>
  );
}

function Unplaced({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  if (row.status === 'waiting') return <WaitsForDelivery world={world} row={row} />;
  if (row.error === null)
    return (
      <p className="inspector-wait">
        {row.cause === null
          ? 'On its way to the scheduler.'
          : 'Its target is no process here: it stands on the gateway, and nothing more happens.'}
      </p>
    );
  return <Failure row={row} />;
}

function WaitsForDelivery({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const waiting = world.waiting.find((one) => one.row === row);
  return (
    <div className="inspector-wait">
      <p>{world.isPaused ? 'It waits to be delivered: the node is paused.' : 'It is about to be delivered.'}</p>
      {world.isPaused && waiting !== undefined && (
        <Button isSmall onClick={() => void app.commands.run('node.deliver', waiting.id)}>
          Deliver it next
        </Button>
      )}
    </div>
  );
}

export function Failure({ row }: { readonly row: MessageRow }): React.ReactNode {
  const code = row.code ?? (row.cron === null ? 'SLOT_ERROR' : 'CRON_ERROR');
  const place = usePlace(row.error ?? '');
  return (
    <div className="inspector-failure" role="alert">
      <pre className="mono">{row.error}</pre>
      <PlaceLink place={place} />
      <p>{ERRORS[code].cure}</p>
      <span className="inspector-code mono">{code}</span>
    </div>
  );
}

function Changes({
  world,
  process,
  slot,
  isFailed,
}: {
  readonly world: World;
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly isFailed: boolean;
}): React.ReactNode {
  const pinned = usePinned(process, slot);
  const asked = useAnswer('cu.diff', { process, from: pinned ?? (slot === 0 ? null : toSlot(slot - 1)), to: slot });
  const diff = asked.value;
  const changes = diff === undefined ? [] : telling(diff.changes);
  const crons = ticksBefore(world, process, slot).length;
  return (
    <Section title="State" note={diff === undefined ? undefined : changesNote(changes.length, diff.isComplete, slot, pinned)}>
      <Against pinned={pinned} />
      <Progress asked={asked} />
      {crons > 0 && pinned === null && (
        <p className="faint">With what the {crons === 1 ? 'cron message' : `${crons} cron messages`} before this slot changed.</p>
      )}
      {diff !== undefined && changes.length === 0 && (
        <p className="faint">{isFailed && pinned === null ? 'As before the message: an error changes nothing.' : 'Nothing changed.'}</p>
      )}
      {diff !== undefined && changes.length > 0 && <ChangeList world={world} changes={changes} isOld={asked.isOld} isAskable />}
    </Section>
  );
}

interface ChangeListProps {
  readonly world: World;
  readonly changes: readonly StateChange[];
  readonly isOld: boolean;
  /** Each can be asked why it changed. */
  readonly isAskable: boolean;
}

/** Values that changed, by the global in which they stand. */
export function ChangeList({ world, changes, isOld, isAskable }: ChangeListProps): React.ReactNode {
  return (
    <div className={`inspector-changes${isOld ? ' is-old' : ''}`}>
      {groupsOf(changes).map(([root, list]) => (
        <div key={root} className="inspector-group">
          <div className="inspector-group-name mono">{root}</div>
          {list.map((change) => (
            <Change key={change.path.join('')} world={world} change={change} isAskable={isAskable} />
          ))}
        </div>
      ))}
    </div>
  );
}

const SHOWN = 200;

/** The pinned slot of this process, where it is another one than is looked at. */
function usePinned(process: ProcessId, slot: Slot): Slot | null {
  const app = useApp();
  return useStore(app.inspect, ({ pinned }) => (pinned?.process === process && pinned.slot !== slot ? pinned.slot : null));
}

/** Says that the difference is to a pinned slot, and leads back. */
function Against({ pinned }: { readonly pinned: Slot | null }): React.ReactNode {
  const app = useApp();
  if (pinned === null) return null;
  return (
    <p className="inspector-against">
      From the pinned{' '}
      <button type="button" className="inspector-link" onClick={() => app.focus.getState().toSlot(pinned)}>
        slot {pinned}
      </button>{' '}
      to this one.
      <Button isSmall onClick={() => app.inspect.getState().pin(null)}>
        Compare with the slot before
      </Button>
    </p>
  );
}

function changesNote(found: number, isComplete: boolean, slot: Slot, pinned: Slot | null): string {
  const count = `${found}${isComplete ? '' : '+'} ${found === 1 ? 'change' : 'changes'}`;
  if (pinned !== null) return `${count} against slot ${pinned}`;
  return slot === 0 ? `${count} from nothing` : `${count} against slot ${slot - 1}`;
}

/** Without the tables whose size changed because of an entry that is listed too. */
export function telling(changes: readonly StateChange[]): readonly StateChange[] {
  const parents = new Set(changes.map((change) => change.path.slice(0, -1).join('\u0000')));
  return changes.filter((change) => !parents.has(change.path.join('\u0000')) || !/^table\b/.test(change.after ?? change.before ?? ''));
}

/** Changes by the first step of their path, in the order in which they came. */
function groupsOf(changes: readonly StateChange[]): [string, StateChange[]][] {
  const groups = new Map<string, StateChange[]>();
  for (const change of changes.slice(0, SHOWN)) {
    const root = change.path[0] ?? '';
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [change]);
    else group.push(change);
  }
  return [...groups].map(([root, list]) => [root.replace(/^\./, ''), list]);
}

const SIGNS: Readonly<Record<StateChange['change'], string>> = { added: '+', removed: '−', changed: '~' };

function Change({
  world,
  change,
  isAskable,
}: {
  readonly world: World;
  readonly change: StateChange;
  readonly isAskable: boolean;
}): React.ReactNode {
  const app = useApp();
  const rest = change.path.slice(1).join('');
  const expression = expressionOf(change.path);
  return (
    <div className={`inspector-change is-${change.change}`}>
      <span className="inspector-sign mono" aria-label={change.change}>
        {SIGNS[change.change]}
      </span>
      {rest !== '' && (
        <span className="inspector-path mono" title={change.path.join('')}>
          {withNames(world, rest)}
        </span>
      )}
      <span className="inspector-values mono">
        {change.before !== null && <del title={change.before}>{withNames(world, change.before)}</del>}
        {change.before !== null && change.after !== null && <span className="faint"> → </span>}
        {change.after !== null && <ins title={change.after}>{withNames(world, change.after)}</ins>}
      </span>
      {isAskable && expression !== null && (
        <button
          type="button"
          className="inspector-link inspector-change-why"
          aria-label={`Why did ${expression} change?`}
          onClick={() => void app.commands.run('inspect.whyValue', expression)}
        >
          why?
        </button>
      )}
    </div>
  );
}

function Output({ process, row }: { readonly process: ProcessId; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const asked = useAnswer('cu.result', row.slot === null || row.evaluatedAtMs === null ? null : { process, slot: row.slot });
  const outcome = asked.value;
  const verdict = outcome?.verdict ?? null;
  const text = outcome === undefined ? row.output : outputText(outcome.output).text;
  return (
    <>
      <Section title="Output" note={row.prompt === null ? undefined : <span className="mono">{row.prompt}</span>}>
        <Progress asked={asked} />
        {text === '' ? (
          <p className="faint">Nothing was printed or returned.</p>
        ) : (
          <Coloured text={prettyJson(text) ?? text} onLine={(line) => void showPrinted(app, plainText(text), line)} />
        )}
      </Section>
      {row.evaluatedAtMs !== null && (
        <Section title="Cost">
          <Facts
            rows={[
              ...costOf(row),
              ...(verdict === null ? [] : [['Cut short', cutShort(verdict)] as const]),
              ['Outcome', outcome === undefined ? '–' : <Id key="hash" id={outcome.hash} />],
            ]}
          />
        </Section>
      )}
    </>
  );
}

function costOf(row: MessageRow): readonly (readonly [string, string])[] {
  // What was ended from outside has not told how many instructions it ran.
  const isUncounted = row.code === 'EVALUATION_STOPPED' || row.code === 'EVALUATION_TIME';
  return [
    ...(isUncounted ? [] : [['Gas', `${row.gasUsed.toLocaleString('en-US')} instructions`] as const]),
    ['Time', `${row.durationMs.toFixed(2)} ms`],
    ['Memory', bytesText(row.memoryBytes)],
  ];
}

function cutShort(verdict: Verdict): string {
  if (verdict.kind === 'unavailable') return 'data that was not available';
  return verdict.kind === 'stopped' ? 'stopped by a person' : `${verdict.kind}, limit ${verdict.limit.toLocaleString('en-US')}`;
}
