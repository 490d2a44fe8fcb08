import { useEffect, useEffectEvent, useRef, useState } from 'react';

/** The work may take a tenth of the time. */
const SHARE = 9;
const LONGEST_MS = 2_000;

/**
 * What `work` makes of a value that comes anew with every frame, made anew only as often as that work allows.
 * @param key with another one it is made anew at once: the person asked for it.
 */
export function usePaced<T, R>(value: T, key: string, work: (value: T) => R): R {
  const [made, setMade] = useState(() => ({ value, key, result: work(value) }));
  const pace = useRef({ tookMs: 0, atMs: 0 });
  const remake = useEffectEvent(() => {
    const startedMs = performance.now();
    const result = work(value);
    pace.current = { tookMs: performance.now() - startedMs, atMs: performance.now() };
    setMade({ value, key, result });
  });
  useEffect(() => {
    if (made.value === value && made.key === key) return;
    const { tookMs, atMs } = pace.current;
    const waitMs = made.key === key ? Math.min(LONGEST_MS, tookMs * SHARE) - (performance.now() - atMs) : 0;
    const timer = setTimeout(() => remake(), Math.max(0, waitMs));
    return () => clearTimeout(timer);
  }, [value, key, made]);
  return made.result;
}
