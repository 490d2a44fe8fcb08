import { useStore } from 'zustand';
import type { BranchLine, BranchStep } from '../../../node/contract/branch.ts';
import { outputText, type SlotOutcome } from '../../../node/contract/outcome.ts';
import { tagValue } from '../../../node/contract/item.ts';
import { isOfValues, type StateChange } from '../../../node/contract/state.ts';
import { nameOf, withNames } from '../../model/lookup.ts';
import { whoWithin } from '../../model/own-wallets.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { ansiParts } from '../../widgets/ansi.ts';
import { Progress } from '../../widgets/progress.tsx';
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
  return (
    <>
      <Progress asked={asked} />
      {firstEffect === null && line.spawnedBy === null && (
        <p className="dim">
          {firstDifference === null ? 'No outcome differs' : 'They printed and sent the same: only the instructions that it took differ'}
          {isDone ? '.' : ' so far.'}
        </p>
      )}
      {step !== undefined && <SideBySide world={world} line={line} step={step} />}
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
          {changes.length > 0 && compared.value.mainHash !== null && <Ends world={world} changes={changes} />}
        </>
      )}
    </>
  );
}

const CHANGES_SHOWN = 100;

function Ends({ world, changes }: { readonly world: World; readonly changes: readonly StateChange[] }): React.ReactNode {
  return (
    <table className="branch-ends mono">
      <thead>
        <tr>
          <th scope="col">value</th>
          <th scope="col">as it was</th>
          <th scope="col">in the branch</th>
        </tr>
      </thead>
      <tbody>
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <tr key={change.path.join('\u0000')}>
            <th scope="row">{withNames(world, change.path.join('').replace(/^\./, ''))}</th>
            <td>{withNames(world, change.before ?? '–')}</td>
            <td>{withNames(world, change.after ?? '–')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SideBySide({
  world,
  line,
  step,
}: {
  readonly world: World;
  readonly line: BranchLine;
  readonly step: BranchStep;
}): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const { process } = line;
  const main = useAnswer('cu.result', step.mainSlot === null ? null : { process, slot: step.mainSlot });
  const { mainSlot } = step;
  return (
    <>
      <h4>
        First difference{' '}
        <span className="faint">
          {step.origin} · {step.action ?? 'message'} from {whoWithin(world, step.from, own)}
        </span>
        {mainSlot !== null && (
          <button type="button" className="branch-go" onClick={() => app.focus.getState().setFocus({ process, slot: mainSlot })}>
            go to slot {mainSlot}
          </button>
        )}
      </h4>
      <div className="branch-sides">
        <Side
          title={mainSlot === null ? 'As it was' : `As it was · slot ${mainSlot}`}
          world={world}
          outcome={main.value ?? null}
          none="It was never sent."
        />
        <Side title={`In the branch · slot ${step.slot}`} world={world} outcome={step} none="" />
      </div>
    </>
  );
}

interface SideProps {
  readonly title: string;
  readonly world: World;
  readonly outcome: Pick<SlotOutcome, 'error' | 'output' | 'messages'> | null;
  readonly none: string;
}

function Side({ title, world, outcome, none }: SideProps): React.ReactNode {
  const printed =
    outcome === null
      ? ''
      : ansiParts(outputText(outcome.output).text)
          .map(({ text }) => text)
          .join('');
  return (
    <div className="branch-side" role="group" aria-label={title}>
      <b>{title}</b>
      {outcome === null ? (
        <p className="faint">{none}</p>
      ) : (
        <>
          {outcome.error !== null && <pre className="is-error">{outcome.error}</pre>}
          <pre>{printed === '' ? 'printed nothing' : withNames(world, printed)}</pre>
          <ul>
            {outcome.messages.map((one, index) => (
              <li key={index}>
                → {nameOf(world, one.Target)} <b>{tagValue(one.Tags, 'Action') ?? 'message'}</b>{' '}
                <span className="faint">{one.Data.slice(0, 80)}</span>
              </li>
            ))}
            {outcome.messages.length === 0 && <li className="faint">sent nothing</li>}
          </ul>
        </>
      )}
    </div>
  );
}
