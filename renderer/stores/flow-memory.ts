import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** A filter with the name that the person gave it. */
export interface SavedSearch {
  readonly name: string;
  readonly text: string;
}

/** What is remembered of the Flow pane, for each project. */
export interface FlowMemory {
  readonly saved: readonly SavedSearch[];
  /** Filters that were used, the latest first. */
  readonly recent: readonly string[];
  readonly hidden: readonly string[];
  readonly pinned: readonly string[];
  /** Lane colours that the person chose, by process. */
  readonly colours: ReadonlyMap<string, number>;
}

export const NO_MEMORY: FlowMemory = { saved: [], recent: [], hidden: [], pinned: [], colours: new Map() };

const KEY = 'flow';
/** The project that was changed longest ago gives way. */
const PROJECTS_MAX = 40;
const LANES = 8;

function isRecord(raw: unknown): raw is { readonly [key: string]: Json } {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function strings(raw: Json | undefined): readonly string[] {
  return Array.isArray(raw) ? raw.filter((one: Json) => typeof one === 'string') : [];
}

/** What was remembered for `project`; what has another shape is left out. */
export function parseFlowMemory(raw: Json, project: string): FlowMemory {
  const found = isRecord(raw) ? raw[project] : undefined;
  if (!isRecord(found)) return NO_MEMORY;
  const saved = Array.isArray(found['saved']) ? (found['saved'] as readonly Json[]) : [];
  const colours = isRecord(found['colours']) ? Object.entries(found['colours']) : [];
  return {
    saved: saved.flatMap((one) =>
      isRecord(one) && typeof one['name'] === 'string' && typeof one['text'] === 'string' ? [{ name: one['name'], text: one['text'] }] : [],
    ),
    recent: strings(found['recent']),
    hidden: strings(found['hidden']),
    pinned: strings(found['pinned']),
    colours: new Map(
      colours.flatMap(([id, lane]) =>
        typeof lane === 'number' && Number.isInteger(lane) && lane >= 1 && lane <= LANES ? [[id, lane] as const] : [],
      ),
    ),
  };
}

/** Where the memory of the open project is kept. */
export interface FlowKeeper {
  keep(memory: FlowMemory): void;
}

/** Recalls the memory of each project that opens, and keeps what changes in it. */
export function keepFlowMemory(link: Link, workspace: WorkspaceStore, onRecalled: (memory: FlowMemory) => void): FlowKeeper {
  let project: string | null = null;
  let writing = Promise.resolve();
  const recall = async (path: string): Promise<void> => {
    const { value } = await link.ask('shell.recall', { key: KEY });
    if (project === path) onRecalled(parseFlowMemory(value, path));
  };
  const write = async (path: string, { colours, saved, ...lists }: FlowMemory): Promise<void> => {
    const { value } = await link.ask('shell.recall', { key: KEY });
    const others = Object.entries(isRecord(value) ? value : {}).filter(([other]) => other !== path);
    const own: Json = { ...lists, saved: saved.map(({ name, text }) => ({ name, text })), colours: Object.fromEntries(colours) };
    await link.ask('shell.remember', { key: KEY, value: Object.fromEntries([...others.slice(1 - PROJECTS_MAX), [path, own] as const]) });
  };
  const follow = (): void => {
    const path = workspace.getState().project?.path ?? null;
    if (path === project) return;
    project = path;
    onRecalled(NO_MEMORY);
    // Without what was remembered one begins with nothing.
    if (path !== null) recall(path).catch(() => undefined);
  };
  workspace.subscribe(follow);
  follow();
  return {
    keep(memory) {
      const path = project;
      // One after the other: each reads what the one before has written. A lost link is told elsewhere.
      if (path !== null) writing = writing.then(() => write(path, memory)).catch(() => undefined);
    },
  };
}
