import { useVirtualizer } from '@tanstack/react-virtual';
import { CirclePause, CircleX, CornerDownRight, TriangleAlert } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import type { ItemId, ProcessId } from '../../../node/contract/ids.ts';
import { hintsOf, type HintGroup } from '../../model/hints.ts';
import { nameOf, rowByKey } from '../../model/lookup.ts';
import { problemsOf, type Problem } from '../../model/problems.ts';
import { saidBy } from '../../model/said-by.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { TextMark } from '../../stores/editor-store.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { useHeldWays } from '../../stores/use-held-ways.ts';
import { usePlace } from '../../stores/use-place.ts';
import { HeldButtons } from '../../widgets/held-buttons.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import './problems.css';

const ROW_PX = 44;

/** Everything that went wrong, the latest first; a click goes to the moment. Syntax errors of the project's files stand on top, and what looks wrong in them among the hints. */
export function ProblemsPanel(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const marks = useStore(app.editor, (state) => state.marks);
  const problems = useMemo(() => problemsOf(world), [world]);
  const hints = useMemo(() => hintsOf(world), [world]);
  const all = useMemo(() => [...marks].flatMap(([path, list]) => list.map((mark) => ({ path, mark }))), [marks]);
  const inText = useMemo(() => all.filter(({ mark }) => mark.severity === 'error'), [all]);
  const textHints = useMemo(() => all.filter(({ mark }) => mark.severity !== 'error'), [all]);
  const scroll = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises here, and its functions are called while drawing
  const virtual = useVirtualizer({
    count: problems.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => problems[index]?.key ?? index,
    overscan: 8,
  });
  if (problems.length === 0 && all.length === 0 && hints.length === 0) {
    return <Empty>No problems. Errors, refused items and held journeys will stand here, each with its cure.</Empty>;
  }
  return (
    <div ref={scroll} className="panel problems">
      {inText.map(({ path, mark }) => (
        <MarkRow key={`${path}:${mark.line}:${mark.column}`} path={path} mark={mark} />
      ))}
      <div style={{ position: 'relative', flex: 'none', height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const problem = problems[item.index];
          return problem === undefined ? null : (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              style={{ position: 'absolute', insetInline: 0, transform: `translateY(${item.start}px)` }}
            >
              <ProblemRow problem={problem} where={placeText(world, problem)} />
            </div>
          );
        })}
      </div>
      {hints.length + textHints.length > 0 && (
        <section aria-labelledby="problems-hints">
          <h3 id="problems-hints" className="problems-hints">
            Hints: no errors, and maybe not what you meant
          </h3>
          {textHints.slice(0, HINTS_SHOWN).map(({ path, mark }) => (
            <MarkRow key={`${path}:${mark.line}:${mark.column}:${mark.code}`} path={path} mark={mark} />
          ))}
          {hints.slice(0, HINTS_SHOWN).map((hint) => (
            <HintRow key={hint.key} hint={hint} where={placeText(world, hint)} />
          ))}
          {hints.length > HINTS_SHOWN && (
            <p className="problems-hints">
              The {HINTS_SHOWN} most recent kinds of {hints.length.toLocaleString('en-US')}.
            </p>
          )}
        </section>
      )}
    </div>
  );
}

/** Kinds of hints on screen. */
const HINTS_SHOWN = 100;

function placeText(world: World, { process, slot }: { readonly process: ProcessId | null; readonly slot: number | null }): string | null {
  return process === null ? null : `${nameOf(world, process)}${slot === null ? '' : ` · slot ${slot}`}`;
}

