import type { Party, Route, Traffic } from '../../model/traffic.ts';
import type { MapPlaces } from '../../stores/map-store.ts';
import { labelSides, type LabelSide } from './map-labels.ts';

/** With more arrows than these nobody can follow one of them. */
const ROUTES_READABLE = 36;

/** What stands out on a map with more routes than can be read. */
export interface NearOnMap {
  /** Keys of routes. */
  readonly routes: ReadonlySet<string>;
  /** Their ends. */
  readonly parties: ReadonlySet<string>;
  /** All routes, those that stand out last: they are drawn over the rest. */
  readonly order: readonly Route[];
}

/** What is looked at on the map. */
export interface LookedAt {
  /** Whose neighbours stand out; null where messages are looked at. */
  readonly party: string | null;
  /** Routes that stand out in any case: of the focus, of its causes and effects, picked. */
  readonly routes: ReadonlySet<string | null>;
}

/** What stands out where there is too much to read all of it; null where everything can be read. */
export function nearOnMap({ parties, routes }: Traffic, at: LookedAt): NearOnMap | null {
  if (routes.length <= ROUTES_READABLE) return null;
  const near = routes.filter(({ key, from, to }) => at.routes.has(key) || (at.party !== null && (from === at.party || to === at.party)));
  const far = routes.filter((route) => !near.includes(route));
  const ends = near.flatMap(({ from, to }) => [from, to]);
  return {
    routes: new Set(near.map(({ key }) => key)),
    order: [...far, ...near],
    parties: new Set(ends.length === 0 ? parties.map(({ id }) => id) : ends),
  };
}

/** Those who stand out first, then the busiest: in this order they get room for their names. */
export function byWeight(parties: readonly Party[], first: string | null, near: NearOnMap | null): readonly Party[] {
  const weight = ({ id, sent, got }: Party): number =>
    id === first ? Infinity : sent + got + (near?.parties.has(id) === true ? Number.MAX_SAFE_INTEGER / 2 : 0);
  return parties.toSorted((a, b) => weight(b) - weight(a));
}

/** On which side of its dot each finds room for its name, in their order. @param unit a pixel in map units */
export function sidesFor(
  parties: readonly Party[],
  places: MapPlaces,
  near: NearOnMap | null,
  unit: number,
): ReadonlyMap<string, LabelSide> {
  const wishes = parties.flatMap(({ id, name }) => {
    const place = places.get(id);
    return place === undefined ? [] : { id, name, place, isNear: near === null || near.parties.has(id) };
  });
  return labelSides(wishes, unit);
}
