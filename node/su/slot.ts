import { toAddress, toSlot, type ItemId, type ProcessId, type Slot } from '../contract/ids.ts';
import type { Assignment, Tag } from '../contract/item.ts';
import { standInTags, type StandIns } from '../contract/stand-ins.ts';
import { buildItem } from '../item/build.ts';
import { nextHashChain, type LogEnd } from '../item/log-line.ts';
import { trustItem } from '../item/parse.ts';
import type { Wallet } from '../item/wallet.ts';

/** An assignment and the bytes that were signed. */
export interface SignedAssignment {
  readonly assignment: Assignment;
  readonly assignmentBytes: Uint8Array;
}

/** What is to be given a slot. */
export interface SlotRequest {
  readonly process: ProcessId;
  readonly message: ItemId;
  readonly exclude: readonly string[];
  /** Written into slot 0 only. */
  readonly standIns: StandIns;
  readonly nowMs: number;
  readonly blockHeight: number;
}

/**
 * The next assignment of a process, signed. Same inputs and wallet, same bytes: the anchor is the slot's number and
 * the local wallet signs deterministically. Tag order and hash chain as the reference SU (protocol §1.3, §3.4).
 */
export function nextAssignment(request: SlotRequest, last: LogEnd | null, wallet: Wallet): SignedAssignment {
  const slot = toSlot(last === null ? 0 : last.slot + 1);
  // Strictly increasing: the reference pages by timestamp with an exclusive lower bound and would lose an equal one.
  const timestampMs = last === null ? request.nowMs : Math.max(request.nowMs, last.timestampMs + 1);
  const hashChain = nextHashChain(request.process, last);
  const tags = assignmentTags(request, slot, timestampMs, hashChain);
  const { bytes } = buildItem(wallet, { anchor: String(slot).padStart(32, '0'), tags, data: '' });
  return { assignment: readAssignment(bytes), assignmentBytes: bytes };
}

function assignmentTags(request: SlotRequest, slot: Slot, timestampMs: number, hashChain: string): Tag[] {
  const tags: Tag[] = [
    { name: 'Process', value: request.process },
    { name: 'Epoch', value: '0' },
    { name: 'Nonce', value: String(slot) },
    { name: 'Hash-Chain', value: hashChain },
    { name: 'Block-Height', value: String(request.blockHeight).padStart(12, '0') },
    { name: 'Timestamp', value: String(timestampMs) },
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Assignment' },
    { name: 'Variant', value: 'ao.TN.1' },
  ];
  const isOwnItem = String(request.message) === String(request.process);
  if (!isOwnItem) tags.push({ name: 'Message', value: request.message });
  const standIns = slot === 0 ? standInTags(request.standIns) : [];
  return [...tags, ...request.exclude.map((value) => ({ name: 'Exclude', value })), ...standIns];
}

/** An assignment out of its signed bytes. @throws AoError as trustItem, RangeError on a tag that is no number. */
export function readAssignment(bytes: Uint8Array): Assignment {
  const item = trustItem(bytes);
  const value = (name: string): string => item.tags.find((tag) => tag.name === name)?.value ?? '';
  const process = value('Process') as ProcessId;
  return {
    id: item.id,
    owner: item.owner,
    address: toAddress(item.address),
    signature: item.signature,
    anchor: item.anchor,
    tags: item.tags,
    process,
    slot: toSlot(Number(value('Nonce'))),
    epoch: 0,
    timestampMs: Number(value('Timestamp')),
    blockHeight: Number(value('Block-Height')),
    hashChain: value('Hash-Chain'),
    message: (value('Message') || process) as ItemId,
    exclude: item.tags.filter((tag) => tag.name === 'Exclude').map((tag) => tag.value),
  };
}
