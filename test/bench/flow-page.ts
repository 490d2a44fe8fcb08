import { UNITS } from '../../node/contract/trace.ts';
import { parseFilter, testFor } from '../../renderer/model/filter.ts';
import { hitsOf } from '../../renderer/model/hit-rows.ts';
import { chainOf } from '../../renderer/model/lookup.ts';
import { fixtureRun, seeded } from '../../renderer/model/run.fixture.ts';
import { layOut, wholeWish, type Scene } from '../../renderer/model/scene.ts';
import { emptyWorld, reduce } from '../../renderer/model/world.ts';
import { drawFlow } from '../../renderer/panels/flow/draw.ts';
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
  };
}
