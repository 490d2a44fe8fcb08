import type { CronStanding, MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { InspectorTab } from '../../stores/inspect-store.ts';
import { HandlersTab } from './handlers-tab.tsx';
import { Failure } from './happened-tab.tsx';
import { Coloured, Facts, Id, prettyJson, Section } from './parts.tsx';
import { timeText } from './time-text.ts';
import { WhyTab } from './why-tab.tsx';

interface CronTabProps {
  readonly tab: InspectorTab;
  readonly world: World;
  readonly row: MessageRow;
  readonly cron: CronStanding;
}

/** A cron message: no item stands behind it, so all that is known of it is what it did. */
export function CronTab({ tab, world, row, cron }: CronTabProps): React.ReactNode {
  switch (tab) {
    case 'happened':
      return <Happened row={row} cron={cron} />;
    case 'message':
      return (
        <Facts
          rows={[
            [
              'Cron',
              <span key="name" className="mono">
                {cron.name}
              </span>,
            ],
            ['Timestamp', row.timestampMs === null ? '–' : timeText(row.timestampMs)],
            ['From', 'the owner of the process'],
            ['Id, data', 'none'],
          ]}
        />
      );
    case 'outbox':
      return <Outbox row={row} />;
    case 'state':
      return <NextSlot cron={cron} row={row} words="The state is read after a slot’s own message." />;
    case 'handlers':
      return <HandlersTab world={world} row={row} />;
    case 'why':
      return <WhyTab world={world} row={row} />;
  }
}

function Happened({ row, cron }: { readonly row: MessageRow; readonly cron: CronStanding }): React.ReactNode {
  return (
    <>
      {row.error !== null && <Failure row={row} />}
      <Section title="State">
        <NextSlot cron={cron} row={row} words="" />
      </Section>
      <Section title="Output">
        {row.output === '' ? (
          <p className="faint">Nothing was printed or returned.</p>
        ) : (
          <Coloured text={prettyJson(row.output) ?? row.output} />
        )}
      </Section>
      <Section title="Cost">
        <Facts
          rows={[
            ['Time', `${row.durationMs.toFixed(2)} ms`],
            ['Outcome', <Id key="hash" id={cron.hash} />],
          ]}
        />
      </Section>
    </>
  );
}

/** Where its changes can be seen: with those of the slot that follows. */
function NextSlot({
  row,
  cron,
  words,
}: {
  readonly row: MessageRow;
  readonly cron: CronStanding;
  readonly words: string;
}): React.ReactNode {
  const app = useApp();
  const latest = app.world.getState().world.processById.get(row.to)?.slotLatest ?? -1;
  if (row.error !== null) return <p className="faint">{words} An error changes nothing.</p>;
  if (cron.slot > latest)
    return <p className="faint">{words} What this cron message changed is shown with the next slot, as soon as there is one.</p>;
  return (
    <p className="faint">
      {words} What this cron message changed is shown with{' '}
      <button type="button" className="inspector-link" onClick={() => app.focus.getState().toSlot(cron.slot)}>
        slot {cron.slot}
      </button>
      .
    </p>
  );
}

function Outbox({ row }: { readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const count = row.messages + row.spawns + row.assignments;
  if (count === 0) return <p className="faint">It sent nothing.</p>;
  return (
    <>
      <Facts
        rows={[
          ['Messages', row.messages],
          ['Spawns', row.spawns],
          ['Assignments', row.assignments],
        ]}
      />
      <p className="faint">
        They are pushed only while the process is{' '}
        <button type="button" className="inspector-link" onClick={() => void app.commands.run('process.monitor', row.to)}>
          monitored
        </button>
        .
      </p>
    </>
  );
}
