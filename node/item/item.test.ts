import { createPrivateKey, generateKeyPairSync, constants, sign } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataItem, deepHash as deepHashOfArbundles } from 'arbundles';
import { ArweaveSigner, EthereumSigner, createData } from 'arbundles';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { buildItem } from './build.ts';
import { deepHash, type DeepHashChunk } from './hash.ts';
import { openItem } from './parse.ts';
import { createWallet, loadOrCreateWallet } from './wallet.ts';

const LIMIT = 1024 * 1024;
const TARGET = 'A'.repeat(42) + 'E';
const wallet = createWallet();
const fields = { target: TARGET, anchor: 'x'.repeat(32), tags: [{ name: 'Action', value: 'Grüße' }], data: 'hello' };
const folder = mkdtempSync(join(tmpdir(), 'aoscope-item-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a data item', () => {
  it('comes back as it was built, and arbundles finds its signature valid', async () => {
    const built = buildItem(wallet, fields);
    const item = await openItem(built.bytes, LIMIT);
    expect(item).toMatchObject({
      id: built.id,
      address: wallet.address,
      target: TARGET,
      anchor: 'x'.repeat(32),
      tags: fields.tags,
      data: 'hello',
    });
    expect(await DataItem.verify(Buffer.from(built.bytes))).toBe(true);
    expect(new DataItem(Buffer.from(built.bytes)).id).toBe(built.id);
  });

  it('keeps a byte order mark at the beginning of its data, which was signed with it', async () => {
    const text = String.fromCharCode(0xfeff) + 'marked';
    expect((await openItem(buildItem(wallet, { ...fields, data: text }).bytes, LIMIT)).data).toBe(text);
  });

  it('has the same id when the same content is signed twice with the local wallet', () => {
    expect(buildItem(wallet, fields).id).toBe(buildItem(wallet, fields).id);
  });

  it('is accepted from an Arweave wallet with any salt, and from an Ethereum wallet', async () => {
    const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
    const item = createData(
      'data',
      new ArweaveSigner({ kty: 'RSA', e: 'AQAB', n: '', ...jwk } as ConstructorParameters<typeof ArweaveSigner>[0]),
      { tags: [] },
    );
    await item.sign(new ArweaveSigner({ kty: 'RSA', e: 'AQAB', n: '', ...jwk } as ConstructorParameters<typeof ArweaveSigner>[0]));
    expect((await openItem(item.getRaw(), LIMIT)).signatureType).toBe(1);
    const noSalt = sign('sha256', Buffer.from(await item.getSignatureData()), {
      key: createPrivateKey({ key: jwk, format: 'jwk' }),
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 0,
    });
    await item.setSignature(noSalt);
    expect((await openItem(item.getRaw(), LIMIT)).data).toBe('data');

    const signer = new EthereumSigner('11'.repeat(32));
    const ethereum = createData('eth', signer, { tags: [] });
    await ethereum.sign(signer);
    expect((await openItem(ethereum.getRaw(), LIMIT)).data).toBe('eth');
  });

  it('is refused when any byte of its content was changed', async () => {
    const { bytes } = buildItem(wallet, fields);
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 1] = (changed[changed.length - 1] ?? 0) ^ 1;
    await expect(openItem(changed, LIMIT)).rejects.toMatchObject({ code: 'ITEM_BAD_SIGNATURE' });
  });

  it('is refused with the reason when it is unsigned, oversized or no item at all', async () => {
    const { bytes } = buildItem(wallet, fields);
    const unsigned = Uint8Array.from(bytes).fill(0, 2, 66);
    await expect(openItem(unsigned, LIMIT)).rejects.toMatchObject({ code: 'ITEM_UNSIGNED' });
    await expect(openItem(bytes, 100)).rejects.toMatchObject({ code: 'ITEM_TOO_LARGE' });
    await expect(openItem(Buffer.from('{"hello":1}'), LIMIT)).rejects.toMatchObject({ code: 'ITEM_MALFORMED' });
  });

  it('is refused, never crashes, wherever it is cut off or garbled', async () => {
    const { bytes } = buildItem(wallet, fields);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(openItem(bytes.subarray(0, length), LIMIT)).rejects.toMatchObject({ code: expect.stringMatching(/^ITEM_/) as string });
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const garbled = Uint8Array.from(bytes);
        garbled[at] = (garbled[at] ?? 0) ^ flip;
        await expect(openItem(garbled, LIMIT)).rejects.toMatchObject({ code: expect.stringMatching(/^ITEM_/) as string });
      }),
      { numRuns: 300 },
    );
  });

  it('cannot be built with more tags than ANS-104 allows, or with an anchor of another length', () => {
    expect(() => buildItem(wallet, { tags: [{ name: 'Long', value: 'x'.repeat(5000) }], data: '' })).toThrow(
      expect.objectContaining({ code: 'ITEM_TAGS_TOO_LARGE' }),
    );
    expect(() => buildItem(wallet, { tags: [], anchor: 'short', data: '' })).toThrow(expect.objectContaining({ code: 'ITEM_MALFORMED' }));
  });

  it('reports data that is not text as such', async () => {
    const item = await openItem(buildItem(wallet, { tags: [], data: Uint8Array.from([0xff, 0xfe]) }).bytes, LIMIT);
    expect(item.data).toBeNull();
    expect(item.dataBytes).toBe(2);
  });
});

describe('the deep hash', () => {
  it('equals that of arbundles for any tree', async () => {
    const { tree } = fc.letrec<{ tree: DeepHashChunk }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.uint8Array({ maxLength: 40 }),
        fc.array(tie('tree'), { maxLength: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (chunk) => {
        const expected = await deepHashOfArbundles(chunk as Parameters<typeof deepHashOfArbundles>[0]);
        expect(Buffer.from(expected).equals(deepHash(chunk))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a wallet file', () => {
  it('is made once, readable by its user alone, and gives the same address ever after', async () => {
    const path = join(folder, 'keys', 'dev.json');
    const first = await loadOrCreateWallet(path);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await loadOrCreateWallet(path)).address).toBe(first.address);
  });

  it('that is broken is never overwritten', async () => {
    const path = join(folder, 'broken.json');
    writeFileSync(path, '{"kty":"OKP"}');
    await expect(loadOrCreateWallet(path)).rejects.toMatchObject({ code: 'WALLET_UNREADABLE' });
  });
});
