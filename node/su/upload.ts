import { AoError, ERRORS } from '../contract/errors.ts';
import type { ProcessId, Slot } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import type { FactBody } from '../contract/trace.ts';
import type { SignedItem } from '../item/build.ts';
import type { Wallet } from '../item/wallet.ts';
import { bundleOf, type LogLine } from './bundle.ts';
import { notesItem, type Notes } from './notes.ts';
import type { Schedule } from './schedule.ts';

const BATCH = 50;
/** Long enough to stay out of the way of messages on their way to a slot. */
const PAUSE_MS = 50;
const RETRY_MS = 1_000;
const NOTES_BATCH = 500;
/** Cron messages that are run one by one go to the gateway together. */
const NOTES_PAUSE_MS = 10_000;

/** What uploading stands on. */
export interface UploadPorts {
  readonly schedule: Schedule;
  readonly notes: Notes;
  /** Signs the bundles: the SU's own. */
  readonly wallet: Wallet;
  readonly ask: Client['ask'];
  readonly record: (body: FactBody) => void;
}

/**
 * Gives the gateway a bundle of assignment and message for every line of the logs, and the notes beside them, behind
 * the answers: the log on disk is the truth, and what was not handed over before a stop is handed over after the next
 * start. Ids are deterministic, so that what is handed over twice is the same.
 */
export function startUploads({ schedule, notes, wallet, ask, record }: UploadPorts): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let notesAtMs = 0;

  const uploadLines = async (): Promise<void> => {
    const pending = schedule.pendingUploads(BATCH);
    const last = pending.at(-1);
    if (last === undefined) return;
    // All at once: the gateway syncs what comes together only once.
    const refusals = await Promise.all(pending.map((line) => upload(ask, bundleOf(line, wallet), true)));
    if (isStopped) return;
    // Told again where a kill comes before the mark: the gateway is given them again, too.
    tellStored(pending, refusals, record);
    schedule.markUploaded(last.seq);
  };
  const uploadNotes = async (): Promise<void> => {
    const { groups, isUrgent } = notes.pending(NOTES_BATCH);
    if (groups.length === 0 || (!isUrgent && performance.now() - notesAtMs < NOTES_PAUSE_MS)) return;
    notesAtMs = performance.now();
    await Promise.all(groups.map((group) => upload(ask, notesItem(group, wallet), false)));
    if (!isStopped) notes.markUploaded(Math.max(...groups.map(({ lastSeq }) => lastSeq)));
  };
  const next = (delayMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      // The gateway may be restarting; what failed stays pending.
      running = uploadLines()
        .then(uploadNotes)
        .then(
          () => PAUSE_MS,
          () => RETRY_MS,
        )
        .then(next);
    }, delayMs);
  };
  next(PAUSE_MS);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Says which lines the gateway has now, and which it will never have: `refusals` by line. */
function tellStored(lines: readonly LogLine[], refusals: readonly (AoError | null)[], record: UploadPorts['record']): void {
  const stored = new Map<ProcessId, Slot[]>();
  for (const [at, { assignment }] of lines.entries()) {
    const { process, slot } = assignment;
    const refusal = refusals[at] ?? null;
    if (refusal !== null) record({ kind: 'su.unstored', process, slot, code: refusal.code, message: refusal.message });
    else stored.set(process, [...(stored.get(process) ?? []), slot]);
  }
  if (stored.size > 0) record({ kind: 'su.stored', stored: [...stored].map(([process, slots]) => ({ process, slots })) });
}

/** What the gateway refuses it refuses for good: it keeps no later one waiting. @returns the refusal. */
async function upload(ask: Client['ask'], { raw }: SignedItem, isLogLine: boolean): Promise<AoError | null> {
  try {
    await ask('gateway.upload', { item: raw, isLogLine });
    return null;
  } catch (error) {
    if (!(error instanceof AoError) || ERRORS[error.code].fault === 'system') throw error;
    return error;
  }
}
