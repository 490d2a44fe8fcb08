import { setTimeout as pause } from 'node:timers/promises';
import { AoError, type ErrorCode } from '../../contract/errors.ts';
import type { LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { logPages, type LogPage, type LogPart } from './log-pages.ts';

/** How a log of a network is waited for. */
export interface Coming {
  readonly signal: AbortSignal;
  /** Is its head followed? Looked at whenever all is here. */
  readonly isFollowed: () => boolean;
  /** Is told how many slots there are, each time that was asked. */
  readonly known: (slots: number) => void;
  /** All is here, and the head is followed. */
  readonly idle: () => void;
  /** The network is lost, or its scheduler does not show yet what it has announced; it is tried again by itself. */
  readonly lost: (error: AoError) => void;
}

/** A head is asked for this soon after something new, and more seldom the longer there is nothing. */
const SOON_MS = 1_000;
const LATE_MS = 30_000;
const SLOWER = 1.5;
/** A scheduler may announce a slot before it shows it. One that still does not after so many rounds will not. */
const BEHIND_MAX = 5;
/** What passes by itself. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['UNIT_UNREACHABLE', 'UNIT_FAILED', 'UNIT_DOWN']);

/**
 * The pages of a log, and, where it is followed, those that come later. A network that is lost is tried again until it is back, and a
 * head that is followed is given some time to show what it has announced; it ends where all is here and it is not followed, and after a gap.
 * @throws AoError what does not pass by itself; CANCELLED.
 */
export async function* comingPages(
  ask: Client['ask'],
  { process, before: first }: Omit<LogPart, 'last'>,
  { signal, isFollowed, known, idle, lost }: Coming,
): AsyncGenerator<LogPage> {
  let before: LogEntry['assignment'] | null = first;
  let behind = 0;
  for (let waitMs = SOON_MS; ; waitMs = Math.min(LATE_MS, waitMs * SLOWER)) {
    try {
      let ahead: LogPage['gap'] = null;
      const { slotLatest } = await ask('su.process', { process }, signal);
      known(slotLatest + 1);
      for await (const page of logPages(ask, { process, before, last: slotLatest }, signal)) {
        if (page.isBehind === true && isFollowed() && ++behind <= BEHIND_MAX) {
          ahead = page.gap;
          break;
        }
        yield page;
        if (page.gap !== null) return;
        before = page.lines.at(-1)?.entry.assignment ?? before;
        [waitMs, behind] = [SOON_MS, 0];
      }
      if (!isFollowed()) return;
      if (ahead === null) idle();
      else lost(new AoError('HOME_GAP', { process, ...ahead }));
    } catch (error) {
      if (signal.aborted) throw new AoError('CANCELLED');
      if (!(error instanceof AoError) || !PASSING.has(error.code)) throw error;
      lost(error);
    }
    await pause(waitMs, undefined, { signal }).catch(() => {
      throw new AoError('CANCELLED');
    });
  }
}
