import { isTrouble, senderOf, type MessageRow, type RowDraft } from './rows.ts';
import { parentOf } from './lookup.ts';
import type { World } from './world.ts';

/**
 * The rows of a world as numbers, by place: laying a million of them out looks at none of the rows themselves. Kept from
 * one time to the next, and made anew only from the first row on that has changed.
 */
export interface RowNumbers {
  /** So many rows from the first on stand here as they are. */
  count: number;
  /** Everybody who sent or got something; the numbers below are places in this list. The first is nobody that is known. */
  readonly parties: string[];
  readonly partyOf: Map<string, number>;
  sender: Int32Array;
  receiver: Int32Array;
  /** Place of the row whose evaluation asked for it; -1 where there is none before it. */
  cause: Int32Array;
  /** A sum of {@link Flag}s and {@link Told}. */
  flags: Uint16Array;
  /** Measuring times, ms since 1970: when it was there, and when it was evaluated; 0 for never. */
  atMs: Float64Array;
  doneMs: Float64Array;
}

/**
 * `lost` has no receiving dot; `mail` is lost to a wallet, which is no error; `waiting` is not sent while the node is
 * paused; `via` came by way of lanes that are hidden.
 */
export const Flag = { trouble: 1, pending: 2, spawn: 4, lost: 8, held: 16, mail: 32, cron: 64, waiting: 128, hint: 256, via: 512 } as const;

/** `mailOrPending`: which of the two it is depends on whether its receiver is a process; `inside`: it was evaluated or is to be. */
export const Told = { mailOrPending: 1024, inside: 2048 } as const;

const NOBODY = '';
const FIRST_ROOM = 1_024;
const LARGE = 100_000;

export function emptyNumbers(): RowNumbers {
  return { count: 0, parties: [NOBODY], partyOf: new Map([[NOBODY, 0]]), ...room(FIRST_ROOM) };
}

/** What stands at `row` is no longer what it was. */
export function changed(numbers: RowNumbers, row: Pick<RowDraft, 'at'>): void {
  if (row.at >= 0 && row.at < numbers.count) numbers.count = row.at;
}

/** The numbers of every row of `world`. Cost: the rows from the first on that has changed since the last time. */
export function numbersOf(world: World): RowNumbers {
  const { numbers } = world.inside;
  const rows = world.messages;
  if (numbers.sender.length < rows.length) grow(numbers, rows.length);
  for (let at = numbers.count; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    const parent = row.cause === null ? null : parentOf(world, row);
    numbers.sender[at] = partyOf(numbers, senderOf(row) ?? NOBODY);
    numbers.receiver[at] = partyOf(numbers, row.to);
    numbers.cause[at] = parent !== null && parent.at < at ? parent.at : -1;
    numbers.flags[at] = flagsOf(row);
    numbers.atMs[at] = row.assignedAtMs ?? row.receivedAtMs ?? row.place.ms;
    numbers.doneMs[at] = row.evaluatedAtMs ?? 0;
  }
  numbers.count = rows.length;
  return numbers;
}

function partyOf(numbers: RowNumbers, id: string): number {
  const known = numbers.partyOf.get(id);
  if (known !== undefined) return known;
  numbers.partyOf.set(id, numbers.parties.length);
  return numbers.parties.push(id) - 1;
}

function flagsOf(row: MessageRow): number {
  const isLost = row.status === 'dropped' || row.status === 'rejected';
  const isMail = row.code === 'PUSH_TARGET_WALLET';
  const isUnsure = row.status === 'received' && row.cause !== null && row.type !== 'Process' && !isMail;
  const isPending = row.status === 'assigned' || row.status === 'received' || row.status === 'waiting';
  return (
    (isTrouble(row) ? Flag.trouble : 0) |
    (isPending && !isMail && !isUnsure ? Flag.pending : 0) |
    (isUnsure ? Told.mailOrPending : 0) |
    (row.type === 'Process' ? Flag.spawn : 0) |
    (isLost || isMail ? Flag.lost : 0) |
    (row.isHeld ? Flag.held : 0) |
    (isMail ? Flag.mail : 0) |
    (row.status === 'waiting' ? Flag.waiting : 0) |
    (row.hints.length === 0 ? 0 : Flag.hint) |
    (row.cron === null ? 0 : Flag.cron) |
    (row.slot === null && row.cron === null ? 0 : Told.inside)
  );
}

type Lists = Pick<RowNumbers, 'sender' | 'receiver' | 'cause' | 'flags' | 'atMs' | 'doneMs'>;

function room(length: number): Lists {
  return {
    sender: new Int32Array(length),
    receiver: new Int32Array(length),
    cause: new Int32Array(length),
    flags: new Uint16Array(length),
    atMs: new Float64Array(length),
    doneMs: new Float64Array(length),
  };
}

/** Twice the room while it is small, and a quarter more once it weighs something. */
export function roomFor(count: number): number {
  return count < LARGE ? count * 2 : Math.ceil(count * 1.25);
}

/** More room than is wanted, so that growing costs little for each row. */
function grow(numbers: RowNumbers, wanted: number): void {
  const made = room(Math.max(wanted, roomFor(numbers.sender.length)));
  made.sender.set(numbers.sender);
  made.receiver.set(numbers.receiver);
  made.cause.set(numbers.cause);
  made.flags.set(numbers.flags);
  made.atMs.set(numbers.atMs);
  made.doneMs.set(numbers.doneMs);
  Object.assign(numbers, made);
}
