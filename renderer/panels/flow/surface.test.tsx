import { afterEach, expect, it, vi } from 'vitest';
import { UNITS } from '../../../node/contract/trace.ts';
import { fixtureRun, seeded } from '../../model/run.fixture.ts';
import { layOut, wholeWish } from '../../model/scene.ts';
import { emptyWorld, reduce } from '../../model/world.ts';
import { createSurface, type Surface } from './surface.ts';
import { isSeen, START, type View } from './view.ts';

const told = fixtureRun({ processes: 3, messages: 300, random: seeded(5) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const scene = layOut(world, wholeWish(world));

afterEach(() => vi.unstubAllGlobals());

interface Shown {
  readonly surface: Surface;
  resize(width: number): void;
  comeInSight(): void;
  view(): View;
}

/** A surface whose sizes and sight are told by hand, as no layout happens here. */
function show(canvas = document.createElement('canvas')): Shown {
  let resize = (_width: number): void => undefined;
  let comeInSight = (): void => undefined;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(tell: (entries: readonly unknown[]) => void) {
        resize = (width) => tell([{ contentRect: { width, height: width === 0 ? 0 : 300 } }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(tell: (entries: readonly unknown[]) => void) {
        comeInSight = () => tell([{ isIntersecting: true }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  let view: View = START;
  const ignore = (): void => undefined;
  const surface = createSurface(canvas, {
    onView: (next) => (view = next),
    onHover: ignore,
    onPick: ignore,
    onRange: ignore,
    onMenu: ignore,
    onPainted: ignore,
  });
  return { surface, resize, comeInSight, view: () => view };
}

it('a message that is chosen before there is anything to see is in view once there is, and does not pull the view back later', () => {
  const { surface, resize, view } = show();
  const [row] = scene.rows;
  if (row === undefined) throw new Error('The run has no messages.');
  const isShown = (): boolean => isSeen(scene, view(), scene.x[0] ?? 0, scene.to[0] ?? 0);

  surface.reveal(row);
  resize(600);
  surface.setScene(scene);
  expect(isShown()).toBe(true);

  surface.goLive();
  expect(isShown()).toBe(false);
  resize(0);
  resize(600);
  surface.setScene(scene);
  expect(isShown()).toBe(false);
  surface.destroy();
});

it('the view follows again once the focus does, also where it was hidden meanwhile; not where a person had moved it', () => {
  const [row] = scene.rows;
  if (row === undefined) throw new Error('The run has no messages.');
  for (const isHidden of [false, true]) {
    const { surface, resize, view } = show();
    resize(600);
    surface.setScene(scene);
    surface.reveal(row);
    expect(view().isLive).toBe(false);
    if (isHidden) {
      resize(0);
      surface.reveal(row);
    }
    surface.letGo();
    if (isHidden) resize(600);
    expect(view().isLive).toBe(true);
    surface.destroy();
  }

  const canvas = document.createElement('canvas');
  const { surface, resize, view } = show(canvas);
  resize(600);
  surface.setScene(scene);
  canvas.dispatchEvent(new WheelEvent('wheel', { deltaX: -400 }));
  expect(view().isLive).toBe(false);
  surface.letGo();
  expect(view().isLive).toBe(false);
  surface.destroy();
});

it('what is drawn is drawn anew once it comes into sight, and once the memory of its picture was taken', () => {
  const frames = vi.fn<() => number>(() => 0);
  vi.stubGlobal('requestAnimationFrame', frames);
  const canvas = document.createElement('canvas');
  const { surface, comeInSight } = show(canvas);
  const wanted = frames.mock.calls.length;
  comeInSight();
  expect(frames.mock.calls.length).toBe(wanted + 1);
  canvas.dispatchEvent(new Event('contextrestored'));
  expect(frames.mock.calls.length).toBe(wanted + 2);
  surface.destroy();
});
