import { useEffect, useState } from 'react';
import { AoError } from '../../node/contract/errors.ts';
import { search, type SearchState, type SearchWish } from '../model/search.ts';
import { useApp } from './app-context.ts';

/** A search on its way to a pane. */
export interface Searching {
  readonly state: SearchState | null;
  readonly error: unknown;
  readonly isRunning: boolean;
  /** Ends it with what was found so far. */
  stop(): void;
}

interface Got {
  readonly key: string;
  readonly state: SearchState | null;
  readonly error: unknown;
}

/** Searches whenever `wish` changes; null searches nothing. What is no longer wanted is ended. */
export function useSearch(wish: SearchWish | null): Searching {
  const { link } = useApp();
  const key = wish === null ? null : JSON.stringify(wish);
  const [got, setGot] = useState<Got | null>(null);
  const [stopped, setStopped] = useState<string | null>(null);
  const isWanted = key !== null && key !== stopped;

  useEffect(() => {
    if (!isWanted) return;
    const stop = new AbortController();
    const put = (state: SearchState | null, error: unknown): void => {
      if (!stop.signal.aborted) setGot((before) => ({ key, state: state ?? (before?.key === key ? before.state : null), error }));
    };
    search(
      (args, signal) => link.ask('cu.search', args, signal),
      JSON.parse(key) as SearchWish,
      stop.signal,
      (state) => put(state, null),
    ).then(
      (state) => put(state, null),
      (error: unknown) => {
        if (!(error instanceof AoError && error.code === 'CANCELLED')) put(null, error);
      },
    );
    return () => stop.abort();
  }, [link, key, isWanted]);

  const here = got !== null && got.key === key ? got : null;
  return {
    state: here?.state ?? null,
    error: here?.error ?? null,
    isRunning: isWanted && here?.state?.isDone !== true && (here?.error ?? null) === null,
    stop: () => setStopped(key),
  };
}
