import { constants, createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { AoError } from '../contract/errors.ts';
import { toAddress, toItemId, type ItemId } from '../contract/ids.ts';
import type { Item, Tag } from '../contract/item.ts';
import { deepHash, sha256 } from '../item/hash.ts';

/** Arweave: names and values of all tags together. */
const TAG_BYTES_MAX = 2_048;
/** RSA-4096: the only kind of key that signs transactions of format 2. */
const KEY_BYTES = 512;
/** An anchor is a block (48 bytes) or an earlier transaction (32). */
const ANCHOR_BYTES = 48;
const ID_BYTES = 32;

/** One character alone stands for no byte: it would be the same transaction in other words. */
const encoded = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/, 'is not base64url')
  .refine(({ length }) => length % 4 !== 1, 'is not base64url');
const amount = z.string().regex(/^(?:0|[1-9]\d{0,23})$/, 'is no whole number in decimal text');
const fields = z.object({
  id: encoded,
  last_tx: encoded,
  owner: encoded,
  tags: z.array(z.object({ name: encoded, value: encoded })).max(TAG_BYTES_MAX, 'are too many'),
  target: encoded,
  quantity: amount,
  data_size: amount,
  data_root: encoded,
  reward: amount,
  signature: encoded,
});

/** A transaction of format 2 without its data, in the words of Arweave's JSON: bytes are base64url, amounts decimal text in winston. */
export type Transaction = Readonly<z.infer<typeof fields>>;

/** A verified transaction as it was posted. */
export interface PostedTransaction {
  readonly transaction: Transaction;
  /** Inline data; empty when there is none or when it comes in chunks. */
  readonly data: Uint8Array;
}

/**
 * A posted transaction: parsed, its id and its signature (RSA-PSS over the deep hash of its fields) verified.
 * Whether its data belongs to it is not looked at here.
 * @param raw what the JSON of the body holds; anything.
 * @throws AoError TX_MALFORMED, TX_BAD_SIGNATURE.
 */
export function openTransaction(raw: unknown): PostedTransaction {
  const { format } = z.object({ format: z.unknown() }).safeParse(raw).data ?? {};
  if (format === 1) throw new AoError('TX_MALFORMED', { reason: 'it has format 1, which is not taken any more' });
  if (format !== 2)
    throw new AoError('TX_MALFORMED', {
      reason: raw === null || typeof raw !== 'object' ? 'it is no JSON object' : 'its format is not the number 2',
    });
  const parsed = fields.safeParse(raw);
  const data = z.object({ data: encoded.optional() }).safeParse(raw);
  const issue = parsed.error?.issues[0] ?? data.error?.issues[0];
  if (!parsed.success || !data.success) throw new AoError('TX_MALFORMED', { reason: `"${issue?.path.join('.')}" ${issue?.message}` });
  const transaction = parsed.data;
  checkLengths(transaction);
  if (sha256(bytesOf(transaction.signature)).toString('base64url') !== transaction.id || !isSigned(transaction))
    throw new AoError('TX_BAD_SIGNATURE');
  return { transaction, data: bytesOf(data.data.data ?? '') };
}

function checkLengths({ id, last_tx, owner, tags, target, signature, data_root }: Transaction): void {
  const check = (name: string, text: string, ...allowed: readonly number[]): void => {
    const { length } = bytesOf(text);
    if (!allowed.includes(length))
      throw new AoError('TX_MALFORMED', { reason: `"${name}" has ${length} bytes and not ${allowed.join(' or ')}` });
  };
  check('id', id, ID_BYTES);
  check('owner', owner, KEY_BYTES);
  check('signature', signature, KEY_BYTES);
  check('target', target, 0, ID_BYTES);
  check('data_root', data_root, 0, ID_BYTES);
  check('last_tx', last_tx, 0, ID_BYTES, ANCHOR_BYTES);
  const bytes = tags.reduce((sum, { name, value }) => sum + bytesOf(name).length + bytesOf(value).length, 0);
  if (bytes > TAG_BYTES_MAX)
    throw new AoError('TX_MALFORMED', { reason: `its tags take ${bytes} bytes; at most ${TAG_BYTES_MAX} are taken` });
}

function isSigned(transaction: Transaction): boolean {
  const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
  const signed = deepHash([
    text('2'),
    bytesOf(transaction.owner),
    bytesOf(transaction.target),
    text(transaction.quantity),
    text(transaction.reward),
    bytesOf(transaction.last_tx),
    transaction.tags.map(({ name, value }) => [bytesOf(name), bytesOf(value)]),
    text(transaction.data_size),
    bytesOf(transaction.data_root),
  ]);
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n: transaction.owner, e: 'AQAB' }, format: 'jwk' });
    // Clients salt with 32 bytes or with as many as fit.
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
    return verify('sha256', signed, { key, ...padding }, bytesOf(transaction.signature));
  } catch {
    // A key that cannot be read is a signature that does not fit.
    return false;
  }
}

/** A transaction in the form of an item, without its data. */
export function itemOf(transaction: Transaction): Item {
  return {
    id: idOf(transaction),
    signatureType: 1,
    signature: transaction.signature,
    owner: transaction.owner,
    address: addressOf(transaction),
    target: transaction.target,
    anchor: transaction.last_tx,
    tags: tagsOf(transaction),
    data: '',
    dataBytes: Number(transaction.data_size),
  };
}

export function idOf({ id }: Transaction): ItemId {
  return toItemId(id);
}

/** The wallet that signed it. */
export function addressOf({ owner }: Transaction): Item['address'] {
  return toAddress(sha256(bytesOf(owner)).toString('base64url'));
}

function tagsOf({ tags }: Transaction): Tag[] {
  const text = (value: string): string => Buffer.from(value, 'base64url').toString('utf8');
  return tags.map(({ name, value }) => ({ name: text(name), value: text(value) }));
}

/** A transaction that the gateway kept. @throws Error when the text is none. */
export function readTransaction(json: string): Transaction {
  return fields.parse(JSON.parse(json));
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'base64url');
}
