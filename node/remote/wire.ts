import { z } from 'zod';
import { isId, toAddress, toItemId, toProcessId, toSlot } from '../contract/ids.ts';
import type { Assignment, Item, LogEntry, Tag } from '../contract/item.ts';
import { tagValue, tagValues } from '../contract/item.ts';
import { sha256 } from '../item/hash.ts';

/** Fields that the reference leaves out, or writes as null, where they are empty. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const idText = z.string().refine(isId, 'not an id');
export const tags = z.array(z.object({ name: z.string(), value: z.string() }));
const owner = z.object({ address: z.string(), key: text });

const message = z.object({
  id: idText,
  owner,
  data: z.string().nullish(),
  tags,
  signature: text,
  anchor: text,
  target: text,
});
const assignment = z
  .object({ id: idText, owner, tags, signature: text, anchor: text })
  .refine((one) => isId(tagValue(one.tags, 'Process') ?? ''), 'no Process tag')
  .refine((one) => /^\d{1,15}$/.test(tagValue(one.tags, 'Nonce') ?? ''), 'no Nonce tag')
  .refine((one) => /^\d{1,15}$/.test(tagValue(one.tags, 'Timestamp') ?? ''), 'no Timestamp tag');

/** A log entry as an SU writes it (protocol §3.2). */
export const logEntry = z.object({ message: message.nullable(), assignment }).transform(entryOf);

/** A page of a log. `has_next_page` is not looked at: references say true where nothing follows (protocol §3.2). */
export const logPage = z.object({ edges: z.array(z.object({ node: logEntry })) });

/** An item in the words of whoever shows it. */
export interface ItemParts {
  readonly id: string;
  readonly owner: { readonly address: string; readonly key: string };
  readonly signature: string;
  readonly anchor: string;
  readonly target: string;
  readonly tags: readonly Tag[];
  readonly data: string | null;
  readonly dataBytes: number;
}

/** Lengths of public keys, by signature type (ANS-104). */
const KEY_BYTES: Readonly<Record<number, number>> = { 512: 1, 32: 2, 65: 3, 1025: 6, 42: 7 };

/**
 * An item out of its parts. The address is computed again from the key, as the reference CU does (protocol §1.1); where
 * an index leaves the key out, it is taken as it stands.
 */
export function itemOf({ id, owner: { address, key }, ...parts }: ItemParts): Item {
  const bytes = Buffer.from(key, 'base64url');
  return {
    id: toItemId(id),
    signatureType: KEY_BYTES[bytes.length] ?? 1,
    signature: parts.signature,
    owner: key,
    address: toAddress(bytes.length === 0 ? address : sha256(bytes).toString('base64url')),
    target: parts.target,
    anchor: parts.anchor,
    tags: parts.tags,
    data: parts.data,
    dataBytes: parts.dataBytes,
  };
}

function entryOf(raw: { message: z.infer<typeof message> | null; assignment: z.infer<typeof assignment> }): LogEntry {
  const { data = null, ...parts } = raw.message ?? { data: null };
  const item = 'id' in parts ? itemOf({ ...parts, data, dataBytes: Buffer.byteLength(data ?? '') }) : null;
  return { message: item, assignment: assignmentOf(raw.assignment) };
}

function assignmentOf(raw: z.infer<typeof assignment>): Assignment {
  const value = (name: string): string => tagValue(raw.tags, name) ?? '';
  const process = toProcessId(value('Process'));
  return {
    id: toItemId(raw.id),
    owner: raw.owner.key,
    address: toAddress(raw.owner.address),
    signature: raw.signature,
    anchor: raw.anchor,
    tags: raw.tags,
    process,
    slot: toSlot(Number(value('Nonce'))),
    epoch: 0,
    timestampMs: Number(value('Timestamp')),
    blockHeight: Number(value('Block-Height')),
    hashChain: value('Hash-Chain'),
    message: toItemId(value('Message') || process),
    exclude: tagValues(raw.tags, 'Exclude'),
  };
}
