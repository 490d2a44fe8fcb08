import { AoError, ERRORS } from '../contract/errors.ts';
import type { Schedule } from './schedule.ts';

/** The filling of a log from the gateway before anything is answered. */
export interface Restoring {
  /** Resolves when it is over, whatever came of it. */
  readonly done: Promise<void>;
  /** The same handlers, none of which answers before it is over: a log half there would be taken for the whole. */
  guard<H extends object>(handlers: H): H;
  stop(): void;
}

const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/**
 * A scheduler without any log may have lost it, and one whose last writes were torn the end of it: the gateway is looked
 * through for what it uploaded before. Where there is nothing, or no gateway answers, it goes on with what it has.
 */
export function restoreWhenLost(schedule: Pick<Schedule, 'isEmpty'>, isCut: boolean, bringBack: () => Promise<unknown>): Restoring {
  let isOver = !schedule.isEmpty() && !isCut;
  let isStopped = false;
  let wake: () => void = () => undefined;
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, PAUSE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const attempt = async (): Promise<void> => {
    for (let left = ATTEMPTS; left > 0 && !isStopped; left--) {
      try {
        await bringBack();
        return;
      } catch (error) {
        // Another kind of gateway may not offer what it takes.
        if (error instanceof AoError && ERRORS[error.code].fault === 'user') return;
      }
      await pause();
    }
  };
  const done = isOver ? Promise.resolve() : attempt().finally(() => (isOver = true));
  return {
    done,
    guard: (handlers) =>
      new Proxy(handlers, {
        get(target, name, receiver) {
          const handler: unknown = Reflect.get(target, name, receiver);
          if (isOver || typeof handler !== 'function') return handler;
          return async (...args: unknown[]): Promise<unknown> => {
            await done;
            return Reflect.apply(handler, target, args) as unknown;
          };
        },
      }),
    stop() {
      isStopped = true;
      wake();
    },
  };
}
