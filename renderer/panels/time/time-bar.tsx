import { ChevronLeft, ChevronRight, Pause, Play, SkipBack, SkipForward, Undo2 } from 'lucide-react';
import { memo, useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { toSlot } from '../../../node/contract/ids.ts';
import { errorSlotsOf, nameOf, rowAt, rowOfFocus, stepFrom } from '../../model/lookup.ts';
import type { ProcessRow } from '../../model/rows.ts';
import { answersOf } from '../../stores/answers.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { useStepWindow } from '../../stores/use-step-window.ts';
import { Button } from '../../widgets/button.tsx';
import { BranchBar } from './branch-bar.tsx';
import { BranchMenu } from './branch-menu.tsx';
import { PlaceField } from './place-field.tsx';
import './time.css';

/** What ran for longer is recorded only where one stands on it: that takes several times as long. */
const AHEAD_MAX_MS = 30;

/** Always on screen: which slot of which process is looked at, and the way to any other. */
export function TimeBar(): React.ReactNode {
  const app = useApp();
  const walk = useStore(app.branch, (state) => state.walk);
  return walk === null ? <MainBar /> : <BranchBar walk={walk} />;
}

function MainBar(): React.ReactNode {
  const app = useApp();
  const world = useStore(app.world, (state) => state.world);
  const focus = useStore(app.focus, (state) => state.focus);
  const isPast = useStore(app.focus, (state) => state.isPast);
  const process = focus.process === null ? undefined : world.processById.get(focus.process);
  const latest = process?.slotLatest ?? -1;
  const slot = focus.slot ?? latest;
  const cron = rowOfFocus(world, focus)?.cron ?? null;
  const foundSlots = useFoundSlots(process?.id ?? null);
  const notedSlots = useNotedSlots(process?.id ?? null);
  useStepWindow(process?.id ?? null, slot, (at, signal) => {
    if (process === undefined) return;
    const answers = answersOf(app.link);
    answers.prefetch('cu.diff', { process: process.id, from: at === 0 ? null : toSlot(at - 1), to: at }, signal);
    answers.prefetch('cu.result', { process: process.id, slot: at }, signal);
    const row = rowAt(world, process.id, at);
    if (row !== null && row.durationMs <= AHEAD_MAX_MS)
      app.inside.getState().lookAhead({ process: process.id, slot: at, tick: null }, signal);
  });
  const run = useCallback((command: string): void => void app.commands.run(command), [app]);

  if (process === undefined || latest < 0) {
    return (
      <div className="time is-empty" role="group" aria-label="Time">
        <span className="faint">No process yet: its slots will stand here, to step back and forward.</span>
      </div>
    );
  }
  const isLive = focus.slot === null && focus.row === null;
  return (
    <div className={`time${isPast ? ' is-past' : ''}`} role="group" aria-label="Time">
      <div className="time-process" title={process.id}>
        <i style={{ background: `var(--lane-${process.lane})` }} aria-hidden />
        <b>{nameOf(world, process.id)}</b>
      </div>
      <Buttons
        isFirst={slot <= 0}
        isLast={slot >= latest}
        hasBefore={stepFrom(world, focus, -1) !== null}
        isLive={isLive}
        isPast={isPast}
        run={run}
      />
      <Slider
        process={process}
        slot={slot}
        errors={errorSlotsOf(world, process.id)}
        found={foundSlots}
        noted={notedSlots}
        onSlot={(to) => app.focus.getState().toSlot(to, true)}
      />
      {cron !== null && (
        <span className="time-cron" title={`Cron message ${cron.name}, run before slot ${cron.slot}`}>
          cron {cron.tick + 1} before {cron.slot}
        </span>
      )}
      <PlaceField word="slot" label="Go to slot" value={slot} last={latest} onGo={(to) => app.focus.getState().toSlot(to)} />
      <BranchMenu />
      <Mode isLive={isLive} isPast={isPast} />
      <BackToLive isLive={isLive} run={run} />
    </div>
  );
}

interface ButtonsProps {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly hasBefore: boolean;
  readonly isLive: boolean;
  readonly isPast: boolean;
  run(command: string): void;
}

/** The same at most steps. */
const Buttons = memo(function Buttons({ isFirst, isLast, hasBefore, isLive, isPast, run }: ButtonsProps): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  const isPlaying = useStore(app.play, (state) => state.isPlaying);
  const speed = useStore(app.play, (state) => state.speed);
  const button = (label: string, isOff: boolean, onClick: () => void, picture: React.ReactNode): React.ReactNode => (
    <Button look="quiet" isSmall isIcon label={label} disabled={isOff} onClick={onClick}>
      {picture}
    </Button>
  );
  return (
    <div className="time-buttons">
      {button(withKeys('First slot', 'time.first'), isFirst, () => run('time.first'), <SkipBack size={13} />)}
      {button(
        withKeys('Previous message of this process', 'time.previous'),
        !hasBefore,
        () => run('time.previous'),
        <ChevronLeft size={16} />,
      )}
      {button(
        withKeys(isPlaying ? 'Pause' : isPast ? 'Play from here to the latest slot' : 'Play from the first slot', 'time.play'),
        isFirst && isLast,
        () => run('time.play'),
        isPlaying ? <Pause size={13} /> : <Play size={13} />,
      )}
      {button(withKeys('Next message of this process', 'time.next'), isLive, () => run('time.next'), <ChevronRight size={16} />)}
      <Button
        look="quiet"
        isSmall
        className="time-speed"
        aria-label={`Speed of playing: ${speed} times`}
        onClick={() => run('time.faster')}
      >
        {speed}×
      </Button>
      {button(withKeys('Latest slot', 'time.last'), isLast, () => run('time.last'), <SkipForward size={13} />)}
    </div>
  );
});

