import { createHash, createPrivateKey, type JsonWebKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { ethereumAccount } from './ethereum.ts';
import { keyTextOf } from './seed-phrase.ts';
import { walletOfText } from './wallet.ts';

const accountOf = async (phrase: string): Promise<string> =>
  ethereumAccount(walletOfText(await keyTextOf(phrase, 'phrase', 'ethereum'), 'phrase').owner);

it('a seed phrase is the first account that wallets of Ethereum show for it, however it was written down', async () => {
  // The accounts of Hardhat and Foundry, and of Ganache, as their documentation has them.
  expect(await accountOf('test test test test test test test test test test test junk')).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266');
  expect(await accountOf(' Myth like bonus scare over problem\nclient lizard pioneer submit female collect\n')).toBe(
    '0x90F8bf6A479f320ead074411a4B0e7944Ea8c9C1',
  );
});

it('a phrase with a mistaken word is told without a word of it; what is no phrase is left as it is', async () => {
  const mistaken = keyTextOf('test test test test test test test test test test test test', 'phrase', 'arweave');
  await expect(mistaken).rejects.toMatchObject({ code: 'WALLET_UNREADABLE' });
  await expect(mistaken).rejects.not.toThrow(/test/);
  const key = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318';
  expect(await keyTextOf(key, 'key', null)).toBe(key);
});

it('a seed phrase is the wallet that Wander and arweave.app show for it, to the last bit', { timeout: 60_000 }, async () => {
  // The phrase of arweave-mnemonic-keys' documentation; what it gives was taken from human-crypto-keys 0.1.4, which those wallets use.
  const phrase = 'jewel cave spy act loyal solid night manual joy select mystery unhappy';
  const text = await keyTextOf(phrase, 'phrase', 'arweave');
  expect(walletOfText(text, 'phrase').address).toBe('FT3zQGjQOjDfypHAbcesKmmfVi7QqaV-xOHFLNFFB7Y');
  const jwk = createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' }).export({ format: 'jwk' });
  expect(createHash('sha256').update(JSON.stringify(jwk)).digest('hex')).toBe(
    '0b40d0dea842de64e0d7355f7494d9a8d169066b21283aa369d92d5a5127b032',
  );
});

it('whoever does not say of which kind a phrase is gets no key of the wrong one', async () => {
  await expect(keyTextOf('test test test test test test test test test test test junk', 'phrase', null)).rejects.toMatchObject({
    code: 'WALLET_PHRASE',
  });
});
