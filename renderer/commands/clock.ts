import { parseRate, parseTime } from '../../node/contract/clock.ts';
import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

const category = 'Clock';

/** Pausing, stepping and moving the node's protocol time. */
export function clockCommands(app: App): Command[] {
  const { getState } = app.clock;
  const isKnown = (): boolean => getState().clock !== null;
  const canMove = (): boolean => isKnown() && !getState().isMoving;
  const mode = (): string | undefined => getState().clock?.mode;
  return [
    {
      id: 'clock.toggle',
      title: 'Pause the clock, or let it go on',
      category,
      keys: 'Alt+KeyP',
      isEnabled: canMove,
      run: () => getState().set(mode() === 'paused' ? { mode: 'running', rate: null } : { mode: 'paused' }),
    },
    {
      id: 'clock.tick',
      title: 'Step to the next cron message',
      category,
      keys: 'Alt+KeyT',
      isEnabled: isKnown,
      run: () => getState().advance({ kind: 'tick' }),
    },
    {
      id: 'clock.block',
      title: 'Step to the next block',
      category,
      keys: 'Alt+KeyB',
      isEnabled: isKnown,
      run: () => getState().advance({ kind: 'block' }),
    },
    {
      id: 'clock.seconds',
      title: 'Step ten seconds',
      category,
      isEnabled: isKnown,
      run: (seconds = '10') => getState().advance({ kind: 'seconds', seconds: Number(seconds) }),
    },
    {
      id: 'clock.jump',
      title: 'Jump to a time…',
      category,
      isEnabled: isKnown,
      run: (time) => (time === undefined ? getState().setOpen(true) : getState().advance({ kind: 'to', timestampMs: parseTime(time) })),
    },
    {
      id: 'clock.rate',
      title: 'Run at a rate…',
      category,
      isEnabled: canMove,
      run: (rate) => (rate === undefined ? getState().setOpen(true) : getState().set({ mode: 'running', rate: parseRate(rate) })),
    },
    {
      id: 'clock.real',
      title: "Follow the computer's clock",
      category,
      isEnabled: () => canMove() && mode() !== 'real',
      run: () => getState().set({ mode: 'real' }),
    },
    { id: 'clock.show', title: 'Show the clock', category, isEnabled: isKnown, run: () => getState().setOpen(true) },
  ];
}
