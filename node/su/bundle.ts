import { AoError } from '../contract/errors.ts';
import type { ItemId } from '../contract/ids.ts';
import { tagValue, type Item, type Tag } from '../contract/item.ts';
import { UNWRITTEN_LIMITS, type SlotLimits } from '../contract/note.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import { BUNDLE_TAGS, readBundle, writeBundle } from '../item/bundle.ts';
import { isAssigned } from '../item/log-line.ts';
import { openItem, trustItem } from '../item/parse.ts';
import type { Wallet } from '../item/wallet.ts';
import { readAssignment, type SignedAssignment } from './slot.ts';

/** A line of a log with everything that makes it the same line again. */
export interface LogLine extends SignedAssignment {
  /** Its number among the lines of all processes. */
  readonly seq: number;
  /** Null where existing data is assigned. */
  readonly messageBytes: Uint8Array | null;
  /** What makes an assignment of existing data the same when it is asked for again; null for none. */
  readonly request: string | null;
  /** Null in lines of the first version. */
  readonly limits: SlotLimits | null;
}

const REQUEST = 'Assignment-Request';
const GAS = 'Slot-Gas-Limit';
const MEMORY = 'Slot-Memory-Limit';
const LINE_DIGITS = 32;

/**
 * A line of a log as it goes to the gateway: one item whose data is a bundle of assignment and message, in this order,
 * as the reference SU uploads it (protocol §1.2); only the assignment where existing data is assigned. Same line and
 * wallet, same id: the anchor is the line's number. What the SU knows besides stands in tags.
 */
export function bundleOf({ seq, assignment, assignmentBytes, messageBytes, request, limits }: LogLine, wallet: Wallet): SignedItem {
  const items = [{ id: assignment.id, bytes: assignmentBytes }];
  if (messageBytes !== null) items.push({ id: assignment.message, bytes: messageBytes });
  const tags: Tag[] = [...BUNDLE_TAGS];
  if (request !== null) tags.push({ name: REQUEST, value: request });
  if (limits !== null && limits.gas !== UNWRITTEN_LIMITS.gas) tags.push({ name: GAS, value: String(limits.gas) });
  if (limits !== null && limits.memoryBytes !== UNWRITTEN_LIMITS.memoryBytes)
    tags.push({ name: MEMORY, value: String(limits.memoryBytes) });
  return buildItem(wallet, { anchor: String(seq).padStart(LINE_DIGITS, '0'), tags, data: writeBundle(items) });
}

/**
 * The line that a bundle on the gateway holds, with both signatures verified.
 * @param bytes the data of `outer`; @param limit most bytes of one item.
 * @param isRemoved was this message taken out of a recording? Then the bundle has the assignment alone.
 * @throws AoError BUNDLE_BROKEN, ITEM_*: it is no line of a log that `scheduler` wrote.
 */
export async function readLine(
  outer: Item,
  bytes: Uint8Array,
  scheduler: string,
  limit: number,
  isRemoved: (message: ItemId) => boolean = () => false,
): Promise<LogLine> {
  const [first, second, ...more] = readBundle(bytes).map(({ start, size }) => bytes.subarray(start, start + size));
  if (first === undefined || more.length > 0) throw new AoError('BUNDLE_BROKEN', { reason: 'it holds no assignment and its message' });
  await openItem(first, limit);
  const assignment = readAssignment(first);
  const message = second === undefined ? null : await openItem(second, limit);
  const fits =
    assignment.address === scheduler &&
    tagValue(assignment.tags, 'Type') === 'Assignment' &&
    (isAssigned(assignment, message) || (message === null && isRemoved(assignment.message)));
  if (!fits) throw new AoError('BUNDLE_BROKEN', { reason: 'its message is not the one that its assignment is for' });
  const number = (name: string, unwritten: number): number => Number(tagValue(outer.tags, name) ?? unwritten);
  return {
    seq: Number(outer.anchor),
    assignment,
    assignmentBytes: first,
    messageBytes: second ?? null,
    request: tagValue(outer.tags, REQUEST),
    limits: { gas: number(GAS, UNWRITTEN_LIMITS.gas), memoryBytes: number(MEMORY, UNWRITTEN_LIMITS.memoryBytes) },
  };
}

/** The message of a line; null where existing data is assigned. */
export function messageOf({ messageBytes }: Pick<LogLine, 'messageBytes'>): Item | null {
  return messageBytes === null ? null : trustItem(messageBytes);
}
