import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AoError } from '../contract/errors.ts';

/** For scripts: CI has nobody to type. */
const VARIABLE = 'AOSCOPE_PASSPHRASE';

/**
 * The passphrase of a wallet: from the environment, or typed at the terminal, where it is not shown.
 * @param isNew it is typed twice
 * @throws AoError WALLET_UNASKED where nobody can be asked, CANCELLED where nothing is typed, WALLET_TYPED where the two differ.
 */
export async function passphraseFor(name: string, isNew = false): Promise<string> {
  const given = process.env[VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY) throw new AoError('WALLET_UNASKED', { name });
  const typed = await typedIn(`${isNew ? 'New passphrase' : 'Passphrase'} of the wallet ${name}: `);
  if (isNew && (await typedIn('The same again: ')) !== typed) throw new AoError('WALLET_TYPED', { name });
  return typed;
}

/** @throws AoError CANCELLED at the end of the input, by Ctrl-C, and for nothing. */
async function typedIn(question: string): Promise<string> {
  process.stderr.write(question);
  // Echoes go nowhere.
  const dark = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: dark, terminal: true });
  const closed = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
  try {
    const typed = await Promise.race([prompt.question('').catch(() => ''), closed]);
    if (typed === '') throw new AoError('CANCELLED');
    return typed;
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
