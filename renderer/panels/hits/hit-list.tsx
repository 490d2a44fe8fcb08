import { useState } from 'react';
import { useStore } from 'zustand';
import type { HistoryHit } from '../../../node/contract/recording.ts';
import { goToHit } from '../../commands/hits.ts';
import { withNames } from '../../model/lookup.ts';
import type { SearchWish } from '../../model/search.ts';
import { useApp } from '../../stores/app-context.ts';
import { useSearch } from '../../stores/use-search.ts';
import { Button } from '../../widgets/button.tsx';
import { ErrorText } from '../../widgets/error-text.tsx';

const HITS_MAX = 500;

/** All hits of one query or breakpoint, the newest first: also what a log gave at each, long after it ran. */
export function HitList(): React.ReactNode {
  const app = useApp();
  const [wish, setWish] = useState<SearchWish | null>(null);
  const found = useSearch(wish);
  const breakpoints = useStore(app.hits, (state) => state.breakpoints);
  useStore(app.hits, (state) => state.query);
  const sought = app.hits.getState().sought();
  const start = (index: number): void => {
    const query = sought[index]?.query;
    if (query === undefined) return;
    app.hits
      .getState()
      .end()
      .then((end) => end !== null && setWish({ ...end, query, direction: 'backwards', limit: HITS_MAX }), app.ui.getState().fail);
  };
  if (sought.length === 0 && wish === null) return null;
  const hits = found.state?.hits ?? [];
  return (
    <section className="hits-part" aria-labelledby="hits-all">
      <h3 id="hits-all">All hits</h3>
      <div className="hits-choices">
        {sought.map(({ words }, index) => (
          <Button key={index} isSmall onClick={() => start(index)}>
            {words}
          </Button>
        ))}
        {breakpoints.length === 0 && sought.length === 0 && <span className="faint">Nothing to look for.</span>}
      </div>
      {found.error !== null && <ErrorText error={found.error} />}
      {wish !== null && (
        <p className="hits-note faint" role="status">
          {hits.length} {hits.length === 1 ? 'hit' : 'hits'}
          {hits.length >= HITS_MAX && ', the newest ones'} in {(found.state?.slots ?? 0).toLocaleString('en-US')} slots
          {found.isRunning && (
            <Button isSmall onClick={found.stop}>
              Stop
            </Button>
          )}
        </p>
      )}
      <ol>
        {hits.map((hit, index) => (
          <Hit key={index} hit={hit} />
        ))}
      </ol>
    </section>
  );
}

function Hit({ hit }: { readonly hit: HistoryHit }): React.ReactNode {
  const app = useApp();
  const onMain = useStore(app.focus, (state) => state.focus.slot);
  const walk = useStore(app.branch, (state) => state.walk);
  const slot = walk === null ? onMain : (walk.step?.slot ?? null);
  const step = useStore(app.focus, (state) => state.focus.step);
  const { world } = app.world.getState();
  const isHere = slot === hit.slot && (hit.step === null || step === hit.step);
  const words = hit.before === null ? (hit.text ?? '') : `${hit.before} → ${hit.text ?? 'nil'}`;
  return (
    <li>
      <button type="button" className="hits-hit" {...(isHere ? { 'aria-current': 'step' } : {})} onClick={() => void goToHit(app, hit)}>
        <span className="faint">
          slot {hit.slot}
          {hit.tick !== null && ` · cron ${hit.tick + 1}`}
        </span>
        <span className="mono">{withNames(world, words)}</span>
      </button>
    </li>
  );
}
