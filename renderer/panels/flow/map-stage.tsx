import { useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import type { Traffic } from '../../model/traffic.ts';
import type { World } from '../../model/world.ts';
import { useApp } from '../../stores/app-context.ts';
import type { MapPlace, MapPlaces } from '../../stores/map-store.ts';
import type { CanvasActions } from './flow-canvas.tsx';
import { PartyBox, RouteLine } from './map-drawing.tsx';
import { byWeight, sidesFor, type NearOnMap } from './map-crowd.ts';
import type { LabelSide } from './map-labels.ts';
import { lookFor } from './map-shape.ts';
import { fitMap, nearestTowards, panMap, revealOnMap, spreadFor, zoomMap, type MapView } from './map-view.ts';
import { useMapPointer } from './use-map-pointer.ts';
import { count } from './words.ts';

/** One who takes part, or everything that one sent another. */
export interface MapPick {
  readonly kind: 'party' | 'route';
  readonly id: string;
}

interface MapStageProps {
  readonly traffic: Traffic;
  readonly places: MapPlaces;
  readonly world: World;
  readonly picked: MapPick | null;
  /** The route of the message in focus. */
  readonly focusKey: string | null;
  /** The process in focus, where no message is. */
  readonly focusParty: string | null;
  /** Routes that the causes and effects of the focus took; null where nothing is in focus. */
  readonly litKeys: ReadonlySet<string | null> | null;
  /** What stands out where not everything can be read; null where it can. */
  readonly near: NearOnMap | null;
  readonly only: string | null;
  /** The focus in words. */
  readonly said: string;
  onPick(pick: MapPick | null): void;
  onOpen(pick: MapPick): void;
  onKey(event: React.KeyboardEvent): void;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** How far a key moves a party, in map units. */
const KEY_STEP = 16;

/** The drawn map: zoomed, panned, and rearranged by mouse and keys. */
export function MapStage({ ref, ...props }: MapStageProps & { readonly ref: React.Ref<CanvasActions> }): React.ReactNode {
  const { traffic, picked } = props;
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  /** Where the person panned and zoomed to; null while the whole map is shown. */
  const [own, setOwn] = useState<MapView | null>(null);
  const [dragged, setDragged] = useState<{ readonly id: string; readonly place: MapPlace } | null>(null);
  const kept = useMemo(() => shownPlaces(props.traffic, props.places), [props.traffic, props.places]);
  const spread = useMemo(() => spreadFor(size, [...kept.values()]), [size, kept]);
  const settled = useMemo(() => drawnOut(kept, spread), [kept, spread]);
  const places = useMemo(
    () => (dragged === null ? settled : new Map([...settled, ...drawnOut([[dragged.id, dragged.place]], spread)])),
    [settled, dragged, spread],
  );
  const whole = useMemo(() => fitMap(size, settled.values()), [size, settled]);
  const view = own ?? whole;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const resize = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    resize.observe(element);
    return () => resize.disconnect();
  }, []);
  const zoom = (px: number, py: number, factor: number): void => setOwn((now) => zoomMap(now ?? whole, px, py, factor));
  useImperativeHandle(ref, () => ({
    goLive: () => setOwn(null),
    fit: () => setOwn(null),
    zoom: (factor) => zoom(size.width / 2, size.height / 2, factor),
  }));

  const moveBy = (id: string, dx: number, dy: number, isDone: boolean): void => {
    const from = props.places.get(id);
    if (from === undefined) return;
    const place = { x: Math.round(from.x + dx), y: Math.round(from.y + dy) };
    setDragged(isDone ? null : { id, place });
    if (isDone) app.map.getState().put(new Map([[id, place]]));
  };
  const { isDragging } = useMapPointer(box, {
    pick: ({ kind, id }) => props.onPick(kind === 'ground' ? null : { kind, id }),
    open({ kind, id }) {
      if (kind === 'ground') setOwn(null);
      else props.onOpen({ kind, id });
    },
    pan: (dx, dy) => setOwn((now) => panMap(now ?? whole, dx, dy)),
    zoom,
    move: (id, { x, y }, isDone) => moveBy(id, x / view.scale / spread, y / view.scale, isDone),
  });

  const go = (pick: MapPick): void => {
    props.onPick(pick);
    const place = places.get(pick.id);
    if (place !== undefined) setOwn((now) => (now === null ? null : revealOnMap(now, size, place)));
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const run = event.altKey || event.ctrlKey || event.metaKey ? null : keyWork(event);
    if (run === null) return props.onKey(event);
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  /** Arrows go from one to the next, with Shift they move it; E goes through its routes, Enter shows only these. */
  const keyWork = ({ key, shiftKey }: React.KeyboardEvent): (() => void) | null => {
    const at = partyAt(props);
    const direction = DIRECTIONS[key];
    if (direction !== undefined) {
      if (shiftKey && at !== null) return () => moveBy(at, direction[0] * KEY_STEP, direction[1] * KEY_STEP, true);
      const from = at === null ? undefined : places.get(at);
      const next = from === undefined ? (traffic.parties[0]?.id ?? null) : nearestTowards(from, places, direction);
      return () => next !== null && go({ kind: 'party', id: next });
    }
    if (key.toLowerCase() === 'e') return () => nextRoute(shiftKey ? -1 : 1);
    if (key === 'Enter' && picked !== null) return () => props.onOpen(picked);
    if (key === 'Escape' && picked !== null) return () => props.onPick(null);
    return null;
  };
  const nextRoute = (by: 1 | -1): void => {
    const at = partyAt(props);
    const own = traffic.routes.filter(({ from, to }) => at === null || from === at || to === at);
    const now = own.findIndex(({ key }) => key === (picked?.kind === 'route' ? picked.id : ''));
    const next = own.at((now < 0 && by < 0 ? 0 : now + by) % own.length);
    if (next !== undefined) props.onPick({ kind: 'route', id: next.key });
  };
  return (
    <div
      ref={box}
      className={`flow-map-stage${isDragging ? ' is-dragging' : ''}`}
      tabIndex={0}
      role="application"
      aria-label="Map of who sends to whom"
      aria-roledescription="map"
      aria-describedby="flow-map-keys"
      onKeyDown={onKeyDown}
    >
      <Drawing {...props} view={view} places={places} />
      <p id="flow-map-keys" className="hidden-text">
        Arrow keys go from one to the next, with Shift they move it. E and Shift+E go through its routes, Enter shows only what was picked.
        The list shows the same as text.
      </p>
      <p className="hidden-text" aria-live="polite">
        {saidOf(props)}
      </p>
    </div>
  );
}

function Drawing({
  traffic,
  view,
  places,
  world,
  picked,
  near,
  focusParty,
  ...props
}: MapStageProps & { readonly view: MapView }): React.ReactNode {
  const keys = useMemo(() => new Set(traffic.routes.map(({ from, to }) => `${from}>${to}`)), [traffic]);
  const fresh = useFresh(traffic);
  const { look, unit } = useMemo(() => lookFor([...places.values()], view.scale), [places, view.scale]);
  const sides = useSides({ traffic, places, near }, picked?.kind === 'party' ? picked.id : focusParty, look.kind === 'dot', unit);
  const routes = near?.order ?? traffic.routes;
  const lit = props.litKeys === null ? '' : ' has-lit';
  return (
    <svg className={`flow-map-svg is-${look.kind}${lit}`} aria-hidden="true">
      <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
        {routes.map((route) => {
          const from = places.get(route.from);
          const to = places.get(route.to);
          return from === undefined || to === undefined ? null : (
            <RouteLine
              key={route.key}
              route={route}
              from={from}
              to={to}
              isPair={route.from !== route.to && keys.has(`${route.to}>${route.from}`)}
              look={look}
              unit={unit}
              isFocus={route.key === props.focusKey}
              isPicked={picked?.kind === 'route' && picked.id === route.key}
              isNear={near === null || near.routes.has(route.key)}
              isLit={props.litKeys?.has(route.key) ?? false}
              isNew={fresh.has(route.key)}
            />
          );
        })}
        {traffic.parties.map((party) => {
          const place = places.get(party.id);
          return place === undefined ? null : (
            <PartyBox
              key={party.id}
              party={party}
              x={place.x}
              y={place.y}
              look={look}
              unit={unit}
              isFocus={party.id === focusParty}
              isPicked={picked?.kind === 'party' && picked.id === party.id}
              isOnly={party.id === props.only}
              isNear={near === null || near.parties.has(party.id)}
              side={sides?.get(party.id) ?? null}
              isStopped={(world.processById.get(party.id)?.paused ?? null) !== null}
            />
          );
        })}
      </g>
    </svg>
  );
}

/** Where the names stand, beginning with that of `first`; null where they have boxes. @param unit a pixel in map units */
function useSides(
  { traffic, places, near }: Pick<MapStageProps, 'traffic' | 'places' | 'near'>,
  first: string | null,
  isDots: boolean,
  unit: number,
): ReadonlyMap<string, LabelSide> | null {
  return useMemo(
    () => (isDots ? sidesFor(byWeight(traffic.parties, first, near), places, near, unit) : null),
    [isDots, unit, traffic, places, first, near],
  );
}

/** Dots that run at once. */
const FRESH_MAX = 16;

/** Routes on which a message has gone since the traffic was drawn before. */
function useFresh(traffic: Traffic): ReadonlySet<string> {
  const before = useRef<ReadonlyMap<string, number> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const counts = new Map(traffic.routes.map(({ key, count: number }) => [key, number]));
    const known = before.current;
    before.current = counts;
    if (known === null) return;
    const grown = [...counts].filter(([key, number]) => number > (known.get(key) ?? 0)).slice(0, FRESH_MAX);
    if (grown.length > 0) setFresh(new Set(grown.map(([key]) => key)));
  }, [traffic]);
  return fresh;
}

