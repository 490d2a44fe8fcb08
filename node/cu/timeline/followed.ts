import type { ImageRoom, MemoryImage } from '../vm/machine.ts';
import { copied } from '../vm/pages.ts';
import { changedPages, hasSamePages, markedPlaces, pagesIn, type AnyMemory, type Changed } from './changed.ts';
import { PAGE } from './difference.ts';
import { imageHash, pageHashes } from './state-hash.ts';

/**
 * An image that follows the memory of a process from one moment to a later one. Of what has not changed in between nothing is
 * copied and nothing is hashed again: that is most of a memory.
 */
export class FollowedMemory {
  #image: MemoryImage;
  /** Of its pages; null until somebody asks for the hash. */
  #hashes: Uint8Array | null = null;

  constructor(image: MemoryImage) {
    this.#image = image;
  }

  /** As it was when it followed last. It is written over when it follows next. */
  get image(): MemoryImage {
    return this.#image;
  }

  /** What has changed since. */
  changes(memory: AnyMemory): Changed {
    return changedPages(memory, this.#image);
  }

  /**
   * Becomes equal to the memory. @param changed what {@link changes} has said of it
   * @returns whether its pages stand in the room now, as there are other ones than before
   */
  follow(memory: AnyMemory, changed: Changed, room: ImageRoom): boolean {
    if (this.#hashes !== null) this.#hashes = pageHashes(memory, { changed, hashes: this.#hashes });
    const { byteLength, registers, pages } = memory;
    // An image holds by itself.
    if ('bytes' in memory) {
      this.#image = memory;
      return false;
    }
    if (!hasSamePages(memory, this.#image)) {
      this.#image = copied(memory, room);
      return true;
    }
    const { bytes } = this.#image;
    const { bytes: whole, placeOf } = pagesIn(memory);
    for (const index of markedPlaces(changed.marks)) {
      const start = placeOf(index) * PAGE;
      bytes.set(whole.subarray(start, start + PAGE), index * PAGE);
    }
    this.#image = { byteLength, registers, pages, bytes };
    return false;
  }

  /** The state hash of the image. */
  hash(): string {
    this.#hashes ??= pageHashes(this.#image, null);
    return imageHash(this.#image, this.#hashes);
  }
}
