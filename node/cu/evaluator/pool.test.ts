import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Evaluator } from './evaluator.ts';
import { createPool, type PlacedEvaluator, type Pool } from './pool.ts';
import type { EvaluatorCommands } from './protocol.ts';

const LONGER_THAN_SLOW_MS = 1_000;

interface Scripted extends Evaluator {
  readonly asked: string[];
  /** Answers the question that is being answered. @param reply what it took of the processor, or the whole of the answer. */
  answer(reply?: number | object): Promise<void>;
  die(): void;
}

function scripted(): Scripted {
  const asked: string[] = [];
  let generation = 0;
  let pending: ((value: unknown) => void) | null = null;
  return {
    asked,
    ask: (name, args) =>
      new Promise((resolve) => {
        asked.push(`${name} ${args.process}`);
        pending = resolve as (value: unknown) => void;
      }),
    async answer(reply = LONGER_THAN_SLOW_MS) {
      const resolve = pending;
      pending = null;
      resolve?.(typeof reply === 'number' ? { heldBytes: 1, busyMs: reply } : reply);
      await vi.advanceTimersByTimeAsync(0);
    },
    die: () => void generation++,
    generation: () => generation,
    stop: () => false,
    close: async () => undefined,
  };
}

const evaluate = (on: PlacedEvaluator, process: string): Promise<unknown> =>
  on.ask('evaluate', { process } as EvaluatorCommands['evaluate']['args'], Infinity);
const load = (on: PlacedEvaluator, process: string): Promise<unknown> =>
  on.ask('load', { process } as EvaluatorCommands['load']['args'], Infinity);

let [one, other, slow] = [scripted(), scripted(), scripted()];
let pool: Pool;

beforeEach(() => {
  vi.useFakeTimers();
  [one, other, slow] = [scripted(), scripted(), scripted()];
  pool = createPool([one, other], [slow]);
});
afterEach(() => void vi.useRealTimers());

/** Loaded on the first evaluator: `a`, which is slow; on the second `b`; on the first again `c`. */
async function three(): Promise<PlacedEvaluator[]> {
  const made = ['a', 'b', 'c'].map((name) => pool.of(name));
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const on = made[index];
    if (on !== undefined) void load(on, name);
    await (index === 1 ? other : one).answer();
  }
  expect([one.asked, other.asked]).toEqual([['load a', 'load c'], ['load b']]);
  return made;
}

it('who waits behind something slow is told to load again, and finds another evaluator', async () => {
  const [a, , c] = await three();
  if (a === undefined || c === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  const before = c.generation();
  const waiting = evaluate(c, 'c');
  const moved = waiting.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  expect(await moved).toMatchObject({ code: 'EVALUATOR_DIED' });
  expect(c.generation()).not.toBe(before);
  void load(c, 'c');
  await other.answer();
  void evaluate(c, 'c');
  expect(other.asked).toEqual(['load b', 'load c', 'evaluate c']);
  // What it left behind goes as soon as there is time.
  await one.answer();
  expect(one.asked.at(-1)).toBe('drop c');
});

it('who has made way waits twice as long before it is loaded once more: where all are slow, it would never run', async () => {
  const [a, b, c] = await three();
  if (a === undefined || b === undefined || c === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  const first = evaluate(c, 'c').catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  expect(await first).toMatchObject({ code: 'EVALUATOR_DIED' });
  void load(c, 'c');
  await other.answer();
  await one.answer();
  await one.answer();
  void evaluate(b, 'b');
  let isMoved = false;
  void evaluate(c, 'c').catch(() => (isMoved = true));
  await vi.advanceTimersByTimeAsync(300);
  expect(isMoved).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(isMoved).toBe(true);
});

it('a slow process goes to the evaluators for slow ones with its next slot, and nobody else does', async () => {
  const [a, b] = await three();
  if (a === undefined || b === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  await one.answer();
  await expect(evaluate(a, 'a')).rejects.toMatchObject({ code: 'EVALUATOR_DIED' });
  void load(a, 'a');
  await slow.answer();
  void evaluate(a, 'a');
  void evaluate(b, 'b');
  expect([slow.asked, other.asked.at(-1)]).toEqual([['load a', 'evaluate a'], 'evaluate b']);
});

it('who only had to wait for the processor stays where it is', async () => {
  const [a] = await three();
  if (a === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  await one.answer(5);
  void evaluate(a, 'a');
  expect(one.asked.filter((asked) => asked === 'evaluate a')).toHaveLength(2);
});

it('a process that is put away waits behind something slow, so that its memory need not be computed again', async () => {
  const [a, , c] = await three();
  if (a === undefined || c === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  const keyframe = { slot: 1 };
  const unloaded = c.ask('unload', { process: 'c' }, Infinity);
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  await one.answer();
  expect(one.asked.at(-1)).toBe('unload c');
  await one.answer(keyframe);
  expect(await unloaded).toBe(keyframe);
});

it('but not for as long as that runs', async () => {
  const [a, , c] = await three();
  if (a === undefined || c === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  const unloaded = c.ask('unload', { process: 'c' }, Infinity);
  await vi.advanceTimersByTimeAsync(10 * LONGER_THAN_SLOW_MS);
  expect(await unloaded).toEqual({ keyframe: null });
});

it('slow processes wait for each other where they have one evaluator', async () => {
  const [a, b] = await three();
  if (a === undefined || b === undefined) throw new Error('three of them');
  void evaluate(a, 'a');
  void evaluate(b, 'b');
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  await one.answer();
  await other.answer();
  for (const [name, on] of [
    ['a', a],
    ['b', b],
  ] as const) {
    await expect(evaluate(on, name)).rejects.toMatchObject({ code: 'EVALUATOR_DIED' });
    void load(on, name);
    await slow.answer();
  }
  void evaluate(a, 'a');
  await vi.advanceTimersByTimeAsync(LONGER_THAN_SLOW_MS);
  const waiting = evaluate(b, 'b');
  await slow.answer();
  await slow.answer();
  expect(await waiting).toMatchObject({ heldBytes: 1 });
});

it('what an evaluator has lost has to be loaded again', async () => {
  const [, b] = await three();
  const before = b?.generation();
  other.die();
  expect(b?.generation()).not.toBe(before);
});

it('where everything takes long, as on a machine that is busy with other things, each process still gets its turns', async () => {
  const TAKES_MS = 300;
  const busy = (): Evaluator => ({
    ask: (name) =>
      new Promise((resolve) => {
        setTimeout(() => resolve({ heldBytes: 1, busyMs: 5 } as never), name === 'drop' ? 1 : TAKES_MS);
      }),
    generation: () => 0,
    stop: () => false,
    close: async () => undefined,
  });
  const shared = createPool([busy(), busy()], [busy(), busy()]);
  const turns: number[] = [];
  const runs = async (place: number): Promise<void> => {
    const on = shared.of(String(place));
    turns[place] = 0;
    await load(on, String(place));
    for (;;) {
      const isOver = await evaluate(on, String(place)).then(
        () => true,
        () => false,
      );
      if (isOver) turns[place] = (turns[place] ?? 0) + 1;
      else await load(on, String(place));
    }
  };
  for (let place = 0; place < 20; place++) void runs(place);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Math.min(...turns)).toBeGreaterThanOrEqual(8);
  // Of the 800 questions that four evaluators have time for, most are slots: what is loaded again for making way is the rest.
  expect(turns.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(400);
});
