import { DockviewReact, type DockviewApi, type DockviewReadyEvent, type IDockviewPanelProps } from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { lazy, memo, Suspense, useEffect, useState } from 'react';
import type { App } from '../stores/app-context.ts';
import { useApp } from '../stores/app-context.ts';
import { PANELS, type Dock, type PanelId } from '../stores/dock.ts';
import { keyboardWish } from '../stores/keyboard.ts';
import { FlowPanel } from '../panels/flow/flow-panel.tsx';
import { InspectorPanel } from '../panels/inspector/inspector-panel.tsx';
import { CallPanel } from '../panels/call/call-panel.tsx';
import { ConsolePanel } from '../panels/console/console-panel.tsx';
import { DeliveriesPanel } from '../panels/deliveries/deliveries-panel.tsx';
import { DeployPanel } from '../panels/deploy/deploy-panel.tsx';
import { FilesPanel } from '../panels/files/files-panel.tsx';
import { BranchPanel } from '../panels/branch/branch-panel.tsx';
import { HitsPanel } from '../panels/hits/hits-panel.tsx';
import { InsidePanel } from '../panels/inside/inside-panel.tsx';
import { ModulesPanel } from '../panels/modules/modules-panel.tsx';
import { NotesPanel } from '../panels/notes/notes-panel.tsx';
import { ProblemsPanel } from '../panels/problems/problems-panel.tsx';
import { ProcessesPanel } from '../panels/processes/processes-panel.tsx';
import { SearchPanel } from '../panels/search/search-panel.tsx';
import { SettingsPanel } from '../panels/settings/settings-panel.tsx';
import { TestsPanel } from '../panels/tests/tests-panel.tsx';
import { WelcomePanel } from '../panels/welcome/welcome-panel.tsx';
import { Guard } from '../widgets/guard.tsx';
import './dock.css';
import { FileTab, GroupActions } from './file-tab.tsx';
import { followFocus } from './follow-focus.ts';
import { build, closeFileTab, openFileTab, pathOfPanel, showPanel, splitOff, uncover, zoomPanel } from './layout.ts';
import { wasSeen, whenSeen } from './when-seen.ts';
import {
  followProjects,
  layoutMemory,
  openTabs,
  rememberLayout,
  restoreLayout,
  showFirstSource,
  type ProjectLayouts,
} from './remember-layout.ts';

// The editor is most of the window's code: the frame is drawn before it has been read.
const FilePanel = lazy(() => import('../editor/file-panel.tsx').then((module) => ({ default: module.FilePanel })));

// The table of the runtime is read when somebody looks into it.
const DocsPanel = lazy(() => import('../panels/docs/docs-panel.tsx').then((module) => ({ default: module.DocsPanel })));

// Help is read when somebody asks for it.
const HelpPanel = lazy(() => import('../panels/help/help-panel.tsx').then((module) => ({ default: module.HelpPanel })));
const GuidePanel = lazy(() => import('../panels/guide/guide-panel.tsx').then((module) => ({ default: module.GuidePanel })));

const guarded = (name: string, Panel: React.FunctionComponent<IDockviewPanelProps>): React.FunctionComponent<IDockviewPanelProps> =>
  function GuardedPanel(props) {
    return (
      <Guard name={name}>
        <Panel {...props} />
      </Guard>
    );
  };

const components: Record<string, React.FunctionComponent<IDockviewPanelProps>> = {
  files: guarded('Files', () => <FilesPanel />),
  search: guarded('Search', SearchHost),
  processes: guarded('Processes', () => <ProcessesPanel />),
  inspector: guarded('Inspector', () => <InspectorPanel />),
  flow: guarded('Flow', () => <FlowPanel />),
  console: guarded('Console', () => <ConsolePanel />),
  call: guarded('Call', () => <CallPanel />),
  problems: guarded('Problems', () => <ProblemsPanel />),
  deliveries: guarded('Deliveries', () => <DeliveriesPanel />),
  inside: guarded('Inside', () => <InsidePanel />),
  hits: guarded('Hits', () => <HitsPanel />),
  branch: guarded('What if', () => <BranchPanel />),
  tests: guarded('Tests', () => <TestsPanel />),
  notes: guarded('Notes', () => <NotesPanel />),
  docs: guarded('Docs', () => (
    <Suspense fallback={<div className="panel" aria-busy="true" />}>
      <DocsPanel />
    </Suspense>
  )),
  modules: guarded('Modules', () => <ModulesPanel />),
  deploy: guarded('Deploy', () => <DeployPanel />),
  welcome: guarded('Welcome', () => <WelcomePanel />),
  settings: guarded('Settings', () => <SettingsPanel />),
  help: guarded('Help', () => (
    <Suspense fallback={<div className="panel" aria-busy="true" />}>
      <HelpPanel />
    </Suspense>
  )),
  guide: guarded('Seven ideas of ao', () => (
    <Suspense fallback={<div className="panel" aria-busy="true" />}>
      <GuidePanel />
    </Suspense>
  )),
  file: guarded('The editor', FileHost),
};
const tabComponents = { file: FileTab };

