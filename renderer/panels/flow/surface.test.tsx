import { afterEach, expect, it, vi } from 'vitest';
import { UNITS } from '../../../node/contract/trace.ts';
import { fixtureRun, seeded } from '../../model/run.fixture.ts';
import { layOut, wholeWish } from '../../model/scene.ts';
import { emptyWorld, reduce } from '../../model/world.ts';
import { createSurface } from './surface.ts';
import { isSeen, START, type View } from './view.ts';

const told = fixtureRun({ processes: 3, messages: 300, random: seeded(5) });
const world = reduce(
  emptyWorld(),
  UNITS.flatMap((unit) => told[unit]),
);
const scene = layOut(world, wholeWish(world));

afterEach(() => vi.unstubAllGlobals());

it('a message that is chosen before there is anything to see is in view once there is, and does not pull the view back later', () => {
  let resize = (_width: number): void => undefined;
  // No layout happens here: the sizes are told by hand.
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
  let view: View = START;
  const ignore = (): void => undefined;
  const surface = createSurface(document.createElement('canvas'), {
    onView: (next) => (view = next),
    onHover: ignore,
    onPick: ignore,
    onRange: ignore,
    onMenu: ignore,
    onPainted: ignore,
  });
  const [row] = scene.rows;
  if (row === undefined) throw new Error('The run has no messages.');
  const isShown = (): boolean => isSeen(scene, view, scene.x[0] ?? 0, scene.to[0] ?? 0);

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
