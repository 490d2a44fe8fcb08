import type { ProcessRow } from '../../model/rows.ts';

export interface ProcessState {
  readonly name: 'running' | 'error' | 'idle';
  readonly tone: 'accent' | 'error' | 'ok';
  readonly title: string;
}

/** What a process is doing, told by its row: slots still to evaluate, the latest slot failed, or nothing to do. */
export function stateOf(row: ProcessRow): ProcessState {
  const waiting = row.slotLatest - row.evaluatedTo;
  if (waiting > 0) return { name: 'running', tone: 'accent', title: `Running: ${waiting} ${waiting === 1 ? 'slot' : 'slots'} to evaluate` };
  if (row.lastError !== null && row.lastError.slot === row.evaluatedTo)
    return { name: 'error', tone: 'error', title: `The latest slot failed: ${row.lastError.message}` };
  return { name: 'idle', tone: 'ok', title: 'Idle' };
}
