import { anySignal } from '../any-signal.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { AoError, toWireError } from '../../contract/errors.ts';
import type { HomeState } from '../../contract/home.ts';
import { toSlot, type Slot } from '../../contract/ids.ts';
import type { LogEntry } from '../../contract/item.ts';
import type { Client } from '../../contract/rpc.ts';
import { comingPages } from './coming-pages.ts';
import { slotsInFile, writeHome, type HomeCarrying } from './home-file.ts';
import { keepOrigin, type HomeOrigin } from './home-origin.ts';
import { bytesOf, fitting, type CheckedLine, type LogPage } from './log-pages.ts';

/** What a session brings home, and where it stands. */
export interface HomeSubject extends HomeCarrying {
  readonly origin: HomeOrigin;
  /** Where that is kept. */
  readonly originDir: string;
}

/** How a session goes on and ends. */
export interface HomeWays {
  /** New slots are asked for once all is here, until it is stopped. */
  readonly isFollowed: boolean;
  /** A person ends it: what is here is written then. */
  readonly stop: AbortSignal;
  /** The project is left: nothing can be asked here any more. */
  readonly left: AbortSignal;
  readonly changed: (state: HomeState) => void;
}

/** Lines that are handed over together. */
const HANDED = 250;
/** Slots that are evaluated in one go: what a person asks of one comes in between. */
const STRETCH = 100;
/** What there is to be looked at comes before what is still to be fetched, unless that takes long. */
const LOOK_MS = 1_500;

/**
 * Fetches what of a process is not here yet, slot after slot from the end of what is, and writes its recording when all is here and where
 * it ends. What is here is evaluated meanwhile. A network that is lost is tried again until it is back. What goes wrong is told by its
 * state, in which it ends.
 */
export async function runHome(subject: HomeSubject, { isFollowed, stop, left, changed }: HomeWays): Promise<void> {
  const { origin, here, there } = subject;
  const { process, name, network, of, file } = origin;
  const signal = anySignal([stop, left]);
  let state: HomeState = { process, name, network, here: 0, of, does: 'fetching', isFollowed, trouble: null, file };
  const to = (change: Partial<HomeState>): void => {
    state = { ...state, ...change };
    // Where another project is open by now, this is none of its.
    if (!left.aborted) changed(state);
  };
  let { bytes } = origin;
  // Without it one would begin with what was known before, and a file that was written would be lost with a crash.
  const keep = (): Promise<void> =>
    keepOrigin(subject.originDir, { ...origin, of: state.of, bytes, file: state.file }).catch(() => undefined);
  let [written, isWritten] = [await slotsInFile(file), false];
  const write = async (gap: LogPage['gap']): Promise<void> => {
    if (written === state.here) return;
    to({ file: await writeHome(subject, { file: state.file, of: state.of, gap }, { left, stop }) });
    [written, isWritten] = [state.here, true];
    await keep();
  };
  let gap: LogPage['gap'] = null;
  try {
    const before = await lastHere(here, origin);
    const evaluate = evaluating(here, origin, signal);
    to({ here: before === null ? 0 : before.slot + 1 });
    if (before !== null) {
      await Promise.race([
        here('cu.result', { process, slot: toSlot(0) }, signal).catch(() => undefined),
        pause(LOOK_MS, undefined, { ref: false }),
      ]);
      evaluate(before.slot);
    }
    const pages = comingPages(
      there,
      { process, before },
      {
        signal,
        isFollowed: () => isFollowed,
        known: (slots) =>
          to({
            of: Math.max(slots, state.here),
            does: slots > state.here || state.does === 'waiting' ? 'fetching' : state.does,
            trouble: null,
          }),
        idle: () => to({ does: 'following', trouble: null }),
        lost: (error) => to({ does: 'waiting', trouble: toWireError(error) }),
      },
    );
    for await (const page of pages) {
      const taken = fitting(page, bytes);
      ({ gap } = taken);
      for (let from = 0; from < taken.lines.length; from += HANDED) {
        const lines = taken.lines.slice(from, from + HANDED);
        to({ here: await handOver(here, origin, lines) });
        bytes += bytesOf(lines);
        evaluate(toSlot(state.here - 1));
      }
      await keep();
      if (gap !== null) break;
      // The first time that all is here; what comes after is written at the end.
      if (!isWritten && state.here >= state.of) await write(null);
    }
    await write(gap);
    to(
      gap === null
        ? { does: 'whole', trouble: null }
        : { does: 'stopped', trouble: toWireError(new AoError('HOME_GAP', { process, ...gap })) },
    );
  } catch (error) {
    // Where the project is left nothing can be written; it is gone on with when it is opened again.
    const unwritten = await write(null).then(() => null, toWireError);
    to({ does: 'stopped', trouble: stop.aborted ? unwritten : toWireError(error) });
  } finally {
    await keep();
  }
}

/** The newest slot that is here; null where none is. */
export async function lastHere(here: Client['ask'], { process }: Pick<HomeOrigin, 'process'>): Promise<LogEntry['assignment'] | null> {
  try {
    const { slotLatest } = await here('su.process', { process });
    return (await here('su.log', { process, from: slotLatest, limit: 1 })).entries[0]?.assignment ?? null;
  } catch (error) {
    if (error instanceof AoError && error.code === 'PROCESS_UNKNOWN') return null;
    throw error;
  }
}

/** @returns how many slots are here then. */
export async function handOver(
  here: Client['ask'],
  { process }: Pick<HomeOrigin, 'process'>,
  lines: readonly CheckedLine[],
): Promise<number> {
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  for (const { assigned } of lines) if (assigned !== null) await here('gateway.upload', { item: base64(assigned) });
  const { slots } = await here('su.takeLines', {
    process,
    lines: lines.map(({ assignment, message }) => ({
      assignment: base64(assignment),
      message: message === null ? null : base64(message),
    })),
  });
  return slots;
}

/** Has slots evaluated up to the newest that it is told, one stretch after the other. What stops it is told by facts. */
function evaluating(here: Client['ask'], { process }: HomeOrigin, signal: AbortSignal): (to: Slot) => void {
  let [done, wanted] = [-1, -1];
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (done < wanted && !signal.aborted) {
      const to = Math.min(wanted, done + STRETCH);
      await here('cu.result', { process, slot: toSlot(to) }, signal).catch(() => undefined);
      done = to;
    }
    isRunning = false;
  };
  return (to) => {
    wanted = to;
    if (!isRunning) void run();
  };
}
