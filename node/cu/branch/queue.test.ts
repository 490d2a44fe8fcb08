import { expect, test } from 'vitest';
import { createQueue } from './queue.ts';

test('what is to come is taken in the order of time; of one time, what was added first', () => {
  const queue = createQueue<{ readonly timeMs: number; readonly name: string }>();
  for (const [timeMs, name] of [
    [2, 'b'],
    [1, 'a'],
    [2, 'c'],
    [3, 'd'],
  ] as const)
    queue.add({ timeMs, name });
  const first = queue.take();
  expect(first?.name).toBe('a');
  if (first !== null) queue.putBack(first);
  expect(queue.size()).toBe(4);
  queue.add({ timeMs: 2, name: 'after c' });
  expect(Array.from({ length: 6 }, () => queue.take()?.name)).toEqual(['a', 'b', 'c', 'after c', 'd', undefined]);
  expect(queue.size()).toBe(0);
});

test('a long list is taken to its end, with what is added on the way', () => {
  const queue = createQueue<{ readonly timeMs: number }>();
  for (let timeMs = 0; timeMs < 10_000; timeMs++) queue.add({ timeMs });
  const taken: number[] = [];
  for (let one = queue.take(); one !== null; one = queue.take()) {
    taken.push(one.timeMs);
    if (one.timeMs === 5_000) queue.add({ timeMs: 5_000.5 });
  }
  expect(taken).toHaveLength(10_001);
  expect(taken).toEqual(taken.toSorted((a, b) => a - b));
});
