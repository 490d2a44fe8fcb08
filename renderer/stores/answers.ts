import type { CommandName, Commands } from '../../node/contract/commands.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { Link } from '../link/link.ts';

/** Questions whose answer never changes once it has been given: slots are only ever added. */
export type LastingName =
  | 'cu.result'
  | 'cu.state'
  | 'cu.stateFind'
  | 'cu.diff'
  | 'cu.trace'
  | 'cu.frames'
  | 'cu.frameValue'
  | 'cu.expression'
  | 'cu.source'
  | 'cu.why'
  | 'cu.branchDiff'
  | 'cu.branchMessage'
  | 'cu.branchTrace'
  | 'su.log'
  | 'gateway.item'
  | 'gateway.signed';

/** Answers about slots, kept so that going back and forth asks nothing twice. */
export interface Answers {
  /** The answer when it is here already. */
  known<N extends LastingName>(name: N, args: Commands[N]['args']): Commands[N]['reply'] | undefined;
  /** The answer; askers of the same question share one. @throws AoError as the command; CANCELLED once `signal` aborts. */
  ask<N extends LastingName>(name: N, args: Commands[N]['args'], signal: AbortSignal): Promise<Commands[N]['reply']>;
  /** Asks ahead of need; what goes wrong is met again by the one who needs it. */
  prefetch<N extends LastingName>(name: N, args: Commands[N]['args'], signal: AbortSignal): void;
}

interface Kept {
  readonly value: unknown;
}

interface Flight {
  readonly promise: Promise<unknown>;
  readonly stop: AbortController;
  waiting: number;
}

const KEPT_MAX = 400;
const made = new WeakMap<Link, Answers>();

/** The answers that come over `link`, forgotten when another project opens. */
export function answersOf(link: Link): Answers {
  const known = made.get(link);
  if (known !== undefined) return known;
  const answers = createAnswers(link);
  made.set(link, answers);
  return answers;
}

/** @see answersOf; on its own for tests. */
export function createAnswers(link: Link): Answers {
  const kept = new Map<string, Kept>();
  const flights = new Map<string, Flight>();
  link.on('project.changed', () => {
    kept.clear();
    for (const flight of flights.values()) flight.stop.abort();
    flights.clear();
  });

  const start = <N extends CommandName>(key: string, name: N, args: Commands[N]['args']): Flight => {
    const stop = new AbortController();
    const promise = link.ask(name, args, stop.signal);
    const flight: Flight = { promise, stop, waiting: 0 };
    flights.set(key, flight);
    const end = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    promise.then((value) => {
      if (flights.get(key) === flight) keep(kept, key, value);
      end();
    }, end);
    return flight;
  };

  return {
    known: <N extends LastingName>(name: N, args: Commands[N]['args']) =>
      kept.get(keyOf(name, args))?.value as Commands[N]['reply'] | undefined,
    ask<N extends LastingName>(name: N, args: Commands[N]['args'], signal: AbortSignal) {
      const key = keyOf(name, args);
      const there = kept.get(key);
      if (there !== undefined) return Promise.resolve(there.value as Commands[N]['reply']);
      const flight = flights.get(key) ?? start(key, name, args);
      flight.waiting += 1;
      return new Promise<Commands[N]['reply']>((resolve, reject) => {
        let isLeft = false;
        const leave = (): void => {
          if (isLeft) return;
          isLeft = true;
          flight.waiting -= 1;
          // Nobody waits any more: the node need not go on either, and the next asker starts afresh.
          if (flight.waiting > 0) return;
          if (flights.get(key) === flight) flights.delete(key);
          flight.stop.abort();
        };
        signal.addEventListener(
          'abort',
          () => {
            leave();
            reject(new AoError('CANCELLED'));
          },
          { once: true },
        );
        flight.promise.then((value) => {
          isLeft = true;
          resolve(value as Commands[N]['reply']);
        }, reject);
      });
    },
    prefetch(name, args, signal) {
      if (kept.has(keyOf(name, args)) || flights.has(keyOf(name, args))) return;
      this.ask(name, args, signal).catch(() => undefined);
    },
  };
}

/** Keeps an answer; the oldest gives way. */
function keep(kept: Map<string, Kept>, key: string, value: unknown): void {
  kept.set(key, { value });
  const oldest = kept.keys().next();
  if (kept.size > KEPT_MAX && oldest.done !== true) kept.delete(oldest.value);
}

function keyOf(name: string, args: object): string {
  return `${name} ${JSON.stringify(args)}`;
}
