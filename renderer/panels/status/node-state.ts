import type { DesktopStatus } from '../../../node/contract/desktop.ts';
import type { ProcessRow } from '../../model/rows.ts';

export interface NodeState {
  readonly tone: 'ok' | 'warn' | 'error' | 'accent';
  /** What stands after "node": its host and port while all is well. */
  readonly word: string;
  readonly title: string;
}

/** How the whole node does: the worst of its units decides. */
export function nodeState(status: DesktopStatus | null, link: 'connecting' | 'open' | 'lost'): NodeState {
  if (link === 'lost') return { tone: 'error', word: 'not answering', title: 'not answering, reconnecting' };
  if (status === null) return { tone: 'accent', word: 'starting', title: 'starting' };
  const down = status.units.filter((unit) => unit.state === 'down');
  if (down.length > 0) {
    const names = down.map((unit) => unit.unit).join(', ');
    return { tone: 'error', word: `${names} down`, title: `${names} down` };
  }
  const waiting = status.units.filter((unit) => unit.state !== 'up');
  if (waiting.length > 0) {
    const isAgain = waiting.some((unit) => unit.state === 'restarting');
    const word = `${waiting.map((unit) => unit.unit).join(', ')} ${isAgain ? 'restarting' : 'starting'}`;
    return { tone: isAgain ? 'warn' : 'accent', word, title: word };
  }
  const away = status.units.filter((unit) => unit.foreign?.isReachable === false);
  if (away.length > 0) {
    const word = `${away.map((unit) => unit.unit).join(', ')} not reached`;
    return { tone: 'warn', word, title: word };
  }
  const url = status.units.find((unit) => unit.unit === 'mu')?.url ?? null;
  return { tone: 'ok', word: url === null ? 'up' : url.replace(/^https?:\/\//, ''), title: 'up' };
}

/** Slots that have been assigned and wait to be evaluated, over all processes. */
export function queueOf(processes: readonly ProcessRow[]): number {
  return processes.reduce((sum, row) => sum + Math.max(0, row.slotLatest - row.evaluatedTo), 0);
}
