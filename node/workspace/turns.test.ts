import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('interrupts the work that runs before anything changes, and lets later work wait', async () => {
  const turns = createTurns();
  const seen: string[] = [];
  const long = turns.work(async (signal) => {
    seen.push('work begins');
    for (let step = 0; step < 1_000; step++) {
      signal.throwIfAborted();
      await pause(1);
    }
  });
  const outcome = long.then(
    () => 'ended',
    (error: { code: string }) => error.code,
  );
  await pause(5);
  const change = turns.change(async (interrupt) => {
    await interrupt();
    seen.push('change begins');
    await pause(20);
    seen.push('change ends');
  });
  const late = turns.work(async (signal) => {
    signal.throwIfAborted();
    seen.push('late work');
  });
  await Promise.all([change, late]);
  expect(await outcome).toBe('CANCELLED');
  expect(seen).toEqual(['work begins', 'change begins', 'change ends', 'late work']);
});

it('goes on after a change that failed', async () => {
  const turns = createTurns();
  await expect(turns.change(() => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
  expect(await turns.change(async () => 'second')).toBe('second');
  expect(await turns.work(async () => 'work')).toBe('work');
});
