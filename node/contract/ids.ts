import type { Brand } from '../base/brand.ts';

/** Id of a signed data item: base64url(SHA-256(signature)), 43 characters. */
export type ItemId = Brand<string, 'ItemId'>;
/** Id of a process: the item id of the item that spawned it. */
export type ProcessId = Brand<string, 'ProcessId'>;
/** Id of a module: the item id of the item that carries its program. */
export type ModuleId = Brand<string, 'ModuleId'>;
/** Address of a wallet: base64url(SHA-256(public key)), 43 characters (an 0x address for Ethereum keys). */
export type Address = Brand<string, 'Address'>;
/** A place in a process's log: 0 is the process item itself, messages follow from 1. */
export type Slot = Brand<number, 'Slot'>;

const ID = /^[A-Za-z0-9_-]{43}$/;

/** True when `raw` has the shape of an item id. */
export function isId(raw: string): boolean {
  return ID.test(raw);
}

/** What an address of a wallet or a process looks like, for people. */
export const ADDRESS_WORDS = 'an address has 43 characters, or 0x and 40 digits';

/** True when `raw` has the shape of an address: that of an id, or of an Ethereum account. */
export function isAddress(raw: string): boolean {
  return isId(raw) || /^0x[0-9a-fA-F]{40}$/.test(raw);
}

/** @throws RangeError when `raw` is not 43 base64url characters. */
export function toItemId(raw: string): ItemId {
  if (!isId(raw)) throw new RangeError(`an id has 43 base64url characters, this has ${raw.length}: ${raw.slice(0, 64)}`);
  return raw as ItemId;
}

/** @throws RangeError as {@link toItemId}. */
export function toProcessId(raw: string): ProcessId {
  return toItemId(raw) as string as ProcessId;
}

/** @throws RangeError as {@link toItemId}. */
export function toModuleId(raw: string): ModuleId {
  return toItemId(raw) as string as ModuleId;
}

/** An address is taken as it comes: its form depends on the key's kind. */
export function toAddress(raw: string): Address {
  return raw as Address;
}

/** @throws RangeError when `raw` is not a whole number from 0. */
export function toSlot(raw: number): Slot {
  if (!Number.isSafeInteger(raw) || raw < 0) throw new RangeError(`a slot is a whole number from 0, this is ${raw}`);
  return raw as Slot;
}
