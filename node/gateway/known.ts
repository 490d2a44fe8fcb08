import { createHash } from 'node:crypto';
import { AoError } from '../contract/errors.ts';
import { toAddress, toItemId } from '../contract/ids.ts';
import type { Item } from '../contract/item.ts';
import { KNOWN_BY, knownByContent, moduleTags } from '../contract/module-catalogue.ts';

/**
 * The item that a well-known module is on the network, as far as its content tells: its id and data. Who signed it and
 * with which further tags is not known, and a tag says how it is known.
 * @throws AoError MODULE_NOT_KNOWN.
 */
export function knownItem(data: Uint8Array): Item {
  const sha256 = createHash('sha256').update(data).digest('hex');
  const known = knownByContent(sha256);
  if (known === null || known.format === null) throw new AoError('MODULE_NOT_KNOWN', { sha256 });
  return {
    id: toItemId(known.id),
    signatureType: 1,
    signature: '',
    owner: '',
    address: toAddress(''),
    target: '',
    anchor: '',
    tags: moduleTags(known.format, [
      { name: 'Name', value: known.name },
      { name: KNOWN_BY, value: `SHA-256 ${sha256}` },
    ]),
    data: null,
    dataBytes: data.length,
  };
}
