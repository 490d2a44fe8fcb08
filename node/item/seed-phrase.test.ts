import { expect, it } from 'vitest';
import { ethereumAccount } from './ethereum.ts';
import { keyTextOf } from './seed-phrase.ts';
import { walletOfText } from './wallet.ts';

const accountOf = async (phrase: string): Promise<string> =>
  ethereumAccount(walletOfText(await keyTextOf(phrase, 'phrase'), 'phrase').owner);

it('a seed phrase is the first account that wallets of Ethereum show for it, however it was written down', async () => {
  // The accounts of Hardhat and Foundry, and of Ganache, as their documentation has them.
  expect(await accountOf('test test test test test test test test test test test junk')).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266');
  expect(await accountOf(' Myth like bonus scare over problem\nclient lizard pioneer submit female collect\n')).toBe(
    '0x90F8bf6A479f320ead074411a4B0e7944Ea8c9C1',
  );
});

it('a phrase with a mistaken word is told without a word of it; what is no phrase is left as it is', async () => {
  const mistaken = keyTextOf('test test test test test test test test test test test test', 'phrase');
  await expect(mistaken).rejects.toMatchObject({ code: 'WALLET_UNREADABLE' });
  await expect(mistaken).rejects.not.toThrow(/test/);
  const key = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318';
  expect(await keyTextOf(key, 'key')).toBe(key);
});
