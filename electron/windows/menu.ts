import type { MenuItemConstructorOptions } from 'electron';

/** A menu line that runs one of the window's commands, by the id it has in renderer/commands. */
interface Line {
  readonly label: string;
  readonly command: string;
  readonly keys?: string;
}
type Entry = Line | 'separator' | { readonly role: NonNullable<MenuItemConstructorOptions['role']>; readonly keys?: string };

const FILE: readonly Entry[] = [
  { label: 'Open folder…', command: 'project.open', keys: 'CmdOrCtrl+O' },
  { label: 'Open a sample…', command: 'project.openSample' },
  { label: 'Open a recording…', command: 'recording.open', keys: 'CmdOrCtrl+Shift+O' },
  { label: 'Export a recording…', command: 'recording.export', keys: 'CmdOrCtrl+Shift+E' },
  'separator',
  { label: 'Save', command: 'file.save', keys: 'CmdOrCtrl+S' },
  { label: 'Save all', command: 'file.saveAll', keys: 'CmdOrCtrl+Alt+S' },
  { label: 'Close tab', command: 'file.close', keys: 'Alt+W' },
  'separator',
  { role: 'quit' },
];
const EDIT: readonly Entry[] = [
  { role: 'undo' },
  { role: 'redo' },
  'separator',
  { role: 'cut' },
  { role: 'copy' },
  { role: 'paste' },
  { role: 'selectAll' },
];
const VIEW: readonly Entry[] = [
  { label: 'Search or command', command: 'view.search', keys: 'CmdOrCtrl+K' },
  { label: 'Command palette', command: 'view.commands', keys: 'CmdOrCtrl+Shift+P' },
  { label: 'Go to file', command: 'view.files', keys: 'CmdOrCtrl+P' },
  'separator',
  { label: 'Switch light and dark', command: 'view.theme' },
  'separator',
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  { role: 'zoomOut' },
  // Its own key would be F11, which steps into the message that was caused.
  { role: 'togglefullscreen', keys: 'Ctrl+Shift+F11' },
  'separator',
  { role: 'reload' },
  { role: 'toggleDevTools' },
];
const RUN: readonly Entry[] = [
  { label: 'Run project', command: 'project.run', keys: 'F5' },
  { label: 'Stop the slot that is running', command: 'process.stop', keys: 'Shift+F5' },
  'separator',
  { label: 'Evaluate into the focused process', command: 'process.evaluate', keys: 'CmdOrCtrl+Enter' },
  { label: 'Spawn from this file', command: 'process.spawn', keys: 'CmdOrCtrl+Shift+Enter' },
  { label: 'Verify by replay', command: 'process.verify' },
  'separator',
  { label: 'Deploy…', command: 'deploy.open' },
];
const HELP: readonly Entry[] = [{ label: 'Command palette', command: 'view.commands' }, 'separator', { role: 'about' }];

/** Every command that the menu names: each must be one of the window's. */
export const MENU_COMMANDS: readonly string[] = [FILE, EDIT, VIEW, RUN, HELP]
  .flat()
  .flatMap((entry) => (typeof entry === 'object' && 'command' in entry ? [entry.command] : []));

/**
 * The native menu. Its lines only name commands of the window, which does the work; the keys are shown here and
 * taken by the page, except on macOS, where the system gives them to the menu.
 */
export function menuTemplate(platform: string, run: (command: string) => void): MenuItemConstructorOptions[] {
  const submenu = (entries: readonly Entry[]): MenuItemConstructorOptions[] => entries.map((entry) => itemOf(entry, platform, run));
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: submenu(FILE) },
    { label: 'Edit', submenu: submenu(EDIT) },
    { label: 'View', submenu: submenu(VIEW) },
    { label: 'Run', submenu: submenu(RUN) },
    { label: 'Help', role: 'help', submenu: submenu(HELP) },
  ];
}

function itemOf(entry: Entry, platform: string, run: (command: string) => void): MenuItemConstructorOptions {
  if (entry === 'separator') return { type: 'separator' };
  if ('role' in entry)
    return { role: entry.role, ...(entry.keys === undefined || platform === 'darwin' ? {} : { accelerator: entry.keys }) };
  return {
    id: entry.command,
    label: entry.label,
    ...(entry.keys === undefined ? {} : { accelerator: entry.keys, registerAccelerator: false }),
    click: () => run(entry.command),
  };
}
