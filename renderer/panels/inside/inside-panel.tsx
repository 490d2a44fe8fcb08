import { useStore } from 'zustand';
import { stepPlace } from '../../../node/contract/inside-view.ts';
import { nameOf } from '../../model/lookup.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { CodeAround } from './code-around.tsx';
import { Frames } from './frames.tsx';
import { StepBar } from './step-bar.tsx';
import { Watches } from './watches.tsx';
import './inside.css';

/** The slot in focus from the inside: the line it stands at, the stack, and every value there. */
export function InsidePanel(): React.ReactNode {
  const app = useApp();
  const { keysOf } = useKeyWords();
  const view = useStore(app.inside, (state) => state.view);
  const isLoading = useStore(app.inside, (state) => state.isLoading);
  const error = useStore(app.inside, (state) => state.error);
  const focus = useStore(app.focus, (state) => state.focus);
  const world = useStore(app.world, (state) => state.world);
  const walk = useStore(app.branch, (state) => state.walk);
  if (error !== null) {
    return (
      <div className="panel inside">
        <div className="inside-part">
          <Progress asked={{ isSlow: false, error }} />
        </div>
      </div>
    );
  }
  if (view === null || focus.step === null) {
    const steps = view?.steps.step.length ?? null;
    const onMain = focus.slot === null ? 'the latest message' : `slot ${focus.slot} of ${nameOf(world, focus.process)}`;
    const where = walk === null ? onMain : `step ${walk.index + 1} of ${nameOf(world, walk.process)} in the branch`;
    return (
      <div className="panel inside">
        <Progress asked={{ isSlow: isLoading, error: null }} />
        <Empty>
          <p>Step through the lines that ran in {where}, forwards and backwards: the stack and every value stand here.</p>
          {steps === 0 ? (
            <p className="faint">No line of your program ran in it.</p>
          ) : (
            <Button disabled={focus.process === null} onClick={() => void app.commands.run('inside.next')}>
              Step into it{steps === null ? '' : `: ${steps} ${steps === 1 ? 'line' : 'lines'}`}{' '}
              {keysOf('inside.next') !== '' && <kbd>{keysOf('inside.next')}</kbd>}
            </Button>
          )}
        </Empty>
      </div>
    );
  }
  const here = stepPlace(view, focus.step);
  return (
    <div className="panel inside">
      <StepBar view={view} here={here} />
      <div className="pane-body inside-body" tabIndex={0} role="group" aria-label="Stack and values">
        {here !== null && <CodeAround view={view} here={here} />}
        <Frames place={view.place} step={here?.step ?? focus.step} />
        <Watches place={view.place} step={here?.step ?? focus.step} />
      </div>
    </div>
  );
}
