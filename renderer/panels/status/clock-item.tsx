import { Blocks, Clock, FastForward, Pause, Play, SkipForward, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useStore } from 'zustand';
import type { ClockState } from '../../../node/contract/clock.ts';
import { useKeyWords } from '../../commands/use-key-words.ts';
import { useApp } from '../../stores/app-context.ts';
import { Button } from '../../widgets/button.tsx';
import { clockWords } from './clock-words.ts';
import './clock.css';

/** The node's protocol time in the status bar; its control opens above it. */
export function ClockItem(): React.ReactNode {
  const app = useApp();
  const clock = useStore(app.clock, (state) => state.clock);
  const isOpen = useStore(app.clock, (state) => state.isOpen);
  const isMoving = useStore(app.clock, (state) => state.isMoving);
  if (clock === null) return null;
  const { time, block, mode, title } = clockWords(clock, isMoving);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={app.clock.getState().setOpen}>
      <AriaButton className={`status-item clock is-${clock.mode}`} aria-label={`${title}. Show the clock`}>
        {clock.mode === 'paused' ? <Pause size={12} aria-hidden /> : <Clock size={12} aria-hidden />}
        {mode !== '' && <b className="clock-mode">{mode}</b>}
        <span>{time}</span>
        <span className="clock-block">block {block}</span>
      </AriaButton>
      <Popover className="popover" placement="top start">
        <Dialog className="clock-panel" aria-label="The node's clock">
          <ClockPanel clock={clock} isMoving={isMoving} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function ClockPanel({ clock, isMoving }: { readonly clock: ClockState; readonly isMoving: boolean }): React.ReactNode {
  const app = useApp();
  const { date, time, ms, block, sentence } = clockWords(clock, isMoving);
  const run = (command: string, argument?: string): void => void app.commands.run(command, argument);
  const isPaused = clock.mode === 'paused';
  return (
    <>
      <div className="clock-now">
        <span className="faint">{date}</span>
        <b>
          {time}
          <small>{ms} UTC</small>
        </b>
        <span className="faint">block {block}</span>
      </div>
      <p className={`clock-sentence is-${clock.mode}`} role="status">
        {sentence}
      </p>
      <div className="clock-buttons" role="group" aria-label="Move the clock">
        <Step command="clock.toggle" title={isPaused ? 'Go on' : 'Pause'} isOff={isMoving}>
          {isPaused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
        </Step>
        <Step command="clock.tick" title="Next cron">
          <SkipForward size={13} aria-hidden />
        </Step>
        <Step command="clock.block" title="Next block">
          <Blocks size={13} aria-hidden />
        </Step>
      </div>
      <Field name="Step" unit="seconds" action="Step" first="10" onGo={(text) => run('clock.seconds', text)} />
      <Field
        name="Jump to"
        unit="UTC"
        action="Jump"
        first={new Date(clock.timestampMs).toISOString().slice(0, 19).replace('T', ' ')}
        onGo={(text) => run('clock.jump', text)}
      />
      <Field
        name="Rate"
        unit="times as fast"
        action="Run"
        first={String(clock.rate)}
        isOff={isMoving}
        onGo={(text) => run('clock.rate', text)}
      />
      <Button isSmall look="quiet" aria-disabled={clock.mode === 'real' || isMoving} onClick={() => run('clock.real')}>
        <Undo2 size={13} aria-hidden /> Follow the computer's clock
      </Button>
    </>
  );
}

function Step(props: {
  readonly command: string;
  readonly title: string;
  readonly isOff?: boolean;
  readonly children: React.ReactNode;
}): React.ReactNode {
  const app = useApp();
  const { withKeys } = useKeyWords();
  return (
    <Button
      isSmall
      label={withKeys(props.title, props.command)}
      aria-disabled={props.isOff === true}
      onClick={() => void app.commands.run(props.command)}
    >
      {props.children} {props.title}
    </Button>
  );
}

/** A value that is typed, and what is done with it. Nothing here is ever disabled: it would lose the keyboard while time moves. */
function Field(props: {
  readonly name: string;
  readonly unit: string;
  readonly action: string;
  readonly first: string;
  readonly isOff?: boolean;
  onGo(text: string): void;
}): React.ReactNode {
  // What was typed stays while the clock goes on; once it is done, the clock's own value is shown again.
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? props.first;
  return (
    <form
      className="clock-field"
      onSubmit={(event) => {
        event.preventDefault();
        props.onGo(text);
        setTyped(null);
      }}
    >
      <label>
        <span>{props.name}</span>
        <input value={text} spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
        <span className="faint">{props.unit}</span>
      </label>
      <button type="submit" className="button small" aria-disabled={props.isOff === true || text.trim() === ''}>
        {props.action === 'Run' && <FastForward size={13} aria-hidden />} {props.action}
      </button>
    </form>
  );
}
