import { ArrowRight, GitBranch, ListTree, Plus } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { BranchStep, BranchStepPlace } from '../../../node/contract/branch.ts';
import { toSlot, type Slot } from '../../../node/contract/ids.ts';
import { tagValue } from '../../../node/contract/item.ts';
import { outputText } from '../../../node/contract/outcome.ts';
import { isOfValues } from '../../../node/contract/state.ts';
import { nameOf, shortId } from '../../model/lookup.ts';
import { whoOf } from '../../model/own-wallets.ts';
import type { World } from '../../model/world.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { placeOfWalk, type Walk } from '../../stores/branch-store.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { Button } from '../../widgets/button.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { Handled } from './handlers-tab.tsx';
import { ChangeList, telling } from './happened-tab.tsx';
import { InspectorTabs } from './inspector-tabs.tsx';
import { Party, Tags } from './message-tab.tsx';
import { Coloured, Data, Facts, Section } from './parts.tsx';
import { StateView } from './state-tab.tsx';
import { timeText } from './time-text.ts';
import { ValueWhy } from './why-tab.tsx';
import './value.css';
import './branch-step.css';

interface StepProps {
  readonly world: World;
  readonly place: BranchStepPlace;
  readonly step: BranchStep;
}

/** Everything about one step of a branch, as of a slot of the main line. */
export function BranchStepView({ world, walk }: { readonly world: World; readonly walk: Walk }): React.ReactNode {
  const app = useApp();
  const tab = useStore(app.inspect, (state) => state.tab);
  const { branch, process, index, step } = walk;
  const lines = useStore(app.branch, ({ shown }) => (shown?.info.id === branch ? shown.run?.lines : undefined));
  const place = { branch, process, index };
  const at = placeOfWalk(walk);
  const latest = lines?.find((line) => line.process === process)?.latest ?? step?.slot ?? 0;
  return (
    <div className="panel inspector is-branch">
      <Head world={world} walk={walk} />
      <InspectorTabs sent={step === null ? 0 : step.messages.length + step.spawns.length} />
      <div className="inspector-body" role="tabpanel" id="inspector-body" aria-labelledby={`inspector-${tab}`} tabIndex={0}>
        {tab === 'message' && <Message world={world} place={place} />}
        {at !== null && tab === 'state' && (
          <StateView world={world} at={at} latest={latest} label={`State after step ${index + 1} of the branch`} />
        )}
        {tab === 'handlers' && <Handlers world={world} place={place} slot={step?.slot ?? 0} />}
        {tab === 'why' && <ValueWhy world={world} isAskable={at !== null && at.tick === null} />}
        {step !== null && tab === 'happened' && <Happened world={world} place={place} step={step} />}
        {step !== null && tab === 'outbox' && <Outbox world={world} step={step} />}
      </div>
    </div>
  );
}

function Head({ world, walk }: { readonly world: World; readonly walk: Walk }): React.ReactNode {
  const own = useOwnWallets();
  const { process, step } = walk;
  const lane = world.processById.get(process)?.lane;
  return (
    <header className="inspector-head">
      <div className="inspector-title">
        <h2>{step?.action ?? 'Message'}</h2>
        {step !== null && <span className={`inspector-status is-${step.error === null ? 'evaluated' : 'error'}`}>{resultOf(step)}</span>}
        <StepInto isOff={step === null} />
      </div>
      <div className="inspector-route">
        <span className="branch-word">
          <GitBranch size={11} aria-hidden /> BRANCH
        </span>
        {step !== null && (
          <>
            <span>{step.origin === 'cron' ? 'cron' : whoOf(world, step.from, own)}</span>
            <span className="faint">→</span>
            <i style={{ background: lane === undefined ? 'var(--text-faint)' : `var(--lane-${lane})` }} />
            <span>{nameOf(world, process)}</span>
            <span className="faint">slot {step.slot} here</span>
            <span className="faint">{step.mainSlot === null ? 'not on the main line' : `slot ${step.mainSlot} on main`}</span>
          </>
        )}
      </div>
    </header>
  );
}

/** Line by line through the step, as through a slot of the main line. */
function StepInto({ isOff }: { readonly isOff: boolean }): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  return (
    <Button
      look="quiet"
      isSmall
      isIcon
      disabled={isOff}
      label={withKeys('Step through the lines that ran here', 'inside.next')}
      onClick={() => void app.commands.run('inside.next')}
    >
      <ListTree size={12} />
    </Button>
  );
}

function resultOf({ isAlike, error }: BranchStep): string {
  const words = isAlike === null ? 'only here' : isAlike ? 'outcome as on main' : 'another outcome';
  return error === null ? words : `${words}, error`;
}

type Against = 'before' | 'main' | Slot;

function Happened({ world, place, step }: StepProps): React.ReactNode {
  return (
    <>
      {step.error !== null && (
        <div className="inspector-failure" role="alert">
          <pre className="mono">{step.error}</pre>
        </div>
      )}
      <Changes world={world} place={place} step={step} />
      <Section title="Output">
        {outputText(step.output).text === '' ? (
          <p className="faint">Nothing was printed or returned.</p>
        ) : (
          <Coloured text={outputText(step.output).text} />
        )}
        <OnMain place={place} step={step} />
      </Section>
    </>
  );
}

