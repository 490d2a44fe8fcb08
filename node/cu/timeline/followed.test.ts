import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LivingMemory } from '../vm/machine.ts';
import { copied, livingMemory } from '../vm/pages.ts';
import { FollowedMemory } from './followed.ts';
import { decodeImage, encodeImage } from './image.ts';
import { KeptRoom } from './rooms.ts';
import { imageHash } from './state-hash.ts';

const PAGES = 40;

/** A memory in which some bytes are set, and others are cleared again. */
const writes = fc.array(fc.tuple(fc.nat(PAGES * 4096 - 1), fc.constantFrom(0, 1, 255)), { maxLength: 30 });

function written(memory: ArrayBuffer, all: readonly (readonly [number, number])[]): LivingMemory {
  const bytes = new Uint8Array(memory);
  for (const [at, value] of all) bytes[at] = value;
  return livingMemory(memory, [all.length]);
}

it('an image that follows a memory is equal to it each time, pages that come and go included, and so is what its differences unpack to', () => {
  fc.assert(
    fc.property(fc.array(writes, { minLength: 2, maxLength: 8 }), (moments) => {
      const memory = new ArrayBuffer(PAGES * 4096);
      const followed = new FollowedMemory(copied(written(memory, moments[0] ?? [])));
      followed.hash();
      let kept = copied(written(memory, []));
      const [room, other] = [new KeptRoom(), new KeptRoom()];
      let isTurned = false;
      for (const all of moments.slice(1)) {
        const now = written(memory, all);
        const changed = followed.changes(now);
        const blob = encodeImage(now, followed.image, changed);
        if (followed.follow(now, changed, isTurned ? other : room)) isTurned = !isTurned;
        const copy = copied(now);
        expect(followed.image).toEqual(copy);
        expect(followed.hash()).toBe(imageHash(copy));
        kept = decodeImage(blob, { ...kept, bytes: kept.bytes.slice() }).image;
        expect(kept).toEqual(copy);
      }
    }),
    { numRuns: 60 },
  );
});

it('hashes are the same whether they were asked for at every moment or at the last one alone', () => {
  const memory = new ArrayBuffer(PAGES * 4096);
  const start = copied(written(memory, [[5, 1]]));
  const [often, seldom] = [new FollowedMemory(start), new FollowedMemory({ ...start, bytes: start.bytes.slice() })];
  for (const place of [4096, 9000, 5]) {
    const now = written(memory, [[place, 7]]);
    for (const one of [often, seldom]) one.follow(now, one.changes(now), new KeptRoom());
    often.hash();
  }
  expect(often.hash()).toBe(seldom.hash());
});
