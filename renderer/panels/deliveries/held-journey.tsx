import { Pause } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { hasRun, isOwn } from '../../model/handled.ts';
import { nameOf, placeOf } from '../../model/lookup.ts';
import { loopOf, loopWords, type Loop, type LoopEdge } from '../../model/loop.ts';
import type { HeldJourney } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { Button } from '../../widgets/button.tsx';

/** A journey that was held: what goes round in it, in which handlers, and the ways to go on. */
export function HeldCard({ world, held }: { readonly world: World; readonly held: HeldJourney }): React.ReactNode {
  const app = useApp();
  const loop = useMemo(() => loopOf(world, held), [world, held]);
  const isReadOnly = useStore(app.workspace, (state) => state.project?.isReadOnly ?? true);
  return (
    <section className="held" aria-label={`Held journey: ${loopWords(world, loop)}`}>
      <p className="held-title">
        <Pause size={13} aria-hidden />
        <span>
          <b>HELD</b> {sentenceOf(loop, held)}
        </span>
      </p>
      <ol className="held-edges" aria-label={loop.kind === 'loop' ? 'One turn' : 'Most frequent messages'}>
        {loop.edges.map((edge) => (
          <Edge key={`${edge.from ?? ''} ${edge.to} ${edge.action ?? ''}`} world={world} edge={edge} />
        ))}
      </ol>
      {loop.kind !== 'loop' && loop.widest !== null && loop.widest.sent > 1 && (
        <p className="held-note">
          The most in one slot: {loop.widest.sent.toLocaleString('en-US')} by{' '}
          <button
            type="button"
            className="held-link"
            onClick={() => loop.widest !== null && app.focus.getState().focusRow(loop.widest.row)}
          >
            {nameOf(world, loop.widest.row.to)}, slot {loop.widest.row.slot}
          </button>
        </p>
      )}
      {!isReadOnly && <Ways held={held} />}
    </section>
  );
}

function sentenceOf({ kind, turns, messages }: Loop, { hops, pushed }: HeldJourney): string {
  const round = `the same ${turns.toLocaleString('en-US')} times round`;
  if (pushed !== null) return `after ${pushed.toLocaleString('en-US')} messages of one journey${turns > 1 ? `, ${round}` : ''}.`;
  if (kind === 'loop') return `after ${hops.toLocaleString('en-US')} hops: ${round}.`;
  return `after ${hops.toLocaleString('en-US')} hops and ${messages.toLocaleString('en-US')} messages, without a circle.`;
}

function Edge({ world, edge }: { readonly world: World; readonly edge: LoopEdge }): React.ReactNode {
  const app = useApp();
  return (
    <li>
      <Who world={world} id={edge.from} /> <span aria-label="to">→</span> <Who world={world} id={edge.to} />
      <button
        type="button"
        className="held-link"
        title="Look at the latest of them"
        onClick={() => app.focus.getState().focusRow(edge.last)}
      >
        {edge.action ?? (edge.last.type === 'Process' ? 'spawn' : 'message')} ×{edge.count.toLocaleString('en-US')}
      </button>
      <Handlers world={world} edge={edge} />
    </li>
  );
}

/** Which of its own handlers took the latest of them: that is where the answer comes from. */
function Handlers({ world, edge }: { readonly world: World; readonly edge: LoopEdge }): React.ReactNode {
  const app = useApp();
  const asked = useAnswer('cu.trace', placeOf(world, edge.last));
  const names = (asked.value?.handlers ?? []).filter((one) => hasRun(one) && isOwn(one)).map(({ name }) => name);
  if (names.length === 0) return null;
  const show = (): void => {
    app.focus.getState().focusRow(edge.last);
    void app.commands.run('inspect.handlers');
  };
  return (
    <span className="held-handler">
      in handler{' '}
      <button type="button" className="held-link mono" title="Look at its handlers" onClick={show}>
        {names.join(', ')}
      </button>
    </span>
  );
}

/** Let it go on for so many, end it, or change the limit for all journeys. */
function Ways({ held }: { readonly held: HeldJourney }): React.ReactNode {
  const app = useApp();
  const [typed, setTyped] = useState<string | null>(null);
  const first = held.pushed === null ? held.limit : held.pushed;
  const more = Number(typed ?? first);
  const isWrong = !Number.isSafeInteger(more) || more < 1;
  return (
    <form
      className="held-ways"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) void app.commands.run('journey.continue', `${held.journey} ${more}`);
      }}
    >
      <label>
        another{' '}
        <input
          className="field"
          inputMode="numeric"
          size={6}
          value={typed ?? String(first)}
          aria-invalid={isWrong}
          onChange={(event) => setTyped(event.target.value)}
        />{' '}
        {held.pushed === null ? 'hops' : 'messages'}
      </label>
      <button type="submit" className="button small" aria-disabled={isWrong}>
        Continue
      </button>
      <Button
        isSmall
        label="Let the journey go one hop further, and hold it there"
        onClick={() => void app.commands.run('journey.continue', `${held.journey} 1`)}
      >
        One hop
      </Button>
      <Button
        isSmall
        label="End the journey: what it still has to deliver is dropped"
        onClick={() => void app.commands.run('journey.end', held.journey)}
      >
        End it
      </Button>
      <Button
        isSmall
        look="quiet"
        label={`Change limits.${held.pushed === null ? 'hops' : 'journeyItems'} in aoscope.json, for every journey`}
        onClick={() => app.ui.getState().dock?.openFile('aoscope.json')}
      >
        Limit…
      </Button>
    </form>
  );
}

function Who({ world, id }: { readonly world: World; readonly id: string | null }): React.ReactNode {
  const lane = id === null ? undefined : world.processById.get(id)?.lane;
  return (
    <b {...(lane === undefined ? {} : { style: { color: `var(--lane-${lane})` } })} title={id ?? undefined}>
      {nameOf(world, id)}
    </b>
  );
}
