import type { DockviewApi, SerializedDockview } from 'dockview-react';
import type { Json } from '../../node/contract/outcome.ts';
import { PANELS } from '../stores/dock.ts';
import type { App } from '../stores/app-context.ts';
import { build, closeFileTab, openFileTab, pathOfPanel } from './layout.ts';

const KEY = 'layout';
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

/**
 * Puts the remembered layout in place, or the first one. File tabs of another project are left out, and so are those
 * of files that are gone.
 */
export async function restoreLayout(app: App, api: DockviewApi): Promise<void> {
  const [recalled] = await Promise.all([app.link.ask('shell.recall', { key: KEY }).catch(() => ({ value: null })), projectKnown(app)]);
  const remembered = parseLayout(recalled.value);
  if (remembered === null) return build(api, 'run', []);
  try {
    api.fromJSON(remembered.layout);
  } catch {
    // A layout of an older dock: start with the first one rather than with an error nobody can mend.
    return build(api, 'run', []);
  }
  const { project } = app.workspace.getState();
  if (remembered.project !== (project?.path ?? null)) for (const path of openTabs(api)) closeFileTab(api, path);
  if (api.panels.length === 0) build(api, 'run', []);
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
export function rememberLayout(app: App, api: DockviewApi): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    const value = { version: VERSION, project: app.workspace.getState().project?.path ?? null, layout: api.toJSON() };
    // As JSON: dockview leaves undefined fields, which the contract's Json has none of.
    app.link.ask('shell.remember', { key: KEY, value: JSON.parse(JSON.stringify(value)) as Json }).catch(() => undefined);
  };
  const subscription = api.onDidLayoutChange(() => {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  });
  return () => {
    clearTimeout(timer);
    subscription.dispose();
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
