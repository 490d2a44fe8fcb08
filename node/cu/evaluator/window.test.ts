import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageHash } from '../timeline/state-hash.ts';
import { KeptRoom } from '../timeline/rooms.ts';
import type { MemoryImage } from '../vm/machine.ts';
import { createWindow } from './window.ts';

const PAGE = 4096;
const PAGES = 40;

/** A memory whose first pages say which one it is, in all their bytes or in the first; the rest is the same in all of them. */
function memory(changed: number, mark: number, isWhole = true): MemoryImage {
  const bytes = new Uint8Array(PAGES * PAGE).map((_, at) => (at / PAGE) | 0);
  for (let page = 0; page < changed; page++) bytes.fill(100 + mark, page * PAGE, isWhole ? (page + 1) * PAGE : page * PAGE + 1);
  return { byteLength: PAGES * PAGE, pages: Uint32Array.from({ length: PAGES }, (_, page) => page), bytes, registers: [mark] };
}

const hashOf = (image: MemoryImage | null | undefined): string => (image === null || image === undefined ? 'nothing' : imageHash(image));

it('memories come back as they were, whichever were kept and let go in between', () => {
  const step = fc.record({
    slot: fc.nat(9),
    changed: fc.nat(20),
    mark: fc.integer({ min: 1, max: 155 }),
    isSought: fc.boolean(),
    isWhole: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const window = createWindow(PAGES * PAGE + 30 * PAGE);
      const room = new KeptRoom();
      const given = new Map<number, MemoryImage>();
      let sought: number | null = null;
      for (const { slot, changed, mark, isSought, isWhole } of steps) {
        const image = memory(changed, mark, isWhole);
        window.keep('p', slot, image, isSought);
        given.set(slot, image);
        if (isSought) sought = slot;
        if (sought !== null) expect(window.has('p', sought)).toBe(true);
        for (const one of window.slots('p')) expect(hashOf(window.get('p', one, room))).toBe(hashOf(given.get(one)));
      }
    }),
    { numRuns: 30 },
  );
});

it('memories that differ in little take little', () => {
  const window = createWindow(1024 * 1024 * 1024);
  for (let slot = 0; slot < 50; slot++) window.keep('p', slot, memory(3, slot + 1), false);
  expect(window.slots('p')).toHaveLength(50);
  expect(window.usedBytes()).toBe((PAGES + 49 * 3) * PAGE);
});

it('of pages in which little has changed only that is kept', () => {
  const window = createWindow(1024 * 1024 * 1024);
  for (let slot = 0; slot < 50; slot++) window.keep('p', slot, memory(3, slot + 1, false), false);
  expect(window.usedBytes()).toBeGreaterThan(PAGES * PAGE);
  expect(window.usedBytes()).toBeLessThan((PAGES + 5) * PAGE);
  const room = new KeptRoom();
  // The first one goes; what the others say is about pages that it had.
  window.drop('p', 0);
  for (let slot = 1; slot < 50; slot++) expect(hashOf(window.get('p', slot, room))).toBe(hashOf(memory(3, slot + 1, false)));
  for (let slot = 1; slot < 50; slot++) window.drop('p', slot);
  expect(window.usedBytes()).toBe(0);
});

it('what is older goes first where there is no more room; another process keeps its own', () => {
  const window = createWindow((PAGES + 10) * PAGE);
  for (let slot = 0; slot < 20; slot++) window.keep('p', slot, memory(3, slot + 1), slot === 0);
  expect(window.has('p', 0), 'the one that somebody looks at').toBe(true);
  expect(window.has('p', 1)).toBe(false);
  expect(window.has('p', 19)).toBe(true);
  expect(window.usedBytes()).toBeLessThanOrEqual((PAGES + 10) * PAGE);
});

it('the first memory of a branch shares its pages with the main line', () => {
  const window = createWindow(1024 * 1024 * 1024);
  window.keep('p', 7, memory(3, 1), true);
  window.keep('branch 1 p', 2 ** 40, memory(3, 1), true, { process: 'p', slot: 7 });
  expect(window.usedBytes()).toBe(PAGES * PAGE);
  window.keep('branch 1 p', 2 ** 40 + 1, memory(3, 2), true, { process: 'p', slot: 7 });
  expect(window.usedBytes()).toBe((PAGES + 3) * PAGE);
  const room = new KeptRoom();
  window.drop('p', 7);
  expect(hashOf(window.get('branch 1 p', 2 ** 40, room))).toBe(hashOf(memory(3, 1)));
});
