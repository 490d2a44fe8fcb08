import { ChevronLeft, ChevronRight, SkipBack, SkipForward, Undo2 } from 'lucide-react';
import { useStore } from 'zustand';
import type { BranchLine } from '../../../node/contract/branch.ts';
import { nameOf } from '../../model/lookup.ts';
import type { World } from '../../model/world.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import type { Walk } from '../../stores/branch-store.ts';
import { Button } from '../../widgets/button.tsx';
import { BranchMenu } from './branch-menu.tsx';
import { PlaceField } from './place-field.tsx';

/** The time bar while one stands in a branch: which step of which process, and the way to any other, and back to the main line. */
export function BranchBar({ walk }: { readonly walk: Walk }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const world = useStore(app.world, (state) => state.world);
  const lines = useStore(app.branch, (state) => state.shown?.run?.lines);
  const { process, index, step } = walk;
  const ran = (lines ?? []).filter(({ steps }) => steps > 0);
  const line = ran.find((one) => one.process === process);
  const last = Math.max(0, (line?.steps ?? 1) - 1);
  const lane = world.processById.get(process)?.lane ?? 1;
  const go = (to: number): void => app.branch.getState().walkTo(process, Math.max(0, Math.min(last, to)));
  const button = (label: string, command: string, picture: React.ReactNode): React.ReactNode => (
    <Button
      look="quiet"
      isSmall
      isIcon
      label={label}
      disabled={!app.commands.isEnabled(command)}
      onClick={() => void app.commands.run(command)}
    >
      {picture}
    </Button>
  );
  return (
    <div className="time is-branch" role="group" aria-label="Time">
      <ProcessChoice world={world} lines={ran} walk={walk} />
      <div className="time-buttons">
        {button(withKeys('First step of the branch', 'time.first'), 'time.first', <SkipBack size={13} />)}
        {button(withKeys('Previous step', 'time.previous'), 'time.previous', <ChevronLeft size={16} />)}
        {button(withKeys('Next step', 'time.next'), 'time.next', <ChevronRight size={16} />)}
        {button(withKeys('Last step of the branch', 'time.last'), 'time.last', <SkipForward size={13} />)}
      </div>
      <div className="time-slider" style={{ '--lane': `var(--lane-${lane})` } as React.CSSProperties}>
        <div className="time-track" aria-hidden>
          <div className="time-done" style={{ width: `${last === 0 ? 100 : (index / last) * 100}%` }} />
          {line !== undefined && line.firstEffect !== null && (
            <i className="time-differs" style={{ left: `${last === 0 ? 100 : (line.firstEffect / last) * 100}%` }} />
          )}
        </div>
        <input
          type="range"
          min={last === 0 ? -1 : 0}
          max={last}
          step={1}
          value={index}
          disabled={last === 0}
          aria-label={`Step of ${nameOf(world, process)} in the branch`}
          aria-valuetext={`step ${index + 1} of ${last + 1}${step === null ? '' : `, slot ${step.slot}`}`}
          onChange={(event) => go(Number(event.target.value))}
        />
      </div>
      <PlaceField word="step" label="Go to step of the branch" value={index + 1} last={last + 1} onGo={(step) => go(step - 1)} />
      <BranchMenu />
      <div className="time-mode" role="status">
        <span className="time-in-branch">
          <i aria-hidden />
          BRANCH
        </span>
      </div>
      <Button
        isSmall
        className="time-back"
        label={withKeys('Back to the main line', 'branch.toMain')}
        onClick={() => void app.commands.run('branch.toMain')}
      >
        <Undo2 size={13} aria-hidden /> Back to main
      </Button>
    </div>
  );
}

function ProcessChoice(props: { readonly world: World; readonly lines: readonly BranchLine[]; readonly walk: Walk }): React.ReactNode {
  const { world, lines, walk } = props;
  const app = useApp();
  return (
    <div className="time-process">
      <i style={{ background: `var(--lane-${world.processById.get(walk.process)?.lane ?? 1})` }} aria-hidden />
      <select
        className="field"
        aria-label="Process of the branch"
        value={walk.process}
        onChange={(event) => {
          const line = lines.find(({ process }) => process === event.target.value);
          if (line !== undefined) app.branch.getState().walkTo(line.process, line.firstEffect ?? 0);
        }}
      >
        {lines.map(({ process }) => (
          <option key={process} value={process}>
            {nameOf(world, process)}
          </option>
        ))}
      </select>
    </div>
  );
}
