import type { DryRunMessage } from '../contract/answers.ts';
import type { ProcessId } from '../contract/ids.ts';
import { tagValue, type Assignment, type Item, type Tag } from '../contract/item.ts';
import type { MessageInput } from './vm/machine.ts';

/** Tags with these names would overwrite who sent the message, so the reference CU drops them (protocol §4.4). */
const DROPPED = new Set(['From', 'Owner']);

/** The message object that a program sees for one slot (protocol §4.3, mapNode of the reference CU). */
export function messageInput(assignment: Assignment, item: Item, isAssigned: boolean): MessageInput {
  const isKept = (name: string): boolean => !assignment.exclude.includes(name);
  const tags = isKept('Tags') ? visibleTags(item.tags) : [];
  return {
    Id: item.id,
    ...(isKept('Signature') ? { Signature: item.signature } : {}),
    Data: isKept('Data') ? item.data : null,
    Owner: item.address,
    From: fromOf(item.tags, item.address),
    ...(isKept('Anchor') ? { Anchor: item.anchor || null } : {}),
    ...(isAssigned || tagValue(item.tags, 'From-Process') === null ? {} : { 'Forwarded-By': item.address }),
    Tags: tags,
    // An assignment of data keeps the data's own target: that is how a program tells one (msg.Target ~= ao.id).
    Target: isAssigned ? item.target : assignment.process,
    Epoch: assignment.epoch,
    Nonce: assignment.slot,
    Timestamp: assignment.timestampMs,
    'Block-Height': assignment.blockHeight,
    'Hash-Chain': assignment.hashChain,
    Cron: false,
    'Read-Only': false,
  };
}

/** The message object of a dry run on top of the slot that `at` assigns (protocol §4.6). */
export function dryRunInput(process: ProcessId, message: DryRunMessage, at: Assignment): MessageInput {
  const owner = message.owner ?? '1234';
  return {
    Id: message.id ?? '1234',
    Data: message.data,
    Owner: owner,
    From: message.from ?? fromOf(message.tags, owner),
    Anchor: message.anchor ?? '0',
    Tags: visibleTags(message.tags),
    Target: message.target ?? process,
    Timestamp: message.timestampMs ?? at.timestampMs,
    'Block-Height': message.blockHeight ?? at.blockHeight,
    Cron: false,
    'Read-Only': true,
  };
}

function visibleTags(tags: readonly Tag[]): Tag[] {
  return tags.filter(({ name }) => !DROPPED.has(name));
}

function fromOf(tags: readonly Tag[], owner: string): string {
  return tagValue(tags, 'From-Process') || owner;
}
