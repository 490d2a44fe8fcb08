import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent } from 'react';
import type { Focus } from '../../../node/contract/focus-note.ts';
import { revealRow } from '../../widgets/reveal-row.ts';
import type { ShownLine } from './lines.ts';

/**
 * Brings the lines of the slot in focus into sight, or the last ones before it where it has none; who follows the latest slot
 * again sees the end again.
 * @param onEnd told whether new lines are to be followed from now on
 */
export function useFocusedLine(
  virtual: Virtualizer<HTMLDivElement, Element>,
  lines: readonly ShownLine[],
  focus: Focus,
  onEnd: (isAtEnd: boolean) => void,
): void {
  const show = useEffectEvent((slot: number | null) => {
    if (slot === null) {
      onEnd(true);
      if (lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
      return;
    }
    const own = lines.findIndex((line) => line.slot === slot);
    const at = own >= 0 ? own : lines.findLastIndex((line) => line.slot !== null && line.slot < slot);
    if (at < 0) return;
    onEnd(at === lines.length - 1);
    revealRow(virtual, at);
  });
  const { process, slot, row } = focus;
  useEffect(() => show(slot), [process, slot, row]);
}
