import { useStore } from 'zustand';
import type { BranchLine } from '../../../node/contract/branch.ts';
import { isOfValues } from '../../../node/contract/state.ts';
import { useApp } from '../../stores/app-context.ts';
import { Progress } from '../../widgets/progress.tsx';
import { Ends } from './ends.tsx';
import { Parted } from './parted.tsx';
import { SideBySide } from './side-by-side.tsx';
import { useAsked } from './use-asked.ts';

interface DifferenceProps {
  readonly branch: number;
  readonly line: BranchLine;
  readonly isDone: boolean;
}

/** The first evaluation that went another way, beside the recorded one, and what is otherwise at the end. */
export function Difference({ branch, line, isDone }: DifferenceProps): React.ReactNode {
  const { process, firstEffect, firstDifference, steps } = line;
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const asked = useAsked('cu.branchSteps', firstEffect === null ? null : { branch, process, from: firstEffect, limit: 1 });
  const compared = useAsked('cu.branchCompare', isDone && steps > 0 ? { branch, process } : null);
  const step = asked.value?.steps[0];
  const changes = (compared.value?.diff.changes ?? []).filter(isOfValues);
  const isOther = compared.value !== undefined && compared.value.mainHash !== null && changes.length > 0;
  return (
    <>
      <Progress asked={asked} />
      {firstEffect === null && line.spawnedBy === null && (
        <p className="dim">
          {firstDifference === null
            ? 'All printed and sent the same'
            : 'They printed and sent the same: only the instructions that it took differ'}
          {isDone ? '.' : ' so far.'}
        </p>
      )}
      {step !== undefined && <SideBySide world={world} line={line} step={step} />}
      {firstEffect === null && isOther && <Parted world={world} branch={branch} line={line} />}
      <Progress asked={compared} />
      {compared.value !== undefined && (
        <>
          <h4>
            At the end{' '}
            <span className="faint">
              {compared.value.mainHash === null
                ? 'it stands beside nothing'
                : changes.length === 0
                  ? 'the state is the same'
                  : `${changes.length}${compared.value.diff.isComplete ? '' : '+'} ${changes.length === 1 ? 'value differs' : 'values differ'}`}
            </span>
          </h4>
          {isOther && <Ends world={world} changes={changes} label="At the end" />}
        </>
      )}
    </>
  );
}
