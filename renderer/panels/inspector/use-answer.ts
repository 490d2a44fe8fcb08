import { useEffect, useMemo, useRef, useState } from 'react';
import type { Commands } from '../../../node/contract/commands.ts';
import { AoError } from '../../../node/contract/errors.ts';
import { answersOf, type LastingName } from '../../stores/answers.ts';
import { useApp } from '../../stores/app-context.ts';

/** An answer on its way to a pane. */
export interface Asked<N extends LastingName> {
  /** The answer; while a new one is on its way, the one before (then `isOld`). Undefined before the first. */
  readonly value: Commands[N]['reply'] | undefined;
  readonly isOld: boolean;
  readonly error: unknown;
  /** True when it takes so long that the person should see that something goes on. */
  readonly isSlow: boolean;
}

const SLOW_MS = 100;
/** While slots fly by (a key held down), only the one where it stops is asked for. */
const SETTLE_MS = 70;

/** Asks `name` whenever `args` change; null asks nothing. What is no longer wanted is cancelled. */
export function useAnswer<N extends LastingName>(name: N, args: Commands[N]['args'] | null): Asked<N> {
  const { link } = useApp();
  const answers = answersOf(link);
  const key = args === null ? null : JSON.stringify(args);
  const wanted = useRef(args);
  wanted.current = args;
  const [got, setGot] = useState<{ key: string; value: Commands[N]['reply'] | undefined; error: unknown } | null>(null);
  const [slowKey, setSlowKey] = useState<string | null>(null);
  const askedAtMs = useRef(0);
  const known = useMemo(() => (args === null ? undefined : answers.known(name, args)), [answers, name, key, got]);

  useEffect(() => {
    const now = wanted.current;
    if (key === null || now === null) return;
    const there = answers.known(name, now);
    if (there !== undefined) return setGot({ key, value: there, error: null });
    const stop = new AbortController();
    const ask = (): void => {
      askedAtMs.current = performance.now();
      answers.ask(name, now, stop.signal).then(
        (value) => !stop.signal.aborted && setGot({ key, value, error: null }),
        (error: unknown) => {
          if (stop.signal.aborted || (error instanceof AoError && error.code === 'CANCELLED')) return;
          setGot({ key, value: undefined, error });
        },
      );
    };
    const isHurried = performance.now() - askedAtMs.current < SETTLE_MS;
    askedAtMs.current = performance.now();
    const settle = setTimeout(ask, isHurried ? SETTLE_MS : 0);
    const slow = setTimeout(() => setSlowKey(key), SLOW_MS + (isHurried ? SETTLE_MS : 0));
    return () => {
      clearTimeout(settle);
      clearTimeout(slow);
      stop.abort();
    };
  }, [answers, name, key]);

  if (key === null) return { value: undefined, isOld: false, error: null, isSlow: false };
  if (known !== undefined) return { value: known, isOld: false, error: null, isSlow: false };
  const isHere = got?.key === key;
  return { value: got?.value, isOld: !isHere, error: isHere ? got.error : null, isSlow: !isHere && slowKey === key };
}
