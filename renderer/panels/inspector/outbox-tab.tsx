import { ArrowRight, Plus, Share2 } from 'lucide-react';
import type { SlotOutcome } from '../../../node/contract/outcome.ts';
import { tagValue, type Tag } from '../../../node/contract/item.ts';
import { fateOf } from '../../model/fate.ts';
import { childrenOf, nameOf, shortId, withNames } from '../../model/lookup.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import { Section } from './parts.tsx';
import { useAnswer } from '../../stores/use-answer.ts';
import { Progress } from '../../widgets/progress.tsx';

/** One line of the outbox, whichever kind it is. */
interface Entry {
  /** Place among all entries: messages, then spawns, then assignments, as the MU counts them. */
  readonly index: number;
  readonly kind: 'message' | 'spawn' | 'assignment';
  readonly title: string;
  readonly to: string;
  readonly data: string;
}

/** What the message sent: each entry, where it went, and what became of it. A click follows it. */
export function OutboxTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const process = world.processById.get(row.to)?.id;
  const asked = useAnswer(
    'cu.result',
    process === undefined || row.slot === null || row.evaluatedAtMs === null ? null : { process, slot: row.slot },
  );
  const children = childrenOf(world, row);
  const entries = asked.value === undefined ? [] : entriesOf(asked.value);
  return (
    <>
      <Progress asked={asked} />
      {row.evaluatedAtMs === null && row.cron === null && (
        <p className="inspector-wait">It has not been evaluated, so nothing was sent for it.</p>
      )}
      {asked.value !== undefined && entries.length === 0 && <p className="inspector-wait">This message sent nothing.</p>}
      {row.isHeld && <p className="inspector-held">These wait at the hop limit until you press Continue.</p>}
      {entries.length > 0 && (
        <Section title="Sent" note={`${entries.length}`}>
          <ul className="inspector-outbox">
            {entries.map((entry) => (
              <Line key={entry.index} world={world} sender={row} entry={entry} child={childFor(children, entry)} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

const ICONS = { message: ArrowRight, spawn: Plus, assignment: Share2 } as const;

function Line({
  world,
  sender,
  entry,
  child,
}: {
  readonly world: World;
  readonly sender: MessageRow;
  readonly entry: Entry;
  readonly child: MessageRow | null;
}): React.ReactNode {
  const app = useApp();
  const Icon = ICONS[entry.kind];
  const fate = fateOf(world, sender, entry.index, child);
  const { row } = fate;
  const receiver = world.processById.get(child?.to ?? entry.to);
  return (
    <li>
      <button
        type="button"
        disabled={row === null}
        title={row === null ? 'Not delivered yet' : 'Go to this message'}
        onClick={() => row !== null && app.focus.getState().focusRow(row)}
      >
        <Icon size={13} aria-hidden />
        <span className="inspector-outbox-main">
          <span>
            <b>{entry.title}</b> <span className="faint">to</span>{' '}
            {receiver === undefined ? (
              <span className="mono">{entry.to === '' ? 'a new process' : shortId(entry.to)}</span>
            ) : (
              <b style={{ color: `var(--lane-${receiver.lane})` }}>{nameOf(world, receiver.id)}</b>
            )}
          </span>
          {entry.data.trim() !== '' && <span className="inspector-outbox-data mono">{entry.data.slice(0, 160)}</span>}
          {fate.why !== null && <span className={`inspector-outbox-why is-${fate.tone}`}>{withNames(world, fate.why)}</span>}
        </span>
        <span className={`inspector-outbox-end is-${fate.tone}`} title={`It has come to the ${fate.hop}`}>
          {fate.end}
        </span>
      </button>
    </li>
  );
}

function entriesOf(outcome: SlotOutcome): Entry[] {
  const { messages, spawns, assignments } = outcome;
  const titleOf = (tags: readonly Tag[], otherwise: string): string => tagValue(tags, 'Action') ?? tagValue(tags, 'Name') ?? otherwise;
  const entries: Omit<Entry, 'index'>[] = [
    ...messages.map((one) => ({ kind: 'message' as const, title: titleOf(one.Tags, 'Message'), to: one.Target, data: one.Data })),
    ...spawns.map((one) => ({ kind: 'spawn' as const, title: `Spawn ${tagValue(one.Tags, 'Name') ?? ''}`.trim(), to: '', data: one.Data })),
    ...assignments.flatMap((one) =>
      one.Processes.map((process) => ({ kind: 'assignment' as const, title: `Assign ${shortId(one.Message)}`, to: process, data: '' })),
    ),
  ];
  return entries.map((entry, index) => ({ ...entry, index }));
}

function childFor(children: readonly MessageRow[], entry: Entry): MessageRow | null {
  return children.find((child) => child.cause?.index === entry.index && (entry.kind !== 'spawn' || child.type === 'Process')) ?? null;
}