function HintRow({ hint, where }: { readonly hint: HintGroup; readonly where: string | null }): React.ReactNode {
  const app = useApp();
  const go = (): void => {
    const row = rowByKey(app.world.getState().world, hint.row);
    if (row !== null) app.focus.getState().focusRow(row);
  };
  return (
    <div className="problem hint">
      <button type="button" className="problem-main" onClick={go} title="Look at this moment">
        <TriangleAlert size={13} className="problem-icon" aria-hidden />
        <span className="problem-text">
          <span>
            {hint.message}
            {hint.count > 1 && <b className="problem-count"> ×{hint.count.toLocaleString('en-US')}</b>}
          </span>
          <span className="problem-more">
            {hint.cure} <code>{hint.code}</code>
            {where !== null && (
              <>
                {' '}
                · <CornerDownRight size={10} aria-hidden /> {hint.count > 1 && 'the latest in '}
                {where}
              </>
            )}
          </span>
        </span>
      </button>
    </div>
  );
}

function MarkRow({ path, mark }: { readonly path: string; readonly mark: TextMark }): React.ReactNode {
  const app = useApp();
  const isError = mark.severity === 'error';
  const go = (): void => {
    app.ui.getState().dock?.openFile(path);
    app.editor.getState().wantFocus(path, mark);
  };
  return (
    <div className={isError ? 'problem' : 'problem hint'}>
      <button type="button" className="problem-main" onClick={go} title="Look at this place">
        {isError ? (
          <CircleX size={13} className="problem-icon" aria-hidden />
        ) : (
          <TriangleAlert size={13} className="problem-icon" aria-hidden />
        )}
        <span className="problem-text">
          <span>{mark.message}</span>
          <span className="problem-more">
            {path}:{mark.line}:{mark.column} · {isError ? saidBy(path, mark.severity) : <code>{mark.code}</code>}
          </span>
        </span>
      </button>
    </div>
  );
}

function ProblemRow({ problem, where }: { readonly problem: Problem; readonly where: string | null }): React.ReactNode {
  const app = useApp();
  const place = usePlace(problem.message);
  const go = (): void => {
    const row = problem.row === null ? null : rowByKey(app.world.getState().world, problem.row);
    if (row !== null) app.focus.getState().focusRow(row);
    else if (problem.process !== null) app.focus.getState().setFocus({ process: problem.process, slot: problem.slot });
  };
  return (
    <div className={isWaiting(problem) ? 'problem held' : 'problem'}>
      <button type="button" className="problem-main" onClick={go} title="Look at this moment">
        {!isWaiting(problem) ? (
          <CircleX size={13} className="problem-icon" aria-hidden />
        ) : (
          <CirclePause size={13} className="problem-icon" aria-hidden />
        )}
        <span className="problem-text">
          <span>{withoutTrace(problem.message)}</span>
          <span className="problem-more">
            {problem.cure} <code>{problem.code}</code>
            {where !== null && (
              <>
                {' '}
                · <CornerDownRight size={10} aria-hidden /> {where}
              </>
            )}
          </span>
        </span>
      </button>
      <PlaceLink place={place} />
      {problem.journey !== null && (
        <span className="problem-ways">
          <HeldWays journey={problem.journey} />
        </span>
      )}
      {problem.code === 'PROCESS_PAUSED' && problem.process !== null && (
        <span className="problem-ways">
          <ResumeButtons process={problem.process} />
        </span>
      )}
    </div>
  );
}

/** The list says what went wrong; the inspector shows the way there too. */
function withoutTrace(message: string): string {
  return message.split('\nstack traceback:')[0] ?? message;
}

/** Nothing goes on there until the person says so. */
function isWaiting({ journey, code }: Problem): boolean {
  return journey !== null || code === 'PROCESS_PAUSED';
}

function ResumeButtons({ process }: { readonly process: ProcessId }): React.ReactNode {
  const app = useApp();
  return (
    <>
      <Button isSmall onClick={() => void app.commands.run('process.resumeError', process)}>
        Go on with the error
      </Button>
      <Button isSmall onClick={() => void app.commands.run('process.resumeAgain', process)}>
        Run it again
      </Button>
    </>
  );
}

function HeldWays({ journey }: { readonly journey: ItemId }): React.ReactNode {
  return <HeldButtons ways={useHeldWays(journey)} />;
}
