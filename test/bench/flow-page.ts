import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Cause, type Fact } from '../../node/contract/trace.ts';
import { parseFilter, testFor } from '../../renderer/model/filter.ts';
import { hitsOf } from '../../renderer/model/hit-rows.ts';
import { criticalPathOf, journeyOf, unfolded } from '../../renderer/model/journey.ts';
import { chainOf } from '../../renderer/model/lookup.ts';
import { fixtureId, fixtureRun, seeded } from '../../renderer/model/run.fixture.ts';
import type { MessageRow } from '../../renderer/model/rows.ts';
import { layOut, wholeWish, type Scene } from '../../renderer/model/scene.ts';
import { stepsOf } from '../../renderer/model/steps.ts';
import { tallyOf, trafficOf } from '../../renderer/model/traffic.ts';
import { NO_WALLETS } from '../../renderer/model/own-wallets.ts';
import { emptyWorld, reduce, type World } from '../../renderer/model/world.ts';
import { drawFlow, type Lit } from '../../renderer/panels/flow/draw.ts';
import { placesFor } from '../../renderer/panels/flow/map-layout.ts';
import type { Palette } from '../../renderer/panels/flow/palette.ts';
import { fit, follow, pan, START, zoomAt, type View } from '../../renderer/panels/flow/view.ts';

/** Runs in the browser: what the Flow pane does with `messages`, median ms each. */
export interface FlowFigures {
  readonly rows: number;
  readonly takeInMs: number;
  readonly layOutMs: number;
  readonly filterMs: number;
  readonly drawAllMs: number;
  readonly drawNearMs: number;
  readonly drawFocusedMs: number;
  /** The map: adding up who sends to whom, taking the busiest, and finding places for them (in a worker). */
  readonly tallyMs: number;
  readonly trafficMs: number;
  readonly placesMs: number;
  readonly parties: number;
}

/** What the tree does with one journey of so many messages, median ms each. */
export interface JourneyFigures {
  readonly rows: number;
  readonly journeyMs: number;
  readonly criticalMs: number;
  readonly foldMs: number;
  readonly stepsMs: number;
}

const WIDTH = 1440;
const HEIGHT = 320;
const LANES = ['#4b5362', '#2f6fdb', '#0b8574', '#b36a00', '#9440c9', '#cf3c58', '#5b8410', '#0f84ad', '#8a6d1c'];
const PALETTE: Palette = {
  bg: '#ffffff',
  band: '#f8f9fb',
  line: '#e2e5eb',
  lineStrong: '#c3c9d4',
  text: '#1a1e26',
  dim: '#4b5362',
  faint: '#626a79',
  accent: '#3557d4',
  error: '#be2f29',
  warn: '#925300',
  lanes: LANES,
  lanesDim: LANES.map(() => '#d5d8dd'),
  errorDim: '#eecbc9',
  font: '11px sans-serif',
  mono: '10px monospace',
};

function median(run: () => void, times: number): number {
  const took = Array.from({ length: times }, () => {
    const startedMs = performance.now();
    run();
    return performance.now() - startedMs;
  });
  return took.toSorted((a, b) => a - b)[times >> 1] ?? Number.NaN;
}

export function measureFlow(messages: number, processes: number): FlowFigures {
  const told = fixtureRun({ processes, messages, random: seeded(5) });
  const facts = UNITS.flatMap((unit) => told[unit]);
  const startedMs = performance.now();
  let world = emptyWorld();
  for (let at = 0; at < facts.length; at += 10_000) world = reduce(world, facts.slice(at, at + 10_000));
  const takeInMs = performance.now() - startedMs;
  const wish = wholeWish(world);
  const scene = layOut(world, wish);
  const filter = parseFilter('action:transfer to:"process 1" error');

  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  document.body.append(canvas);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  const focus = world.messages[world.messages.length >> 1] ?? null;
  const draw = (drawn: Scene, view: View, lit: Lit | null): void => {
    drawFlow(context, drawn, view, PALETTE, { focus, lit, noted: new Set(), range: null, hover: null, pulses: [] }, 1, 0);
    // Reading a pixel waits until everything has really been drawn.
    context.getImageData(0, 0, 1, 1);
  };
  const sized = { ...START, width: WIDTH, height: HEIGHT };
  const all = fit(scene, sized);
  const near = follow(scene, { ...sized, scale: 12 });
  const chain = focus === null ? null : chainOf(world, focus);
  const lit = chain === null ? null : { rows: chain, has: (row: MessageRow) => chain.has(row) };
  draw(scene, all, null);
  return {
    rows: scene.rows.length,
    takeInMs,
    layOutMs: median(() => void layOut(world, wish), 9),
    filterMs: median(() => void layOut(world, { ...wish, rows: hitsOf(world, testFor(world, filter), null).rows }), 9),
    drawAllMs: median(() => draw(scene, all, null), 25),
    drawNearMs: median(() => draw(scene, near, null), 25),
    drawFocusedMs: median(() => draw(scene, near, lit), 25),
    ...measureMap(world),
  };
}

function measureMap(world: World): Pick<FlowFigures, 'tallyMs' | 'trafficMs' | 'placesMs' | 'parties'> {
  const tally = tallyOf(world, world.messages, NO_WALLETS);
  const { parties, routes } = trafficOf(world, tally, null);
  const wish = {
    placed: [],
    missing: parties.map(({ id }) => id),
    routes: routes.map(({ from, to }): [string, string] => [from, to]),
    aspect: 3,
  };
  return {
    tallyMs: median(() => void tallyOf(world, world.messages, NO_WALLETS), 9),
    trafficMs: median(() => void trafficOf(world, tally, null), 9),
    placesMs: median(() => void placesFor(wish), 3),
    parties: parties.length,
  };
}

