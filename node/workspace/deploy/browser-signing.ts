import type { ForBrowser } from '../../contract/deploy.ts';
import { AoError, reasonOf } from '../../contract/errors.ts';
import type { Tell } from '../../contract/rpc.ts';
import type { ItemFields, SignedItem } from '../../item/build.ts';
import type { Wallet } from '../../item/wallet.ts';

/** Has items signed by the wallet of the browser, by way of the window that deploys. */
export interface BrowserSigning {
  /** For one deployment. What comes back is held against what was asked for. @throws AoError WALLET_BROWSER. */
  begin(wallet: Wallet, signal: AbortSignal): (fields: ItemFields) => Promise<SignedItem>;
  answer(number: number, signed: Answer): void;
}

type Answer = { readonly item: string } | { readonly reason: string };

export function createBrowserSigning(tell: Tell): BrowserSigning {
  let last = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  const ask = async (fields: ForBrowser, signal: AbortSignal): Promise<Answer> => {
    signal.throwIfAborted();
    const number = ++last;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        waiting.set(number, resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        tell('deploy.event', { kind: 'signs', number, fields });
      });
    } finally {
      waiting.delete(number);
    }
  };
  return {
    begin: (wallet, signal) => async (fields) => {
      const { target = '', anchor = '', tags } = fields;
      const data = Buffer.from(fields.data);
      const answer = await ask({ target, anchor, tags, data: data.toString('base64url') }, signal);
      if ('reason' in answer) throw new AoError('WALLET_BROWSER', { reason: answer.reason });
      return checked(Buffer.from(answer.item, 'base64url'), wallet, { target, tags, data });
    },
    answer: (number, signed) => waiting.get(number)?.(signed),
  };
}

/**
 * The item, where it is what was asked for, signed by whom it was asked of. Its anchor is the wallet's own affair: some of them leave it out.
 */
async function checked(
  bytes: Uint8Array,
  { address }: Wallet,
  wanted: Required<Pick<ItemFields, 'target' | 'tags'>> & { readonly data: Uint8Array },
): Promise<SignedItem> {
  const { openItem } = await import('../../item/parse.ts');
  const { readLayout } = await import('../../item/layout.ts');
  const wrong = (reason: string): AoError => new AoError('WALLET_BROWSER', { reason });
  const item = await openItem(bytes, Number.POSITIVE_INFINITY).catch((error: unknown) => {
    throw wrong(reasonOf(error));
  });
  if (item.address !== address) throw wrong(`it signed as ${item.address}, and ${address} was connected`);
  const isSame =
    item.target === wanted.target &&
    JSON.stringify(item.tags.map(pair)) === JSON.stringify(wanted.tags.map(pair)) &&
    Buffer.compare(readLayout(bytes).data, wanted.data) === 0;
  if (!isSame) throw wrong('what it signed is not what it was asked for');
  return { id: item.id, bytes, raw: Buffer.from(bytes).toString('base64url') };
}

const pair = ({ name, value }: ItemFields['tags'][number]): readonly [string, string] => [name, value];
