import { AoError } from '../contract/errors.ts';

/** Bytes of signature and public key for each signature type (ANS-104). */
const KINDS: Readonly<Record<number, readonly [number, number]>> = {
  1: [512, 512],
  2: [64, 32],
  3: [65, 65],
  4: [64, 32],
  5: [64, 32],
  6: [2052, 1025],
  7: [65, 42],
};
const TAG_BYTES_MAX = 4_096;
/** A number of up to 64 bits, seven to a byte. */
const NUMBER_BYTES_MAX = 10;

/**
 * Can the tags of an item be read to their end? arbundles goes round for ever, and takes all memory, where a length in
 * them is negative: so this is asked of a stranger's bytes before they are parsed. What the parser refuses by itself
 * (a cut item, an unknown kind) is left to it.
 * @throws AoError ITEM_MALFORMED.
 */
export function checkTagBlock(item: Uint8Array): void {
  const block = tagBlockOf(item);
  if (block === null) return;
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let read = 0, scale = 1; read < NUMBER_BYTES_MAX; read++, scale *= 128) {
      const byte = block[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      // Even numbers stand for those from 0, odd ones for those below.
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw unreadable();
  };
  const skipText = (): void => {
    const length = number();
    if (length < 0 || at + length > block.length) throw unreadable();
    at += length;
  };
  for (let count = number(); count !== 0; count = number()) {
    // A negative count is followed by the size of its block.
    if (count < 0) number();
    for (let left = Math.abs(count); left > 0; left--) {
      skipText();
      skipText();
    }
  }
}

function unreadable(): AoError {
  return new AoError('ITEM_MALFORMED', { reason: 'the tags cannot be decoded' });
}

/** The raw tags of an item; null when there are none or when the item ends before them. */
function tagBlockOf(item: Uint8Array): Uint8Array | null {
  const view = new DataView(item.buffer, item.byteOffset, item.length);
  const kind = item.length < 2 ? undefined : KINDS[view.getUint16(0, true)];
  if (kind === undefined) return null;
  let at = 2 + kind[0] + kind[1];
  // Target and anchor: a flag, and 32 bytes where it is set.
  for (let field = 0; field < 2; field++) at += item[at] === 1 ? 33 : 1;
  if (at + 16 > item.length) return null;
  const size = view.getBigUint64(at + 8, true);
  if (size === 0n || size > BigInt(TAG_BYTES_MAX) || at + 16 + Number(size) > item.length) return null;
  return item.subarray(at + 16, at + 16 + Number(size));
}
