import type { Virtualizer } from '@tanstack/react-virtual';

/**
 * Scrolls a list as little as shows one of its rows. Where the row is in sight nothing is done, which spares the browser from laying the
 * page out in the middle of a change: the list's own scrollToIndex does so each time.
 */
export function revealRow(virtual: Virtualizer<HTMLDivElement, Element>, index: number): void {
  const row = virtual.measurementsCache[index];
  const from = virtual.scrollOffset;
  const height = virtual.scrollRect?.height ?? 0;
  if (row !== undefined && from !== null && height > 0) {
    const { scrollPaddingStart, scrollPaddingEnd } = virtual.options;
    if (row.start >= from + scrollPaddingStart && row.end <= from + height - scrollPaddingEnd) return;
  }
  virtual.scrollToIndex(index, { align: 'auto' });
}
