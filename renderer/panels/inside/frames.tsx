import { useStore } from 'zustand';
import type { EvaluationPlace, FrameView } from '../../../node/contract/recording.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';
import { Variables } from './variables.tsx';

/** The stack at a step, and the variables of the chosen level. */
export function Frames({ place, step }: { readonly place: EvaluationPlace; readonly step: number }): React.ReactNode {
  const app = useApp();
  const chosen = useStore(app.inside, (state) => state.frame);
  const asked = useAnswer('cu.frames', { ...place, step });
  const frames = asked.value?.frames ?? [];
  const frame = frames[chosen] ?? frames[0];
  const at = frame === undefined ? 0 : frames.indexOf(frame);
  // The person's own calls end where those of the module begin that called them.
  const own = frames.findLastIndex((one) => !one.isRuntime) + 1;
  const level = (one: FrameView, index: number): React.ReactNode => (
    <Level key={index} frame={one} isChosen={index === at} onChoose={() => app.inside.getState().setFrame(index)} />
  );
  return (
    <div className={`inside-columns${asked.isOld ? ' is-old' : ''}`}>
      <section className="inside-part" aria-labelledby="inside-stack">
        <h3 id="inside-stack">Call stack</h3>
        <Progress asked={asked} />
        <ul className="inside-stack">{frames.slice(0, own).map(level)}</ul>
        {own < frames.length && (
          <details className="inside-rest" open={at >= own || own === 0}>
            <summary>{frames.length - own} of the module</summary>
            <ul className="inside-stack">{frames.slice(own).map((one, index) => level(one, index + own))}</ul>
          </details>
        )}
      </section>
      <section className="inside-part" aria-labelledby="inside-values">
        <h3 id="inside-values">Values</h3>
        {frame !== undefined && (
          <>
            <Variables place={place} step={step} frame={at} scope="locals" title="Locals" list={frame.locals} />
            <Variables place={place} step={step} frame={at} scope="upvalues" title="Upvalues" list={frame.upvalues} />
            {frame.locals.length + frame.upvalues.length === 0 && <p className="faint">No variables here.</p>}
          </>
        )}
      </section>
    </div>
  );
}

interface LevelProps {
  readonly frame: FrameView;
  readonly isChosen: boolean;
  onChoose(): void;
}

function Level({ frame, isChosen, onChoose }: LevelProps): React.ReactNode {
  const { place } = frame;
  return (
    <li className={frame.isRuntime ? 'is-runtime' : ''}>
      <button type="button" aria-pressed={isChosen} onClick={onChoose}>
        <span className="mono">{frame.function}</span>
        {place !== null && (
          <span className="faint mono">
            {place.chunk.replace(/^[@=]/, '')}:{place.line}
          </span>
        )}
      </button>
    </li>
  );
}
