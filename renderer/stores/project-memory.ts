import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** What a person has set for a project and finds again when they come back to it. */
export interface ProjectMemory {
  /** Null where nothing was remembered. */
  recall(project: string): Promise<unknown>;
  remember(project: string, value: unknown): void;
}

/** Keeps one kind of thing, by `key`, for every project. */
export function projectMemory(link: Link, key: string): ProjectMemory {
  return {
    recall: async (project) => (await link.ask('shell.recallOf', { key, project })).value,
    remember(project, value) {
      // Through JSON: the contract's Json has no undefined.
      const plain = JSON.parse(JSON.stringify(value)) as Json;
      // What cannot be kept is there for as long as the window is; next time one begins anew.
      link.ask('shell.rememberOf', { key, project, value: plain }).catch(() => undefined);
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
