import { CornerLeftUp, HelpCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Why, WhyLink, WhyProgress } from '../../../node/contract/recording.ts';
import { nameOf, parentOf, placeOf, withNames } from '../../model/lookup.ts';
import { whoWithin } from '../../model/own-wallets.ts';
import type { MessageRow } from '../../model/rows.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { WhyQuestion } from '../../stores/inspect-store.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { useOwnWallets } from '../../stores/use-own-wallets.ts';
import { usePlace } from '../../stores/use-place.ts';
import { Button } from '../../widgets/button.tsx';
import { PlaceLink } from '../../widgets/place-link.tsx';
import { Progress } from '../../widgets/progress.tsx';
import { Section } from './parts.tsx';
import './why.css';

/** Why a value is as it is, and why this message came: from the effect back to what came from outside. */
export function WhyTab({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const place = placeOf(world, row);
  return (
    <>
      <ValueWhy world={world} isAskable={place !== null && place.tick === null} />
      <Causes world={world} row={row} />
    </>
  );
}

/** Why a value is as it is where one stands, on the main line or in a branch. */
export function ValueWhy({ world, isAskable }: { readonly world: World; readonly isAskable: boolean }): React.ReactNode {
  const app = useApp();
  const question = useStore(app.inspect, (state) => state.question);
  return (
    <>
      <Question isAskable={isAskable} />
      {question !== null && <Answer world={world} question={question} />}
    </>
  );
}

/** A field for the value that is asked about. */
function Question({ isAskable }: { readonly isAskable: boolean }): React.ReactNode {
  const app = useApp();
  const value = useStore(app.focus, (state) => state.focus.value);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? value ?? '';
  const isOff = !isAskable || text.trim() === '';
  const ask = (): void => {
    if (isOff) return;
    setTyped(null);
    void app.commands.run('inspect.whyValue', text.trim());
  };
  return (
    <form
      className="why-question"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <input
        className="field mono"
        value={text}
        spellCheck={false}
        aria-label="A value to ask about"
        placeholder="A value: Balances.alice"
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button isSmall disabled={isOff} onClick={ask}>
        Why?
      </Button>
    </form>
  );
}

const ORIGINS: Readonly<Record<Why['origin'], string>> = {
  person: 'A message from outside began it.',
  cron: 'A cron message began it.',
  elsewhere: 'It came from a process that is not here.',
  'never written': 'Nothing ever wrote it.',
  cut: 'There is more before this than is told.',
};

function Answer({ world, question }: { readonly world: World; readonly question: WhyQuestion }): React.ReactNode {
  const app = useApp();
  const asked = useAnswer('cu.why', question);
  const { process, slot, expression, branch } = question;
  const why = asked.value;
  return (
    <Section
      title={branch === undefined ? 'Why this value' : 'Why, in the branch'}
      note={
        <>
          <span className="mono">{withNames(world, expression)}</span> after slot {slot} of {nameOf(world, process)}
        </>
      }
    >
      <Progress asked={asked} />
      {asked.isSlow && (
        <p>
          <HowFar world={world} question={question} />{' '}
          <Button isSmall onClick={() => app.inspect.getState().stop()}>
            Stop
          </Button>
        </p>
      )}
      {why !== undefined && (
        <ol className={`why${asked.isOld ? ' is-old' : ''}`}>
          {why.links.map((link, index) => (
            <Link key={index} world={world} link={link} branch={branch} />
          ))}
          <li className="why-origin faint">{ORIGINS[why.origin]}</li>
        </ol>
      )}
    </Section>
  );
}

const HOW_FAR_MS = 250;

/** How far back the slots have been looked at, as the node tells it. */
function HowFar({ world, question }: { readonly world: World; readonly question: WhyQuestion }): React.ReactNode {
  const { link } = useApp();
  const [progress, setProgress] = useState<WhyProgress | null>(null);
  useEffect(() => {
    let isGone = false;
    const timer = setInterval(() => {
      // What went wrong is told by the question itself.
      void link.ask('cu.whyProgress', question).then(
        (reply) => isGone || setProgress(reply.progress),
        () => undefined,
      );
    }, HOW_FAR_MS);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [link, question]);
  if (progress === null) return <span className="faint">Slots are evaluated that have not been yet.</span>;
  const { process, from, at, links } = progress;
  const name = nameOf(world, process);
  if (links > 0)
    return (
      <span className="faint">
        {links} {links === 1 ? 'link' : 'links'} found, at slot {at} of {name}.
      </span>
    );
  return (
    <span className="faint">
      Who wrote it last? Slot {at.toLocaleString('en-US')} of {name}, back from {from.toLocaleString('en-US')}.{' '}
      <progress className="why-progress" aria-label="Slots looked at" max={from + 1} value={from - at} />
    </span>
  );
}

interface LinkProps {
  readonly world: World;
  readonly link: WhyLink;
  /** The branch whose slots are meant. */
  readonly branch: number | undefined;
}

function Link({ world, link, branch }: LinkProps): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const focus = useStore(app.focus, (state) => state.focus);
  const walk = useStore(app.branch, (state) => state.walk);
  const { process, slot, tick, step, did, change, message } = link;
  const place = usePlace(link.place === null ? '' : `${link.place.chunk}:${link.place.line}`);
  const isOnMain = focus.process === process && focus.slot === slot && focus.row === null && tick === null;
  const isHere = walk === null ? isOnMain : walk.process === process && walk.step?.slot === slot && walk.step.tick === tick;
  const lane = world.processById.get(process)?.lane ?? 1;
  return (
    <li className="why-link" style={{ '--lane': `var(--lane-${lane})` } as React.CSSProperties}>
      <button
        type="button"
        {...(isHere ? { 'aria-current': 'step' } : {})}
        onClick={() => {
          void app.branch.getState().toPlace({ process, slot, tick, branch }, step);
          place?.open();
        }}
      >
        <span className="why-where">
          <b>{nameOf(world, process)}</b> slot {slot}
          {tick !== null && <span className="faint"> · cron {tick + 1}</span>}
        </span>
        <span className="why-did">
          {did === 'wrote' ? 'wrote it' : 'sent that'}
          {change !== null && (
            <span className="mono">
              : <del>{withNames(world, change.before)}</del> → <ins>{withNames(world, change.after)}</ins>
            </span>
          )}
        </span>
        <span className="why-message faint">
          for {message.action ?? 'a message'} from {whoWithin(world, message.from, own)}
        </span>
      </button>
      {place !== null && <PlaceLink place={place} />}
    </li>
  );
}

const CAUSES_MAX = 50;

/** The messages that led to this one. */
function Causes({ world, row }: { readonly world: World; readonly row: MessageRow }): React.ReactNode {
  const app = useApp();
  const own = useOwnWallets();
  const causes: MessageRow[] = [];
  for (let one = parentOf(world, row); one !== null && causes.length < CAUSES_MAX; one = parentOf(world, one)) causes.push(one);
  return (
    <Section title="Why this message" note={causes.length === 0 ? undefined : `${causes.length} before it`}>
      {causes.length === 0 ? (
        <p className="faint">
          <HelpCircle size={11} aria-hidden />{' '}
          {row.cron === null ? 'It came from outside: no process here sent it.' : 'A cron of the process itself.'}
        </p>
      ) : (
        <ol className="why">
          {causes.map((one) => (
            <li
              key={one.at}
              className="why-link"
              style={{ '--lane': `var(--lane-${world.processById.get(one.to)?.lane ?? 1})` } as React.CSSProperties}
            >
              <button type="button" onClick={() => app.focus.getState().focusRow(one)}>
                <span className="why-where">
                  <CornerLeftUp size={11} aria-hidden /> <b>{nameOf(world, one.to)}</b> slot {one.slot}
                </span>
                <span className="why-message faint">
                  {one.action ?? one.type ?? 'message'} from {whoWithin(world, one.from, own)}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
