import type { DockviewApi, IDockviewPanel } from 'dockview-react';
import { PANEL_TITLES, type PanelId, type PresetName } from '../stores/dock.ts';

/** Where the panels of a layout stand, in pixels. Zero means that it is not shown. */
export interface Sizes {
  readonly side: number;
  readonly inspector: number;
  readonly bottom: number;
  readonly console: number;
}

const between = (low: number, wanted: number, high: number): number => Math.round(Math.max(low, Math.min(wanted, high)));

/** Height in which the lanes of a handful of processes can be seen. */
const LANES_PX = 260;

/** The sizes of a layout in a dock of `width` × `height`. The editor keeps at least a third of either. */
export function sizesOf(preset: PresetName, width: number, height: number): Sizes {
  const side = between(160, width * 0.165, 250);
  const inspector = between(288, width * 0.25, 360);
  const consoleWidth = between(280, width * 0.34, 560);
  if (preset === 'write') return { side, inspector: 0, bottom: between(196, height * 0.24, 220), console: consoleWidth };
  if (preset === 'debug')
    return {
      side: between(172, width * 0.14, 200),
      inspector: between(280, width * 0.33, 480),
      bottom: between(180, height * 0.44, 400),
      console: consoleWidth,
    };
  if (preset === 'journey') return { side: 0, inspector, bottom: 0, console: 0 };
  // A low window gives its messages more than their share: below this only their bars would be left.
  const bottom = Math.max(height * 0.39, Math.min(LANES_PX, height * 0.47));
  return { side, inspector, bottom: between(190, bottom, 330), console: consoleWidth };
}

export function fileId(path: string): string {
  return `file:${path}`;
}

/** The path of a file's tab; null for every other panel. */
export function pathOfPanel(id: string): string | null {
  return id.startsWith('file:') ? id.slice('file:'.length) : null;
}

type Position = { readonly referencePanel: string; readonly direction: Side | 'within' } | { readonly direction: Side };
type Side = 'left' | 'right' | 'above' | 'below';

interface Place {
  readonly position?: Position;
  readonly initialWidth?: number;
  readonly initialHeight?: number;
}

/** Narrower than this, a panel's own controls no longer fit. */
const LEAST_WIDTH: Readonly<Record<PanelId, number>> = {
  files: 140,
  search: 160,
  processes: 140,
  inspector: 284,
  flow: 300,
  console: 220,
  call: 280,
  problems: 220,
  deliveries: 240,
  inside: 240,
  hits: 240,
  branch: 280,
  tests: 280,
  notes: 220,
  docs: 240,
  modules: 260,
  deploy: 300,
  welcome: 240,
  settings: 240,
  help: 260,
  guide: 320,
};

function fixed(api: DockviewApi, id: PanelId, place: Place = {}): void {
  api.addPanel({ id, component: id, title: PANEL_TITLES[id], minimumWidth: LEAST_WIDTH[id], minimumHeight: 80, ...place });
}

interface FileTabOptions {
  readonly id: string;
  readonly component: string;
  readonly tabComponent: string;
  readonly title: string;
  readonly params: { readonly path: string };
  readonly minimumWidth: number;
  readonly minimumHeight: number;
}

function fileOptions(path: string): FileTabOptions {
  return {
    id: fileId(path),
    component: 'file',
    tabComponent: 'file',
    title: path.split('/').at(-1) ?? path,
    params: { path },
    minimumWidth: 200,
    minimumHeight: 80,
  };
}

/** Clears the dock and builds a layout, with the given files (the active one last) in the editor group. */
export function build(api: DockviewApi, preset: PresetName, files: readonly string[]): void {
  const sizes = sizesOf(preset, api.width, api.height);
  api.clear();
  if (preset === 'journey') {
    fixed(api, 'flow');
    fixed(api, 'inspector', { position: { referencePanel: 'flow', direction: 'right' }, initialWidth: sizes.inspector });
    for (const path of files)
      api.addPanel({ ...fileOptions(path), position: { referencePanel: 'flow', direction: 'within' }, inactive: true });
    return;
  }
  fixed(api, 'welcome');
  let last = 'welcome';
  for (const path of files) last = api.addPanel({ ...fileOptions(path), position: { referencePanel: last, direction: 'within' } }).id;
  if (files.length > 0) api.getPanel('welcome')?.api.close();
  fixed(api, 'flow', { position: { direction: 'below' }, initialHeight: sizes.bottom });
  fixed(api, 'console', { position: { referencePanel: 'flow', direction: 'right' }, initialWidth: sizes.console });
  fixed(api, 'problems', { position: { referencePanel: 'console', direction: 'within' } });
  fixed(api, 'inside', { position: { referencePanel: 'console', direction: 'within' } });
  fixed(api, 'hits', { position: { referencePanel: 'console', direction: 'within' } });
  api.getPanel(preset === 'debug' ? 'inside' : 'console')?.api.setActive();
  fixed(api, 'files', { position: { referencePanel: last, direction: 'left' }, initialWidth: sizes.side });
  fixed(api, 'processes', { position: { referencePanel: 'files', direction: 'below' } });
  if (sizes.inspector > 0)
    fixed(api, 'inspector', { position: { referencePanel: last, direction: 'right' }, initialWidth: sizes.inspector });
  api.getPanel(last)?.api.setActive();
}

