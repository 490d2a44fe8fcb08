import type { ItemId, ProcessId, Slot } from '../contract/ids.ts';
import { itemType, type Assignment, type Item } from '../contract/item.ts';
import { sha256 } from './hash.ts';

/** The end of a process's log: all that the next slot depends on. */
export interface LogEnd {
  readonly slot: Slot;
  readonly assignment: ItemId;
  readonly timestampMs: number;
  readonly hashChain: string;
}

/** The end of a log whose last line is this. */
export function endOf(assignment: Assignment): LogEnd {
  return { slot: assignment.slot, assignment: assignment.id, timestampMs: assignment.timestampMs, hashChain: assignment.hashChain };
}

/** base64url(SHA-256(last assignment id || last hash chain)); for slot 0 SHA-256 of the process id. */
export function nextHashChain(process: ProcessId, last: Pick<LogEnd, 'assignment' | 'hashChain'> | null): string {
  const raw = (text: string): Buffer => Buffer.from(text, 'base64url');
  const parts = last === null ? [raw(process)] : [raw(last.assignment), raw(last.hashChain)];
  return sha256(...parts).toString('base64url');
}

/**
 * Why an assignment is not the next one of the log of a process; null where it is. Schedulers of the network may give two slots the same
 * millisecond; an earlier one than the slot before has none.
 * @param end of the log; null where it is empty.
 */
export function notNext(assignment: Assignment, process: ProcessId, end: LogEnd | null): string | null {
  if (assignment.process !== process) return 'its assignment is one of another process';
  if (assignment.slot !== (end === null ? 0 : end.slot + 1)) return 'the slot before it is missing';
  if (assignment.hashChain !== nextHashChain(process, end)) return 'its hash chain does not follow from the slot before';
  return end !== null && assignment.timestampMs < end.timestampMs ? 'its time is earlier than that of the slot before' : null;
}

/**
 * Is it what its assignment is for? In slot 0 that is the process itself, whatever the scheduler says: its id is the hash of its signature,
 * so that nobody else can begin its log. In the others it is a message to the process, or existing data.
 * @param message null where existing data is assigned.
 */
export function isAssigned(
  { process, slot, message: wanted }: Pick<Assignment, 'process' | 'slot' | 'message'>,
  message: Pick<Item, 'id' | 'target' | 'tags'> | null,
): boolean {
  const isSpawn = String(wanted) === String(process);
  if (slot === 0) return isSpawn && message?.id === wanted && itemType(message.tags) === 'Process';
  return message === null ? !isSpawn : message.id === wanted && (isSpawn || message.target === process);
}
