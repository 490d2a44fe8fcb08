import { useEffect, useState } from 'react';
import type { FocusStore } from '../../stores/focus-store.ts';

const STEP_MS = 600;

/** Steps forward at an even pace until the latest slot is reached. */
export function usePlay(focus: FocusStore, isPast: boolean): { readonly isPlaying: boolean; toggle(): void } {
  const [isWanted, setWanted] = useState(false);
  const isPlaying = isWanted && isPast;
  useEffect(() => {
    if (!isPlaying) {
      setWanted(false);
      return;
    }
    const timer = setInterval(() => focus.getState().step(1), STEP_MS);
    return () => clearInterval(timer);
  }, [isPlaying, focus]);
  return { isPlaying, toggle: () => setWanted(!isPlaying) };
}
