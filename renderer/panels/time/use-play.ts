import { useEffect, useState } from 'react';
import type { FocusStore } from '../../stores/focus-store.ts';

const STEP_MS = 600;

/** Steps forward at an even pace until the latest slot is reached. */
export function usePlay(focus: FocusStore, isPast: boolean): { readonly isPlaying: boolean; toggle(): void } {
  const [isWanted, setWanted] = useState(false);
  const isPlaying = isWanted && isPast;
  useEffect(() => {
    if (!isWanted) return;
    const timer = setInterval(() => {
      if (focus.getState().isPast) focus.getState().step(1);
      else setWanted(false);
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [isWanted, focus]);
  return { isPlaying, toggle: () => setWanted(!isPlaying) };
}
