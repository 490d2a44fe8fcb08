import { CircleAlert, CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { BranchInfo, BranchLine, BranchRun, BranchStep } from '../../../node/contract/branch.ts';
import type { ProcessId } from '../../../node/contract/ids.ts';
import { isOfValues, type StateChange } from '../../../node/contract/state.ts';
import { codeOf } from '../../commands/branch.ts';
import { counted } from '../../model/branch-words.ts';
import { nameOf, withNames } from '../../model/lookup.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { SEARCHED_STEPS } from './parted.tsx';

/** The first moment at which the branch went another way. */
interface First {
  readonly process: ProcessId;
  readonly step: BranchStep;
  /** What others could notice of it, or null where only the state did. */
  readonly isNoticed: boolean;
  readonly change: StateChange | null;
}

interface VerdictProps {
  readonly info: BranchInfo;
  readonly run: BranchRun;
}

/** What became of the code that was tried: where it first differs, whether that helped, and the way to take it over. */
export function Verdict({ info, run }: VerdictProps): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const [isSearched, setSearched] = useState(run.stepsRun <= SEARCHED_STEPS);
  const found = useFirst(app, info.id, run, isSearched);
  const code = codeOf(info);
  const [broken, mended] = [sum(run, 'broken'), sum(run, 'mended')];
  const first = found.value;
  const isWaiting = first === undefined && found.error === null;
  const tone = broken > 0 ? 'error' : 'ok';
  const Icon = tone === 'ok' ? CircleCheck : CircleAlert;
  return (
    <section className={`branch-verdict is-${isWaiting ? 'waiting' : tone}`} aria-label="What the code did">
      <Progress asked={found} />
      {!isWaiting && <Icon size={16} aria-hidden />}
      <div role="status">
        {isWaiting && <p>Looking for where it first differs…</p>}
        {first === null && (
          <p>
            <b>Nothing differs.</b> {counted(run.stepsRun)} messages give the same outputs, the same outboxes
            {isSearched ? ' and the same values' : ''} on this code.
          </p>
        )}
        {first !== null && first !== undefined && (
          <p>
            <b>
              The first difference is at slot {first.step.mainSlot ?? first.step.slot} of {nameOf(world, first.process)}:
            </b>{' '}
            {wordsOf(first, (text) => withNames(world, text))}
          </p>
        )}
        {!isWaiting && (
          <p>
            {broken > 0 && `${counted(broken)} ${broken === 1 ? 'message fails' : 'messages fail'} that did not. `}
            {mended > 0 && `${counted(mended)} ${mended === 1 ? 'message fails' : 'messages fail'} no more. `}
            {broken === 0 && mended === 0 && 'No message fails that did not before.'}
          </p>
        )}
      </div>
      <span className="branch-space" />
      {first !== null && first !== undefined && (
        <Button isSmall onClick={() => app.branch.getState().walkTo(first.process, first.step.index)}>
          Look at it
        </Button>
      )}
      {!isSearched && (
        <Button isSmall label="Look for where the values parted: much of the branch is run again for it" onClick={() => setSearched(true)}>
          Compare values
        </Button>
      )}
      {code !== null && (
        <Button
          isSmall
          look={broken > 0 ? 'plain' : 'primary'}
          label={`Evaluate this code in ${nameOf(world, code.process)}, which runs on with it`}
          onClick={() => void app.commands.run('branch.apply')}
        >
          Apply this code
        </Button>
      )}
    </section>
  );
}

function sum(run: BranchRun, what: 'broken' | 'mended'): number {
  return run.lines.reduce((all, line) => all + line[what], 0);
}

function wordsOf({ step, isNoticed, change }: First, named: (text: string) => string): string {
  const action = step.action ?? 'its message';
  if (isNoticed && step.error !== null) return `${action} fails: ${named(step.error.split('\n')[0] ?? '')}`;
  if (isNoticed && step.mainSlot === null) return `${action} is there only in the branch.`;
  if (change !== null) {
    const path = named(change.path.join('').replace(/^\./, ''));
    return `after ${action}, ${path} is ${named(change.after ?? 'gone')} and was ${named(change.before ?? 'nothing')}.`;
  }
  return `${action} prints or sends something else.`;
}

/** Undefined while it is looked for; null where nothing differs. */
function useFirst(
  app: App,
  branch: number,
  run: BranchRun,
  isSearched: boolean,
): { readonly value: First | null | undefined; readonly isSlow: boolean; readonly error: unknown } {
  const [got, setGot] = useState<{ readonly value: First | null | undefined; readonly error: unknown } | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    const lines = run.lines.filter(({ steps }) => steps > 0);
    Promise.all(lines.map((line) => firstOf(app, branch, line, isSearched, stop.signal))).then(
      (all) => {
        const sorted = all.filter((one) => one !== null).sort((a, b) => a.step.timestampMs - b.step.timestampMs);
        if (!stop.signal.aborted) setGot({ value: sorted[0] ?? null, error: null });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setGot({ value: undefined, error });
      },
    );
    return () => stop.abort();
  }, [app, branch, run, isSearched]);
  return { value: got?.value, isSlow: got === null, error: got?.error ?? null };
}

async function firstOf(app: App, branch: number, line: BranchLine, isSearched: boolean, signal: AbortSignal): Promise<First | null> {
  const { process, firstEffect } = line;
  const stepAt = async (index: number): Promise<BranchStep | null> =>
    (await app.link.ask('cu.branchSteps', { branch, process, from: index, limit: 1 }, signal)).steps[0] ?? null;
  const isCompared = isSearched && line.spawnedBy === null;
  const parted = isCompared
    ? (await app.link.ask('cu.branchCompare', { branch, process, isSearched: true }, signal)).firstStateDifference
    : null;
  const changesAt = async (index: number): Promise<readonly StateChange[]> =>
    (await app.link.ask('cu.branchDiff', { branch, process, index, against: 'main' }, signal)).changes.filter(
      (one) => isOfValues(one) && !/^table\b/.test(one.after ?? one.before ?? ''),
    );
  // That other code has other handlers says nothing of what they do.
  const isOfCode = ({ path }: StateChange): boolean => path[0] === '.Handlers';
  const isState = parted !== null && parted <= (firstEffect ?? parted);
  const early = isState ? await changesAt(parted) : [];
  const isTold = isState && (firstEffect === null || !early.every(isOfCode));
  const index = isTold ? parted : firstEffect;
  const step = index === null ? null : await stepAt(index);
  if (index === null || step === null) return null;
  const changes = isTold ? early : isCompared && step.mainSlot !== null ? await changesAt(index) : [];
  const change = changes.find((one) => !isOfCode(one)) ?? changes[0] ?? null;
  return { process, step, isNoticed: index === firstEffect, change };
}
