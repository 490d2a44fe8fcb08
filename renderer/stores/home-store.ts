import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HomeState } from '../../node/contract/home.ts';
import type { Link } from '../link/link.ts';
import { followProject } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';

export interface HomeStoreState {
  /** How the process stands that the open project was brought home as; null for every other project. */
  readonly home: HomeState | null;
  /** Fetches what is missing; with `follow` new slots come in afterwards. @throws AoError as home.go. */
  go(follow: boolean): Promise<void>;
  stop(): Promise<void>;
}
export type HomeStore = StoreApi<HomeStoreState>;

/** A process of a network that comes home into the open project. */
export function createHomeStore(link: Link, workspace: WorkspaceStore, onError: (error: unknown) => void): HomeStore {
  const store: HomeStore = createStore<HomeStoreState>()(() => ({
    home: null,
    async go(follow) {
      await link.ask('home.go', { follow });
    },
    async stop() {
      await link.ask('home.stop', {});
    },
  }));
  /** What is told counts more than what was asked for before. */
  let told = 0;
  link.on('home.changed', ({ home }) => {
    told++;
    store.setState({ home });
  });
  followProject(workspace, (project) => {
    const before = ++told;
    store.setState({ home: null });
    if (project === null || workspace.getState().project?.isReadOnly !== true) return;
    link.ask('home.state', {}).then(({ home }) => {
      if (told === before) store.setState({ home });
    }, onError);
  });
  return store;
}
