import { useState } from 'react';
import type { BranchLine } from '../../../node/contract/branch.ts';
import { isOfValues } from '../../../node/contract/state.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { Ends } from './ends.tsx';
import { useAsked } from './use-asked.ts';

/** Where states parted is looked for by itself in branches of so many steps: much of them is run again for it. */
export const SEARCHED_STEPS = 2_000;

interface PartedProps {
  readonly world: World;
  readonly branch: number;
  readonly line: BranchLine;
}

/** The first evaluation after which the values of a branch are not those of the main line, both beside each other. */
export function Parted({ world, branch, line }: PartedProps): React.ReactNode {
  const app = useApp();
  const { process, steps } = line;
  const [isWanted, setWanted] = useState(steps <= SEARCHED_STEPS);
  const compared = useAsked('cu.branchCompare', isWanted ? { branch, process, isSearched: true } : null);
  const index = compared.value?.firstStateDifference ?? null;
  const found = useAsked('cu.branchSteps', index === null ? null : { branch, process, from: index, limit: 1 });
  const diff = useAsked('cu.branchDiff', index === null ? null : { branch, process, index, against: 'main' });
  const step = found.value?.steps[0];
  const changes = (diff.value?.changes ?? []).filter(isOfValues);
  if (!isWanted)
    return (
      <Button isSmall label="Look for where the values parted: much of the branch is run again for it" onClick={() => setWanted(true)}>
        Where did the values part?
      </Button>
    );
  return (
    <>
      <Progress asked={compared} />
      {step !== undefined && changes.length > 0 && (
        <>
          <h4>
            Values first differ <span className="faint">after {step.action ?? 'a message'}</span>
            <button type="button" className="branch-go" onClick={() => app.branch.getState().walkTo(process, step.index)}>
              look at slot {step.slot} of the branch
            </button>
          </h4>
          <Ends world={world} changes={changes} label={`Values after slot ${step.slot}`} />
        </>
      )}
    </>
  );
}
