import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildItem } from '../item/build.ts';
import { isEthereumSigned } from '../item/ethereum.ts';
import { openItem } from '../item/parse.ts';
import { createKeyText, walletOfText } from '../item/wallet.ts';
import { openKeyring, type Keyring } from './keyring.ts';

const PASSPHRASE = 'seven grey herons';
/** The example that web3.js documents (web3.eth.accounts.sign): its key, its account, and what it signs. */
const KNOWN = {
  secret: '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318',
  account: '0x2c7536E3605D9C16a7a3D7b1898e529396a65c23',
  message: 'Some data',
  signature:
    'b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c',
};

function keyring(): { readonly keys: Keyring; readonly folder: string; readonly fileOf: (name: string) => string } {
  const folder = join(mkdtempSync(join(tmpdir(), 'aoscope-keys-')), 'keys');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  return { keys: openKeyring(folder), folder, fileOf: (name) => join(folder, `${name}.key`) };
}

const jwk = (): string => JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' }));

test('a kept key signs what the network takes, and its file tells nobody what it is', { timeout: 60_000 }, async () => {
  const { keys, folder, fileOf } = keyring();
  const texts = { weave: jwk(), ether: await createKeyText('ethereum') };
  for (const [name, text] of Object.entries(texts)) {
    const kept = await keys.keep(name, text, PASSPHRASE);
    const wallet = await keys.wallet(name, PASSPHRASE);
    expect(wallet.address).toBe(kept.address);
    const { raw } = buildItem(wallet, { tags: [{ name: 'Action', value: 'Hello' }], data: Buffer.from('there') });
    // Its signature is checked.
    expect(await openItem(Buffer.from(raw, 'base64'), raw.length)).toMatchObject({ address: kept.address });
    const written = readFileSync(fileOf(name), 'utf8');
    const secret = name === 'weave' ? (JSON.parse(text) as { d: string }).d : text;
    expect(written).not.toContain(secret.slice(0, 20));
    expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect((await keys.list()).keys.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['ether Ethereum', 'weave Arweave']);
});

test('a key of Ethereum has the account, and gives the signatures, that other wallets give it', async () => {
  const { keys } = keyring();
  expect(await keys.keep('known', `0x${KNOWN.secret}\n`, PASSPHRASE)).toMatchObject({ kind: 'Ethereum', account: KNOWN.account });
  const wallet = await keys.wallet('known', PASSPHRASE);
  const signature = wallet.sign(Buffer.from(KNOWN.message));
  expect(Buffer.from(signature).toString('hex')).toBe(KNOWN.signature);
  expect(isEthereumSigned(wallet.owner, Buffer.from(KNOWN.message), signature)).toBe(true);
});

test('another passphrase, another address in the file or other bytes open nothing', async () => {
  const { keys, fileOf } = keyring();
  await keys.keep('mine', KNOWN.secret, PASSPHRASE);
  await expect(keys.text('mine', `${PASSPHRASE}.`)).rejects.toMatchObject({ code: 'WALLET_PASSPHRASE' });
  const whole = JSON.parse(readFileSync(fileOf('mine'), 'utf8')) as Record<string, string>;
  const changed: readonly Record<string, string>[] = [
    { address: 'A'.repeat(43) },
    { account: '0x0000000000000000000000000000000000000000' },
    { sealed: `${whole['sealed']?.startsWith('A') === true ? 'B' : 'A'}${whole['sealed']?.slice(1)}` },
  ];
  for (const change of changed) {
    writeFileSync(fileOf('mine'), JSON.stringify({ ...whole, ...change }));
    await expect(keys.text('mine', PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_PASSPHRASE' });
  }
  // One that would take all memory there is, is cut off, or is an open key is told before it is tried, and hides no other.
  const scrypt = (N: number): object => ({ N, r: 8, p: 1, salt: Buffer.alloc(32).toString('base64url') });
  const broken = [
    { ...whole, scrypt: scrypt(2 ** 30) },
    { ...whole, scrypt: scrypt(131_073) },
    { ...whole, nonce: '' },
    { ...whole, address: '\u001b[2J' },
  ];
  await keys.keep('other', KNOWN.secret, PASSPHRASE);
  for (const content of [...broken.map((one) => JSON.stringify(one)), '{"format":', KNOWN.secret]) {
    writeFileSync(fileOf('mine'), content);
    await expect(keys.text('mine', PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_KEPT_BROKEN' });
    const listed = await keys.list();
    expect(listed.keys.map(({ name }) => name)).toEqual(['other']);
    expect(listed.broken.map(({ code }) => code)).toEqual(['WALLET_KEPT_BROKEN']);
    expect(listed.broken[0]?.message).not.toContain(KNOWN.secret.slice(0, 8));
  }
  writeFileSync(fileOf('mine'), JSON.stringify(whole));
  expect(await keys.text('mine', PASSPHRASE)).toBe(KNOWN.secret);
});

test('the same passphrase opens it however its accents were typed', async () => {
  const { keys } = keyring();
  await keys.keep('mine', KNOWN.secret, 'caf\u00e9 am Hafen');
  expect(await keys.text('mine', 'cafe\u0301 am Hafen')).toBe(KNOWN.secret);
});

test('nothing is overwritten, and what would be no good is refused before anything is written', async () => {
  const { keys, folder } = keyring();
  await expect(keys.keep('../out', KNOWN.secret, PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_NAME' });
  await expect(keys.keep('mine', KNOWN.secret, 'short')).rejects.toMatchObject({ code: 'WALLET_WEAK' });
  await expect(keys.keep('mine', 'f'.repeat(64), PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_UNREADABLE' });
  await expect(keys.keep('mine', '{"kty":"RSA"}', PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_UNREADABLE' });
  expect(await keys.list()).toEqual({ keys: [], broken: [] });
  const both = await Promise.allSettled([keys.keep('mine', KNOWN.secret, PASSPHRASE), keys.keep('mine', KNOWN.secret, PASSPHRASE)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await expect(keys.keep('mine', KNOWN.secret, PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_TAKEN' });
  expect(readdirSync(folder)).toEqual(['mine.key']);
  await keys.remove('mine');
  await expect(keys.wallet('mine', PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_UNKNOWN' });
  expect(walletOfText(KNOWN.secret, 'x').signatureType).toBe(3);
});
