import { HelpCircle, X } from 'lucide-react';
import { useState } from 'react';
import { toSlot } from '../../../node/contract/ids.ts';
import type { EvaluationPlace } from '../../../node/contract/recording.ts';
import { withNames } from '../../model/lookup.ts';
import type { World } from '../../model/world.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { useSearch, type Searching } from '../../stores/use-search.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { Sparkline } from './sparkline.tsx';
import './value.css';

interface ValueCardProps {
  readonly world: World;
  readonly at: EvaluationPlace;
  /** The newest slot of its line. */
  readonly latest: number;
  readonly expression: string;
}

/** A longer history is searched only when the person says so. */
const AT_ONCE_MAX = 2_000;
const CHANGES_MAX = 500;

/** The value in focus: what it is after this slot, how it came to be, and every slot that changed it. */
export function ValueCard({ world, at, latest, expression }: ValueCardProps): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const asked = useAnswer('cu.expression', { ...at, step: null, frame: 0, expression });
  const { process, branch } = at;
  const [wanted, setWanted] = useState<string | null>(null);
  const isWanted = latest <= AT_ONCE_MAX || wanted === expression;
  const changes = useSearch(
    isWanted
      ? { process, branch, query: { kind: 'change', expression }, from: toSlot(latest), direction: 'backwards', limit: CHANGES_MAX }
      : null,
  );
  return (
    <section className="value-card" aria-label={`The value ${expression}`}>
      <header>
        <code title={expression}>{withNames(world, expression)}</code>
        <Button
          isSmall
          label={withKeys('Why this value?', 'inspect.whyValue')}
          onClick={() => void app.commands.run('inspect.whyValue', expression)}
        >
          <HelpCircle size={12} aria-hidden /> Why?
        </Button>
        <Button look="quiet" isSmall isIcon label="Put the value away" onClick={() => app.focus.getState().setValue(null)}>
          <X size={12} />
        </Button>
      </header>
      <Progress asked={asked} />
      {asked.value !== undefined && (
        <div className={`value-now mono is-${asked.value.kind}${asked.isOld ? ' is-old' : ''}`}>
          {withNames(world, asked.value.preview)}
        </div>
      )}
      {isWanted ? (
        <Changes world={world} changes={changes} at={at} latest={latest} />
      ) : (
        <Button isSmall onClick={() => setWanted(expression)}>
          Search {(latest + 1).toLocaleString('en-US')} slots for its changes
        </Button>
      )}
    </section>
  );
}

interface ChangesProps {
  readonly world: World;
  readonly changes: Searching;
  readonly at: EvaluationPlace;
  readonly latest: number;
}

function Changes({ world, changes, at, latest }: ChangesProps): React.ReactNode {
  const app = useApp();
  const { state, error, isRunning, stop } = changes;
  const hits = state?.hits ?? [];
  const { slot } = at;
  const go = (to: number): void => void app.branch.getState().toPlace({ ...at, slot: toSlot(to), tick: null }, null);
  return (
    <>
      {error !== null && <ErrorText error={error} />}
      <Sparkline hits={hits} slot={slot} latest={latest} onSlot={go} />
      <div className="value-note" role="status">
        {hits.length} {hits.length === 1 ? 'change' : 'changes'}
        {hits.length >= CHANGES_MAX && ', the newest ones'} · {(state?.slots ?? 0).toLocaleString('en-US')} of{' '}
        {(latest + 1).toLocaleString('en-US')} slots
        {isRunning && (
          <Button isSmall onClick={stop}>
            Stop
          </Button>
        )}
      </div>
      <ol className="value-changes" aria-label="Changes, the newest first">
        {hits.slice(0, SHOWN).map((hit, index) => (
          <li key={index}>
            <button type="button" {...(hit.slot === slot ? { 'aria-current': 'step' } : {})} onClick={() => go(hit.slot)}>
              <span className="faint">slot {hit.slot}</span>
              <span className="mono">
                {withNames(world, hit.before ?? 'nil')} → {withNames(world, hit.text ?? 'nil')}
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

const SHOWN = 100;
