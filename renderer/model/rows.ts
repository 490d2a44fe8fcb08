import type { ErrorCode, ErrorDetails } from '../../node/contract/errors.ts';
import type { ItemId, ModuleId, ProcessId, Slot } from '../../node/contract/ids.ts';
import type { ItemType } from '../../node/contract/item.ts';
import type { StandIns } from '../../node/contract/stand-ins.ts';
import type { Cause, UnitName } from '../../node/contract/trace.ts';

/**
 * How far a delivery has come. `waiting`: the node is paused and nobody has chosen it; `received`: the MU has it; `assigned`: it has a slot; `held`: evaluated, and what it
 * asked for waits at the hop limit; `dropped`: never sent on; `rejected`: refused before it had a slot.
 */
export type MessageStatus = 'waiting' | 'received' | 'assigned' | 'evaluated' | 'error' | 'dropped' | 'held' | 'rejected';

/**
 * One delivery: an item on its way to one process. An item that is assigned to two processes is two rows.
 * Rows are filled in place as facts arrive; a new {@link World} says that something changed.
 */
export interface MessageRow {
  /** Null for what never became an item: outbox entries that could not be signed, items without a readable id. */
  readonly id: ItemId | null;
  readonly journey: ItemId | null;
  readonly type: ItemType | null;
  /** The process that sent it or the signer's address; null while unknown. */
  readonly from: string | null;
  /** The process it comes to, or a wallet's address; '' when unknown. */
  readonly to: string;
  readonly action: string | null;
  /** Name of a process that this row spawns. */
  readonly name: string | null;
  readonly preview: string | null;
  readonly dataBytes: number;
  /** The outbox entry that asked for it; null for what came from outside. */
  readonly cause: Cause | null;
  readonly hops: number;
  readonly slot: Slot | null;
  /** Where a cron message stands, which has no item, no sender and no slot of its own; null for every other row. */
  readonly cron: CronStanding | null;
  /** The scheduler's protocol time, ms since 1970. */
  readonly timestampMs: number | null;
  /** Measuring times, ms since 1970 with fractions. */
  readonly receivedAtMs: number | null;
  readonly assignedAtMs: number | null;
  readonly evaluatedAtMs: number | null;
  readonly status: MessageStatus;
  /** What went wrong, in the words of the process or the unit. */
  readonly error: string | null;
  /** The code of the error table, where the error is one of ours. */
  readonly code: ErrorCode | null;
  readonly output: string;
  readonly prompt: string | null;
  /** Numbers of outbox entries. */
  readonly messages: number;
  readonly spawns: number;
  readonly assignments: number;
  /** VM instructions. */
  readonly gasUsed: number;
  readonly memoryBytes: number;
  /** CPU ms of the evaluation. */
  readonly durationMs: number;
  readonly isCutShort: boolean;
  readonly isHeld: boolean;
  /** What is no error and yet not what somebody meant. */
  readonly hints: readonly Hint[];
  /** Place in the list of all rows. */
  readonly at: number;
  readonly place: Place;
}

/** Something to learn from, with what its sentence in the error table needs. */
export interface Hint {
  readonly code: ErrorCode;
  /** What is the same of all that are told as one. */
  readonly about: string;
  readonly details: ErrorDetails;
}

/** A cron message is run before the message of slot `slot`, after `tick` others. */
export interface CronStanding {
  readonly slot: Slot;
  readonly tick: number;
  /** As the compute unit names it: `0-10-seconds`. */
  readonly name: string;
  /** Of its outcome. */
  readonly hash: string;
}

/** Where a row stands in the list: a time that never falls within a unit, the unit, and its fact's number. */
export interface Place {
  readonly ms: number;
  readonly unit: UnitName;
  readonly seq: number;
  /** Which kind of fact gave it: a lower one wins, so that the place does not depend on who spoke first. */
  readonly rank: 0 | 1 | 2 | 3;
}

/** Who tells the facts of each rank: given a slot, taken by the messenger, refused a slot, evaluated. */
export const UNIT_OF = ['su', 'mu', 'su', 'cu'] as const;

