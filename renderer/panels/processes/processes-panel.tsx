import { BadgeCheck, Copy, Ellipsis, LoaderCircle, TriangleAlert } from 'lucide-react';
import { GridList, GridListItem, ListLayout, Virtualizer } from 'react-aria-components';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ProcessId } from '../../../node/contract/ids.ts';
import type { PlannedProcess } from '../../../node/contract/topology.ts';
import { filterEntries } from '../../commands/use-as-filter.ts';
import { partyTerm } from '../../model/filter-edit.ts';
import { nameOf } from '../../model/lookup.ts';
import type { ProcessRow } from '../../model/rows.ts';
import { standInWords } from '../../model/stand-in.ts';
import { useApp, type App } from '../../stores/app-context.ts';
import type { Verification } from '../../stores/ui-store.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { MenuButton, type MenuEntry } from '../../widgets/menu.tsx';
import { shortId } from '../../widgets/short-id.ts';
import { useKeepInView } from '../../widgets/keep-in-view.ts';
import { createListing, type ListedProcess } from './listed.ts';
import { NotSpawned, planEntries, PlannedBadge } from './planned.tsx';
import { stateOf } from './process-state.ts';
import './processes.css';

/** Longer lists are drawn only where they are looked at; shorter ones are simply there, also for the browser's own search. */
const WHOLE_MAX = 60;
const ROW_PX = 46;
const AROUND_PX = 4;

/** The processes of the project: what each is doing, and a click to look at it. */
export function ProcessesPanel(): React.ReactNode {
  const app = useApp();
  const [listing] = useState(createListing);
  const rows = useStore(app.world, listing);
  const isLoading = useStore(app.world, (state) => state.isLoading);
  const focused = useStore(app.focus, (state) => state.focus.process);
  const canRun = useStore(app.workspace, (state) => (state.project?.manifest.processes.length ?? 0) > 0);
  const planned = useStore(app.plan, (state) => state.processes);
  if (rows.length === 0) {
    if (isLoading) return <div className="panel" aria-busy="true" />;
    if (planned.length > 0)
      return (
        <div className="processes-pane">
          <Button className="run-all" onClick={() => void app.commands.run('project.run')}>
            Run the project
          </Button>
          <NotSpawned planned={planned} />
        </div>
      );
    return (
      <Empty>
        <span>Processes will stand here once they are spawned.</span>
        {canRun ? (
          <Button onClick={() => void app.commands.run('project.run')}>Run the project</Button>
        ) : (
          <Button onClick={() => void app.commands.run('project.openSample')}>Open a sample</Button>
        )}
      </Empty>
    );
  }
  return (
    <div className="processes-pane">
      {/* A list that grows long is another element, and is watched anew. */}
      <ProcessList key={rows.length > WHOLE_MAX ? 'long' : 'short'} processes={rows} focused={focused} />
      <NotSpawned planned={planned} />
    </div>
  );
}

interface ProcessListProps {
  readonly processes: readonly ListedProcess[];
  readonly focused: ProcessId | null;
}

function ProcessList({ processes, focused }: ProcessListProps): React.ReactNode {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const isLong = processes.length > WHOLE_MAX;
  const reveal = useEffectEvent(() => {
    if (isLong)
      scrollTo(
        box.current,
        processes.findIndex(({ id }) => id === focused),
      );
    else box.current?.querySelector('[data-selected]')?.scrollIntoView({ block: 'nearest' });
  });
  useEffect(() => reveal(), [focused]);
  useKeepInView(box);
  const list = (
    <GridList
      ref={box}
      aria-label="Processes"
      className={isLong ? 'processes is-long' : 'processes'}
      items={processes}
      selectionMode="single"
      selectionBehavior="replace"
      selectedKeys={focused === null ? [] : [focused]}
      disallowEmptySelection
      onSelectionChange={(keys) => {
        const row = keys === 'all' ? undefined : processes.find((one) => keys.has(one.id));
        if (row !== undefined) app.focus.getState().setFocus({ process: row.id, slot: null });
      }}
      onAction={(key) => void app.commands.run('process.console', String(key))}
    >
      {(row) => (
        <GridListItem id={row.id} textValue={row.name ?? row.id} className="process">
          <ProcessLine id={row.id} />
        </GridListItem>
      )}
    </GridList>
  );
  if (!isLong) return list;
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowSize: ROW_PX, padding: AROUND_PX }}>
      {list}
    </Virtualizer>
  );
}

/** Brings a row of a long list into view. */
function scrollTo(box: HTMLElement | null, index: number): void {
  if (box === null || index < 0) return;
  const top = AROUND_PX + index * ROW_PX;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW_PX > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW_PX - box.clientHeight;
}

function ProcessLine({ id }: { readonly id: ProcessId }): React.ReactNode {
  const app = useApp();
  const row = useStore(app.world, (state) => state.world.processById.get(id));
  return row === undefined ? null : <ProcessFacts row={row} />;
}

