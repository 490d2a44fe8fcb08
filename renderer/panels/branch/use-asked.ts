import { useEffect, useState } from 'react';
import type { CommandName, Commands } from '../../../node/contract/commands.ts';
import { AoError } from '../../../node/contract/errors.ts';
import { useApp } from '../../stores/app-context.ts';

/**
 * An answer about a branch, which may still run on: it is asked for whenever `args` change, and not kept.
 * @param version asks again when it changes; the answer before stays meanwhile.
 */
export function useAsked<N extends CommandName>(
  name: N,
  args: Commands[N]['args'] | null,
  version = 0,
): {
  readonly value: Commands[N]['reply'] | undefined;
  /** The answer that came last, which may be to other `args`. */
  readonly last: { readonly key: string; readonly value: Commands[N]['reply'] | undefined } | null;
  readonly isSlow: boolean;
  readonly error: unknown;
} {
  const { link } = useApp();
  const key = args === null ? null : JSON.stringify(args);
  const [got, setGot] = useState<{
    readonly key: string;
    readonly value: Commands[N]['reply'] | undefined;
    readonly error: unknown;
  } | null>(null);
  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    link.ask(name, JSON.parse(key) as Commands[N]['args'], stop.signal).then(
      (value) => !stop.signal.aborted && setGot({ key, value, error: null }),
      (error: unknown) => {
        if (!stop.signal.aborted && !(error instanceof AoError && error.code === 'CANCELLED')) setGot({ key, value: undefined, error });
      },
    );
    return () => stop.abort();
  }, [link, name, key, version]);
  const isHere = got !== null && got.key === key;
  return { last: got, value: isHere ? got.value : undefined, isSlow: key !== null && !isHere, error: isHere ? got.error : null };
}
