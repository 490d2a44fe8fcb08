import { useEffect, useRef, useState } from 'react';
import type { Commands } from '../../node/contract/commands.ts';
import { AoError } from '../../node/contract/errors.ts';
import { answersOf, type LastingName } from './answers.ts';
import { useApp } from './app-context.ts';

/** An answer on its way to a pane. */
export interface Asked<N extends LastingName> {
  /** The answer; while a new one is on its way, the one before (then `isOld`). Undefined before the first. */
  readonly value: Commands[N]['reply'] | undefined;
  readonly isOld: boolean;
  readonly error: unknown;
  /** True when it takes so long that the person should see that something goes on. */
  readonly isSlow: boolean;
}

interface Got<N extends LastingName> {
  readonly key: string;
  readonly value: Commands[N]['reply'] | undefined;
  readonly error: unknown;
}

const SLOW_MS = 100;
/** While slots fly by (a key held down), only the one where it stops is asked for. */
const SETTLE_MS = 70;

/** Asks `name` whenever `args` change; null asks nothing. What is no longer wanted is cancelled. */
export function useAnswer<N extends LastingName>(name: N, args: Commands[N]['args'] | null): Asked<N> {
  const { link } = useApp();
  const answers = answersOf(link);
  const key = args === null ? null : JSON.stringify(args);
  const [got, setGot] = useState<Got<N> | null>(null);
  const [slowKey, setSlowKey] = useState<string | null>(null);
  const movedAtMs = useRef(0);

  useEffect(() => {
    if (key === null) return;
    const wanted = JSON.parse(key) as Commands[N]['args'];
    const isHurried = performance.now() - movedAtMs.current < SETTLE_MS;
    movedAtMs.current = performance.now();
    // What is here already is shown without asking: a second drawing would have nothing new in it.
    if (answers.known(name, wanted) !== undefined) return;
    const stop = new AbortController();
    const settleMs = isHurried ? SETTLE_MS : 0;
    const slow = setTimeout(() => setSlowKey(key), SLOW_MS + settleMs);
    const arrive = (arrived: Got<N>): void => {
      clearTimeout(slow);
      setGot(arrived);
    };
    const ask = (): void => {
      answers.ask(name, wanted, stop.signal).then(
        (value) => {
          if (!stop.signal.aborted) arrive({ key, value, error: null });
        },
        (error: unknown) => {
          if (stop.signal.aborted || (error instanceof AoError && error.code === 'CANCELLED')) return;
          arrive({ key, value: undefined, error });
        },
      );
    };
    const settle = setTimeout(ask, settleMs);
    return () => {
      clearTimeout(settle);
      clearTimeout(slow);
      stop.abort();
    };
  }, [answers, name, key]);

  if (key === null || args === null) return { value: undefined, isOld: false, error: null, isSlow: false };
  // What is here already is shown in the same frame, and stays shown while the next is on its way.
  const known = answers.known(name, args);
  if (known !== undefined && got?.key !== key) setGot({ key, value: known, error: null });
  if (known !== undefined) return { value: known, isOld: false, error: null, isSlow: false };
  const isHere = got?.key === key;
  return { value: got?.value, isOld: !isHere, error: isHere ? got.error : null, isSlow: !isHere && slowKey === key };
}
