import { HELP_PAGES, helpPageOf, isHelpPage, PROJECT_PAGE, README_FILE } from '../model/help-pages.ts';
import type { App } from '../stores/app-context.ts';
import type { Command } from './registry.ts';

/** Pages of help, and the tour through the ideas of ao. */
export function helpCommands(app: App): Command[] {
  const open = (page: unknown): void => {
    const { dock, setHelpPage } = app.ui.getState();
    const front = dock?.front() ?? null;
    setHelpPage(isHelpPage(page) || page === PROJECT_PAGE ? page : helpPageOf(front, front === null ? app.editor.getState().active : null));
    dock?.enter('help', '.help-page');
  };
  return [
    { id: 'help.open', title: 'Help', category: 'Help', keys: 'F1', run: open },
    {
      id: 'help.guide',
      title: 'Seven ideas of ao: the guided tour',
      category: 'Help',
      run: () => app.ui.getState().dock?.enter('guide', '#guide-title'),
    },
    {
      id: 'help.project',
      title: 'About this project: its README.md, as a page',
      category: 'Help',
      isEnabled: () => app.workspace.getState().entries.some(({ path }) => path === README_FILE),
      run: () => open(PROJECT_PAGE),
    },
    ...HELP_PAGES.map(({ id, title }): Command => ({ id: `help.${id}`, title: `Help: ${title}`, category: 'Help', run: () => open(id) })),
  ];
}
