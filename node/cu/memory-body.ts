import type { MemoryImage } from './vm/machine.ts';

const PAGE_BYTES = 4_096;
/** Pages that leave at once. */
const PAGES_PER_PART = 256;

/**
 * A memory as the bytes it stands for, zeros included, in parts: a process may have gigabytes of which it uses little.
 * @param image whose pages are the ones that are not all zero.
 */
export function memoryBody(image: MemoryImage): ReadableStream<Uint8Array> {
  const pageCount = Math.ceil(image.byteLength / PAGE_BYTES);
  let page = 0;
  let kept = 0;
  return new ReadableStream({
    pull(controller) {
      if (page >= pageCount) return controller.close();
      const end = Math.min(pageCount, page + PAGES_PER_PART);
      const part = new Uint8Array(Math.min(image.byteLength, end * PAGE_BYTES) - page * PAGE_BYTES);
      for (; kept < image.pages.length && (image.pages[kept] ?? 0) < end; kept++) {
        const bytes = image.bytes.subarray(kept * PAGE_BYTES, (kept + 1) * PAGE_BYTES);
        const at = ((image.pages[kept] ?? 0) - page) * PAGE_BYTES;
        part.set(bytes.subarray(0, part.length - at), at);
      }
      page = end;
      controller.enqueue(part);
    },
  });
}
