import { ChevronDown, ChevronUp, Square } from 'lucide-react';
import { useId } from 'react';
import { useStore } from 'zustand';
import { QUERY_FIELD } from '../../commands/hits.ts';
import { QUERY_KINDS, queryProblem, type Breakpoint, type QueryKind } from '../../model/breakpoints.ts';
import { nameOf } from '../../model/lookup.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';

const TITLES: Readonly<Record<QueryKind, readonly [title: string, hint: string]>> = {
  condition: ['Condition', 'Balances.dave < 0'],
  change: ['Change of', 'Balances.dave'],
  message: ['Message', 'Transfer, or Quantity=100 "text in the data"'],
  handler: ['Handler', 'Transfer'],
  call: ['Function', 'credit, or Ledger.credit'],
  error: ['Error', 'a word of it, or * for any'],
};

/** What is looked for besides breakpoints, and the way to the next and the previous hit of either. */
export function QueryBar(): React.ReactNode {
  const app = useApp();
  const query = useStore(app.hits, (state) => state.query);
  const problem = queryProblem(query);
  const problemId = useId();
  const { setQuery } = app.hits.getState();
  const run = (command: string): void => void app.commands.run(command);
  const { keysOf } = useKeyWords();
  return (
    <form
      className="pane-bar hits-bar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        run('hits.previous');
      }}
    >
      <select
        className="field"
        value={query.kind}
        aria-label="What to look for"
        onChange={(event) => {
          const kind = QUERY_KINDS.find((one) => one === event.target.value);
          if (kind !== undefined) setQuery({ ...query, kind });
        }}
      >
        {QUERY_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {TITLES[kind][0]}
          </option>
        ))}
      </select>
      <input
        id={QUERY_FIELD}
        className="field mono"
        value={query.text}
        spellCheck={false}
        aria-label={`${TITLES[query.kind][0]} to look for`}
        placeholder={TITLES[query.kind][1]}
        {...(problem === null ? {} : { 'aria-invalid': true, 'aria-describedby': problemId })}
        onChange={(event) => setQuery({ ...query, text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          run(event.shiftKey ? 'hits.next' : 'hits.previous');
        }}
      />
      <Button
        isSmall
        label={`Previous hit (${[keysOf('hits.previous'), 'Enter here'].filter((one) => one !== '').join(', or ')})`}
        onClick={() => run('hits.previous')}
      >
        <ChevronUp size={13} aria-hidden /> <span>Previous</span>
      </Button>
      <Button
        isSmall
        label={`Next hit (${[keysOf('hits.next'), 'Shift+Enter here'].filter((one) => one !== '').join(', or ')})`}
        onClick={() => run('hits.next')}
      >
        <ChevronDown size={13} aria-hidden /> <span>Next</span>
      </Button>
      {problem !== null && (
        <span id={problemId} className="hits-problem">
          {problem.message} {problem.cure} <code>{problem.code}</code>
        </span>
      )}
      <Found isWrong={problem !== null} />
    </form>
  );
}

function nothingWords(breakpoints: readonly Breakpoint[]): string {
  if (breakpoints.some(({ isOn, log }) => isOn && log !== null)) return 'Log points do not stop: what they tell is listed under All hits.';
  if (breakpoints.length > 0) return 'All breakpoints are off: tick one, or type a condition here.';
  return 'Nothing to look for yet: type a condition here, or click beside a line number for a breakpoint.';
}

/** How far the search is, or what it found. */
function Found({ isWrong }: { readonly isWrong: boolean }): React.ReactNode {
  const app = useApp();
  const hunt = useStore(app.hits, (state) => state.hunt);
  const last = useStore(app.hits, (state) => state.last);
  const breakpoints = useStore(app.hits, (state) => state.breakpoints);
  const onMain = useStore(app.focus, (state) => state.focus.process);
  const walk = useStore(app.branch, (state) => state.walk);
  const shown = useStore(app.branch, (state) => state.shown);
  const world = useStore(app.world, (state) => state.world);
  const process = walk?.process ?? onMain;
  const ofBranch = walk === null ? null : (shown?.run?.lines.find((line) => line.process === process)?.steps ?? 0);
  const total = ofBranch ?? (process === null ? 0 : (world.processById.get(process)?.evaluatedTo ?? -1) + 1);
  const where = walk === null ? nameOf(world, process) : `${nameOf(world, process)}, branch ${shown?.info.name ?? walk.branch}`;
  return (
    <span className="hits-found" role="status">
      {hunt !== null ? (
        <>
          Looking {hunt.direction}: {hunt.slots.toLocaleString('en-US')} of {total.toLocaleString('en-US')} slots
          <Button isSmall onClick={() => app.hits.getState().stop()}>
            <Square size={10} aria-hidden /> Stop
          </Button>
        </>
      ) : last === 'none' ? (
        `Nothing more that way in ${where}.`
      ) : last === 'nothing' && isWrong ? (
        ''
      ) : last === 'nothing' ? (
        nothingWords(breakpoints)
      ) : last !== null ? (
        `${last.words} · slot ${last.hit.slot}${last.hit.text === null ? '' : ` · ${last.hit.text}`}`
      ) : (
        ''
      )}
    </span>
  );
}
