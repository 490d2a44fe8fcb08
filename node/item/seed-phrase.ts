import { AoError } from '../contract/errors.ts';

/** Of the first account, as wallets of Ethereum derive it (BIP-44). */
const FIRST_ACCOUNT = "m/44'/60'/0'/0/0";
/** Twelve words to twenty-four of a list that has nothing but letters. */
const LIKE_A_PHRASE = /^[a-z]+(?: [a-z]+){11,23}$/;

/** Whose wallets made a seed phrase: every phrase gives a key of each kind. */
export type PhraseKind = 'arweave' | 'ethereum';

/**
 * The text of a key file as a key: a seed phrase (BIP-39, English, without a passphrase of its own) becomes the key that wallets of its kind
 * show for it, of Ethereum that of the first account; all else is left as it is. The phrase itself is not kept: it would open more than that.
 * @param path where it stands, for what is said of it
 * @param kind null where nobody has said
 * @throws AoError WALLET_UNREADABLE where it looks like a phrase and is none, WALLET_PHRASE where it is one and nobody has said of which kind.
 */
export async function keyTextOf(text: string, path: string, kind: PhraseKind | null): Promise<string> {
  const phrase = text.normalize('NFKD').trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (!LIKE_A_PHRASE.test(phrase)) return text;
  const [{ mnemonicToSeed, validateMnemonic }, { wordlist }, { HDKey }] = await Promise.all([
    import('@scure/bip39'),
    import('@scure/bip39/wordlists/english.js'),
    import('@scure/bip32'),
  ]);
  if (!validateMnemonic(phrase, wordlist))
    throw new AoError('WALLET_UNREADABLE', { path, reason: 'it looks like a seed phrase, and a word of it, or their order, is mistaken' });
  if (kind === null) throw new AoError('WALLET_PHRASE', { path });
  if (kind === 'arweave') {
    const { arweaveKeyOfSeed } = await import('./arweave-seed.ts');
    return JSON.stringify(await arweaveKeyOfSeed(await mnemonicToSeed(phrase)));
  }
  const { privateKey } = HDKey.fromMasterSeed(await mnemonicToSeed(phrase)).derive(FIRST_ACCOUNT);
  if (privateKey === null) throw new AoError('WALLET_UNREADABLE', { path, reason: 'no key comes of this seed phrase' });
  return Buffer.from(privateKey).toString('hex');
}
