import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KeptKey } from '../contract/deploy.ts';
import { AoError } from '../contract/errors.ts';
import { keyTextOf, type PhraseKind } from '../item/seed-phrase.ts';
import { createKeyText, readKeyFile, readWallet, walletOfText, type Wallet } from '../item/wallet.ts';
import { givenOptions } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { checkPassphrase, openKeyring, type Keyring } from '../workspace/keyring.ts';
import { writeOpenKey } from '../workspace/keys.ts';
import { markOwnFolder } from '../workspace/own-folder.ts';
import { defaultUserDir, userFolders } from '../workspace/user-dir.ts';
import { passphraseFor } from './passphrase.ts';

const USAGE = `aoscope wallet list
aoscope wallet new NAME [--ethereum]
aoscope wallet import NAME FILE [--arweave | --ethereum]
aoscope wallet export NAME FILE
aoscope wallet remove NAME --yes

Keys to sign with on networks of others. Each is kept under a passphrase: encrypted (AES-256-GCM, the key made by scrypt with
128 MiB), in a file for you alone. aoscope deploy --wallet NAME asks for it. What list tells is what the files say: that the
address belongs to the key is checked when it is opened. The wallets with which the node of this computer
tries things out are others, and worth nothing.

  new     a key of Arweave (RSA-4096, takes some seconds), with --ethereum one of Ethereum
  import  FILE is a JWK of Arweave or of this app, or a key of Ethereum (64 hexadecimal digits), or a seed
          phrase (BIP-39, English): with --arweave it becomes the key that Wander and arweave.app show for
          it, with --ethereum that of its first account; the file is left where it is
  export  writes the key itself, open, to a new FILE: whoever has that file has all that belongs to the wallet
  remove  for good: without an export what belongs to it is lost

  --data DIR  folder for wallets, modules and settings, instead of the user's own
  --json      one line of JSON for each wallet
  --help      this text

Scripts give the passphrase in the environment variable AOSCOPE_PASSPHRASE.`;

/** `aoscope wallet`. @returns the exit code. */
export async function runWallet(args: readonly string[]): Promise<number> {
  try {
    const line = parse(args);
    if (line === null) {
      say(USAGE);
      return 0;
    }
    const keys = openKeyring(userFolders(line.userDir).keys);
    const { kept, done } = await doIt(keys, line);
    for (const one of kept) say(line.isJson ? JSON.stringify(one) : lineOf(one));
    if (done !== null && !line.isJson) say(done);
    return 0;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/**
 * The wallet to sign with: one that is kept under that name, or a key file.
 * @throws AoError WALLET_TWICE where both are there, WALLET_NONE where neither is; WALLET_UNASKED, WALLET_PASSPHRASE, WALLET_UNREADABLE,
 *   WALLET_KEPT_BROKEN, CANCELLED.
 */
export async function walletCalled(nameOrFile: string, userDir: string): Promise<Wallet> {
  const keys = openKeyring(userFolders(userDir).keys);
  const path = resolve(nameOrFile);
  const isFile = existsSync(path);
  if (!(await keys.has(nameOrFile))) {
    if (!isFile) throw new AoError('WALLET_NONE', { name: nameOrFile });
    return readWallet(path);
  }
  // Nobody is to sign with another key than is meant.
  if (isFile) throw new AoError('WALLET_TWICE', { name: nameOrFile });
  return keys.wallet(nameOrFile, await passphraseFor(nameOrFile));
}

/** @returns the wallets to tell of, and what was done besides, as a sentence. */
async function doIt(keys: Keyring, line: Line): Promise<{ readonly kept: readonly KeptKey[]; readonly done: string | null }> {
  if (line.verb === 'list') {
    const { keys: kept, broken } = await keys.list();
    for (const error of broken) sayError(error);
    const isNone = kept.length === 0 && broken.length === 0;
    return { kept, done: isNone ? 'No wallet is kept here yet: aoscope wallet new NAME makes one.' : null };
  }
  const { name, path, userDir } = line;
  if (line.verb === 'remove') {
    await keys.remove(name);
    return { kept: [], done: `The wallet ${name} is gone.` };
  }
  if (line.verb === 'export') {
    if (!(await keys.has(name))) throw new AoError('WALLET_UNKNOWN', { name });
    if (existsSync(path)) throw new AoError('FILE_EXISTS', { path });
    await writeOpenKey(path, await keys.text(name, await passphraseFor(name)));
    return { kept: [], done: `The key is in ${path}, open to whoever has that file.` };
  }
  // What is no good is told before a passphrase is asked for. A file may be a pipe, which can be read once.
  await keys.check(name);
  const given = line.verb === 'import' ? await keyTextOf(readKeyFile(path), path, line.phrase) : null;
  if (given !== null) walletOfText(given, path);
  const passphrase = await passphraseFor(name, true);
  checkPassphrase(passphrase);
  await markOwnFolder(userDir);
  const text = given ?? (await createKeyText(line.isEthereum ? 'ethereum' : 'arweave'));
  return { kept: [await keys.keep(name, text, passphrase)], done: null };
}

function lineOf({ name, kind, address, account }: KeptKey): string {
  return `${name}  ${kind}  ${address}${account === null ? '' : `  ${account}`}`;
}

interface Line {
  readonly verb: 'list' | 'new' | 'import' | 'export' | 'remove';
  readonly name: string;
  /** Of the file, where the verb takes one. */
  readonly path: string;
  readonly isEthereum: boolean;
  /** Of which kind a seed phrase is; null where nobody has said. */
  readonly phrase: PhraseKind | null;
  readonly userDir: string;
  readonly isJson: boolean;
}

const VERBS = ['list', 'new', 'import', 'export', 'remove'] as const;
const WORDS = { list: 1, new: 2, import: 3, export: 3, remove: 2 } as const;

/** @returns null for --help. @throws AoError OPTION_UNKNOWN. */
function parse(args: readonly string[]): Line | null {
  const { values, positionals } = options(args);
  if (values.help === true) return null;
  const [word, name = '', path = ''] = positionals;
  const verb = VERBS.find((one) => one === word);
  if (verb === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `write wallet ${VERBS.join(', wallet ')}` });
  if (positionals.length !== WORDS[verb])
    throw new AoError('OPTION_UNKNOWN', { reason: `wallet ${verb} takes ${['nothing', 'a name', 'a name and a file'][WORDS[verb] - 1]}` });
  if (values.arweave === true && values.ethereum === true)
    throw new AoError('OPTION_UNKNOWN', { reason: 'a key is one of Arweave or one of Ethereum; leave --arweave or --ethereum out' });
  if (verb === 'remove' && values.yes !== true)
    throw new AoError('OPTION_UNKNOWN', { reason: 'what is removed cannot be brought back; add --yes where that is meant' });
  return {
    verb,
    name,
    path: resolve(path),
    isEthereum: values.ethereum === true,
    phrase: values.arweave === true ? 'arweave' : values.ethereum === true ? 'ethereum' : null,
    userDir: values.data === undefined ? defaultUserDir() : resolve(values.data),
    isJson: values.json === true,
  };
}

function options(args: readonly string[]) {
  return givenOptions(args, {
    arweave: { type: 'boolean' },
    ethereum: { type: 'boolean' },
    yes: { type: 'boolean' },
    data: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
}
