import { ArrowLeft, GitBranch, Square } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { BranchLine, BranchRun } from '../../../node/contract/branch.ts';
import { counted, countsWords } from '../../model/branch-words.ts';
import { nameOf } from '../../model/lookup.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import type { ShownBranch } from '../../stores/branch-store.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { BranchRows } from './branch-rows.tsx';
import { Difference } from './difference.tsx';
import { LaterAsk } from './later-ask.tsx';
import { RunProgress } from './run-progress.tsx';
import { Verdict } from './verdict.tsx';

const VIEWS = [
  ['differences', 'Differences'],
  ['messages', 'Messages'],
] as const;
type View = (typeof VIEWS)[number][0];

/** How far a branch has run, where each of its processes goes another way than it did, and its messages. */
export function BranchResult({ shown }: { readonly shown: ShownBranch }): React.ReactNode {
  const [view, setView] = useState<View>('differences');
  const { info, run, isRunning, error } = shown;
  const isCode = info.file !== undefined;
  return (
    <div className="panel branch">
      <ResultBar shown={shown} />
      <RunProgress shown={shown} />
      {run !== null && run.question !== null && !isRunning && <LaterAsk key={run.question.number} question={run.question} />}
      {error !== null && <ErrorText error={error} />}
      {isCode && run?.isDone === true && <Verdict info={info} run={run} />}
      <div className="branch-views" role="tablist" aria-label="Views of the branch" onKeyDown={(event) => walkViews(event, view, setView)}>
        {VIEWS.map(([id, title]) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`branch-tab-${id}`}
            aria-selected={view === id}
            aria-controls="branch-view"
            tabIndex={view === id ? 0 : -1}
            onClick={() => setView(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div className="branch-view" role="tabpanel" id="branch-view" aria-labelledby={`branch-tab-${view}`}>
        {run !== null && (view === 'messages' ? <BranchRows branch={info.id} run={run} /> : <Differences branch={info.id} run={run} />)}
      </div>
    </div>
  );
}

function walkViews(event: React.KeyboardEvent, view: View, setView: (view: View) => void): void {
  if ((event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const next = view === 'messages' ? 'differences' : 'messages';
  setView(next);
  document.getElementById(`branch-tab-${next}`)?.focus();
}

function ResultBar({ shown }: { readonly shown: ShownBranch }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const { info, isRunning, run } = shown;
  const { leave, drop, stop, open } = app.branch.getState();
  const isWalked = useStore(app.branch, (state) => state.walk !== null);
  const canGoOn = !isRunning && run?.isDone !== true && (run?.question ?? null) === null;
  return (
    <div className="pane-bar branch-bar">
      <Button look="quiet" isSmall isIcon label="Back to the branches" onClick={leave}>
        <ArrowLeft size={13} />
      </Button>
      <GitBranch size={13} aria-hidden />
      <Name key={info.id} id={info.id} name={info.name} />
      {isRunning && (
        <Button isSmall onClick={stop}>
          <Square size={10} aria-hidden /> Stop
        </Button>
      )}
      {canGoOn && (
        <Button isSmall onClick={() => open(info)}>
          Run on
        </Button>
      )}
      <Button
        isSmall
        aria-pressed={isWalked}
        label={
          isWalked
            ? withKeys('Back to the main line', 'branch.toMain')
            : 'Look at it like the main line: step through it, with its state and messages'
        }
        onClick={() => void app.commands.run(isWalked ? 'branch.toMain' : 'branch.walk')}
      >
        {isWalked ? 'Back to main' : 'Look at it'}
      </Button>
      <Button isSmall onClick={() => void app.commands.run('branch.change')}>
        Change…
      </Button>
      <Button isSmall onClick={() => void drop(info.id).catch(app.ui.getState().fail)}>
        Throw away
      </Button>
      <Button isSmall look="primary" onClick={leave}>
        Keep
      </Button>
    </div>
  );
}

/** The name of a branch, which can be typed over. */
function Name({ id, name }: { readonly id: number; readonly name: string }): React.ReactNode {
  const app = useApp();
  const [typed, setTyped] = useState(name);
  const save = (): void => {
    const wanted = typed.trim();
    if (wanted !== '' && wanted !== name) app.branch.getState().rename(id, wanted).catch(app.ui.getState().fail);
  };
  return (
    <input
      className="field branch-name"
      value={typed}
      aria-label="Name of the branch"
      onChange={(event) => setTyped(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && save()}
    />
  );
}

function Differences({ branch, run }: { readonly branch: number; readonly run: BranchRun }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [isAlikeShown, setAlikeShown] = useState(false);
  const [most, setMost] = useState(LINES_AT_ONCE);
  // Where many processes follow, those that went another way are what one looks for.
  const alike = run.lines.length > LINES_AT_ONCE ? run.lines.filter(isAlike) : [];
  const others = alike.length === 0 ? run.lines : run.lines.filter((line) => !isAlike(line));
  const lines = isAlikeShown ? [...others, ...alike] : others;
  const more = lines.length - most;
  return (
    <div className="pane-body branch-body" tabIndex={0} role="group" aria-label="Where the branch differs">
      {lines.slice(0, most).map((line) => (
        <Line key={line.process} branch={branch} line={line} isDone={run.isDone} />
      ))}
      {more > 0 && (
        <p className="branch-more">
          <Button isSmall onClick={() => setMost(most + LINES_AT_ONCE)}>
            Show {Math.min(more, LINES_AT_ONCE)} more of {counted(lines.length)} processes
          </Button>
        </p>
      )}
      {alike.length > 0 && !isAlikeShown && (
        <p className="branch-more faint">
          {counted(alike.length)} {alike.length === 1 ? 'process' : 'processes'} printed and sent the same.
          <Button look="quiet" isSmall onClick={() => setAlikeShown(true)}>
            Show {alike.length === 1 ? 'it' : 'them'} too
          </Button>
        </p>
      )}
      {run.spawnsNotRun.length > 0 && (
        <section className="branch-part" aria-labelledby="branch-not-run">
          <h3 id="branch-not-run">Spawned in the branch, and not run</h3>
          <ul>
            {run.spawnsNotRun.map(({ process, slot, index, reason }) => (
              <li key={`${process} ${slot} ${index}`}>
                by {nameOf(world, process)} in slot {slot}: {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** Each asks for its first difference and its last state: more of them only when the person wants them. */
const LINES_AT_ONCE = 10;

/** Nobody could tell this line from the main one by what it printed, sent and got. */
function isAlike({ firstEffect, missingCount, spawnedBy }: BranchLine): boolean {
  return firstEffect === null && missingCount === 0 && spawnedBy === null;
}

interface LineProps {
  readonly branch: number;
  readonly line: BranchLine;
  readonly isDone: boolean;
}

function Line({ branch, line, isDone }: LineProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const lane = world.processById.get(line.process)?.lane ?? 1;
  return (
    <section
      className="branch-line"
      aria-label={nameOf(world, line.process)}
      style={{ '--lane': `var(--lane-${lane})` } as React.CSSProperties}
    >
      <h3>
        <i aria-hidden /> {nameOf(world, line.process)}
        <span className="faint">
          {line.spawnedBy !== null && `only in the branch, spawned by ${nameOf(world, line.spawnedBy)} · `}
          {line.insteadOf !== null && `instead of ${nameOf(world, line.insteadOf)} · `}
          from slot {line.base + 1} on: {countsWords(line)}
        </span>
      </h3>
      <Difference branch={branch} line={line} isDone={isDone} />
    </section>
  );
}
