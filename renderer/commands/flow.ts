import type { App } from '../stores/app-context.ts';
import { applyTerm } from './use-as-filter.ts';
import type { Command } from './registry.ts';

/** The field in which the filter of the Flow pane is typed. */
export const FILTER_FIELD = 'flow-filter';

const category = 'Messages';

/** Finding messages, and going from hit to hit. */
export function flowCommands(app: App): Command[] {
  const flow = app.flow.getState;
  const isFiltered = (): boolean => flow().hits.marks !== null;
  return [
    {
      id: 'flow.filter',
      title: 'Find messages',
      category,
      keys: '/',
      run: () => app.ui.getState().dock?.enter('flow', `#${FILTER_FIELD}`),
    },
    { id: 'flow.nextHit', title: 'Next message found', category, keys: 'KeyN', isEnabled: isFiltered, run: () => void flow().toHit(1) },
    {
      id: 'flow.previousHit',
      title: 'Previous message found',
      category,
      keys: 'Shift+KeyN',
      isEnabled: isFiltered,
      run: () => void flow().toHit(-1),
    },
    { id: 'flow.clear', title: 'Show all messages again', category, isEnabled: isFiltered, run: () => clear(app) },
    { id: 'flow.marked', title: 'Show only what is found, or mark it among all', category, run: () => flow().setNarrow(!flow().isNarrow) },
    { id: 'flow.search', title: 'Use a filter', category, run: (text) => search(app, text) },
    {
      id: 'flow.errors',
      title: 'Only messages with errors',
      category,
      run: () => applyTerm(app, 'error', 'only'),
    },
    {
      id: 'flow.showHidden',
      title: 'Show hidden lanes',
      category,
      isEnabled: () => flow().memory.hidden.length > 0,
      run: () => flow().showHidden(),
    },
  ];
}

function clear(app: App): void {
  app.flow.getState().setText('');
  app.flow.getState().setRange(null);
}

function search(app: App, text: string | undefined): void {
  if (text === undefined) return app.ui.getState().dock?.enter('flow', `#${FILTER_FIELD}`);
  app.flow.getState().setText(text);
  app.flow.getState().used();
  app.ui.getState().dock?.show('flow');
}
