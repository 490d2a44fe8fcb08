import type { App } from '../stores/app-context.ts';
import { PANELS, PANEL_TITLES, PRESETS, type PresetName } from '../stores/dock.ts';
import { isThemeChoice, type ThemeChoice } from '../stores/ui-store.ts';
import type { Command } from './registry.ts';
import { lookForUpdate } from './updates.ts';

const PRESET_TITLES: Readonly<Record<PresetName, string>> = { write: 'Write', run: 'Run', debug: 'Debug', journey: 'Journey' };

/** What can be done with the window itself. */
export function viewCommands(app: App): Command[] {
  const ui = app.ui.getState;
  return [
    { id: 'view.search', title: 'Search or command', category: 'View', keys: '$mod+KeyK', run: () => ui().openPalette('all') },
    { id: 'view.commands', title: 'Command palette', category: 'View', keys: '$mod+Shift+KeyP', run: () => ui().openPalette('commands') },
    {
      id: 'view.find',
      title: 'Find in files',
      category: 'View',
      keys: '$mod+Shift+KeyF',
      run: () => findInFiles(app),
    },
    { id: 'view.files', title: 'Go to file', category: 'View', keys: '$mod+KeyP', run: () => ui().openPalette('files') },
    {
      id: 'view.theme',
      title: 'Theme: switch light and dark',
      category: 'View',
      run: (theme) => ui().setTheme(isThemeChoice(theme) ? theme : otherTheme(document.documentElement.dataset['theme'])),
    },
    { id: 'view.theme.system', title: 'Theme: follow the system', category: 'View', run: () => ui().setTheme('system') },
    { id: 'view.theme.contrast', title: 'Theme: high contrast', category: 'View', run: () => ui().setTheme('contrast-dark') },
    { id: 'view.theme.contrastLight', title: 'Theme: high contrast, light', category: 'View', run: () => ui().setTheme('contrast-light') },
    ...PRESETS.map((preset, index): Command => ({
      id: `view.layout.${preset}`,
      title: `Layout: ${PRESET_TITLES[preset]}`,
      category: 'View',
      keys: `$mod+Alt+Digit${index + 1}`,
      run: () => ui().dock?.usePreset(preset),
    })),
    {
      id: 'view.zoom',
      title: 'Give this pane the whole window, or show the others again',
      category: 'View',
      keys: '$mod+Alt+KeyZ',
      run: () => ui().dock?.zoom(),
    },
    {
      id: 'view.splitRight',
      title: 'Split: move this tab to the right',
      category: 'View',
      keys: '$mod+Backslash',
      run: () => ui().dock?.split('right'),
    },
    { id: 'view.splitBelow', title: 'Split: move this tab below', category: 'View', run: () => ui().dock?.split('below') },
    { id: 'view.layout.reset', title: 'Reset layout', category: 'View', run: () => ui().dock?.reset() },
    ...PANELS.map((panel): Command => ({
      id: `view.show.${panel}`,
      title: `Show ${PANEL_TITLES[panel]}`,
      category: 'View',
      run: () => ui().dock?.enter(panel),
    })),
    {
      id: 'view.window',
      title: 'New window',
      category: 'View',
      keys: '$mod+Shift+KeyN',
      isEnabled: () => app.workspace.getState().status?.shell === 'electron',
      run: async () => void (await app.link.ask('shell.newWindow', {})),
    },
    { id: 'view.addresses', title: 'Address book…', category: 'View', run: () => ui().setAddressBook('') },
    { id: 'app.update', title: 'Look for a new version of aoscope', category: 'View', run: () => lookForUpdate(app) },
    { id: 'view.tour', title: 'Show the tour', category: 'View', run: () => ui().setTour(0) },
    {
      id: 'view.reload',
      title: 'Reload the window',
      category: 'View',
      run: () => location.reload(),
    },
  ];
}

/** What is selected is looked for, where it is one line. */
function findInFiles(app: App): void {
  const { selection } = app.editor.getState();
  if (selection !== '' && !selection.includes('\n')) app.search.getState().look({ text: selection });
  app.ui.getState().dock?.enter('search');
}

/** Light for dark and dark for light, with the same contrast. */
function otherTheme(shown: string | undefined): ThemeChoice {
  if (shown === 'contrast-dark') return 'contrast-light';
  if (shown === 'contrast-light') return 'contrast-dark';
  return shown === 'dark' ? 'light' : 'dark';
}