/** Where a panel goes that was closed and is wanted again: beside its usual neighbour, or at its usual edge. */
export function placeOf(api: DockviewApi, id: PanelId): Place {
  const sizes = sizesOf('run', api.width, api.height);
  const centre = centreOf(api);
  const beside = (reference: string, direction: Side | 'within'): Position | null =>
    api.getPanel(reference) === undefined ? null : { referencePanel: reference, direction };
  switch (id) {
    case 'files':
      return { position: beside('processes', 'within') ?? { direction: 'left' }, initialWidth: sizes.side };
    case 'search':
      return { position: beside('files', 'within') ?? beside('processes', 'within') ?? { direction: 'left' }, initialWidth: sizes.side };
    case 'processes':
      return { position: beside('files', 'below') ?? { direction: 'left' }, initialWidth: sizes.side };
    case 'inspector':
      return {
        position: centre === null ? { direction: 'right' } : { referencePanel: centre, direction: 'right' },
        initialWidth: sizes.inspector,
      };
    case 'flow':
      return { position: beside('console', 'left') ?? { direction: 'below' }, initialHeight: sizes.bottom };
    case 'console':
      if (isFlowCentre(api) && api.getPanel('problems') === undefined)
        return { position: beside('flow', 'below') ?? { direction: 'below' }, initialHeight: sizes.bottom };
      return {
        position: beside('problems', 'within') ?? beside('flow', 'right') ?? { direction: 'below' },
        initialHeight: sizes.bottom,
        initialWidth: sizes.console,
      };
    case 'problems':
    case 'inside':
    case 'hits':
    case 'notes':
    case 'docs':
    case 'deliveries':
      return {
        position: beside('console', 'within') ??
          (id === 'problems' ? null : beside('problems', 'within')) ??
          beside('flow', 'right') ?? { direction: 'below' },
        initialHeight: sizes.bottom,
        initialWidth: sizes.console,
      };
    case 'branch':
    case 'tests':
      return { position: beside('flow', 'within') ?? beside('console', 'left') ?? { direction: 'below' }, initialHeight: sizes.bottom };
    case 'call':
    case 'modules':
    case 'deploy':
    case 'welcome':
    case 'settings':
    case 'help':
    case 'guide':
      return centre === null ? {} : { position: { referencePanel: centre, direction: 'within' } };
  }
}

/** In the Journey layout Flow has the editor's place: what is called there comes below it. */
function isFlowCentre(api: DockviewApi): boolean {
  const centre = centreOf(api);
  const flow = api.getPanel('flow');
  return flow !== undefined && (centre === null || api.getPanel(centre)?.group === flow.group);
}

/** A panel of the editor group, to put another one beside it. */
export function centreOf(api: DockviewApi): string | null {
  const centre = api.panels.find(
    (panel) => pathOfPanel(panel.id) !== null || ['call', 'modules', 'deploy', 'welcome', 'settings', 'help', 'guide'].includes(panel.id),
  );
  return centre?.id ?? null;
}

/** Gives one panel the room of all, or everybody their own again. */
export function zoomPanel(api: DockviewApi): void {
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  else if (api.activePanel !== undefined) api.maximizeGroup(api.activePanel);
}

/** Puts the tab in front into a group of its own beside the one in which it stands; it does nothing where it is alone. */
export function splitOff(api: DockviewApi, side: 'right' | 'below'): void {
  const panel = api.activePanel;
  if (panel === undefined || panel.group.panels.length < 2) return;
  panel.api.moveTo({ group: panel.group, position: side === 'right' ? 'right' : 'bottom' });
  panel.api.setActive();
}

/** Who goes to a panel that another one covers sees it among the others again. */
export function uncover(api: DockviewApi): void {
  if (api.hasMaximizedGroup() && api.activePanel?.api.isMaximized() === false) api.exitMaximizedGroup();
}

/** Shows a panel, putting it back where it is missing. */
export function showPanel(api: DockviewApi, id: PanelId): void {
  const panel = api.getPanel(id);
  if (panel === undefined) fixed(api, id, placeOf(api, id));
  else panel.api.setActive();
}

/** Opens a file's tab in the editor group and takes the welcome screen away. */
export function openFileTab(api: DockviewApi, path: string, isBehind = false): void {
  const known = api.getPanel(fileId(path));
  if (known !== undefined) return isBehind ? undefined : known.api.setActive();
  const centre = centreOf(api);
  const side = api.getPanel('files') ?? api.getPanel('processes');
  const flow = api.getPanel('flow');
  const position: Position =
    centre !== null
      ? { referencePanel: centre, direction: 'within' }
      : side !== undefined
        ? { referencePanel: side.id, direction: 'right' }
        : flow !== undefined
          ? { referencePanel: flow.id, direction: 'above' }
          : { direction: 'right' };
  api.addPanel({ ...fileOptions(path), position, inactive: isBehind });
  api.getPanel('welcome')?.api.close();
}

/** Adds a file's tab beside that of another one, behind it. */
export function addFileTab(api: DockviewApi, path: string, beside: string): IDockviewPanel {
  return api.addPanel({ ...fileOptions(path), position: { referencePanel: fileId(beside), direction: 'within' }, inactive: true });
}

/** Closes a file's tab. The editor group never goes: after its last file it shows the welcome screen. */
export function closeFileTab(api: DockviewApi, path: string): void {
  const panel = api.getPanel(fileId(path));
  if (panel === undefined) return;
  const others = api.panels.some((one) => one.id !== panel.id && (pathOfPanel(one.id) !== null || one.id === 'welcome'));
  if (!others) fixed(api, 'welcome', { position: { referencePanel: panel.id, direction: 'within' } });
  panel.api.close();
}