/** An error as a unit told it. */
export interface Trouble {
  readonly code: ErrorCode | null;
  readonly message: string;
}

/** A row while facts fill it, with what each unit said went wrong: the status is made of these. */
export type RowDraft = { -readonly [K in keyof MessageRow]: MessageRow[K] } & {
  evaluationError: Trouble | null;
  drop: Trouble | null;
  refusedByMu: Trouble | null;
  refusedBySu: Trouble | null;
  /** Waits because the node is paused. */
  isWaiting: boolean;
  /** Its {@link Place}, without an object. */
  placeMs: number;
  placeSeq: number;
  placeRank: Place['rank'];
};

/** A process as the facts tell of it. Replaced, never changed. */
export interface ProcessRow {
  readonly id: ProcessId;
  /** Its Name tag; null when it has none. */
  readonly name: string | null;
  /** 1 to 8: the lane colour `--lane-n`. */
  readonly lane: number;
  /** -1 while it has no slot. */
  readonly slotLatest: number;
  /** Latest slot that has been evaluated; -1 for none. */
  readonly evaluatedTo: number;
  /** Number of slots that ended in an error. */
  readonly errors: number;
  readonly lastError: { readonly slot: Slot; readonly message: string } | null;
  /** The process that spawned it; null when it was spawned from outside. */
  readonly spawnedBy: ProcessId | null;
  /** The module it names, and what stands in for what; null where its slot 0 does not say. */
  readonly program: { readonly module: ModuleId; readonly standIns: StandIns } | null;
  /** A limit has stopped it there, and it waits for a person; null while it goes on. */
  readonly paused: { readonly slot: Slot; readonly tick: number | null; readonly error: string; readonly atMs: number } | null;
  /** Number of slots. */
  readonly messages: number;
  /** Memory after the latest evaluated slot. */
  readonly memoryBytes: number;
  readonly prompt: string | null;
}

/** A journey that stopped at the hop limit and waits for a person. */
export interface HeldJourney {
  readonly journey: ItemId;
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly hops: number;
  readonly limit: number;
  /** Items that it had pushed, where it was held for their number; null where for its hops. */
  readonly pushed: number | null;
}

/** A refusal or loss that has no row of its own, or belongs beside one. */
export interface Refusal {
  readonly unit: UnitName;
  readonly seq: number;
  readonly atMs: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly id: string | null;
  readonly process: string | null;
  /** The first slot of a log that could not be brought back; null for everything else. */
  readonly gap: Slot | null;
}

/** A name for the row that stays the same between sessions: id@process, or the unit's number for what has no id. */
export function keyOf(row: MessageRow): string {
  if (row.cron !== null) return cronKey(row.to, row.cron);
  return row.id === null ? `${row.place.unit}:${row.place.seq}` : `${row.id}@${row.to}`;
}

/** {@link keyOf} a cron message. */
export function cronKey(process: string, { slot, tick }: Pick<CronStanding, 'slot' | 'tick'>): string {
  return `cron:${process}:${slot}:${tick}`;
}

/** Names a cron message among those of its process. */
export function tickKey(slot: number, tick: number): string {
  return `${slot}:${tick}`;
}

/** Who sent it, or had it assigned: the data that a process has assigned to another may be anybody's. */
export function senderOf(row: MessageRow): string | null {
  return row.cause?.process ?? row.from;
}

/** True for data that a process had assigned, and did not send itself. */
export function isAssigned(row: MessageRow): boolean {
  return row.cause !== null && row.from !== null && row.from !== row.cause.process;
}

/** True for what a person should look at: errors and refusals, and drops other than mail to a wallet and what a person has dropped. */
export function isTrouble(row: MessageRow): boolean {
  const isMeant = row.code === 'PUSH_TARGET_WALLET' || row.code === 'JOURNEY_ENDED';
  return row.status === 'error' || row.status === 'rejected' || (row.status === 'dropped' && !isMeant);
}
