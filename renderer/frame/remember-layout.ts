import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { PANELS } from '../stores/dock.ts';
import type { App } from '../stores/app-context.ts';
import { projectMemory, type ProjectMemory } from '../stores/project-memory.ts';
import { build, closeFileTab, openFileTab, pathOfPanel } from './layout.ts';

/** The layout that was used last, for projects that open for the first time, and that of each project. */
const KEY = 'layout';
const PROJECTS_KEY = 'layouts';
const VERSION = 1;
const WAIT_MS = 400;
const KNOWN: ReadonlySet<string> = new Set(PANELS);

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** What was remembered, when it is of this version and names only panels that exist. */
export function parseLayout(raw: unknown): { readonly project: string | null; readonly layout: SerializedDockview } | null {
  if (!isRecord(raw) || raw['version'] !== VERSION || !isRecord(raw['layout'])) return null;
  const { layout, project } = raw;
  if (!isRecord(layout['grid']) || !isRecord(layout['panels'])) return null;
  const isKnown = Object.keys(layout['panels']).every((id) => KNOWN.has(id) || pathOfPanel(id) !== null);
  if (!isKnown) return null;
  // Dockview made it and dockview checks it: what it refuses is built anew.
  return { project: typeof project === 'string' ? project : null, layout: layout as object as SerializedDockview };
}

/** Where layouts are kept: with each project, and the last one of all. */
export interface LayoutMemory {
  /** That of a project. Null where it opens for the first time, or where what was kept is of another version. */
  of(project: string): Promise<SerializedDockview | null>;
  keep(project: string | null, layout: SerializedDockview): void;
}

/** The layouts of this person's projects. */
export function layoutMemory(app: Pick<App, 'link' | 'session'>): LayoutMemory {
  const memory: ProjectMemory = projectMemory(app.link, PROJECTS_KEY);
  return {
    of: async (project) => parseLayout(await memory.recall(project))?.layout ?? null,
    keep(project, layout) {
      // One that stands idle beside it keeps its own for as long as it is open.
      if (!app.session.getState().isLastUsed()) return;
      const value = { version: VERSION, project, layout };
      // As JSON: dockview leaves undefined fields, which the contract's Json has none of.
      app.link.ask('shell.remember', { key: KEY, value: JSON.parse(JSON.stringify(value)) }).catch(() => undefined);
      if (project !== null) memory.remember(project, value);
    },
  };
}

/**
 * Puts the remembered layout of the open project in place; the last one of another without its file tabs where this one opens for
 * the first time; or the first one of all.
 */
export async function restoreLayout(app: App, api: DockviewApi, memory: LayoutMemory): Promise<void> {
  const [recalled] = await Promise.all([app.link.ask('shell.recall', { key: KEY }).catch(() => ({ value: null })), projectKnown(app)]);
  const project = app.workspace.getState().project?.path ?? null;
  const own = project === null ? null : await memory.of(project).catch(() => null);
  if (own !== null && takeLayout(api, own)) return;
  const last = parseLayout(recalled.value);
  if (last === null || !takeLayout(api, last.layout)) return build(api, 'run', []);
  if (last.project !== project) for (const path of openTabs(api)) closeFileTab(api, path);
  if (api.panels.length === 0) build(api, 'run', []);
}

/** False where it is one of an older dock: nobody can mend that, so another is put in place. */
function takeLayout(api: DockviewApi, layout: SerializedDockview): boolean {
  try {
    api.fromJSON(layout);
    return api.panels.length > 0;
  } catch {
    return false;
  }
}

/** Has each project that opens the tabs and panels with which it was left. */
export interface ProjectLayouts {
  /** Resolves once the project that is open has got them. */
  settled(): Promise<void>;
  stop(): void;
}

/** @param leave is called while the layout of the project that is left still stands. */
export function followProjects(
  app: Pick<App, 'workspace' | 'editor'>,
  api: DockviewApi,
  memory: LayoutMemory,
  leave: () => void,
): ProjectLayouts {
  let project = app.workspace.getState().project?.path;
  let settled: Promise<void> = Promise.resolve();
  const stop = app.workspace.subscribe((state) => {
    const next = state.project?.path;
    if (next === project) return;
    const isFirst = project === undefined;
    project = next;
    // The first answer is no change: the restored tabs belong to it.
    if (isFirst) return;
    leave();
    for (const path of openTabs(api)) closeFileTab(api, path);
    // Also what was put back without a tab: a file of the same name in the next project is another.
    for (const path of app.editor.getState().files.keys()) app.editor.getState().close(path);
    if (next === undefined) return;
    settled = memory.of(next).then(
      (layout) => {
        if (layout === null || app.workspace.getState().project?.path !== next) return;
        if (!takeLayout(api, layout)) build(api, 'run', []);
      },
      () => undefined, // Without a link there is nothing to recall it from.
    );
  });
  return { settled: () => settled, stop };
}

/** A project that is opened by the start itself, without tabs of its own yet, shows its first source. */
export async function showFirstSource(app: App, api: DockviewApi): Promise<void> {
  const source = app.workspace.getState().project?.manifest.processes[0]?.source;
  if (source === undefined || openTabs(api).length > 0) return;
  const inFront = api.activePanel?.id;
  // A manifest may name a file that is not there: then the welcome screen stays.
  const file = await app.editor
    .getState()
    .open(source)
    .catch(() => null);
  // Whoever has gone to another pane meanwhile keeps it in front.
  if (file !== null) openFileTab(api, source, api.activePanel?.id !== inFront);
}

/** Every file that has a tab, the active one last. */
export function openTabs(api: DockviewApi): readonly string[] {
  const paths = api.panels.map((panel) => pathOfPanel(panel.id)).filter((path) => path !== null);
  const active = api.activePanel === undefined ? null : pathOfPanel(api.activePanel.id);
  return active === null ? paths : [...paths.filter((path) => path !== active), active];
}

/** Has every change of the layout remembered, a moment after the last one. */
export function rememberLayout(
  app: App,
  api: DockviewApi,
  memory: LayoutMemory,
): { readonly flush: () => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let project = app.workspace.getState().project?.path ?? null;
  const flush = (): void => {
    // What waits belongs to the project that is left.
    if (timer !== undefined) memory.keep(project, api.toJSON());
    clearTimeout(timer);
    timer = undefined;
    project = app.workspace.getState().project?.path ?? null;
  };
  const subscription = api.onDidLayoutChange(() => {
    clearTimeout(timer);
    timer = setTimeout(flush, WAIT_MS);
  });
  return {
    flush,
    stop() {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}

const KNOWN_WAIT_MS = 3_000;

function projectKnown(app: App): Promise<void> {
  if (app.workspace.getState().isProjectKnown) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, KNOWN_WAIT_MS);
    const stop = app.workspace.subscribe((state) => {
      if (state.isProjectKnown) finish();
    });
  });
}
