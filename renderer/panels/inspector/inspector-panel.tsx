import { GitBranch, Pin } from 'lucide-react';
import { memo } from 'react';
import { useStore } from 'zustand';
import { rowOfFocus } from '../../model/lookup.ts';
import { whoGets, whoOf } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import type { InspectorTab } from '../../stores/inspect-store.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { Empty } from '../../widgets/empty.tsx';
import { BranchStepView } from './branch-step.tsx';
import { CronTab } from './cron-tab.tsx';
import { Hints } from './hints.tsx';
import { HandlersTab } from './handlers-tab.tsx';
import { HappenedTab } from './happened-tab.tsx';
import { InspectorTabs } from './inspector-tabs.tsx';
import { MessageTab } from './message-tab.tsx';
import { OutboxTab } from './outbox-tab.tsx';
import { NotesHere } from './notes-here.tsx';
import { RemovedNote } from './removed-note.tsx';
import { StateTab } from './state-tab.tsx';
import { WhyTab } from './why-tab.tsx';
import './inspector.css';

/** Everything about the focused slot: what the message was, what it did, what it sent, and the state after it. */
export function InspectorPanel(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const tab = useStore(app.inspect, (state) => state.tab);
  const walk = useStore(app.branch, (state) => state.walk);
  const row = rowOfFocus(world, focus);
  if (walk !== null) return <BranchStepView world={world} walk={walk} />;
  if (row === null) {
    return (
      <div className="panel inspector">
        <Empty>
          <p>
            The message you click in Flow or in a console is shown here: what it changed, what it printed, what it sent, and the state after
            it.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <div className="panel inspector">
      <Head world={world} row={row} />
      <Hints world={world} row={row} />
      <RemovedNote world={world} row={row} />
      <NotesHere row={row} />
      <InspectorTabs sent={row.messages + row.spawns + row.assignments} />
      <div className="inspector-body" role="tabpanel" id="inspector-body" aria-labelledby={`inspector-${tab}`} tabIndex={0}>
        {row.cron === null ? <Body tab={tab} world={world} row={row} /> : <CronTab tab={tab} world={world} row={row} cron={row.cron} />}
      </div>
    </div>
  );
}

function Body({ tab, world, row }: { readonly tab: InspectorTab; readonly world: World; readonly row: MessageRow }): React.ReactNode {
  switch (tab) {
    case 'happened':
      return <HappenedTab world={world} row={row} />;
    case 'message':
      return <MessageTab world={world} row={row} />;
    case 'outbox':
      return <OutboxTab world={world} row={row} />;
    case 'state':
      return <StateTab world={world} row={row} />;
    case 'handlers':
      return <HandlersTab world={world} row={row} />;
    case 'why':
      return <WhyTab world={world} row={row} />;
  }
}

function Head({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const own = useOwnWallets();
  const receiver = world.processById.get(row.to);
  const lane = receiver === undefined ? 'var(--text-faint)' : `var(--lane-${receiver.lane})`;
  const title = row.type === 'Process' ? `Spawn ${row.name ?? ''}`.trim() : (row.action ?? 'Message');
  return (
    <header className="inspector-head">
      <div className="inspector-title">
        <h2>{title}</h2>
        <span className={`inspector-status is-${row.status}`}>{row.status}</span>
        <BranchButton isShown={row.slot !== null && row.evaluatedAtMs !== null} />
        <PinButton row={row} />
      </div>
      <div className="inspector-route">
        {row.cron === null && (
          <>
            <span>{whoOf(world, row.from, own)}</span>
            <span className="faint">→</span>
          </>
        )}
        <i style={{ background: lane }} />
        <span>{whoGets(world, row.to, own)}</span>
        {row.slot !== null && <span className="faint">slot {row.slot}</span>}
        {row.cron !== null && <span className="faint">before slot {row.cron.slot}</span>}
      </div>
    </header>
  );
}

/** What if this message had been another? */
const BranchButton = memo(function BranchButton({ isShown }: { readonly isShown: boolean }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  if (!isShown) return null;
  return (
    <Button
      look="quiet"
      isSmall
      isIcon
      label={withKeys('Branch here: edit this message and see what becomes of it', 'branch.edit')}
      onClick={() => void app.commands.run('branch.edit')}
    >
      <GitBranch size={12} />
    </Button>
  );
});

/** Keeps this slot, to compare others with it. */
function PinButton({ row }: { readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const pinned = useStore(app.inspect, (state) => state.pinned);
  if (row.slot === null || row.evaluatedAtMs === null) return null;
  const isPinned = pinned?.process === row.to && pinned.slot === row.slot;
  const label = isPinned ? 'Forget this pinned slot' : withKeys('Pin this slot, to compare others with it', 'inspect.pin');
  const toggle = (): void => {
    const process = app.world.getState().world.processById.get(row.to)?.id;
    if (isPinned) app.inspect.getState().pin(null);
    else if (process !== undefined && row.slot !== null) app.inspect.getState().pin({ process, slot: row.slot });
  };
  return (
    <Button look="quiet" isSmall isIcon className="inspector-pin" aria-pressed={isPinned} label={label} onClick={toggle}>
      <Pin size={12} />
    </Button>
  );
}
