import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** Projects that something is remembered of; the one left longest ago is forgotten first. */
const PROJECTS_MAX = 50;

/** What a person has set for a project and finds again when they come back to it. */
export interface ProjectMemory {
  /** Null where nothing was remembered. */
  recall(project: string): Promise<unknown>;
  remember(project: string, value: unknown): void;
}

/** Keeps one kind of thing, by `key`, for every project. */
export function projectMemory(link: Link, key: string): ProjectMemory {
  let turn: Promise<void> = Promise.resolve();
  const read = async (): Promise<[string, unknown][]> => {
    const { value } = await link.ask('shell.recall', { key });
    return isRecord(value) ? Object.entries(value) : [];
  };
  return {
    recall: async (project) => (await read()).find(([path]) => path === project)?.[1] ?? null,
    remember(project, value) {
      turn = turn
        .then(async () => {
          const others = (await read()).filter(([path]) => path !== project);
          const all = Object.fromEntries([...others.slice(1 - PROJECTS_MAX), [project, value]]);
          // Through JSON: the contract's Json has no undefined.
          await link.ask('shell.remember', { key, value: JSON.parse(JSON.stringify(all)) as Json });
        })
        // It is there for as long as the window is; next time one begins anew.
        .catch(() => undefined);
    },
  };
}

/** Tells the project that is open, now and whenever it is another; null while none is. */
export function followProject(workspace: WorkspaceStore, onProject: (project: string | null) => void): void {
  let known: string | null = null;
  const look = (): void => {
    const project = workspace.getState().project?.path ?? null;
    if (project === known) return;
    known = project;
    onProject(project);
  };
  workspace.subscribe(look);
  look();
}

function isRecord(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