const BackToLive = memo(function BackToLive({ isLive, run }: Pick<ButtonsProps, 'isLive' | 'run'>): React.ReactNode {
  return (
    <Button isSmall className="time-back" disabled={isLive} label="Follow the latest slot again" onClick={() => run('time.live')}>
      <Undo2 size={13} aria-hidden /> Back to live
    </Button>
  );
});

const Mode = memo(function Mode({ isLive, isPast }: Pick<ButtonsProps, 'isLive' | 'isPast'>): React.ReactNode {
  const words = isPast ? 'PAST' : isLive ? 'LIVE' : 'LATEST';
  return (
    <div className="time-mode" role="status">
      <span className={isPast ? 'time-past' : 'time-live'}>
        <i aria-hidden />
        {words}
      </span>
    </div>
  );
});

interface SliderProps {
  readonly process: ProcessRow;
  readonly slot: number;
  readonly errors: readonly number[];
  /** Slots whose messages are looked for in the Flow pane. */
  readonly found: readonly number[];
  /** Slots that somebody wrote about. */
  readonly noted: readonly number[];
  onSlot(slot: number): void;
}

const TICKS_MAX = 400;

/** Slots of a process that the filter of the Flow pane has found; none while there is no filter. */
function useFoundSlots(process: string | null): readonly number[] {
  const app = useApp();
  const hits = useStore(app.flow, (state) => state.hits);
  return useMemo(
    () => (hits.marks === null ? [] : hits.rows.flatMap((row) => (row.to === process && row.slot !== null ? [row.slot] : []))),
    [hits, process],
  );
}

/** Slots of a process that notes are about. */
function useNotedSlots(process: string | null): readonly number[] {
  const app = useApp();
  const notes = useStore(app.notes, (state) => state.notes);
  return useMemo(
    () => notes.flatMap(({ place }) => (place.process !== null && place.process === process && place.slot !== null ? [place.slot] : [])),
    [notes, process],
  );
}

/** At most so many of them, evenly. */
function thinned(slots: readonly number[]): readonly number[] {
  const step = Math.ceil(slots.length / TICKS_MAX);
  return slots.filter((_, index) => index % step === 0);
}

function Slider({ process, slot, errors, found, noted, onSlot }: SliderProps): React.ReactNode {
  const latest = process.slotLatest;
  const at = `${latest === 0 ? 100 : (slot / latest) * 100}%`;
  return (
    <div className="time-slider" style={{ '--lane': `var(--lane-${process.lane})` } as React.CSSProperties}>
      <div className="time-track" aria-hidden>
        <div className="time-done" style={{ width: at }} />
        <Ticks latest={latest} errors={errors} found={found} noted={noted} errorKey={errors.join()} />
      </div>
      <input
        type="range"
        // The only slot is the latest: its knob stands at the end.
        min={latest === 0 ? -1 : 0}
        max={Math.max(0, latest)}
        step={1}
        value={slot}
        disabled={latest <= 0}
        aria-label={`Slot of ${process.name ?? process.id}`}
        aria-valuetext={`slot ${slot} of ${latest}${noted.includes(slot) ? ', with a note' : ''}`}
        onChange={(event) => onSlot(Number(event.target.value))}
      />
    </div>
  );
}

interface TicksProps extends Pick<SliderProps, 'errors' | 'found' | 'noted'> {
  readonly latest: number;
  /** The list of errors changes in place: the same text for the same slots. */
  readonly errorKey: string;
}

/** Up to a thousand marks, which are the same wherever the knob stands. */
const Ticks = memo(function Ticks({ latest, errors, found, noted }: TicksProps): React.ReactNode {
  const share = (at: number): string => `${latest === 0 ? 100 : (at / latest) * 100}%`;
  return (
    <>
      {latest > 0 &&
        latest <= 60 &&
        Array.from({ length: latest + 1 }, (_, at) => <i key={at} className="time-stop" style={{ left: share(at) }} />)}
      {found.length > 0 && (
        <svg className="time-found" viewBox={`0 0 ${Math.max(1, latest)} 1`} preserveAspectRatio="none">
          <path
            d={thinned(found)
              .map((at) => `M${latest === 0 ? 1 : at} 0V1`)
              .join('')}
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      )}
      {thinned(noted).map((at) => (
        <i key={`noted ${at}`} className="time-noted" style={{ left: share(at) }} />
      ))}
      {thinned(errors).map((at) => (
        <i key={at} className="time-error" style={{ left: share(at) }} />
      ))}
    </>
  );
});
