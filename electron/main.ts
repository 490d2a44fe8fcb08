import { join } from 'node:path';
import { app, dialog, safeStorage, session } from 'electron';
import { startApp, type RunningApp } from '../node/app/start-app.ts';
import { AoError, reasonOf } from '../node/contract/errors.ts';
import { openLogFile } from '../node/host/log-file.ts';
import type { Desktop } from '../node/workspace/ports.ts';
import { defaultUserDir, userFolders } from '../node/workspace/user-dir.ts';
import { registerAppScheme, serveAppScheme } from './app-scheme.ts';
import { isLink, readArguments } from './arguments.ts';
import { chooseFolder, chooseKeyFile, chooseRecording, confirmKey } from './dialogs.ts';
import { systemKeyStore } from './key-store.ts';
import { keepReports } from './reports.ts';
import { hardenContents, hardenSession } from './security.ts';
import { createUtilityStarter } from './units/utility-starter.ts';
import { openUpdates, whyNot } from './updates.ts';
import { notify } from './notify.ts';
import { followMenu } from './windows/follow-menu.ts';
import { windowIcon } from './windows/icon.ts';
import { linkWindows } from './windows/window-link.ts';
import { createWindows } from './windows/windows.ts';

/** Folder of everything that was bundled: this file is out/electron/main.cjs. */
const out = join(import.meta.dirname, '..');
const userDir = defaultUserDir();
const start = readArguments(process.argv, app.isPackaged, process.cwd());

/** From then on a window shows what is wrong; before, nobody would see that the app runs at all. */
let isShown = false;
let isFailing = false;
let isStopped = false;
let exitCode = 0;

registerAppScheme();
keepReports(userFolders(userDir).reports, (error) => {
  if (!isShown) void failStart(error);
});
// With it Electron starts its children without --no-sandbox, which root, where it is needed, could not run.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
// Chromium keeps its own things apart from ours, and one lock per installation folder makes one instance.
app.setPath('userData', join(userDir, 'window'));

if (app.requestSingleInstanceLock({ project: start.project })) {
  run();
} else {
  process.stdout.write('aoscope is running already; its window takes over.\n');
  app.exit(0);
}

function run(): void {
  const updates = openUpdates(
    whyNot({ isPackaged: app.isPackaged, platform: process.platform, appImage: process.env['APPIMAGE'], resources: process.resourcesPath }),
    async () => (await import('electron-updater')).autoUpdater,
    (state) =>
      void running.then(
        ({ hub }) => hub.tell('updates.changed', { state }),
        () => undefined,
      ),
    async () => {
      await (await running).stop();
      app.releaseSingleInstanceLock();
    },
  );
  const running: Promise<RunningApp> = app
    .whenReady()
    .then(() => startNode({ newWindow: () => windows.openOne(), notify: (title, body) => notify(title, body, windows.show), updates }));
  running.catch(failStart);
  const pages = linkWindows(running);
  const windows = createWindows({ preload: join(out, 'electron', 'preload.cjs'), icon: windowIcon() }, join(userDir, 'window.json'));
  /** In the window that the person used last. */
  const run = (command: string, argument: string | null = null): void => pages.run(windows.front()?.webContents ?? null, command, argument);

  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  app.on('second-instance', (_event, argv, workingDir, given) => {
    windows.show();
    const asked = readArguments(argv, app.isPackaged, workingDir);
    const project = projectOf(given) ?? asked.project;
    if (project !== null) run('project.open', project);
    if (asked.link !== null) run('time.openLink', asked.link);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    run('project.open', path);
  });
  // macOS tells of links by an event, the other systems on the command line.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    if (isLink(url)) run('time.openLink', url);
  });
  if (start.link !== null) run('time.openLink', start.link);
  // The node ends with its window, on macOS too: nothing keeps listening that one cannot see.
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', windows.ending);
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isStopped) return app.exit(exitCode);
    void running
      .then((one) => one.stop())
      .catch(reportStop)
      .finally(() => {
        isStopped = true;
        app.exit(exitCode);
      });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => app.quit());
  }
  void app.whenReady().then(() => {
    hardenSession(session.defaultSession);
    serveAppScheme(join(out, 'renderer'));
    windows.openAll();
    isShown = true;
    // What a start is measured by, as `aoscope:painted` is in the page.
    performance.mark('aoscope:window');
    followMenu(running, { run, newWindow: windows.openOne });
  });
}

function startNode(desktop: Desktop): Promise<RunningApp> {
  return startApp({
    shell: 'electron',
    version: app.getVersion(),
    starter: createUtilityStarter({
      programOf: (unit) => join(out, 'node', 'units', `${unit}.cjs`),
      output: openLogFile(join(userDir, 'logs', 'units.log')),
    }),
    paths: { assetsDir: join(out, 'assets'), userDir },
    firstPort: start.firstPort,
    project: start.project,
    isReopening: true,
    chooseFolder,
    chooseRecording,
    chooseKeyFile,
    desktop: { keyStore: () => systemKeyStore(safeStorage, process.platform), confirmKey, desktop },
  });
}

function projectOf(given: unknown): string | null {
  return typeof given === 'object' && given !== null && 'project' in given && typeof given.project === 'string' ? given.project : null;
}

/** Says why nothing started, in the terminal and to the person before the screen, and ends. */
async function failStart(error: unknown): Promise<void> {
  if (isFailing) return;
  isFailing = true;
  const [sentence, cure] =
    error instanceof AoError ? [error.message, error.cure] : [reasonOf(error), 'Try again; if it stays, report it with these words.'];
  process.stderr.write(`${sentence} ${cure}\n`);
  isStopped = true;
  exitCode = 1;
  if (app.isReady()) await dialog.showMessageBox({ type: 'error', title: 'aoscope', message: sentence, detail: cure });
  else dialog.showErrorBox(sentence, cure);
  app.exit(exitCode);
}

function reportStop(error: unknown): void {
  process.stderr.write(`Not everything ended in order: ${reasonOf(error)}\n`);
}
