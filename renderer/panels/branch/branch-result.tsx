import { ArrowLeft, GitBranch, Square } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { BranchLine } from '../../../node/contract/branch.ts';
import { nameOf } from '../../model/lookup.ts';
import { useApp } from '../../stores/app-context.ts';
import type { ShownBranch } from '../../stores/branch-store.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { Difference } from './difference.tsx';

/** How far a branch has run, and where each of its processes goes another way than it did. */
export function BranchResult({ shown }: { readonly shown: ShownBranch }): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const { info, run, isRunning, error } = shown;
  const { leave, drop, stop, open } = app.branch.getState();
  const steps = run?.lines.reduce((sum, line) => sum + line.steps, 0) ?? 0;
  return (
    <div className="panel branch">
      <div className="branch-bar">
        <Button look="quiet" isSmall isIcon label="Back to the branches" onClick={leave}>
          <ArrowLeft size={13} />
        </Button>
        <GitBranch size={13} aria-hidden />
        <Name key={info.id} id={info.id} name={info.name} />
        <span role="status" className="faint">
          {isRunning ? 'running: ' : run?.isDone === true ? 'done: ' : 'stopped: '}
          {steps.toLocaleString('en-US')} {steps === 1 ? 'evaluation' : 'evaluations'}
        </span>
        <span className="branch-space" />
        {isRunning && (
          <Button isSmall onClick={stop}>
            <Square size={10} aria-hidden /> Stop
          </Button>
        )}
        {!isRunning && run?.isDone !== true && (
          <Button isSmall onClick={() => open(info)}>
            Run on
          </Button>
        )}
        <Button isSmall onClick={() => void drop(info.id).catch(app.ui.getState().fail)}>
          Throw away
        </Button>
        <Button isSmall look="primary" onClick={leave}>
          Keep
        </Button>
      </div>
      <div className="branch-body" tabIndex={0} role="group" aria-label="Where the branch differs">
        {error !== null && <ErrorText error={error} />}
        {run?.lines.map((line) => (
          <Line key={line.process} branch={info.id} line={line} isDone={run.isDone} />
        ))}
        {run !== null && run.spawnsNotRun.length > 0 && (
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
          from slot {line.base + 1} on · {line.steps.toLocaleString('en-US')} {line.steps === 1 ? 'step' : 'steps'}
          {line.missing.length > 0 &&
            ` · without ${line.missing.length === 1 ? `slot ${line.missing[0]}` : `${line.missing.length} slots`}`}
        </span>
      </h3>
      <Difference branch={branch} line={line} isDone={isDone} />
    </section>
  );
}
