import type { Focus } from '../../node/contract/focus-note.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { nameOf } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';

/**
 * Brings the person to a process that has just been spawned, or only offers it where they have gone elsewhere meanwhile.
 * @param since where they looked when they asked for it.
 * @returns whether they are there now.
 */
export function lookAtNew(app: App, process: ProcessId, since: Focus): boolean {
  const look = (): void => app.focus.getState().setFocus({ process, slot: null });
  if (app.focus.getState().isStill(since)) {
    look();
    return true;
  }
  const name = nameOf(app.world.getState().world, process);
  app.ui.getState().notify({ tone: 'ok', sentence: `${name} runs.`, actions: [{ title: 'Look at it', run: look }] });
  return false;
}
