import { array, assert, asyncProperty, string, tuple } from 'fast-check';
import { createData, EthereumSigner } from 'arbundles';
import { expect, test } from 'vitest';
import { AoError } from '../contract/errors.ts';
import { openItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { signed } from './gateway.fixture.ts';
import { checkTagBlock } from './tag-block.ts';

const wallet = createWallet();
const item = signed(wallet, { Fuzz: 'item', Other: 'x'.repeat(8) }, 'content').bytes;
/** Ed25519: two bytes of kind, signature, key, two flags, two counts. */
const TAGS_AT = 2 + 64 + 32 + 2 + 16;

test('every item that can be built passes', async () => {
  await assert(
    asyncProperty(array(tuple(string({ maxLength: 40, unit: 'binary' }), string({ maxLength: 40 })), { maxLength: 20 }), async (tags) => {
      const { bytes } = signed(wallet, Object.fromEntries(tags));
      expect(() => checkTagBlock(bytes)).not.toThrow();
      expect((await openItem(bytes, 100_000)).tags.length).toBe(Object.keys(Object.fromEntries(tags)).length);
    }),
  );
  const other = createData('data', new EthereumSigner('11'.repeat(32)), {
    target: 'A'.repeat(43),
    anchor: 'a'.repeat(32),
    tags: [{ name: 'a', value: 'b' }],
  });
  await other.sign(new EthereumSigner('11'.repeat(32)));
  expect(() => checkTagBlock(other.getRaw())).not.toThrow();
});

test('whatever one byte of the tags becomes, what passes can be parsed in a moment', async () => {
  for (let at = TAGS_AT; at < item.length - 'content'.length; at++) {
    for (let bits = 1; bits < 256; bits++) {
      const changed = Uint8Array.from(item);
      changed[at] = (changed[at] ?? 0) ^ bits;
      try {
        checkTagBlock(changed);
      } catch {
        continue;
      }
      await expect(openItem(changed, 100_000)).rejects.toThrow(AoError);
    }
  }
});

test('a negative length is refused', () => {
  const changed = Uint8Array.from(item);
  // The length of the first name, 4, becomes -3.
  changed[TAGS_AT + 1] = 5;
  expect(() => checkTagBlock(changed)).toThrow('tags cannot be decoded');
});

test('what the parser refuses by itself is left to it', () => {
  for (const bytes of [
    new Uint8Array(),
    item.subarray(0, 1),
    item.subarray(0, 100),
    item.subarray(0, TAGS_AT + 3),
    new Uint8Array(2_000).fill(255),
  ])
    expect(() => checkTagBlock(bytes)).not.toThrow();
});
