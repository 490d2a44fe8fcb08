import { createHash } from 'node:crypto';
import type { BranchEdit } from '../../contract/branch.ts';
import type { ProcessId } from '../../contract/ids.ts';
import type { Tag } from '../../contract/item.ts';
import type { OutboxMessage } from '../../contract/outcome.ts';
import type { MessageInput } from '../vm/machine.ts';

/** Where a message stands in a branch. */
export interface BranchPlace {
  readonly slot: number;
  readonly timestampMs: number;
  readonly blockHeight: number;
}

type Edit = Extract<BranchEdit, { readonly kind: 'edit' }>;
type Inject = Extract<BranchEdit, { readonly kind: 'inject' }>;

/** Tags that a messenger sets itself (protocol §2.3). */
const SET_BY_MESSENGER: ReadonlySet<string> = new Set(['Data-Protocol', 'Type', 'From-Process', 'From-Module', 'Assignments']);

/** A message of the main line in its place in the branch, with what was edited. */
export function placedInput(input: MessageInput, edit: Edit | null, at: BranchPlace): MessageInput {
  const placed = { ...input, Nonce: at.slot, Timestamp: at.timestampMs, 'Block-Height': at.blockHeight };
  if (edit === null) return placed;
  const { tags, data, from } = edit;
  return {
    ...placed,
    ...(tags === null ? {} : { Tags: tags }),
    ...(data === null ? {} : { Data: data }),
    ...(from === null ? {} : { From: from, Owner: from }),
  };
}

/** A message that never was. Its id comes from what it says, so that the same branch is the same again. */
export function injectedInput(process: ProcessId, { from, tags, data }: Inject, at: BranchPlace): MessageInput {
  return scheduled(process, { from, owner: from, tags, data, anchor: null }, at);
}

/**
 * A message that a process sends in the branch, as its messenger would have built it (protocol §2.3, MESSAGE task).
 * @param sender.owner address of the messenger that signs for it.
 */
export function sentInput(
  sender: { readonly process: ProcessId; readonly module: string; readonly owner: string },
  message: OutboxMessage,
  target: ProcessId,
  at: BranchPlace,
): MessageInput {
  const tags: Tag[] = [
    ...message.Tags.filter(({ name }) => !SET_BY_MESSENGER.has(name)),
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Message' },
    { name: 'From-Process', value: sender.process },
    { name: 'From-Module', value: sender.module },
  ];
  return scheduled(target, { from: sender.process, owner: sender.owner, tags, data: message.Data || ' ', anchor: message.Anchor }, at);
}

/** A message as a scheduler would have given it its place. Its id comes from what it says and where it stands. */
export function scheduled(
  process: ProcessId,
  message: {
    readonly from: string;
    readonly owner: string;
    readonly tags: readonly Tag[];
    readonly data: string;
    readonly anchor: string | null;
  },
  { slot, timestampMs, blockHeight }: BranchPlace,
): MessageInput {
  const { from, owner, tags, data, anchor } = message;
  const id = createHash('sha256')
    .update(JSON.stringify(['branch', process, slot, message]))
    .digest('base64url');
  return {
    Id: id,
    Signature: '',
    Data: data,
    Owner: owner,
    From: from,
    Anchor: anchor,
    ...(from === owner ? {} : { 'Forwarded-By': owner }),
    Tags: tags,
    Target: process,
    Epoch: 0,
    Nonce: slot,
    Timestamp: timestampMs,
    'Block-Height': blockHeight,
    'Hash-Chain': id,
    Cron: false,
    'Read-Only': false,
  };
}
