import { AoError } from '../contract/errors.ts';
import { isId, type ItemId, type ProcessId } from '../contract/ids.ts';
import { tagValue, type Tag } from '../contract/item.ts';
import type { OutboxMessage, OutboxSpawn } from '../contract/outcome.ts';
import { buildItem, type SignedItem } from '../item/build.ts';
import { sha256Text } from '../item/hash.ts';
import type { Wallet } from '../item/wallet.ts';

const ANCHOR_BYTES = 32;

/** Who sent an outbox entry, as far as the pushed item's tags tell it. */
export interface Sender {
  readonly process: ProcessId;
  readonly module: string;
  readonly scheduler: string;
  /** Null where a cron message sent it: there is no item then from which it all came. */
  readonly journey: ItemId | null;
  /** Which evaluation of the process sent it: its slot, and which of the cron messages before it where one did. */
  readonly place: string;
}

const without = (tags: readonly Tag[], names: readonly string[]): Tag[] => tags.filter(({ name }) => !names.includes(name));

/**
 * An outbox message as a signed item (protocol §2.3, MESSAGE task; build-tx.js of the reference MU).
 * @throws AoError PUSH_UNSIGNABLE when it has no target or a field that an item cannot hold, TAG_NOT_TEXT.
 */
export function buildMessage(wallet: Wallet, message: OutboxMessage, sender: Sender, index: number): SignedItem {
  if (!isId(message.Target))
    throw new AoError('PUSH_UNSIGNABLE', { index: index + 1, reason: `its Target "${String(message.Target).slice(0, 60)}" is no id` });
  refuseNotText(message, index);
  const tags = [
    ...without(message.Tags, ['Data-Protocol', 'Type', 'From-Process', 'From-Module', 'Assignments']),
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Message' },
    { name: 'From-Process', value: sender.process },
    { name: 'From-Module', value: sender.module },
    ...pushedFor(sender),
  ];
  // The reference sends a single space where there is no data.
  return signed(wallet, index, {
    target: message.Target,
    anchor: message.Anchor || anchorOf(sender, index),
    tags,
    data: message.Data || ' ',
  });
}

/**
 * An outbox spawn as a signed process item (protocol §2.3, SPAWN task). The signer is the MU: who owns the process in
 * truth is told by From-Process.
 * @throws AoError PUSH_UNSIGNABLE, TAG_NOT_TEXT, SPAWN_NO_MODULE.
 */
export function buildSpawn(wallet: Wallet, spawn: OutboxSpawn, sender: Sender, index: number): SignedItem {
  refuseNotText(spawn, index);
  if (tagValue(spawn.Tags, 'Module') === null) throw new AoError('SPAWN_NO_MODULE');
  const kept = without(spawn.Tags, ['Data-Protocol', 'Type', 'Variant', 'From-Process', 'From-Module']);
  const tags = [
    ...kept,
    { name: 'Variant', value: tagValue(spawn.Tags, 'Variant') ?? 'ao.TN.1' },
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Process' },
    { name: 'From-Process', value: sender.process },
    { name: 'From-Module', value: sender.module },
    ...pushedFor(sender),
    ...(tagValue(kept, 'Scheduler') === null ? [{ name: 'Scheduler', value: sender.scheduler }] : []),
  ];
  return signed(wallet, index, { anchor: anchorOf(sender, index), tags, data: spawn.Data || ' ' });
}

/**
 * Equal bytes give equal ids here, and the SU takes an id once: without an anchor of their own, what a program sends
 * twice would be one item. The same entry has the same anchor again after a kill.
 */
function anchorOf({ process, place }: Sender, index: number): string {
  return sha256Text(`${process} ${place} ${index}`).slice(0, ANCHOR_BYTES);
}

/**
 * Tells a parent that its spawn runs. From-Process and Reference stay as the parent wrote them, which is what its
 * `Spawn(…).receive()` waits for (protocol §2.3 step 6, §11 no. 28).
 */
export function buildSpawned(wallet: Wallet, spawn: OutboxSpawn, child: ItemId, sender: Sender, index: number): SignedItem {
  const tags = [
    ...without(spawn.Tags, ['Data-Protocol', 'Variant', 'Type', 'From-Process']),
    { name: 'From-Process', value: sender.process },
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Message' },
    { name: 'Process', value: child },
    { name: 'Action', value: 'Spawned' },
  ];
  return signed(wallet, index, { target: sender.process, tags, data: ' ' });
}

/** The reference passes over such a message without a word. */
function refuseNotText({ NotText = [], Tags }: Pick<OutboxMessage, 'NotText' | 'Tags'>, index: number): void {
  // A list of processes stands there, and the tag itself is not sent.
  const name = NotText.find((one) => one !== 'Assignments');
  if (name === undefined) return;
  const value = Tags.find((tag) => tag.name === name)?.value ?? 'null';
  const type = typeOf(value);
  const write = type === 'table' ? `require("json").encode(value)` : 'tostring(value)';
  throw new AoError('TAG_NOT_TEXT', { index, tag: name.slice(0, 60), type, value: value.slice(0, 60), write });
}

/** What Lua calls the type of a value that stands in JSON. */
function typeOf(json: string): string {
  if (json.startsWith('{') || json.startsWith('[')) return 'table';
  if (json === 'true' || json === 'false') return 'boolean';
  return json === 'null' ? 'nil' : 'number';
}

function pushedFor({ journey }: Sender): Tag[] {
  return journey === null ? [] : [{ name: 'Pushed-For', value: journey }];
}

function signed(wallet: Wallet, index: number, fields: Parameters<typeof buildItem>[1]): SignedItem {
  try {
    return buildItem(wallet, fields);
  } catch (error) {
    if (error instanceof AoError) throw new AoError('PUSH_UNSIGNABLE', { index: index + 1, reason: error.message });
    throw error;
  }
}
