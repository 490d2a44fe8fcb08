import { createInterface } from 'node:readline';
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
  // What this program starts (units, tests) is not told.
  delete process.env[VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!process.stdin.isTTY) throw new AoError('WALLET_UNASKED', { name });
  const first = `${isNew ? 'New passphrase' : 'Passphrase'} of the wallet ${name}: `;
  const [typed = '', again] = await typedIn(isNew ? [first, 'The same again: '] : [first]);
  if (again !== undefined && again !== typed) throw new AoError('WALLET_TYPED', { name });
  return typed;
}

/** An answer for each question. @throws AoError CANCELLED at the end of the input, by Ctrl-C, and for nothing. */
async function typedIn(questions: readonly string[]): Promise<readonly string[]> {
  // Echoes go nowhere.
  const dark = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: dark, terminal: true });
  const lines = prompt[Symbol.asyncIterator]();
  const answers: string[] = [];
  try {
    for (const question of questions) {
      process.stderr.write(question);
      const line = await lines.next();
      process.stderr.write('\n');
      if (line.done === true || line.value === '') throw new AoError('CANCELLED');
      answers.push(line.value);
    }
    return answers;
  } finally {
    prompt.close();
  }
}
