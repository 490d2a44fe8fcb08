import type { ForBrowser } from '../../node/contract/deploy.ts';
import { AoError, reasonOf } from '../../node/contract/errors.ts';
import { base64url, bytesOf } from './parcels.ts';

/** What is asked of a wallet that is a part of the browser: the API of Wander (formerly ArConnect), which others have taken over. */
interface ArweaveWallet {
  connect(permissions: readonly string[], app: { readonly name: string }): Promise<void>;
  getActivePublicKey(): Promise<string>;
  signDataItem(item: {
    readonly data: Uint8Array;
    readonly tags: readonly { readonly name: string; readonly value: string }[];
    readonly target?: string;
    readonly anchor?: string;
  }): Promise<unknown>;
}

/** The least that signing takes. */
const PERMISSIONS = ['ACCESS_ADDRESS', 'ACCESS_PUBLIC_KEY', 'SIGN_TRANSACTION'] as const;

/** Asks the wallet of the browser to let this page sign. @returns its public key (base64url). @throws AoError WALLET_BROWSER_NONE, WALLET_BROWSER. */
export async function connectBrowserWallet(page: Window): Promise<string> {
  const wallet = walletOf(page);
  if (wallet === null) throw new AoError('WALLET_BROWSER_NONE');
  try {
    await wallet.connect(PERMISSIONS, { name: 'aoscope' });
    return (await wallet.getActivePublicKey()).replace(/=+$/, '');
  } catch (error) {
    throw new AoError('WALLET_BROWSER', { reason: reasonOf(error) });
  }
}

/** Has an item signed there. @returns the whole item (base64url), or why there is none. */
export async function signInBrowser(
  page: Window,
  { target, anchor, tags, data }: ForBrowser,
): Promise<{ readonly item: string } | { readonly reason: string }> {
  const wallet = walletOf(page);
  if (wallet === null) return { reason: 'it is not on this page any more' };
  try {
    const signed = await wallet.signDataItem({
      data: bytesOf(data),
      tags,
      ...(target === '' ? {} : { target }),
      ...(anchor === '' ? {} : { anchor }),
    });
    const bytes = signed instanceof ArrayBuffer ? new Uint8Array(signed) : signed;
    return bytes instanceof Uint8Array ? { item: base64url(bytes) } : { reason: 'what it gave is no item' };
  } catch (error) {
    return { reason: reasonOf(error).slice(0, 500) };
  }
}

function walletOf(page: Window): ArweaveWallet | null {
  const found: unknown = Reflect.get(page, 'arweaveWallet');
  return isWallet(found) ? found : null;
}

function isWallet(raw: unknown): raw is ArweaveWallet {
  if (typeof raw !== 'object' || raw === null) return false;
  return ['connect', 'getActivePublicKey', 'signDataItem'].every((name) => typeof Reflect.get(raw, name) === 'function');
}
