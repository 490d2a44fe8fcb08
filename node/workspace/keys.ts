import { existsSync } from 'node:fs';
import { realpath, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { BROWSER_WALLET, type KeyInfo, type KeptKey } from '../contract/deploy.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { isId, toAddress, type Address } from '../contract/ids.ts';
import type { Wallet } from '../item/wallet.ts';
import { systemCode } from './file-errors.ts';
import { checkPassphrase, openKeyring } from './keyring.ts';
import type { ChooseRecording, ConfirmKey, FoundKeyStore } from './ports.ts';

type KeyHandlers = Pick<HandlersOf<'shell'>, Extract<keyof HandlersOf<'shell'>, `keys.${string}`>>;

/** Keys that are worth something, as windows deal with them: a key itself never leaves this process but into a file that the person names. */
export interface Keys {
  readonly handlers: KeyHandlers;
  /** @throws AoError WALLET_UNKNOWN, WALLET_LOCKED. That of the browser signs no bytes: its items are signed by `BrowserSigning`. */
  wallet(name: string): Promise<Wallet>;
  /** As its file says, whether it is locked or not. @throws AoError WALLET_UNKNOWN, WALLET_KEPT_BROKEN. */
  address(name: string): Promise<Address>;
}

/** A key that nobody has locked is locked after that time. */
const OPEN_MS = 30 * 60_000;

/** What keys need of the process that they live in. */
export interface KeyPorts {
  /** Of the kept keys. */
  readonly folder: string;
  /** The folder of the open project, which no key may be written into. */
  readonly project: () => string;
  /** Shows the system's dialog; null where there is none. */
  readonly choose: ChooseRecording | null;
  readonly keyStore: () => FoundKeyStore;
  /** Asks beside the window, before a key that no passphrase guards is unlocked, leaves the store or is removed. */
  readonly confirm: ConfirmKey;
  /** There is another key, or one less, or one was opened or locked. */
  readonly changed: () => void;
}

export function openKeys({ folder, project, choose, keyStore, confirm, changed }: KeyPorts): Keys {
  const ring = openKeyring(folder, () => keyStore().store);
  let browser: Wallet | null = null;
  const open = new Map<string, { readonly wallet: Wallet; readonly timer: NodeJS.Timeout }>();
  const lock = (name: string): void => {
    clearTimeout(open.get(name)?.timer);
    if (open.delete(name)) changed();
  };
  const info = (key: KeptKey): KeyInfo => ({ ...key, isOpen: open.has(key.name) });
  const unlock = async (name: string, passphrase: string | null): Promise<void> => {
    const wallet = await ring.wallet(name, passphrase);
    lock(name);
    open.set(name, { wallet, timer: setTimeout(() => lock(name), OPEN_MS).unref() });
    changed();
  };
  /** What is made is at hand at once: its passphrase was typed a moment ago. */
  const keep = async (name: string, text: string, passphrase: string | null): Promise<KeyInfo> => {
    const kept = await ring.keep(name, text, passphrase);
    await unlock(name, passphrase);
    return info(kept);
  };
  /** The person means it: they know the passphrase, or say so beside the window. @throws AoError WALLET_SYSTEM, CANCELLED. */
  const mustBeMeant = async (...[wish, name, path]: Parameters<ConfirmKey>): Promise<void> => {
    if ((await ring.keptBy(name)) !== 'system') return;
    if (keyStore().store === null) throw new AoError('WALLET_SYSTEM', { name });
    if (!(await confirm(wish, name, path))) throw new AoError('CANCELLED');
  };
  const told = async (name: string): Promise<KeptKey> => {
    const { keys, broken } = await ring.list();
    const found = keys.find((one) => one.name === name);
    if (found !== undefined) return found;
    const own = broken.find(({ details }) => basename(String(details['path']), '.key') === name);
    throw own ?? new AoError('WALLET_UNKNOWN', { name });
  };
  return {
    async wallet(name) {
      if (name === BROWSER_WALLET && browser !== null) return browser;
      const found = open.get(name);
      if (found !== undefined) return found.wallet;
      throw new AoError((await ring.has(name)) ? 'WALLET_LOCKED' : 'WALLET_UNKNOWN', { name });
    },
    async address(name) {
      if (name === BROWSER_WALLET && browser !== null) return browser.address;
      const { address } = await told(name);
      if (!isId(address)) throw new AoError('WALLET_UNKNOWN', { name });
      return toAddress(address);
    },
    handlers: {
      async 'keys.list'() {
        const { keys, broken } = await ring.list();
        const connected = browser === null ? [] : [browserInfo(browser)];
        const found = keyStore();
        return {
          keys: [...connected, ...keys.map(info)],
          broken: broken.map(({ message, cure }) => `${message} ${cure}`),
          store: found.store === null ? { isThere: false, reason: found.reason } : { isThere: true, name: found.name },
        };
      },
      async 'keys.make'({ name, kind, passphrase }) {
        await ring.check(name);
        if (passphrase !== null) checkPassphrase(passphrase);
        const { createKeyText } = await import('../item/wallet.ts');
        return keep(name, await createKeyText(kind), passphrase);
      },
      async 'keys.import'({ name, path, passphrase, phrase }) {
        await ring.check(name);
        if (passphrase !== null) checkPassphrase(passphrase);
        const { readKeyFile } = await import('../item/wallet.ts');
        const { keyTextOf } = await import('../item/seed-phrase.ts');
        const full = fullPath(path);
        return keep(name, await keyTextOf(readKeyFile(full), full, phrase), passphrase);
      },
      'keys.choose': async ({ to, name }) => ({ path: (await choose?.(to, name)) ?? null, isSupported: choose !== null }),
      async 'keys.unlock'({ name, passphrase }) {
        await mustBeMeant('unlock', name, null);
        await unlock(name, passphrase);
        return {};
      },
      async 'keys.lock'({ name }) {
        lock(name);
        return {};
      },
      async 'keys.export'({ name, path, passphrase }) {
        const full = fullPath(path);
        if (await isInside(project(), full)) throw new AoError('WALLET_INSIDE', { path: full });
        if (existsSync(full)) throw new AoError('FILE_EXISTS', { path: full });
        await mustBeMeant('export', name, full);
        await writeOpenKey(full, await ring.text(name, passphrase));
        return { path: full };
      },
      async 'keys.remove'({ name, passphrase }) {
        await mustBeMeant('remove', name, null);
        await ring.text(name, passphrase);
        lock(name);
        await ring.remove(name);
        changed();
        return {};
      },
      async 'keys.connect'({ owner }) {
        browser = owner === null ? null : await browserWallet(Buffer.from(owner, 'base64url'));
        changed();
        return { key: browser === null ? null : browserInfo(browser) };
      },
    },
  };
}

/** A key of Arweave that lies in the person's browser: whoever signs asks the window for it. */
async function browserWallet(owner: Uint8Array): Promise<Wallet> {
  const { sha256 } = await import('../item/hash.ts');
  const address = toAddress(sha256(owner).toString('base64url'));
  const sign = (): never => {
    throw new AoError('WALLET_BROWSER', { reason: 'its key does not leave the browser' });
  };
  return { address, owner, signatureType: 1, sign };
}

function browserInfo({ address }: Wallet): KeyInfo {
  return { name: BROWSER_WALLET, kind: 'Arweave', address, account: null, kept: 'browser', isOpen: true };
}

/** Writes a key as it is into a new file for its user alone. @throws AoError FILE_EXISTS, FILE_UNREADABLE. */
export async function writeOpenKey(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, `${text.trim()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw new AoError('FILE_EXISTS', { path });
    // Half a key is of no use, and lies there open.
    await rm(path, { force: true });
    throw new AoError('FILE_UNREADABLE', { path, reason: reasonOf(error) });
  }
}

/** What a person types: `~` is their folder, and what is no whole path begins there too. */
function fullPath(path: string): string {
  return resolve(homedir(), path.trim().replace(/^~(?=$|[/\\])/, homedir()));
}

/** Also by way of links. */
async function isInside(folder: string, path: string): Promise<boolean> {
  const parent = await realpath(dirname(path)).catch(() => dirname(path));
  const way = relative(await realpath(folder).catch(() => folder), join(parent, basename(path)));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
