import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId } from '../../node/contract/ids.ts';
import { nameOf } from '../model/lookup.ts';
import type { App } from '../stores/app-context.ts';
import { loadFile, pathIn } from './load-file.ts';
import { dryReason, note } from './try-code.ts';

/** A command of the console itself, as the aos terminal has them. */
export interface DotCommand {
  readonly name: string;
  /** What stands behind it; '' for nothing. */
  readonly argument: string;
  readonly about: string;
  /** @throws AoError for what the person should read. */
  run(app: App, process: ProcessId, argument: string): void | Promise<void>;
}

/** In the order of `.help`. */
export const DOT_COMMANDS: readonly DotCommand[] = [
  {
    name: '.load',
    argument: 'FILE',
    about: 'Evaluates a file of the project, with the files that it requires',
    run: (app, process, given) => loadFile(app, process, pathIn(app, '.load', given)),
  },
  {
    name: '.load-blueprint',
    argument: 'NAME',
    about: 'Evaluates blueprints/NAME.lua of the project',
    run: (app, process, given) => loadBlueprint(app, process, given.trim()),
  },
  { name: '.editor', argument: '', about: 'Many lines: Enter makes a line, .done sends, .cancel does not', run: startEditing },
  { name: '.pad', argument: '', about: 'Opens a scratch file of this process in the editor; Ctrl+Enter evaluates it', run: openPad },
  {
    name: '.dryrun',
    argument: '',
    about: 'From here on what you type is tried and not kept; again ends that',
    run: (app, process) => toggleDry(app, process),
  },
  {
    name: '.monitor',
    argument: '',
    about: 'What the cron messages of this process send is pushed',
    run: (app, process) => monitor(app, process, true),
  },
  { name: '.unmonitor', argument: '', about: 'Ends that', run: (app, process) => monitor(app, process, false) },
  { name: '.pause', argument: '', about: 'New output waits', run: (app, process) => pause(app, process, true) },
  { name: '.live', argument: '', about: 'New output is shown as it comes', run: (app, process) => pause(app, process, false) },
  {
    name: '.update',
    argument: '',
    about: 'How a process gets the Lua of another module',
    run: (app, process) =>
      note(
        app,
        process,
        'note',
        'A process keeps the code of its module here. Spawn it anew on another one: "Spawn on a module…" in the palette.',
      ),
  },
  { name: '.exit', argument: '', about: 'Closes the console; Ctrl+` opens it', run: (app) => app.ui.getState().dock?.toggle('console') },
  { name: '.help', argument: '', about: 'This list', run: (app, process) => note(app, process, 'note', helpText()) },
];

const DOT = /^(\.[a-z][\w-]*)(?:\s+(.*))?$/is;

/** True for a line that is meant for the console and not for the process: no Lua begins with a dot. */
export function isDotCommand(line: string): boolean {
  return DOT.test(line.trim());
}

/** Does what a line like `.load main.lua` says. @throws AoError CONSOLE_COMMAND_UNKNOWN, and as the command. */
export async function runDotCommand(app: App, process: ProcessId, line: string): Promise<void> {
  const [, name = '', argument = ''] = DOT.exec(line.trim()) ?? [];
  const command = DOT_COMMANDS.find((one) => one.name === name.toLowerCase());
  if (command === undefined) throw new AoError('CONSOLE_COMMAND_UNKNOWN', { command: name });
  await command.run(app, process, argument);
}

function helpText(): string {
  const rows = DOT_COMMANDS.map(({ name, argument, about }) => `\u001b[32m${`${name} ${argument}`.trimEnd()}\u001b[39m  ${about}`);
  const keys =
    'Tab completes · ↑ ↓ walk what you typed, Ctrl+R searches it · Shift+Enter makes a line · a click on a line goes to its slot';
  return [...rows, keys].join('\n');
}

async function loadBlueprint(app: App, process: ProcessId, name: string): Promise<void> {
  const paths = [`blueprints/${name}.lua`, `${name}.lua`];
  const found = paths.find((path) => app.workspace.getState().entries.some((entry) => entry.kind === 'file' && entry.path === path));
  if (found === undefined) throw new AoError('BLUEPRINT_MISSING', { name });
  await loadFile(app, process, found);
}

function startEditing(app: App, process: ProcessId): void {
  app.console.getState().change(process, { isEditing: true });
}

/** @throws AoError as files.create. */
async function openPad(app: App, process: ProcessId): Promise<void> {
  const name = nameOf(app.world.getState().world, process);
  const path = `pads/${name.replaceAll(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || process}-pad.lua`;
  if (!app.workspace.getState().entries.some((entry) => entry.path === path)) {
    const text = `-- A scratch file for ${name}. Ctrl+Enter evaluates it, or what is selected in it, into the process in focus.\n\n`;
    // One that came into being meanwhile is opened as it is.
    const isNew = await app.link.ask('files.create', { path, kind: 'file' }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AoError && error.code === 'FILE_EXISTS') return false;
        throw error;
      },
    );
    if (isNew) await app.link.ask('files.write', { path, text, version: null });
    await app.workspace.getState().refreshFiles();
  }
  app.ui.getState().dock?.openFile(path);
}

/** Changes between what is kept and what is only tried. */
export function toggleDry(app: App, process: ProcessId): void {
  const { of, change } = app.console.getState();
  change(process, { isDry: !of(process).isDry });
  const reason = dryReason(app, process);
  note(app, process, 'note', reason === null ? 'From here on what you type is sent, and the process keeps it.' : DRY_WORDS[reason]);
}

const DRY_WORDS = {
  chosen: 'From here on what you type is tried on a copy: the process keeps nothing, and nothing is sent.',
  owner: 'This process evaluates code of its owner only: what you type is tried as its owner, and nothing is kept.',
  recording: 'This is a recording: what you type is tried, and nothing is kept.',
} as const;

/** @throws AoError as mu.monitor. */
async function monitor(app: App, process: ProcessId, isOn: boolean): Promise<void> {
  const by = app.workspace.getState().status?.wallet ?? null;
  await app.link.ask(isOn ? 'mu.monitor' : 'mu.unmonitor', { process, by });
  note(
    app,
    process,
    'note',
    isOn ? 'Monitored: what its cron messages send is pushed.' : 'No longer monitored: what its cron messages send is not pushed.',
  );
}

function pause(app: App, process: ProcessId, isPaused: boolean): void {
  const latest = app.world.getState().world.processById.get(process)?.slotLatest ?? -1;
  note(app, process, 'note', isPaused ? 'Paused: new output waits until .live.' : 'Live: output is shown as it comes.');
  app.console.getState().change(process, { pausedAt: isPaused ? latest : null });
}
