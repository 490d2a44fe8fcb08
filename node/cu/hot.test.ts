import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toProcessId, type ProcessId } from '../contract/ids.ts';
import { createHot, type Hot } from './hot.ts';

const MIB = 1024 * 1024;
const id = (number: number): ProcessId => toProcessId(String(number).padStart(43, 'p'));

/** A message for that process, which takes 100 MiB as soon as it was evaluated. */
const use = (number: number): void => {
  hot.use(id(number));
  hot.held(id(number), 100 * MIB);
};

let parked: ProcessId[];
let hot: Hot;
beforeEach(() => {
  vi.useFakeTimers();
  parked = [];
  hot = createHot({
    park: (process) => parked.push(process),
    nowMs: () => Date.now(),
    machineBytes: 10 * 1024 * MIB,
  });
});
afterEach(() => {
  hot.close();
  vi.useRealTimers();
});

test('processes in use may take a sixteenth of the machine; the one used longest ago gives way', () => {
  for (const number of [1, 2, 3, 4, 5, 6, 1]) use(number);
  expect(parked).toEqual([]);
  use(7);
  expect(parked).toEqual([id(2)]);
});

test('once nobody asks for them they give memory back, down to what idle ones may keep', () => {
  for (const number of [1, 2, 3, 4, 5, 6]) use(number);
  vi.advanceTimersByTime(60_000);
  expect(parked).toEqual([id(1), id(2), id(3)]);
  vi.advanceTimersByTime(60_000);
  expect(parked).toHaveLength(3);
});

test('a process that was forgotten counts no more, and after the end nothing is parked', () => {
  for (const number of [1, 2, 3, 4, 5, 6]) use(number);
  for (const number of [2, 3, 4]) hot.forget(id(number));
  vi.advanceTimersByTime(120_000);
  expect(parked).toEqual([]);
  for (const number of [7, 8, 9]) use(number);
  const before = parked.length;
  hot.close();
  vi.advanceTimersByTime(120_000);
  expect(parked).toHaveLength(before);
});

test('what a process takes is known only after its first message: it counts from then on', () => {
  for (const number of [1, 2, 3, 4, 5, 6, 7]) hot.use(id(number));
  expect(parked).toEqual([]);
  for (const number of [1, 2, 3, 4, 5, 6, 7]) hot.held(id(number), 100 * MIB);
  expect(parked).toEqual([id(1)]);
  hot.held(id(1), 900 * MIB);
  expect(parked).toEqual([id(1)]);
});

test('a process that is larger than all may be stays while it is in use, and goes when it is idle', () => {
  hot.use(id(1));
  hot.held(id(1), 900 * MIB);
  hot.use(id(1));
  expect(parked).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(parked).toEqual([id(1)]);
});
