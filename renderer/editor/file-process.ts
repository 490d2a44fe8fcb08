import { toSlot, type ProcessId, type Slot } from '../../node/contract/ids.ts';
import { rowByKey } from '../model/lookup.ts';
import { processesOf } from '../commands/file-owner.ts';
import type { App } from '../stores/app-context.ts';

/** A process that a file is looked at with, and the moment. */
export interface FileMoment {
  readonly process: ProcessId;
  readonly slot: Slot;
}

/** The moment at which the values of a file are told: that of the process in focus, where the file is one of its own. Null where there is none. */
export function momentOf(app: App, path: string): FileMoment | null {
  const { process, slot, row } = app.focus.getState().focus;
  // In a branch, and at a cron message, the state is another one than that after a slot of the log.
  const { world } = app.world.getState();
  const isCron = row !== null && (rowByKey(world, row)?.cron ?? null) !== null;
  if (process === null || app.branch.getState().walk !== null || isCron) return null;
  const evaluatedTo = world.processById.get(process)?.evaluatedTo ?? -1;
  const at = slot ?? evaluatedTo;
  // A file that others require is of whoever is looked at; the file of another process is not.
  const others = processesOf(app, path);
  const isOf = others.includes(process) || others.length === 0;
  return !isOf || at < 0 || at > evaluatedTo ? null : { process, slot: toSlot(at) };
}
