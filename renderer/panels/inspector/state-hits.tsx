import type { EvaluationPlace } from '../../../node/contract/recording.ts';
import type { StateFound } from '../../../node/contract/state.ts';
import { withNames } from '../../model/lookup.ts';
import { expressionOf } from '../../model/state-path.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';
import './value.css';

const LIMIT = 200;

interface StateHitsProps {
  readonly at: EvaluationPlace;
  readonly text: string;
}

/**
 * Every place of the state that holds a text, however deep it lies. A click puts the value in focus. Whoever types the name of a
 * process means its id as well, which is what a state holds.
 */
export function StateHits({ at, text }: StateHitsProps): React.ReactNode {
  const app = useApp();
  const { world } = app.world.getState();
  const asked = useAnswer('cu.stateFind', { ...at, path: [], text, limit: LIMIT });
  const id = world.processes.findLast(({ name }) => name?.toLowerCase() === text.toLowerCase())?.id;
  const meant = useAnswer('cu.stateFind', id === undefined ? null : { ...at, path: [], text: id, limit: LIMIT });
  const found = asked.value === undefined ? undefined : bothOf(asked.value, meant.isOld ? undefined : meant.value);
  return (
    <>
      <Progress asked={asked.error === null && !asked.isSlow ? meant : asked} />
      {found !== undefined && (
        <p className="state-note" role="status">
          {found.hits.length} {found.hits.length === 1 ? 'place' : 'places'} of {found.visited.toLocaleString('en-US')} looked at
          {!found.isComplete && '; there may be more'}
        </p>
      )}
      <ul className={`state-hits${asked.isOld ? ' is-old' : ''}`} aria-label="Places found">
        {found?.hits.map(({ path, kind, preview }) => {
          const expression = expressionOf(path);
          const words = (
            <>
              <span className="inspector-key mono">
                <Marked text={withNames(world, path.join('').replace(/^\./, ''))} part={text} />
              </span>
              <span className={`inspector-value mono is-${kind}`} title={preview}>
                <Marked text={withNames(world, preview)} part={text} />
              </span>
            </>
          );
          return (
            <li key={path.join('\u0000')}>
              {expression === null ? (
                <div className="state-hit">{words}</div>
              ) : (
                <button type="button" onClick={() => app.focus.getState().setValue(expression)}>
                  {words}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** What was found by the id that is meant stands first, and nothing twice. */
function bothOf(byText: StateFound, byId: StateFound | undefined): StateFound {
  if (byId === undefined) return byText;
  const known = new Set(byId.hits.map(({ path }) => path.join('\u0000')));
  return {
    hits: [...byId.hits, ...byText.hits.filter(({ path }) => !known.has(path.join('\u0000')))],
    visited: Math.max(byId.visited, byText.visited),
    isComplete: byId.isComplete && byText.isComplete,
  };
}

/** Text in which the part that was looked for stands out. */
function Marked({ text, part }: { readonly text: string; readonly part: string }): React.ReactNode {
  const at = text.toLowerCase().indexOf(part.toLowerCase());
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + part.length)}</mark>
      {text.slice(at + part.length)}
    </>
  );
}
