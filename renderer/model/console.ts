import { toSlot, type Slot } from '../../node/contract/ids.ts';
import { slotsOf, ticksBefore } from './lookup.ts';
import type { MessageRow, ProcessRow } from './rows.ts';
import type { World } from './world.ts';

/** What one slot, or a cron message before it, wrote to its process's console. */
export interface ConsoleLine {
  readonly slot: Slot;
  /** The cron message that wrote it, which was run before `slot`; null for the slot itself. */
  readonly cron: MessageRow | null;
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

/** The console of a process, by slot, each behind its cron messages: what printed, returned or failed, and all code that was sent to be evaluated. */
export function consoleOf(world: World, process: string): readonly ConsoleLine[] {
  const row = world.processById.get(process);
  if (row === undefined) return [];
  const known = made.get(row);
  if (known !== undefined) return known;
  const lines: ConsoleLine[] = [];
  const ticked = (slot: number): void => {
    for (const cron of ticksBefore(world, process, slot)) {
      const line = { slot: toSlot(slot), cron, action: cron.action, from: null, atMs: cron.evaluatedAtMs };
      if (cron.output !== '') lines.push({ ...line, kind: 'output', text: cron.output });
      if (cron.error !== null) lines.push({ ...line, kind: 'error', text: cron.error });
    }
  };
  const slots = slotsOf(world, process);
  for (const slot of slots) {
    if (slot === undefined || slot.slot === null) continue;
    ticked(slot.slot);
    const line = { slot: slot.slot, cron: null, action: slot.action, from: slot.from, atMs: slot.evaluatedAtMs ?? slot.assignedAtMs };
    if (slot.output !== '') lines.push({ ...line, kind: 'output', text: slot.output });
    if (slot.error !== null) lines.push({ ...line, kind: 'error', text: slot.error });
    else if (slot.action === 'Eval' && slot.output === '')
      lines.push({ ...line, kind: slot.evaluatedAtMs === null ? 'waiting' : 'silent', text: '' });
  }
  ticked(slots.length);
  made.set(row, lines);
  return lines;
}
