// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPace, type Pace } from './pace.ts';

let pace: Pace;
let field: HTMLInputElement;

beforeEach(() => {
  pace = createPace();
  field = document.body.appendChild(document.createElement('input'));
});
afterEach(() => {
  pace.end();
  field.remove();
  vi.useRealTimers();
});

const press = (key: string, more: KeyboardEventInit = {}, where: Element = field): void =>
  void where.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...more }));
const now = (): number => performance.now();
const busy = (ms: number): void => {
  for (const endMs = now() + ms; now() < endMs;);
};
/** What needs no timer has been done. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((done) => setImmediate(done));
};
/** Ms from asking until it is shown. */
const shown = (takesMs = 0): Promise<number> =>
  new Promise((done) => {
    const askedMs = now();
    pace.soon(() => {
      const waitedMs = now() - askedMs;
      busy(takesMs);
      done(waitedMs);
      return true;
    });
  });

it('shows once what is asked for several times', async () => {
  const show = vi.fn<() => boolean>(() => true);
  pace.soon(show);
  pace.soon(show);
  await vi.waitFor(() => expect(show).toHaveBeenCalledOnce());
  await shown();
  expect(show).toHaveBeenCalledOnce();
});

it('leaves the more time for all else the longer showing takes', async () => {
  await vi.waitFor(
    async () => {
      await shown(60);
      // What showing took is known once all that follows from it is done.
      await settled();
      expect(await shown()).toBeGreaterThanOrEqual(50);
    },
    { timeout: 10_000 },
  );
});

it('what is asked for while something is shown waits as long as what comes after it', async () => {
  const waitedMs = await new Promise<number>((done) => {
    pace.soon(() => {
      busy(60);
      // As by a message that has come meanwhile, before what was shown is drawn.
      void shown().then(done);
      return true;
    });
  });
  expect(waitedMs).toBeGreaterThanOrEqual(100);
});

it('is called off', async () => {
  const show = vi.fn<() => boolean>(() => true);
  pace.soon(show);
  pace.forget();
  expect(await shown()).toBeGreaterThanOrEqual(0);
  expect(show).not.toHaveBeenCalled();
});

it('a fault while something is shown does not keep back what comes later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame'] });
  pace.soon(() => {
    throw new Error('a fault in what listens');
  });
  await settled();
  expect(() => vi.runAllTimers()).toThrow('a fault in what listens');
  vi.useRealTimers();
  await shown();
});

it('waits while somebody types, until a key has been shown', async () => {
  let keysPressed = 0;
  const typing = setInterval(() => {
    keysPressed += 1;
    press('a');
  }, 30);
  // A twentieth of the time: nineteen times as long as it took.
  await vi.waitFor(async () => expect(await shown(20)).toBeGreaterThanOrEqual(300), { timeout: 10_000 });
  clearInterval(typing);
  expect(keysPressed).toBeGreaterThan(0);
});

/** The clock stands still: what comes, comes without any timer. */
const stopClock = (): void => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });

it('is shown right after the next key, and does not wait for the time that it takes at most', async () => {
  stopClock();
  press('a');
  const waiting = shown();
  await settled();
  press('b');
  await waiting;
});

it('without another key it is shown a little later', async () => {
  stopClock();
  press('a');
  let isShown = false;
  const waiting = shown().then(() => (isShown = true));
  await settled();
  expect(isShown).toBe(false);
  vi.advanceTimersByTime(300);
  await waiting;
});

it.each([
  ['Enter', {}],
  ['Enter', { ctrlKey: true }],
  ['F5', {}],
])('what waits for one who types is shown once they press %s %j', async (key, more) => {
  stopClock();
  press('a');
  const waiting = shown();
  await settled();
  press(key, more);
  await waiting;
});

it.each([
  ['F10', {}],
  ['Enter', {}],
  ['Shift', {}],
  ['ArrowDown', {}],
  ['k', { ctrlKey: true }],
  ['k', { metaKey: true }],
])('%s %j is no typing', async (key, more) => {
  stopClock();
  press(key, more);
  await shown();
});

it('a letter where no text is taken is no typing', async () => {
  stopClock();
  press('n', {}, document.body);
  await shown();
});

it('how long it took is forgotten with the rest', async () => {
  await shown(60);
  await settled();
  pace.forget();
  stopClock();
  await shown();
});

it('keys are not listened for once it has ended', async () => {
  pace.end();
  stopClock();
  press('a');
  await shown();
});
