import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPace } from './pace.ts';

// Outside of a browser there are no frames and no keys: a page's own are stood in for.
const keys = new EventTarget();

beforeEach(() => {
  vi.stubGlobal('addEventListener', keys.addEventListener.bind(keys));
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const now = (): number => performance.now();
const busy = (ms: number): void => {
  for (const endMs = now() + ms; now() < endMs;);
};
/** Ms from asking until it is shown. */
const shown = (pace: ReturnType<typeof createPace>, takesMs = 0): Promise<number> =>
  new Promise((done) => {
    const askedMs = now();
    pace.soon(() => {
      const waitedMs = now() - askedMs;
      busy(takesMs);
      done(waitedMs);
    });
  });

it('shows once what is asked for several times', async () => {
  const pace = createPace();
  const show = vi.fn<() => void>();
  pace.soon(show);
  pace.soon(show);
  await vi.waitFor(() => expect(show).toHaveBeenCalledOnce());
  await shown(pace);
  expect(show).toHaveBeenCalledOnce();
});

it('leaves the more time for all else the longer showing takes', async () => {
  const pace = createPace();
  // What showing took is known once all that follows from it is done.
  await vi.waitFor(async () => expect(await shown(pace, 60)).toBeGreaterThanOrEqual(100));
});

it('is called off', async () => {
  const pace = createPace();
  const show = vi.fn<() => void>();
  pace.soon(show);
  pace.forget();
  expect(await shown(pace)).toBeGreaterThanOrEqual(0);
  expect(show).not.toHaveBeenCalled();
});

it('waits while somebody types, until a key has been shown', async () => {
  const pace = createPace();
  let keysPressed = 0;
  const typing = setInterval(() => {
    keysPressed += 1;
    keys.dispatchEvent(new Event('keydown'));
  }, 30);
  // A twentieth of the time: nineteen times as long as it took.
  await vi.waitFor(async () => expect(await shown(pace, 20)).toBeGreaterThanOrEqual(300), { timeout: 10_000 });
  clearInterval(typing);
  expect(keysPressed).toBeGreaterThan(0);
});
