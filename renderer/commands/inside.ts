import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

const category = 'Inside a slot';

/** Stepping line by line through the slot in focus, both ways. */
export function insideCommands(app: App): Command[] {
  const inside = app.inside.getState;
  const hasSlot = (): boolean => app.focus.getState().focus.process !== null;
  const command = (id: string, title: string, keys: string | null, isEnabled: () => boolean, go: () => Promise<void>): Command => ({
    id: `inside.${id}`,
    title,
    category,
    isEnabled,
    ...(keys === null ? {} : { keys }),
    async run() {
      await go();
      showLine(app);
    },
  });
  const isInside = (): boolean => app.focus.getState().focus.step !== null;
  return [
    command('next', 'Next line inside the slot', 'Alt+F10', hasSlot, () => inside().stepLine(1)),
    command('previous', 'Previous line inside the slot', 'Shift+Alt+F10', hasSlot, () => inside().stepLine(-1)),
    command('over', 'Next line, over calls', 'Alt+F11', hasSlot, () => inside().move('next')),
    command('overBack', 'Previous line, over calls', 'Shift+Alt+F11', hasSlot, () => inside().move('stepBack')),
    command('out', 'Out of this function', 'Alt+F12', hasSlot, () => inside().move('stepOut')),
    command('outBack', 'Back to where this function was called', 'Shift+Alt+F12', hasSlot, () => inside().move('stepBackOut')),
    command('first', 'First line that ran', null, hasSlot, () => inside().toEnd('first')),
    command('last', 'Last line that ran', null, hasSlot, () => inside().toEnd('last')),
    {
      id: 'inside.leave',
      title: 'Look at the slot as a whole again',
      category,
      isEnabled: isInside,
      run: () => app.focus.getState().setStep(null),
    },
  ];
}

/**
 * To the line that printed a line of the focused slot's output, in its file: what one was looking at stays on screen. Where
 * the slot is not one that can be looked into, or nothing printed it, the slot as a whole stays in focus.
 */
export async function showPrinted(app: App, output: string, line: number): Promise<void> {
  const isFound = await app.inside
    .getState()
    .toPrinted(output, line)
    .catch(() => false);
  const file = isFound ? (app.inside.getState().here()?.file ?? null) : null;
  if (file !== null && app.workspace.getState().entries.some((entry) => entry.path === file.file))
    app.ui.getState().dock?.openFile(file.file);
}

/** Brings the line in focus before the person: its file, and the panel with its values. */
export function showLine(app: App): void {
  const file = app.inside.getState().here()?.file ?? null;
  const { dock } = app.ui.getState();
  if (file !== null && app.workspace.getState().entries.some((entry) => entry.path === file.file)) dock?.openFile(file.file);
  dock?.show('inside');
}
