import type { ProcessRow } from '../../model/rows.ts';

export interface ProcessState {
  readonly name: 'paused' | 'running' | 'error' | 'idle';
  readonly tone: 'warn' | 'accent' | 'error' | 'ok';
  readonly title: string;
}

/** What a process is doing, told by its row: stopped by a limit, slots still to evaluate, the latest slot failed, or nothing to do. */
export function stateOf(row: ProcessRow): ProcessState {
  if (row.paused !== null)
    return { name: 'paused', tone: 'warn', title: `Stands still at slot ${row.paused.slot} until you let it go on: ${row.paused.error}` };
  const waiting = row.slotLatest - row.evaluatedTo;
  if (waiting > 0) return { name: 'running', tone: 'accent', title: `Running: ${waiting} ${waiting === 1 ? 'slot' : 'slots'} to evaluate` };
  if (row.lastError !== null && row.lastError.slot === row.evaluatedTo)
    return { name: 'error', tone: 'error', title: `The latest slot failed: ${row.lastError.message}` };
  return { name: 'idle', tone: 'ok', title: 'Idle' };
}
