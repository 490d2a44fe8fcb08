import { toProcessId, toSlot } from '../../node/contract/ids.ts';
import { UNITS, type Cause, type Fact } from '../../node/contract/trace.ts';
import { parseFilter, testFor } from '../../renderer/model/filter.ts';
import { hitsOf } from '../../renderer/model/hit-rows.ts';
import { criticalPathOf, journeyOf, unfolded } from '../../renderer/model/journey.ts';
import { chainOf } from '../../renderer/model/lookup.ts';
import { fixtureId, fixtureRun, seeded } from '../../renderer/model/run.fixture.ts';
import { layOut, wholeWish, type Scene } from '../../renderer/model/scene.ts';
import { stepsOf } from '../../renderer/model/steps.ts';
import { tallyOf, trafficOf } from '../../renderer/model/traffic.ts';
import { emptyWorld, reduce, type World } from '../../renderer/model/world.ts';
import { drawFlow } from '../../renderer/panels/flow/draw.ts';
import { placesFor } from '../../renderer/panels/flow/map-layout.ts';
import type { Palette } from '../../renderer/panels/flow/palette.ts';
import { fit, follow, START, type View } from '../../renderer/panels/flow/view.ts';

/** Runs in the browser: what the Flow pane does with `messages`, median ms each. */
export interface FlowFigures {
  readonly rows: number;
  readonly takeInMs: number;
  readonly layOutMs: number;
  readonly filterMs: number;
  readonly drawAllMs: number;
  readonly drawNearMs: number;
  readonly drawFocusedMs: number;
  /** The whole log, ten times as long. */
  readonly drawTenfoldMs: number;
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

/** The same scene over and over: as long as a log that would take minutes to make up. */
function repeated(scene: Scene, times: number): Scene {
  const count = scene.rows.length;
  const again = <A extends Int32Array | Uint16Array | Float64Array>(made: A, from: A, shift: (time: number) => number): A => {
    for (let time = 0; time < times; time += 1)
      for (let column = 0; column < count; column += 1) made[time * count + column] = (from[column] ?? 0) + shift(time);
    return made;
  };
  const same = (): number => 0;
  const later = (time: number): number => time * count;
  return {
    ...scene,
    rows: Array.from({ length: times }, () => scene.rows).flat(),
    from: again(new Int32Array(times * count), scene.from, same),
    to: again(new Int32Array(times * count), scene.to, same),
    flags: again(new Uint16Array(times * count), scene.flags, same),
    x: again(new Float64Array(times * count), scene.x, later),
    fromX: again(new Float64Array(times * count), scene.fromX, later),
  };
}

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
  const draw = (drawn: Scene, view: View, lit: ReturnType<typeof chainOf> | null): void => {
    drawFlow(context, drawn, view, PALETTE, { focus, lit, range: null, hover: null, pulses: [] }, 1, 0);
    // Reading a pixel waits until everything has really been drawn.
    context.getImageData(0, 0, 1, 1);
  };
  const sized = { ...START, width: WIDTH, height: HEIGHT };
  const all = fit(scene, sized);
  const near = follow(scene, { ...sized, scale: 12 });
  const lit = focus === null ? null : chainOf(world, focus);
  const tenfold = repeated(scene, 10);
  draw(scene, all, null);
  return {
    rows: scene.rows.length,
    takeInMs,
    layOutMs: median(() => void layOut(world, wish), 9),
    filterMs: median(() => void layOut(world, { ...wish, rows: hitsOf(world, testFor(world, filter), null).rows }), 9),
    drawAllMs: median(() => draw(scene, all, null), 25),
    drawNearMs: median(() => draw(scene, near, null), 25),
    drawFocusedMs: median(() => draw(scene, near, lit), 25),
    drawTenfoldMs: median(() => draw(tenfold, fit(tenfold, sized), null), 9),
    ...measureMap(world),
  };
}

function measureMap(world: World): Pick<FlowFigures, 'tallyMs' | 'trafficMs' | 'placesMs' | 'parties'> {
  const tally = tallyOf(world, world.messages, null);
  const { parties, routes } = trafficOf(world, tally, null);
  const wish = {
    placed: [],
    missing: parties.map(({ id }) => id),
    routes: routes.map(({ from, to }): [string, string] => [from, to]),
    aspect: 3,
  };
  return {
    tallyMs: median(() => void tallyOf(world, world.messages, null), 9),
    trafficMs: median(() => void trafficOf(world, tally, null), 9),
    placesMs: median(() => void placesFor(wish), 3),
    parties: parties.length,
  };
}

/** One journey: every message comes of one of the twenty before it. */
export function measureJourney(messages: number, processes: number): JourneyFigures {
  const random = seeded(8);
  const slots = Array.from({ length: processes }, () => 0);
  const places: Cause[] = [];
  const facts: Fact[] = [];
  const seqs = { mu: 0, su: 0, cu: 0 };
  for (let number = 0; number < messages; number += 1) {
    const at = Math.floor(random() * processes);
    const process = toProcessId(fixtureId('p', at));
    const slot = toSlot(slots[at] ?? 0);
    slots[at] = slot + 1;
    const id = fixtureId('m', number);
    const cause = number === 0 ? undefined : places[Math.max(0, number - 1 - Math.floor(random() * 20))];
    const sketch = {
      type: 'Message',
      target: process,
      from: cause?.process ?? 'w',
      action: 'Go',
      name: null,
      preview: null,
      dataBytes: 0,
    } as const;
    const atMs = 1_000 + number;
    const journey = fixtureId('m', 0);
    if (cause === undefined) facts.push({ kind: 'mu.received', id, sketch, journey, unit: 'mu', seq: ++seqs.mu, atMs });
    else facts.push({ kind: 'mu.pushed', id, sketch, journey, cause, hops: 1, unit: 'mu', seq: ++seqs.mu, atMs });
    facts.push({
      kind: 'su.assigned',
      id,
      assignment: id,
      process,
      slot,
      timestampMs: atMs,
      sketch,
      unit: 'su',
      seq: ++seqs.su,
      atMs: atMs + 0.3,
    });
    const done = { hash: 'h', error: null, output: '', prompt: null, messages: 1, spawns: 0, assignments: 0, gasUsed: 9, memoryBytes: 9 };
    facts.push({
      kind: 'cu.evaluated',
      process,
      slot,
      id,
      ...done,
      durationMs: 0.2,
      isCutShort: false,
      unit: 'cu',
      seq: ++seqs.cu,
      atMs: atMs + 0.9,
    });
    places.push({ process, slot, message: id, index: 0 });
  }
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
