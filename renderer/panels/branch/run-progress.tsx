import { counted } from '../../model/branch-words.ts';
import type { Pace, ShownBranch } from '../../stores/branch-store.ts';

/** How far a branch has run, how quickly, and how long it will take. */
export function RunProgress({ shown }: { readonly shown: ShownBranch }): React.ReactNode {
  const { run, isRunning, pace } = shown;
  const ran = run?.stepsRun ?? 0;
  const ahead = run?.ahead ?? 0;
  const of = isRunning && ahead > 0 ? ` of ${counted(ran + ahead)}` : '';
  return (
    <div className="branch-progress">
      {isRunning && <progress max={Math.max(1, ran + ahead)} value={ran} aria-label="How far the branch has run" />}
      <span role="status">
        {stateOf(shown)}: {counted(ran)}
        {of} {ran === 1 && of === '' ? 'evaluation' : 'evaluations'}
      </span>
      {isRunning && pace !== null && <span className="faint">{paceWords(pace)}</span>}
      {run?.isCutShort === true && (
        <span className="branch-cut">A branch has no more evaluations than these: {counted(ahead)} were not run.</span>
      )}
    </div>
  );
}

function stateOf({ run, isRunning }: ShownBranch): string {
  if (isRunning) return 'running';
  if (run?.isDone === true) return 'done';
  return (run?.question ?? null) === null ? 'stopped' : 'waits for you';
}

function paceWords({ perSecond, leftS }: Pace): string {
  const rate = `${counted(Math.round(perSecond))} a second`;
  return leftS === null || leftS < 1 ? rate : `${rate} · ${leftWords(leftS)} left`;
}

function leftWords(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
