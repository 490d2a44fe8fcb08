import type { Slot } from '../../node/contract/ids.ts';
import { slotsOf } from './lookup.ts';
import type { ProcessRow } from './rows.ts';
import type { World } from './world.ts';

/** What one slot wrote to its process's console. */
export interface ConsoleLine {
  readonly slot: Slot;
  readonly kind: 'output' | 'error';
  /** May hold ANSI colours. */
  readonly text: string;
  readonly action: string | null;
  readonly from: string | null;
  /** Unix ms. */
  readonly atMs: number | null;
}

/** A row is replaced whenever its process changes, so the lines made for it stay right as long as it is held. */
const made = new WeakMap<ProcessRow, readonly ConsoleLine[]>();

/** The console of a process: one line per slot that printed, returned or failed, by slot. */
export function consoleOf(world: World, process: string): readonly ConsoleLine[] {
  const row = world.processById.get(process);
  if (row === undefined) return [];
  const known = made.get(row);
  if (known !== undefined) return known;
  const lines: ConsoleLine[] = [];
  for (const slot of slotsOf(world, process)) {
    if (slot === undefined || slot.slot === null) continue;
    const line = { slot: slot.slot, action: slot.action, from: slot.from, atMs: slot.evaluatedAtMs ?? slot.assignedAtMs };
    if (slot.output !== '') lines.push({ ...line, kind: 'output', text: slot.output });
    if (slot.error !== null) lines.push({ ...line, kind: 'error', text: slot.error });
  }
  made.set(row, lines);
  return lines;
}