/** What the same message gave on the main line, where that is something else. */
function OnMain({ place, step }: Omit<StepProps, 'world'>): React.ReactNode {
  const { mainSlot, isAlike } = step;
  const asked = useAnswer('cu.result', mainSlot === null || isAlike !== false ? null : { process: place.process, slot: mainSlot });
  const main = asked.value;
  if (main === undefined || mainSlot === null || isAlike !== false) return null;
  const { text } = outputText(main.output);
  return (
    <div className="branch-main">
      <h4>On the main line, slot {mainSlot}</h4>
      {main.error !== null && <pre className="inspector-output mono is-error">{main.error}</pre>}
      {text === '' ? <p className="faint">Nothing was printed or returned.</p> : <Coloured text={text} />}
      <p className="faint">
        It sent {main.messages.length} {main.messages.length === 1 ? 'message' : 'messages'}; here it sends {step.messages.length}.
      </p>
    </div>
  );
}

function Changes({ world, place, step }: StepProps): React.ReactNode {
  const app = useApp();
  const pinned = useStore(app.inspect, (state) => (state.pinned?.process === place.process ? state.pinned.slot : null));
  const [wanted, setWanted] = useState<'before' | 'main' | 'pinned'>('before');
  const against: Against = wanted !== 'pinned' ? wanted : (pinned ?? 'before');
  const asked = useAnswer('cu.branchDiff', { ...place, against });
  const changes = asked.value === undefined ? [] : telling(asked.value.changes.filter(isOfValues));
  const choices = [
    ['before', 'step before'],
    ['main', step.mainSlot === null ? 'main' : `main, slot ${step.mainSlot}`],
    ...(pinned === null ? [] : [['pinned', `pinned slot ${toSlot(pinned)}`] as const]),
  ] as const;
  return (
    <Section title="State" note={asked.value === undefined ? undefined : `${changes.length}${asked.value.isComplete ? '' : '+'} changes`}>
      <div className="inspector-against" role="group" aria-label="Compare the state with">
        against
        {choices.map(([id, title]) => (
          <Button key={id} isSmall aria-pressed={wanted === id} onClick={() => setWanted(id)}>
            {title}
          </Button>
        ))}
      </div>
      <Progress asked={asked} />
      {asked.value !== undefined && changes.length === 0 && <p className="faint">Nothing differs.</p>}
      {changes.length > 0 && <ChangeList world={world} changes={changes} isOld={asked.isOld} isAskable={step.tick === null} />}
    </Section>
  );
}

function Message({ world, place }: Omit<StepProps, 'step'>): React.ReactNode {
  const asked = useAnswer('cu.branchMessage', place);
  const message = asked.value;
  return (
    <>
      <Progress asked={asked} />
      {message !== undefined && (
        <>
          <Facts
            rows={[
              ['From', <Party key="from" world={world} id={message.from} none="unknown" />],
              ['Signed by', <Party key="owner" world={world} id={message.owner} none="unknown" />],
              ['To', <Party key="to" world={world} id={message.target} none="nobody" />],
              ['Slot', message.slot],
              ['Timestamp', timeText(message.timestampMs)],
              ['Block', message.blockHeight],
            ]}
          />
          <Section title="Tags" note={message.tags.length}>
            <Tags tags={message.tags} />
          </Section>
          <Section title="Data">
            <Data text={message.data} bytes={message.data.length} />
          </Section>
        </>
      )}
    </>
  );
}

function Handlers({ world, place, slot }: Omit<StepProps, 'step'> & { readonly slot: number }): React.ReactNode {
  const asked = useAnswer('cu.branchTrace', place);
  return (
    <>
      <Progress asked={asked} />
      {asked.value !== undefined && (
        <div className={asked.isOld ? 'is-old' : ''}>
          <Handled world={world} recording={asked.value} slot={slot} />
        </div>
      )}
    </>
  );
}

function Outbox({ world, step }: Omit<StepProps, 'place'>): React.ReactNode {
  const { messages, spawns } = step;
  if (messages.length + spawns.length === 0) return <p className="inspector-wait">This message sent nothing.</p>;
  return (
    <Section title="Sent" note={`${messages.length + spawns.length}`}>
      <ul className="inspector-outbox">
        {messages.map((one, index) => (
          <li key={index} className="branch-sent">
            <ArrowRight size={13} aria-hidden />
            <span className="inspector-outbox-main">
              <span>
                <b>{tagValue(one.Tags, 'Action') ?? 'Message'}</b> <span className="faint">to</span>{' '}
                {world.processById.has(one.Target) ? nameOf(world, one.Target) : <span className="mono">{shortId(one.Target)}</span>}
              </span>
              {one.Data.trim() !== '' && <span className="inspector-outbox-data mono">{one.Data.slice(0, 160)}</span>}
            </span>
          </li>
        ))}
        {spawns.map((one, index) => (
          <li key={`spawn ${index}`} className="branch-sent">
            <Plus size={13} aria-hidden />
            <b>Spawn {tagValue(one.Tags, 'Name') ?? ''}</b>
          </li>
        ))}
      </ul>
    </Section>
  );
}
