import { useStore } from 'zustand';
import type { ItemId } from '../../node/contract/ids.ts';
import { useApp } from './app-context.ts';

/** Letting a held journey go on, for one hop or for as many as its limit says, or dropping what it still has to deliver. */
export type HeldWay = 'continue' | 'step' | 'end';

/** What can be done with a held journey; null in a recording, where nothing goes on. */
export function useHeldWays(journey: ItemId): ((way: HeldWay) => Promise<unknown>) | null {
  const app = useApp();
  const isReadOnly = useStore(app.workspace, (state) => state.project?.isReadOnly ?? true);
  if (isReadOnly) return null;
  return (way) =>
    way === 'end'
      ? app.commands.run('journey.end', journey)
      : app.commands.run('journey.continue', way === 'step' ? `${journey} 1` : journey);
}
