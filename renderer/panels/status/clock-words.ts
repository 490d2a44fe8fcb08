import type { ClockState } from '../../../node/contract/clock.ts';

export interface ClockWords {
  readonly date: string;
  /** Hours, minutes and seconds in UTC, as assignments and cron tags mean them. */
  readonly time: string;
  readonly ms: string;
  readonly block: string;
  /** What stands before the time; '' for a clock that goes as every other does. */
  readonly mode: string;
  readonly title: string;
  readonly sentence: string;
}

/** A clock in words. */
export function clockWords({ mode, rate, timestampMs, blockHeight }: ClockState, isMoving: boolean): ClockWords {
  const iso = new Date(timestampMs).toISOString();
  const [date = '', rest = ''] = iso.split('T');
  const time = rest.slice(0, 8);
  const block = blockHeight.toLocaleString('en-US');
  const speed = `${rate.toLocaleString('en-US')}×`;
  const words = isMoving ? 'MOVING' : mode === 'paused' ? 'PAUSED' : mode === 'running' ? speed : '';
  return {
    date,
    time,
    ms: rest.slice(8, 12),
    block,
    mode: words,
    title: `Protocol time ${date} ${time} UTC, block ${block}, ${sayMode(mode, speed)}`,
    sentence: isMoving ? 'Moving on: what comes due is run and pushed.' : sentenceOf(mode, speed),
  };
}

function sayMode(mode: ClockState['mode'], speed: string): string {
  if (mode === 'paused') return 'paused';
  return mode === 'running' ? `running at ${speed}` : "following the computer's clock";
}

function sentenceOf(mode: ClockState['mode'], speed: string): string {
  if (mode === 'paused') return 'Paused: no cron comes due until time moves on.';
  if (mode === 'running') return `Runs at ${speed} from where it was.`;
  return "Follows the computer's clock. A step pauses it.";
}
