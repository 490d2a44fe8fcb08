import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '../../node/contract/outcome.ts';
import type { Link } from '../link/link.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** Where somebody stands on the map, in its own units. */
export interface MapPlace {
  readonly x: number;
  readonly y: number;
}
export type MapPlaces = ReadonlyMap<string, MapPlace>;

export interface MapState {
  /** By process or address. Null until what was remembered of this project has been read. */
  readonly places: MapPlaces | null;
  /** Gives those a place who have none, or moves them. */
  put(places: MapPlaces): void;
  /** Forgets every place. */
  forget(): void;
}
export type MapStore = StoreApi<MapState>;

const KEY = 'map';
/** The places of so many projects are remembered, the latest first. */
const PROJECTS_MAX = 12;
const PLACES_MAX = 2_000;
const WAIT_MS = 500;

interface Remembered {
  readonly project: string;
  readonly places: readonly (readonly [string, number, number])[];
}

/** Where everybody stands on the map, remembered with the project. */
export function createMapStore(link: Link, workspace: WorkspaceStore): MapStore {
  let project: string | null = null;
  let others: readonly Remembered[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const store: MapStore = createStore<MapState>()((set, get) => {
    const keep = (places: MapPlaces): void => {
      set({ places });
      clearTimeout(timer);
      timer = setTimeout(() => remember(places), WAIT_MS);
    };
    return {
      places: null,
      put: (places) => keep(new Map([...(get().places ?? []), ...places])),
      forget: () => keep(new Map()),
    };
  });
  const remember = (places: MapPlaces): void => {
    if (project === null) return;
    const own: Remembered = { project, places: [...places].slice(-PLACES_MAX).map(([id, { x, y }]) => [id, x, y]) };
    const value = [own, ...others].slice(0, PROJECTS_MAX);
    // Through JSON: the contract's Json has no readonly tuples.
    void link.ask('shell.remember', { key: KEY, value: JSON.parse(JSON.stringify(value)) as Json }).catch(() => undefined);
  };
  workspace.subscribe((state) => {
    const path = state.project?.path ?? null;
    if (path === project) return;
    clearTimeout(timer);
    project = path;
    store.setState({ places: null });
    if (path === null) return;
    void link
      .ask('shell.recall', { key: KEY })
      .catch(() => ({ value: null })) // Without what was remembered everybody gets a new place.
      .then(({ value }) => {
        if (project !== path) return;
        const remembered = parseRemembered(value);
        others = remembered.filter((one) => one.project !== path);
        const own = remembered.find((one) => one.project === path)?.places ?? [];
        store.setState({ places: new Map(own.map(([id, x, y]) => [id, { x, y }])) });
      });
  });
  return store;
}

/** What was remembered, as far as it is what {@link createMapStore} writes. */
function parseRemembered(raw: unknown): readonly Remembered[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('project' in one) || !('places' in one)) return [];
    const { project, places } = one;
    return typeof project === 'string' && Array.isArray(places) ? [{ project, places: places.filter(isPlaced) }] : [];
  });
}

function isPlaced(raw: unknown): raw is readonly [string, number, number] {
  return Array.isArray(raw) && typeof raw[0] === 'string' && Number.isFinite(raw[1]) && Number.isFinite(raw[2]);
}
