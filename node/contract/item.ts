import type { Address, ItemId, ProcessId, Slot } from './ids.ts';
import type { Note, SlotLimits } from './note.ts';
import type { RemovedParts } from './redaction.ts';

/** One tag of a data item. Names may repeat and their order matters. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/**
 * A signed ANS-104 data item whose signature has been verified.
 * Bytes are base64url so that an item survives structured clone and JSON.
 */
export interface Item {
  readonly id: ItemId;
  /** 1 Arweave RSA-4096, 2 Ed25519, 3 Ethereum, … (ANS-104). */
  readonly signatureType: number;
  /** base64url. */
  readonly signature: string;
  /** The signer's public key, base64url. */
  readonly owner: string;
  readonly address: Address;
  /** '' when the item has no target. */
  readonly target: string;
  /** UTF-8 text when printable, otherwise base64url; '' when absent. */
  readonly anchor: string;
  readonly tags: readonly Tag[];
  /** UTF-8 text; null when the bytes are not valid UTF-8 (as the reference SU reports it). */
  readonly data: string | null;
  readonly dataBytes: number;
}

/** What an item asks for, told by its first Type tag. */
export type ItemType = 'Message' | 'Process' | 'Assignment' | 'Module' | 'Other';

/** A slot of a process's log: the signed promise of the scheduler that this message comes here. */
export interface Assignment {
  readonly id: ItemId;
  readonly owner: string;
  readonly address: Address;
  readonly signature: string;
  readonly anchor: string;
  readonly tags: readonly Tag[];
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly epoch: 0;
  /** Milliseconds since 1970, strictly increasing within a process; those of another scheduler may be equal. */
  readonly timestampMs: number;
  readonly blockHeight: number;
  /** base64url(SHA-256(id of the assignment before || hash chain before)). */
  readonly hashChain: string;
  /** The item in this slot: the process item in slot 0. */
  readonly message: ItemId;
  /** Fields that an assignment of existing data leaves out (Data, Tags, …). */
  readonly exclude: readonly string[];
}

/** One line of a process's log. `message` is null where the slot assigns data that stands on the gateway. */
export interface LogEntry {
  readonly assignment: Assignment;
  readonly message: Item | null;
  /** Absent where the scheduler keeps none (one of the network, say). */
  readonly limits?: SlotLimits;
  /** What was taken out of the message before it came here in a recording; absent where it is whole. */
  readonly removed?: RemovedParts;
  /** What was written down of this slot; absent for nothing. */
  readonly notes?: readonly Note[];
}

/** First value of the tag `name`, compared exactly; null when there is none. */
export function tagValue(tags: readonly Tag[], name: string): string | null {
  return tags.find((tag) => tag.name === name)?.value ?? null;
}

/** Every value of the tag `name`, in order. */
export function tagValues(tags: readonly Tag[], name: string): string[] {
  return tags.filter((tag) => tag.name === name).map((tag) => tag.value);
}

/** The earliest of the known Type tags decides, as in the reference MU (parse-data-item). */
export function itemType(tags: readonly Tag[]): ItemType {
  for (const tag of tags) {
    if (tag.name !== 'Type') continue;
    if (tag.value === 'Message' || tag.value === 'Process' || tag.value === 'Assignment' || tag.value === 'Module') return tag.value;
  }
  return 'Other';
}
