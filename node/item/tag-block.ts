import { AoError } from '../contract/errors.ts';
import type { Tag } from '../contract/item.ts';

/** A number of up to 64 bits, seven to a byte. */
const NUMBER_BYTES_MAX = 10;

/**
 * The tags out of an item's tag block (ANS-104: an Avro array of name and value, both bytes). Our own reading, because
 * arbundles goes round for ever, and takes all memory, where a stranger's bytes hold a negative length; every turn here
 * takes a byte of the block or ends.
 * @throws AoError ITEM_MALFORMED where the block ends too early or a length cannot be.
 */
export function readTagBlock(block: Uint8Array): Tag[] {
  return readTags(block).tags;
}

/** The same out of bytes that go on behind the block, and how many of them it takes. */
export function readTags(block: Uint8Array): { readonly tags: Tag[]; readonly bytes: number } {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  const tags: Tag[] = [];
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let read = 0, scale = 1; read < NUMBER_BYTES_MAX; read++, scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      // Zig-zag: even numbers stand for those from 0, odd ones for those below.
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw unreadable();
  };
  const text = (): string => {
    const length = number();
    if (length < 0 || at + length > bytes.length) throw unreadable();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  for (let count = number(); count !== 0; count = number()) {
    // A negative count is followed by the size of its block.
    if (count < 0) number();
    for (let left = Math.abs(count); left > 0; left--) tags.push({ name: text(), value: text() });
  }
  return { tags, bytes: at };
}

/** The tag block of `tags`; empty for none. Same bytes as arbundles writes. */
export function writeTagBlock(tags: readonly Tag[]): Uint8Array {
  if (tags.length === 0) return new Uint8Array();
  const parts: Uint8Array[] = [avroNumber(tags.length)];
  for (const { name, value } of tags) parts.push(avroText(name), avroText(value));
  parts.push(avroNumber(0));
  return Buffer.concat(parts);
}

/** A text as a tag block holds it: its length in bytes, and the bytes. */
export function avroText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([avroNumber(bytes.length), bytes]);
}

/** A number from 0 on, as Avro writes it. */
function avroNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value * 2; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) | 0x80);
    if (rest < 128) return Uint8Array.from(bytes);
  }
}

function unreadable(): AoError {
  return new AoError('ITEM_MALFORMED', { reason: 'the tags cannot be decoded' });
}