/** Behind another tab it looks for nothing. */
function SearchHost({ api }: IDockviewPanelProps): React.ReactNode {
  const [isVisible, setVisible] = useState(api.isVisible);
  useEffect(() => {
    const subscription = api.onDidVisibilityChange((event) => setVisible(event.isVisible));
    return () => subscription.dispose();
  }, [api]);
  return <SearchPanel isVisible={isVisible} />;
}

function FileHost({ params }: IDockviewPanelProps): React.ReactNode {
  const app = useApp();
  const path: unknown = params['path'];
  const [isFree, setFree] = useState(wasSeen);
  useEffect(() => void whenSeen(app.world).then(() => setFree(true)), [app]);
  if (typeof path !== 'string') return null;
  if (!isFree) return <div className="panel" aria-busy="true" />;
  return (
    <Suspense fallback={<div className="panel" aria-busy="true" />}>
      <FilePanel editor={app.editor} path={path} onClose={() => app.ui.getState().dock?.closeFile(path)} onError={app.ui.getState().fail} />
    </Suspense>
  );
}

const FIELDS = 'textarea, input:not([type="radio"]), [role="treegrid"], [role="grid"]';
const ANYTHING = 'button:not(:disabled), [tabindex="0"], a[href]';

/**
 * What keeps the keyboard when a file comes to the front beside it: the rows of a tree, so that the arrows and F2 go on
 * working, and a field in which the person is typing while a file is opened by something else.
 */
const KEEPS = '[role="treegrid"], .panel :is(input, textarea):not(.code-editor *)';

/** Gives the keyboard to what one would use first in a panel, once it has been drawn. */
function enterPanel(api: DockviewApi, id: PanelId, selector: string = FIELDS, mayTake = keyboardWish()): void {
  showPanel(api, id);
  requestAnimationFrame(() => {
    const content = api.getPanel(id)?.view.content.element;
    const first = content?.querySelector(selector) ?? content?.querySelector(ANYTHING);
    if (first instanceof HTMLElement && mayTake()) first.focus();
  });
}

function dockOf(app: App, api: DockviewApi, layouts: ProjectLayouts): Dock {
  return {
    openFile: (path) => openFileTab(api, path),
    openFirst: (path) =>
      void layouts.settled().then(() => {
        if (openTabs(api).length === 0) openFileTab(api, path);
      }),
    closeFile: (path) => closeFileTab(api, path),
    show: (panel) => showPanel(api, panel),
    enter: (panel, selector, mayTake) => enterPanel(api, panel, selector, mayTake),
    toggle(panel) {
      const shown = api.getPanel(panel);
      if (shown?.api.isVisible === true) shown.api.close();
      else enterPanel(api, panel);
    },
    isShown: (panel) => api.getPanel(panel)?.api.isVisible === true,
    front: () => PANELS.find((panel) => panel === api.activePanel?.id) ?? null,
    split: (side) => splitOff(api, side),
    zoom: () => zoomPanel(api),
    usePreset: (preset) => build(api, preset, openTabs(api)),
    reset: () => build(api, 'run', openTabs(api)),
  };
}

/** One and the same: the dock lays everything out anew for another one. */
const THEME = { name: 'aoscope', className: 'dockview-theme-aoscope' };

/** The movable part of the window: every panel, in groups that a person arranges. */
export const DockArea = memo(function DockArea(): React.ReactNode {
  const app = useApp();
  const [api, setApi] = useState<DockviewApi | null>(null);

  useEffect(() => {
    if (api === null) return;
    const memory = layoutMemory(app);
    let remembering: ReturnType<typeof rememberLayout> | null = null;
    let isGone = false;
    let isOpening = true;
    const layouts = followProjects(app, api, memory, () => remembering?.flush());
    void restoreLayout(app, api, memory).then(() => {
      if (isGone) return;
      app.ui.getState().setDock(dockOf(app, api, layouts));
      remembering = rememberLayout(app, api, memory);
      return showFirstSource(app, api).finally(() => (isOpening = false));
    });
    const active = api.onDidActivePanelChange(({ panel }) => {
      uncover(api);
      const path = panel === undefined ? null : pathOfPanel(panel.id);
      if (path === null) return;
      app.editor.getState().setActive(path);
      const isInUse = document.activeElement?.closest(KEEPS) instanceof Element;
      // Who has begun to type while the window was still opening goes on where they are.
      const isTyping = isOpening && document.activeElement instanceof HTMLInputElement;
      if (!isInUse && !isTyping) app.editor.getState().wantFocus(path);
    });
    const removed = api.onDidRemovePanel((panel) => {
      const path = pathOfPanel(panel.id);
      if (path !== null && app.editor.getState().active === path) app.editor.getState().setActive(openTabs(api).at(-1) ?? null);
    });
    const followed = followFocus(app, api);
    return () => {
      isGone = true;
      remembering?.stop();
      layouts.stop();
      followed();
      active.dispose();
      removed.dispose();
      app.ui.getState().setDock(null);
    };
  }, [app, api]);

  return (
    <DockviewReact
      className="dock"
      theme={THEME}
      components={components}
      tabComponents={tabComponents}
      rightHeaderActionsComponent={GroupActions}
      defaultTabComponent={FileTab}
      disableFloatingGroups
      onReady={(event: DockviewReadyEvent) => setApi(event.api)}
    />
  );
});