/** The same places, drawn out sideways. */
function drawnOut(places: Iterable<readonly [string, MapPlace]>, spread: number): MapPlaces {
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x * spread, y }]));
}

function shownPlaces(traffic: Traffic, places: MapPlaces): MapPlaces {
  const shown = new Map<string, MapPlace>();
  for (const { id } of traffic.parties) {
    const place = places.get(id);
    if (place !== undefined) shown.set(id, place);
  }
  return shown;
}

/** The party from which keys go on: the one picked, or the one that sent on the route picked, or the one in focus. */
function partyAt({ picked, focusParty, focusKey, traffic }: MapStageProps): string | null {
  if (picked?.kind === 'party') return picked.id;
  const key = picked?.id ?? focusKey;
  return traffic.routes.find((route) => route.key === key)?.from ?? focusParty;
}

function saidOf({ picked, traffic, said }: MapStageProps): string {
  const name = (id: string): string => traffic.parties.find((party) => party.id === id)?.name ?? '?';
  const party = picked?.kind === 'party' ? traffic.parties.find(({ id }) => id === picked.id) : undefined;
  if (party !== undefined) return `${party.name}: got ${count(party.got)}, sent ${count(party.sent)}, ${count(party.errors)} errors.`;
  const route = picked?.kind === 'route' ? traffic.routes.find(({ key }) => key === picked.id) : undefined;
  if (route === undefined) return said;
  return `From ${name(route.from)} to ${name(route.to)}: ${count(route.count)} messages, ${count(route.errors)} errors.`;
}
