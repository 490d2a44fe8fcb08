import { serializeTags } from 'arbundles';
import { array, assert, property, string, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { AoError } from '../contract/errors.ts';
import { buildItem } from './build.ts';
import { openItem } from './parse.ts';
import { readTagBlock, writeTagBlock } from './tag-block.ts';
import { createWallet } from './wallet.ts';

const wallet = createWallet();
const { bytes: item } = buildItem(wallet, {
  tags: [
    { name: 'Fuzz', value: 'item' },
    { name: 'Other', value: 'x'.repeat(8) },
  ],
  data: 'content',
});
/** Ed25519: two bytes of kind, signature, key, two flags, two counts. */
const TAGS_AT = 2 + 64 + 32 + 2 + 16;

test('tags are written as arbundles writes them, and come back', () => {
  assert(
    property(
      array(tuple(string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), string({ maxLength: 40, unit: 'grapheme' })), {
        minLength: 1,
        maxLength: 20,
      }),
      (pairs) => {
        const tags = pairs.map(([name, value]) => ({ name, value }));
        expect(readTagBlock(serializeTags(tags))).toEqual(tags);
        expect(Buffer.from(writeTagBlock(tags))).toEqual(serializeTags(tags));
      },
    ),
  );
});

test('whatever bytes a stranger sends, reading them ends', () => {
  assert(
    property(uint8Array({ maxLength: 200 }), (block) => {
      try {
        expect(readTagBlock(block).length).toBeLessThanOrEqual(block.length);
      } catch (error) {
        expect(error).toBeInstanceOf(AoError);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('a negative length is refused', () => {
  const changed = Uint8Array.from(item);
  // The length of the first name, 4, becomes -3.
  changed[TAGS_AT + 1] = 5;
  expect(() => readTagBlock(changed.subarray(TAGS_AT))).toThrow('tags cannot be decoded');
});

test('whatever one byte of the tags becomes, the item is refused in a moment', async () => {
  for (let at = TAGS_AT - 16; at < item.length - 'content'.length; at++) {
    for (let bits = 1; bits < 256; bits++) {
      const changed = Uint8Array.from(item);
      changed[at] = (changed[at] ?? 0) ^ bits;
      await expect(openItem(changed, 100_000)).rejects.toThrow(AoError);
    }
  }
});