function ProcessFacts({ row }: { readonly row: ProcessRow }): React.ReactNode {
  const app = useApp();
  const name = useStore(app.world, (state) => nameOf(state.world, row.id));
  const spawner = useStore(app.world, (state) => (row.spawnedBy === null ? null : nameOf(state.world, row.spawnedBy)));
  const verified = useStore(app.ui, (state) => state.verified.get(row.id));
  const state = stateOf(row);
  const planned = useStore(app.plan, (all) => all.processes.find(({ process }) => process === row.id) ?? null);
  const isFormer = useStore(
    app.plan,
    (all) => planned === null && all.processes.some(({ name, process }) => name === row.name && process !== null),
  );
  const luaModule = useStore(app.workspace, (all) => all.status?.luaModule ?? null);
  const standIn = standInWords(row, luaModule).join('\n');
  const run = (command: string): void => void app.commands.run(command, row.id);
  const entries = entriesOf(app, row, planned);
  return (
    <>
      <span className={`dot ${state.tone}`} title={state.title} role="img" aria-label={state.title} />
      <div className="process-text">
        <div className="process-name">
          <i className="lane" style={{ background: `var(--lane-${row.lane})` }} />
          <b>{name}</b>
          {verified !== undefined && <VerifiedBadge found={verified} />}
        </div>
        <div className="process-more">
          <span className="mono" title={row.id}>
            {shortId(row.id)}
          </span>
          {planned !== null && <PlannedBadge planned={planned} />}
          {isFormer && (
            <span className="planned-badge" title="Another process of the project has its name now">
              earlier
            </span>
          )}
          {spawner !== null && <span>by {spawner}</span>}
          {standIn !== '' && (
            <span className="process-stand-in" title={standIn}>
              stand-in
            </span>
          )}
          {row.paused !== null && <span className="process-paused">stands still</span>}
          {row.errors > 0 && (
            <span className="process-errors">
              {row.errors} {row.errors === 1 ? 'error' : 'errors'}
            </span>
          )}
        </div>
      </div>
      <span className="process-slots" title={`${row.messages} slots, evaluated to ${row.evaluatedTo}`}>
        {row.messages}
      </span>
      <Button
        look="quiet"
        isSmall
        isIcon
        label={`Copy the id of ${row.name ?? row.id}`}
        className="process-copy"
        onClick={() => run('process.copyId')}
      >
        <Copy size={12} />
      </Button>
      <MenuButton label={`Actions for ${row.name ?? row.id}`} entries={entries}>
        <Ellipsis size={14} />
      </MenuButton>
    </>
  );
}

/** What can be done with a process. */
function entriesOf(app: App, row: ProcessRow, planned: PlannedProcess | null): MenuEntry[] {
  const run = (command: string): void => void app.commands.run(command, row.id);
  return [
    { id: 'console', title: 'Open console', run: () => run('process.console') },
    { id: 'call', title: 'Fill in a message…', run: () => run('call.open') },
    ...(planned === null ? [] : planEntries(app, planned)),
    { id: 'copy', title: 'Copy id', run: () => run('process.copyId') },
    { id: 'verify', title: 'Verify by replay', run: () => run('process.verify') },
    ...filterEntries(app, { term: partyTerm(app.world.getState().world, 'process', row.id), words: 'messages with it' }),
    { id: 'monitor', title: 'Monitor its cron, or stop that', run: () => run('process.monitor') },
    ...(row.paused === null
      ? []
      : [
          { id: 'error', title: 'Let it go on with the error', run: () => run('process.resumeError') },
          { id: 'again', title: 'Run the slot again', run: () => run('process.resumeAgain') },
        ]),
    {
      id: 'stop',
      title: 'Stop the running slot',
      isDisabled: stateOf(row).name !== 'running',
      isDanger: true,
      run: () => run('process.stop'),
    },
  ];
}

function VerifiedBadge({ found }: { readonly found: Verification }): React.ReactNode {
  if (found === 'running') return <LoaderCircle size={12} className="spin" aria-label="Replaying" />;
  if (found.removedFrom !== undefined && found.firstDifference === null)
    return (
      <span
        className="differs"
        title={`${found.slots} slots replayed, every hash is the same. From slot ${found.removedFrom} on nothing was checked: what it was sent was taken out of the recording.`}
      >
        <BadgeCheck size={12} aria-label="Replay verified in part" /> up to {found.removedFrom - 1}
      </span>
    );
  if (found.firstDifference === null)
    return (
      <span className="verified" title={`Replayed ${found.slots} slots: every hash is the same`}>
        <BadgeCheck size={13} aria-label="Replay verified" />
      </span>
    );
  return (
    <span className="differs" title={`The replay differs from slot ${found.firstDifference} on (REPLAY_DIFFERS)`}>
      <TriangleAlert size={12} /> slot {found.firstDifference}
    </span>
  );
}
