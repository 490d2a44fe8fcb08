import { createRoot } from 'react-dom/client';
import { AppFrame } from './app.tsx';
import { branchCommands } from './commands/branch.ts';
import { buildCommands } from './commands/build.ts';
import { clockCommands } from './commands/clock.ts';
import { callCommands } from './commands/call.ts';
import { consoleCommands } from './commands/console.ts';
import { deliveryCommands } from './commands/delivery.ts';
import { flowCommands } from './commands/flow.ts';
import { reportFaults, tellOfReports } from './commands/faults.ts';
import { fileCommands } from './commands/file.ts';
import { processCommands } from './commands/process.ts';
import { notesCommands } from './commands/notes.ts';
import { deployCommands } from './commands/deploy.ts';
import { homeCommands } from './commands/home.ts';
import { planCommands } from './commands/plan.ts';
import { projectCommands } from './commands/project.ts';
import { helpCommands } from './commands/help.ts';
import { followRecording, recordingCommands } from './commands/recording.ts';
import { followPrograms } from './editor/program-feed.ts';
import { testsCommands } from './commands/tests.ts';
import { inspectCommands } from './commands/inspect.ts';
import { hitsCommands } from './commands/hits.ts';
import { insideCommands } from './commands/inside.ts';
import { recallKeys } from './commands/own-keys.ts';
import { createRegistry } from './commands/registry.ts';
import { timeCommands } from './commands/time.ts';
import { lookByItself } from './commands/updates.ts';
import { viewCommands } from './commands/view.ts';
import { askingTrust } from './link/ask-trust.ts';
import { createElectronLink } from './link/electron-link.ts';
import { createSocketLink } from './link/socket-link.ts';
import type { App } from './stores/app-context.ts';
import { createBranchStore } from './stores/branch-store.ts';
import { createClockStore } from './stores/clock-store.ts';
import { keepDrafts } from './stores/drafts.ts';
import { createCallStore } from './stores/call-store.ts';
import { createConsoleStore } from './stores/console-store.ts';
import { createDeployStore } from './stores/deploy-store.ts';
import { createHomeStore } from './stores/home-store.ts';
import { createEditorStore } from './stores/editor-store.ts';
import { createExportStore } from './stores/export-store.ts';
import { createFlowStore } from './stores/flow-store.ts';
import { createFocusStore } from './stores/focus-store.ts';
import { createHitsStore } from './stores/hits-store.ts';
import { createInsideStore } from './stores/inside-store.ts';
import { createInspectStore } from './stores/inspect-store.ts';
import { createMapStore } from './stores/map-store.ts';
import { createNotesStore } from './stores/notes-store.ts';
import { createPlanStore } from './stores/plan-store.ts';
import { createPlayStore } from './stores/play-store.ts';
import { createSearchStore } from './stores/search-store.ts';
import { followUse } from './stores/last-used.ts';
import { createSessionStore } from './stores/session-store.ts';
import { createTestsStore } from './stores/tests-store.ts';
import { createUiStore } from './stores/ui-store.ts';
import { createWorkspaceStore } from './stores/workspace-store.ts';
import { createWorldStore } from './stores/world-store.ts';
import { errorNotice } from './stores/notice.ts';
import { whenSeen } from './frame/when-seen.ts';
import './theme/theme.css';
import './theme/base.css';
import { firstTheme, followTheme } from './theme/theme.ts';

const ends = location.protocol === 'app:' ? createElectronLink(window) : createSocketLink(location);
const ui = createUiStore(ends.link, firstTheme());
const link = askingTrust(ends.link, ui.getState().askPerson);
const { fail } = ui.getState();
const workspace = createWorkspaceStore(link, fail);
const world = createWorldStore(link);
const focus = createFocusStore(link, world);
const play = createPlayStore(focus);
const call = createCallStore(link, workspace);
const flow = createFlowStore(link, world, focus, workspace, call);
const inspect = createInspectStore(link);
const branch = createBranchStore(link, focus);
const inside = createInsideStore(link, world, focus, workspace, branch);
const hits = createHitsStore(link, world, focus, workspace, branch);
const map = createMapStore(link, workspace);
const clock = createClockStore(link);
const tests = createTestsStore(link, workspace, fail);
const plan = createPlanStore(link, workspace, fail);
const deploy = createDeployStore(link, workspace, fail);
const home = createHomeStore(link, workspace, fail);
const notes = createNotesStore(link, workspace);
const console = createConsoleStore(link, workspace);
const exporting = createExportStore(link);
const editor = createEditorStore(link, fail);
const search = createSearchStore(link, workspace, editor);
const isLastUsed = followUse();
const session = createSessionStore(link, { workspace, world, focus, flow, console, search, inspect, isLastUsed });
const commands = createRegistry(fail, ({ title }, error) => {
  if (!document.hasFocus())
    void link.ask('shell.notify', { title, body: error === null ? 'It has ended.' : errorNotice(error).sentence }).catch(fail);
});
const stores = {
  ui,
  workspace,
  world,
  focus,
  play,
  flow,
  map,
  inspect,
  inside,
  hits,
  branch,
  tests,
  plan,
  deploy,
  home,
  notes,
  console,
  call,
  exporting,
  clock,
  editor,
  search,
  session,
};
const app: App = { link, ...stores, commands };
commands.add([
  ...fileCommands(app),
  ...projectCommands(app),
  ...planCommands(app),
  ...deployCommands(app),
  ...processCommands(app),
  ...buildCommands(app),
  ...consoleCommands(app),
  ...callCommands(app),
  ...deliveryCommands(app),
  ...viewCommands(app),
  ...helpCommands(app),
  ...timeCommands(app),
  ...inspectCommands(app),
  ...insideCommands(app),
  ...hitsCommands(app),
  ...branchCommands(app),
  ...testsCommands(app),
  ...recordingCommands(app),
  ...homeCommands(app),
  ...notesCommands(app),
  ...clockCommands(app),
  ...flowCommands(app),
]);

followTheme(ui);
void recallKeys(link, commands).catch(() => undefined);
ends.onMismatch((error) =>
  ui.getState().notify({
    tone: 'error',
    sentence: error.message,
    cure: error.cure,
    code: error.code,
    actions: [{ title: 'Reload', run: () => location.reload() }],
  }),
);
link.on('settings.changed', ({ key }) => {
  // Another window chose; what this one chose comes back to it the same.
  if (key === 'keys') void recallKeys(link, commands).catch(fail);
  if (key === 'theme') void ui.getState().recallTheme().catch(fail);
});
link.on('window.command', ({ command, argument }) => void commands.run(command, argument ?? undefined));
followRecording(app);
followPrograms(app);
keepDrafts(link, workspace, editor, fail);
addEventListener('pagehide', () => session.getState().flush());

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
const report = reportFaults(window, link);
createRoot(root, { onCaughtError: (error) => report('A fault in a part of the window', error) }).render(<AppFrame app={app} />);
void whenSeen(world)
  .then(() => Promise.all([tellOfReports(link, ui), lookByItself(app)]))
  .catch(() => undefined);

// The frame is drawn and the node has answered: what a start is measured by.
void link.ask('shell.status', {}).then(() => requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('aoscope:painted'))));
// Read the editor while the person looks around, so that the first file opens at once.
void whenSeen(world).then(() => requestIdleCallback(() => void import('./editor/file-panel.tsx')));
// Lua is understood from the beginning: its errors stand among the problems before a file is opened.
void whenSeen(world).then(() =>
  requestIdleCallback(() => void import('./editor/project-language.ts').then(({ projectLanguage }) => projectLanguage(app))),
);