/** Times are what they are today: a computer keeps them otherwise than small numbers. */
const FROM_MS = Date.UTC(2026, 0, 1);

/** What the units tell of one message after the other: each comes of one of the twenty before it, all of one journey. */
export function createTelling(processes: number): () => Fact[] {
  const random = seeded(8);
  const slots = Array.from({ length: processes }, () => 0);
  const places: Cause[] = [];
  let number = -1;
  const done = { error: null, output: '', prompt: null, messages: 1, spawns: 0, assignments: 0, gasUsed: 1_550, memoryBytes: 16_777_216 };
  return () => {
    number += 1;
    const at = number < processes ? number : Math.floor(random() * processes);
    const process = toProcessId(fixtureId('p', at));
    const slot = toSlot(slots[at] ?? 0);
    slots[at] = slot + 1;
    const id = fixtureId('m', number);
    const cause = number === 0 ? undefined : places[Math.max(0, places.length - 1 - Math.floor(random() * 20))];
    const from = cause?.process ?? fixtureId('w', 0);
    const sketch = { type: 'Message', target: process, from, action: 'Go', name: null, preview: null, dataBytes: 0 } as const;
    const atMs = FROM_MS + number;
    const journey = fixtureId('m', 0);
    const sent = { id, sketch, journey, unit: 'mu', seq: number + 1, atMs } as const;
    places.push({ process, slot, message: id, index: 0 });
    if (places.length > 64) places.shift();
    return [
      cause === undefined ? { kind: 'mu.received', ...sent } : { kind: 'mu.pushed', ...sent, cause, hops: 1 },
      {
        ...{ kind: 'su.assigned', id, process, slot, sketch, unit: 'su', seq: number + 1 },
        ...{ assignment: fixtureId('a', number), timestampMs: atMs, atMs: atMs + 0.3 },
      },
      {
        ...{ kind: 'cu.evaluated', process, slot, id, ...done, hash: fixtureId('h', number), isCutShort: false },
        ...{ durationMs: random() * 3, unit: 'cu', seq: number + 1, atMs: atMs + 0.9 },
      },
    ];
  };
}

/** A world of `messages`, taken in as a window does: out of JSON, in parts, with nothing of it kept but the world. */
function worldOf(messages: number, processes: number): World {
  const tell = createTelling(processes);
  let world = emptyWorld();
  for (let told = 0; told < messages; told += PART) {
    const facts = Array.from({ length: Math.min(PART, messages - told) }, tell).flat();
    world = reduce(world, JSON.parse(JSON.stringify(facts)) as readonly Fact[]);
  }
  return world;
}

const PART = 4_000;

/** Runs in the browser: what a very long run costs, median ms each. */
export interface LongFigures {
  readonly rows: number;
  readonly layOutMs: number;
  readonly appendMs: number;
  readonly drawAllMs: number;
  readonly panMs: number;
}

/** What is kept from one measurement to the next, so that the heap can be looked at in between. */
const kept: { world: World | null } = { world: null };

/** Fills the window's memory with a world of `messages`. `beside`: bytes that it takes and the heap does not count. */
export function fillWorld(messages: number, processes: number): { readonly rows: number; readonly beside: number } {
  kept.world = worldOf(messages, processes);
  layOut(kept.world, wholeWish(kept.world));
  const { numbers } = kept.world.inside;
  const lists = Object.values(numbers).filter((list): list is Int32Array => ArrayBuffer.isView(list));
  return { rows: kept.world.messages.length, beside: lists.reduce((sum, list) => sum + list.byteLength, 0) };
}

export function measureLong(): LongFigures {
  const { world } = kept;
  if (world === null) throw new Error('nothing was made');
  const wish = wholeWish(world);
  const scene = layOut(world, wish);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  document.body.append(canvas);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no 2D canvas');
  const draw = (view: View): void => {
    drawFlow(context, scene, view, PALETTE, { focus: null, lit: null, noted: new Set(), range: null, hover: null, pulses: [] }, 1, 0);
    context.getImageData(0, 0, 1, 1);
  };
  const all = fit(scene, { ...START, width: WIDTH, height: HEIGHT });
  const close = zoomAt(scene, all, WIDTH / 2, 4);
  let shift = 0;
  return {
    rows: scene.rows.length,
    layOutMs: median(() => void layOut(world, wish), 9),
    appendMs: median(() => {
      world.inside.numbers.count = Math.max(0, world.messages.length - 100);
      layOut(world, wish);
    }, 9),
    drawAllMs: median(() => draw(all), 25),
    panMs: median(() => draw(pan(scene, close, (shift += 7), 0)), 25),
  };
}

/** One journey: every message comes of one of the twenty before it. */
export function measureJourney(messages: number, processes: number): JourneyFigures {
  const tell = createTelling(processes);
  const facts = Array.from({ length: messages }, tell).flat();
  const world = reduce(emptyWorld(), facts);
  const row = world.messages[world.messages.length >> 1];
  if (row === undefined) throw new Error('nothing was made');
  const journey = journeyOf(world, row);
  const half = new Set(journey.rows.filter((_, place) => (journey.depth[place] ?? 0) % 40 === 39));
  return {
    rows: journey.rows.length,
    journeyMs: median(() => void journeyOf(world, row), 5),
    criticalMs: median(() => void criticalPathOf(world, journey), 5),
    foldMs: median(() => void unfolded(journey, half), 9),
    stepsMs: median(() => void stepsOf(world, row), 9),
  };
}
