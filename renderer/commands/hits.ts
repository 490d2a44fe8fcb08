import { AoError } from '../../node/contract/errors.ts';
import type { HistoryPlace } from '../../node/contract/nearest-hit.ts';
import type { App } from '../stores/app-context.ts';
import { keyOfLine, lineInFocus } from '../stores/hits-store.ts';
import { keyboardWish } from '../stores/keyboard.ts';
import { showLine } from './inside.ts';
import type { Command } from './registry.ts';

const category = 'Breakpoints';
/** The field in which what is looked for is typed. */
export const QUERY_FIELD = 'hits-query';

/** Breakpoints, and going from hit to hit through the history. */
export function hitsCommands(app: App): Command[] {
  const hasProcess = (): boolean => app.focus.getState().focus.process !== null;
  return [
    {
      id: 'hits.toggle',
      title: 'Breakpoint on this line, or none',
      category,
      keys: 'F9',
      isEnabled: () => app.editor.getState().active !== null,
      run() {
        const { active, cursor } = app.editor.getState();
        if (active === null) throw new AoError('NO_FILE');
        app.hits.getState().toggle(active, cursor?.line ?? 1);
      },
    },
    {
      id: 'hits.line',
      title: 'Slots that ran this line',
      category,
      keys: 'Shift+F9',
      isEnabled: () => app.editor.getState().active !== null && hasProcess(),
      run() {
        const { active, cursor } = app.editor.getState();
        if (active === null) throw new AoError('NO_FILE');
        app.hits.getState().askLine({ path: active, line: cursor?.line ?? 1, at: null });
      },
    },
    { id: 'hits.next', title: 'Next hit', category, keys: 'F8', isEnabled: hasProcess, run: () => go(app, 'forwards') },
    { id: 'hits.previous', title: 'Previous hit', category, keys: 'Shift+F8', isEnabled: hasProcess, run: () => go(app, 'backwards') },
    {
      id: 'hits.stop',
      title: 'Stop looking for the next hit',
      category,
      isEnabled: () => app.hits.getState().hunt !== null,
      run: () => app.hits.getState().stop(),
    },
    {
      id: 'hits.query',
      title: 'Look for a moment: a condition, a change, a message…',
      category,
      keys: '$mod+Shift+KeyH',
      run: () => app.ui.getState().dock?.enter('hits', `#${QUERY_FIELD}`),
    },
  ];
}

async function go(app: App, direction: 'forwards' | 'backwards'): Promise<void> {
  const { dock } = app.ui.getState();
  const mayTake = keyboardWish();
  const from = keyOfLine(lineInFocus(app.focus, app.branch));
  try {
    const found = await app.hits.getState().go(direction);
    // Whoever has gone elsewhere meanwhile is not called back.
    if (keyOfLine(lineInFocus(app.focus, app.branch)) !== from) return;
    if (found === null)
      return app.hits.getState().last === 'nothing' ? dock?.enter('hits', `#${QUERY_FIELD}`, mayTake) : dock?.show('hits');
    await goToHit(app, found.hit);
    await app.inside.getState().arrive();
    if (found.hit.step !== null) showLine(app);
  } catch (error) {
    if (error instanceof AoError && error.code === 'CANCELLED') return;
    throw error;
  }
}

/** Puts a hit in focus, in the branch in which one stands: its slot or cron message, and the step where it has one. */
export async function goToHit(app: App, { slot, tick, step }: HistoryPlace): Promise<void> {
  const line = lineInFocus(app.focus, app.branch);
  if (line !== null) await app.branch.getState().toPlace({ ...line, slot, tick }, step);
}
