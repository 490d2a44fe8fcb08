import type { BranchLine, BranchStep } from '../../../node/contract/branch.ts';
import { withNames } from '../../model/lookup.ts';
import { sidesOf, type SideLine } from '../../model/outcome-sides.ts';
import { whoWithin } from '../../model/own-wallets.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { ansiParts } from '../../widgets/ansi.ts';
import { Progress } from '../../widgets/progress.tsx';

interface SideBySideProps {
  readonly world: World;
  readonly line: BranchLine;
  readonly step: BranchStep;
}

/** An evaluation of a branch beside the recorded one; what is not in the other half is marked. */
export function SideBySide({ world, line, step }: SideBySideProps): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const { process } = line;
  const { mainSlot } = step;
  const main = useAnswer('cu.result', mainSlot === null ? null : { process, slot: mainSlot });
  const isHere = mainSlot === null || main.value !== undefined;
  const sides = isHere ? sidesOf(main.value ?? null, step, plain) : null;
  return (
    <>
      <h4>
        First difference{' '}
        <span className="faint">
          {step.origin !== 'main' && `${step.origin} · `}
          {step.action ?? 'message'} from {whoWithin(world, step.from, own)}
        </span>
        {mainSlot !== null && (
          <button type="button" className="branch-go" onClick={() => app.focus.getState().setFocus({ process, slot: mainSlot })}>
            go to slot {mainSlot}
          </button>
        )}
      </h4>
      <Progress asked={main} />
      {sides !== null && (
        <div className="branch-sides">
          <Side
            title={mainSlot === null ? 'As it was' : `As it was · slot ${mainSlot}`}
            mark="−"
            world={world}
            lines={
              mainSlot === null
                ? [{ kind: 'faint', text: step.origin === 'duplicated' ? 'It came only once.' : 'It was never sent.', isOther: false }]
                : sides.main
            }
          />
          <Side title={`In the branch · slot ${step.slot}`} mark="+" world={world} lines={sides.branch} />
        </div>
      )}
    </>
  );
}

function plain(text: string): string {
  return ansiParts(text)
    .map((part) => part.text)
    .join('');
}

interface SideProps {
  readonly title: string;
  readonly mark: '−' | '+';
  readonly world: World;
  readonly lines: readonly SideLine[];
}

function Side({ title, mark, world, lines }: SideProps): React.ReactNode {
  const Other = mark === '−' ? 'del' : 'ins';
  return (
    <div className="branch-side" role="group" aria-label={title}>
      <b>{title}</b>
      <ol tabIndex={0} aria-label={`Lines: ${title}`}>
        {lines.map(({ kind, text, isOther }, index) => (
          <li key={index} className={`is-${kind}${isOther ? ' is-other' : ''}`}>
            <i aria-hidden>{isOther ? mark : ''}</i>
            {isOther ? <Other>{withNames(world, text)}</Other> : <span>{withNames(world, text)}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
