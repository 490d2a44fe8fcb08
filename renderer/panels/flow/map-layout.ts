import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';

/** Who is to be placed, and who talks with whom. Crosses to a worker. */
export interface MapWish {
  /** With a place: they stay where they are. */
  readonly placed: readonly (readonly [string, number, number])[];
  /** Without one, in the order in which they were met. */
  readonly missing: readonly string[];
  readonly routes: readonly (readonly [string, string])[];
  /** Width of the pane by its height: a low pane gets a low map. */
  readonly aspect: number;
}

/** The places of those who had none. */
export type MapAnswer = readonly (readonly [string, number, number])[];

interface Body extends SimulationNodeDatum {
  readonly id: string;
  x: number;
  y: number;
}

/** The pane is wide and low, and so are names: everything is laid out round, then drawn out sideways. */
const STRETCH = 2.6;
const APART = 31;
const LINK = 86;
const TICKS = 300;
const FAR = 1_000_000;

/**
 * Finds places for those who have none; nobody who has one moves, so a map stays as one knows it. The same wish gives
 * the same places.
 */
export function placesFor({ placed, missing, routes, aspect }: MapWish): MapAnswer {
  const bodies = new Map<string, Body>();
  for (const [id, x, y] of placed) bodies.set(id, { id, x: x / STRETCH, y, fx: x / STRETCH, fy: y });
  const neighbours = neighboursOf(routes);
  for (const [index, id] of missing.entries()) bodies.set(id, { id, ...firstPlace(neighbours.get(id) ?? [], bodies, index) });
  const links = routes.flatMap(([from, to]) => (from !== to && bodies.has(from) && bodies.has(to) ? [{ source: from, target: to }] : []));
  const simulation = forceSimulation([...bodies.values()])
    .force(
      'link',
      forceLink<Body, { source: string; target: string }>(links)
        .id(({ id }) => id)
        .distance(LINK),
    )
    .force('apart', forceManyBody<Body>().strength(-200).distanceMax(900))
    .force('collide', forceCollide<Body>(APART).iterations(3))
    .force('x', forceX<Body>(0).strength(0.04))
    .force('y', forceY<Body>(0).strength(Math.min(0.5, 0.04 * Math.max(1, aspect / STRETCH) ** 2)))
    .stop();
  simulation.tick(TICKS);
  const taken: (readonly [number, number])[] = placed.map(([, x, y]) => [x, y]);
  return missing.map((id) => {
    const body = bodies.get(id);
    const place = freeNear(whole((body?.x ?? 0) * STRETCH), whole(body?.y ?? 0), taken);
    taken.push(place);
    return [id, ...place];
  });
}

/** The last word is that nobody stands on anybody: the place, or the nearest free one on a spiral around it. */
function freeNear(x: number, y: number, taken: readonly (readonly [number, number])[]): readonly [number, number] {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const [px, py] = [whole(x + Math.cos(turn * ANGLE) * 9 * turn), whole(y + Math.sin(turn * ANGLE) * 5 * turn)];
    if (taken.every(([ox, oy]) => Math.abs(px - ox) > ROOM.x || Math.abs(py - oy) > ROOM.y)) return [px, py];
  }
  return [x, y];
}

/** What a box takes, with a little air. */
const ROOM = { x: 146, y: 54 };
const TURNS = 2_000;
/** Turning by this, points on a spiral never stand in line. */
const ANGLE = 2.399963;

function whole(value: number): number {
  return Math.round(Math.max(-FAR, Math.min(FAR, Number.isFinite(value) ? value : 0)));
}

function neighboursOf(routes: MapWish['routes']): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (id: string, other: string): void => void (found.get(id)?.push(other) ?? found.set(id, [other]));
  for (const [from, to] of routes) {
    add(from, to);
    add(to, from);
  }
  return found;
}

/** Beside those it talks with, or outside of all; never two on one spot. */
function firstPlace(neighbours: readonly string[], bodies: ReadonlyMap<string, Body>, index: number): { x: number; y: number } {
  const known = neighbours.flatMap((id) => bodies.get(id) ?? []);
  const angle = index * ANGLE;
  const around = { x: Math.cos(angle) * LINK * 0.6, y: Math.sin(angle) * LINK * 0.6 };
  if (known.length === 0) {
    const away = bodies.size === 0 ? 0 : 24 * Math.sqrt(index + 1);
    return { x: Math.cos(angle) * away, y: Math.sin(angle) * away };
  }
  const sum = known.reduce((at, { x, y }) => ({ x: at.x + x, y: at.y + y }), { x: 0, y: 0 });
  return { x: sum.x / known.length + around.x, y: sum.y / known.length + around.y };
}
