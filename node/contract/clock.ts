import { AoError } from './errors.ts';
import type { Client } from './rpc.ts';

/** `real` follows the computer's clock; `paused` stands still; `running` goes on at a rate of its own. */
export type ClockMode = 'real' | 'paused' | 'running';

/** The node's protocol time: what assignments, blocks and cron messages carry. */
export interface ClockState {
  readonly mode: ClockMode;
  /** How many times as fast as the computer's clock it runs, or would run when it goes on. */
  readonly rate: number;
  /** Unix ms. */
  readonly timestampMs: number;
  /** The newest block at that time. */
  readonly blockHeight: number;
}

/** How the clock is to go. `rate` null is the one it had before. */
export type ClockWish =
  { readonly mode: 'real' } | { readonly mode: 'paused' } | { readonly mode: 'running'; readonly rate: number | null };

/** How far the clock is to be moved on: to the next cron message of any process, the next block, or a time. */
export type ClockStep =
  | { readonly kind: 'tick' }
  | { readonly kind: 'block' }
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'to'; readonly timestampMs: number };

/** How the clock of a new project begins. */
export interface ClockStart {
  /** Unix ms; null for the present. */
  readonly startMs: number | null;
  /** Null stands still. */
  readonly rate: number | null;
}

export const RATE_MIN = 0.1;
export const RATE_MAX = 10_000;
/** The end of the year 9999. */
export const TIME_MAX = 253_402_300_799_999;
/** Seconds that one step may take. */
export const STEP_SECONDS_MAX = 100 * 366 * 86_400;

/** The clock of a node, for programs and tests. Every call that moves it answers once all that came due has been run and pushed. */
export interface NodeClock {
  state(): Promise<ClockState>;
  /** Stops at the next whole second. */
  pause(): Promise<ClockState>;
  /** Goes on at the rate it had. */
  resume(): Promise<ClockState>;
  /** Runs at `rate` from where it is. @throws AoError CLOCK_RATE. */
  run(rate: number): Promise<ClockState>;
  /** Follows the computer's clock again. @throws AoError CLOCK_AHEAD. */
  followReal(): Promise<ClockState>;
  /** To the next moment at which a cron of any process is due. @throws AoError CLOCK_NO_CRON. */
  stepTick(): Promise<ClockState>;
  stepBlock(): Promise<ClockState>;
  step(seconds: number): Promise<ClockState>;
  /** @param to Unix ms or a Date. @throws AoError CLOCK_BACKWARDS. */
  jump(to: number | Date): Promise<ClockState>;
}

/** The clock of the node that `ask` reaches. Moving it pauses a clock that is real; one that runs goes on afterwards. */
export function nodeClock(ask: Client['ask']): NodeClock {
  const advance = (by: ClockStep): Promise<ClockState> => ask('mu.advance', { by });
  const set = (wish: ClockWish): Promise<ClockState> => ask('su.setClock', { wish });
  return {
    state: () => ask('su.clock', {}),
    pause: () => set({ mode: 'paused' }),
    resume: () => set({ mode: 'running', rate: null }),
    run: (rate) => set({ mode: 'running', rate }),
    followReal: () => set({ mode: 'real' }),
    stepTick: () => advance({ kind: 'tick' }),
    stepBlock: () => advance({ kind: 'block' }),
    step: (seconds) => advance({ kind: 'seconds', seconds }),
    jump: (to) => advance({ kind: 'to', timestampMs: Number(to) }),
  };
}

/**
 * A start as a command line gives it: `paused`, a rate (`60` or `60x`), a time (paused there), or a time and a rate
 * (`2030-01-01T00:00:00Z@60x`). Times without a zone are UTC.
 * @throws AoError CLOCK_TEXT, CLOCK_RATE.
 */
export function parseClockStart(text: string): ClockStart {
  const [time = '', rate] = text.trim().split('@');
  if (rate === undefined && time === 'paused') return { startMs: null, rate: null };
  if (rate === undefined && RATE.test(time)) return { startMs: null, rate: parseRate(time) };
  return { startMs: parseTime(time), rate: rate === undefined || rate === 'paused' ? null : parseRate(rate) };
}

const RATE = /^(\d+(?:\.\d+)?)\s*[x×]?$/;
const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?$/;

/** @throws AoError CLOCK_TEXT, CLOCK_RATE. */
export function parseRate(text: string): number {
  const [, number] = RATE.exec(text.trim()) ?? [];
  if (number === undefined) throw new AoError('CLOCK_TEXT', { text: text.slice(0, 60) });
  return checkRate(Number(number));
}

/** @throws AoError CLOCK_RATE. */
export function checkRate(rate: number): number {
  if (!(rate >= RATE_MIN && rate <= RATE_MAX)) throw new AoError('CLOCK_RATE', { rate });
  return rate;
}

/** A time as ISO 8601 writes it, in UTC where no zone is given. @throws AoError CLOCK_TEXT. */
export function parseTime(text: string): number {
  const trimmed = text.trim();
  const ms = Date.parse(TIME.test(trimmed) ? `${trimmed.replace(' ', 'T')}${trimmed.length > 10 ? 'Z' : ''}` : trimmed);
  if (!(ms >= 0 && ms <= TIME_MAX) || !/^\d{4}-/.test(trimmed)) throw new AoError('CLOCK_TEXT', { text: trimmed.slice(0, 60) });
  return ms;
}
