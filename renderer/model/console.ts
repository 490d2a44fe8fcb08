import type { Slot } from '../../node/contract/ids.ts';
import { slotsOf } from './lookup.ts';
import type { ProcessRow } from './rows.ts';
import type { World } from './world.ts';

/** What one slot wrote to its process's console. */
export interface ConsoleLine {
  readonly slot: Slot;
  /** `silent`: evaluated without a word; `waiting`: not evaluated yet. Both for code that was sent to be evaluated. */
  readonly kind: 'output' | 'error' | 'silent' | 'waiting';
  /** May hold ANSI colours. */
  readonly text: string;
  readonly action: string | null;
  readonly from: string | null;
  /** Unix ms. */
  readonly atMs: number | null;
}

/** A row is replaced whenever its process changes, so the lines made for it stay right as long as it is held. */
const made = new WeakMap<ProcessRow, readonly ConsoleLine[]>();

/** The console of a process, by slot: what printed, returned or failed, and all code that was sent to be evaluated. */
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
    else if (slot.action === 'Eval' && slot.output === '')
      lines.push({ ...line, kind: slot.evaluatedAtMs === null ? 'waiting' : 'silent', text: '' });
  }
  made.set(row, lines);
  return lines;
}
