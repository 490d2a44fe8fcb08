import { hopsOf, retriedOf, type Hop, type Journey } from '../../model/journey.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { whoOf } from './words.ts';

/** The letter of a participant, in its colour. */
export function Letter({ world, id, letter }: { readonly world: World; readonly id: string; readonly letter: string }): React.ReactNode {
  const lane = world.processById.get(id)?.lane;
  const colour = lane === undefined ? 'var(--text-faint)' : `var(--lane-${lane})`;
  return (
    <i className="flow-tree-letter" style={{ '--lane': colour } as React.CSSProperties} title={whoOf(world, id)}>
      {letter}
    </i>
  );
}

const WORDS: Readonly<Record<Hop['kind'], string>> = {
  pushed: 'pushed by the messenger',
  scheduled: 'given its slot',
  waited: 'waited to be evaluated',
  ran: 'ran',
};

/** One message's way, where it stands in the time of its journey. */
export function Bar({ hops, journey }: { readonly hops: readonly Hop[]; readonly journey: Journey }): React.ReactNode {
  const total = Math.max(1e-6, journey.endMs - journey.startMs);
  const share = (ms: number): string => `${(Math.max(0, ms) / total) * 100}%`;
  const words = hops.map((hop) => `${WORDS[hop.kind]} ${msText(hop.toMs - hop.fromMs)}`).join(', ');
  return (
    <span className="flow-tree-hops" role="img" aria-label={words === '' ? 'no time is known' : words} title={words}>
      {hops.map((hop) => (
        <b
          key={hop.kind}
          className={`is-${hop.kind}`}
          style={{ left: share(hop.fromMs - journey.startMs), width: share(hop.toMs - hop.fromMs) }}
        />
      ))}
    </span>
  );
}

/** The way of the message in focus, step by step. */
export function Way({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const hops = hopsOf(world, row);
  const retried = retriedOf(world, row);
  return (
    <div className="flow-tree-way" role="status">
      {hops.map((hop) => (
        <span key={hop.kind}>
          <b className={`is-${hop.kind}`} aria-hidden /> {WORDS[hop.kind]} <span className="mono">{msText(hop.toMs - hop.fromMs)}</span>
        </span>
      ))}
      {retried !== null && (
        <span className="flow-status is-held">
          tried {retried.attempt} {retried.attempt === 1 ? 'time' : 'times'} in vain: {retried.message}
        </span>
      )}
      {row.error !== null && <span className="flow-status is-error">{row.error.split('\n')[0]}</span>}
      {hops.length === 0 && row.error === null && <span className="faint">No time is known of it.</span>}
    </div>
  );
}

/** Milliseconds as a person reads them. */
export function msText(ms: number): string {
  return ms < 1 ? `${ms.toFixed(2)} ms` : ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
