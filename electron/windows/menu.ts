import type { MenuItemConstructorOptions } from 'electron';

/** A menu line that runs one of the window's commands, by the id it has in renderer/commands. */
interface Line {
  readonly label: string;
  readonly command: string;
  readonly keys?: string;
}
type Entry = Line | 'separator' | 'recent' | { readonly role: NonNullable<MenuItemConstructorOptions['role']>; readonly keys?: string };

const FILE: readonly Entry[] = [
  { label: 'New window', command: 'view.window', keys: 'CmdOrCtrl+Shift+N' },
  { label: 'Open folder…', command: 'project.open', keys: 'CmdOrCtrl+O' },
  'recent',
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
const HELP: readonly Entry[] = [
  { label: 'Command palette', command: 'view.commands' },
  { label: 'Look for a new version', command: 'app.update' },
  'separator',
  { role: 'about' },
];

/** Every command that the menu names: each must be one of the window's. */
export const MENU_COMMANDS: readonly string[] = [FILE, EDIT, VIEW, RUN, HELP]
  .flat()
  .flatMap((entry) => (typeof entry === 'object' && 'command' in entry ? [entry.command] : []));

/** What its lines do. */
export interface MenuActs {
  /** Runs a command of the window in front. */
  run(command: string, argument?: string): void;
  newWindow(): void;
}

/** What it shows besides. */
export interface MenuKnown {
  /** Keys that the person has chosen, by command, in tinykeys' form; null for none. */
  readonly keys: Readonly<Record<string, unknown>>;
  readonly recent: readonly { readonly path: string; readonly name: string }[];
}

const RECENT_MAX = 10;
const NEW_WINDOW = 'view.window';

/**
 * The native menu. Its lines only name commands of the window, which does the work; the keys are shown here and
 * taken by the page, except on macOS, where the system gives them to the menu.
 */
export function menuTemplate(platform: string, acts: MenuActs, known: MenuKnown): MenuItemConstructorOptions[] {
  const submenu = (entries: readonly Entry[]): MenuItemConstructorOptions[] => entries.map((entry) => itemOf(entry, platform, acts, known));
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: submenu(FILE) },
    { label: 'Edit', submenu: submenu(EDIT) },
    { label: 'View', submenu: submenu(VIEW) },
    { label: 'Run', submenu: submenu(RUN) },
    { label: 'Help', role: 'help', submenu: submenu(HELP) },
  ];
}

function itemOf(entry: Entry, platform: string, acts: MenuActs, known: MenuKnown): MenuItemConstructorOptions {
  if (entry === 'separator') return { type: 'separator' };
  if (entry === 'recent') {
    const submenu = known.recent
      .slice(0, RECENT_MAX)
      // An ampersand would mark a letter to press.
      .map(({ path, name }) => ({ label: name.replaceAll('&', '&&'), toolTip: path, click: () => acts.run('project.open', path) }));
    return { label: 'Open recent', enabled: submenu.length > 0, submenu };
  }
  if ('role' in entry)
    return { role: entry.role, ...(entry.keys === undefined || platform === 'darwin' ? {} : { accelerator: entry.keys }) };
  const accelerator = acceleratorOf(entry, known.keys);
  return {
    id: entry.command,
    label: entry.label,
    ...(accelerator === null ? {} : { accelerator, registerAccelerator: false }),
    // A window that hangs opens no other one.
    click: () => (entry.command === NEW_WINDOW ? acts.newWindow() : acts.run(entry.command)),
  };
}

/** The keys that the command has now: those that the person chose, or its own where no other command was given them. */
function acceleratorOf({ command, keys }: Line, chosen: MenuKnown['keys']): string | null {
  if (Object.hasOwn(chosen, command)) return typeof chosen[command] === 'string' ? inMenu(chosen[command]) : null;
  if (keys === undefined) return null;
  const isTaken = Object.values(chosen).some((other) => typeof other === 'string' && inMenu(other) === keys);
  return isTaken ? null : keys;
}

const MODIFIERS = ['CmdOrCtrl', 'Control', 'Meta', 'Alt', 'Shift'];
const KEYS: Readonly<Record<string, string>> = {
  $mod: 'CmdOrCtrl',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Equal: '=',
  Minus: '-',
  Comma: ',',
  Period: '.',
  Slash: '/',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Backquote: '`',
};
const MENU_KEY =
  /^(?:[A-Z0-9]|F\d{1,2}|Enter|Space|Tab|Escape|Backspace|Delete|Home|End|PageUp|PageDown|Up|Down|Left|Right|[-=,./\\;'`[\]])$/;

/** Keys in tinykeys' form as Electron's menus write them; null for what a menu cannot show, such as two presses after each other. */
function inMenu(keys: string): string | null {
  const parts = keys.split('+').map((part) => KEYS[part] ?? part.replace(/^(?:Key|Digit)(?=.$)/, ''));
  const key = parts.pop() ?? '';
  const isKnown = MENU_KEY.test(key) && parts.every((part) => MODIFIERS.includes(part));
  return isKnown ? [...parts.toSorted((one, other) => MODIFIERS.indexOf(one) - MODIFIERS.indexOf(other)), key].join('+') : null;
}
