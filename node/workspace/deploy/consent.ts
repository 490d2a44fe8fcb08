import type { Consent, ToSign } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { tagValue } from '../../contract/item.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { Tell } from '../../contract/rpc.ts';
import type { ItemFields } from '../../item/build.ts';
import { decodeText } from '../../item/parse.ts';
import { hexHash, type Agreed } from './agreed.ts';

/** More than that nobody reads, and a window cannot show. */
const TEXT_BYTES_MAX = 8 * 1024 * 1024;

/** What a deployment signs for. */
export interface Deploying extends Pick<ToSign, 'network' | 'wallet'> {
  readonly addresses: UnitsNetwork;
  /** What is to be looked at twice before something is signed for a target. */
  readonly warnings: (target: string) => readonly string[];
}

/** Asks a person before each signature that is for a network of others. */
export interface Consents {
  /** For one deployment: a yes to all holds until its end, for what `agreed` covers. */
  begin(of: Deploying, agreed: Agreed, signal: AbortSignal): (fields: ItemFields) => Promise<void>;
  answer(number: number, consent: Consent): void;
}

export function createConsents(tell: Tell): Consents {
  let last = 0;
  const waiting = new Map<number, (consent: Consent) => void>();
  const ask = async (item: ToSign, signal: AbortSignal): Promise<Consent> => {
    signal.throwIfAborted();
    const number = ++last;
    try {
      return await new Promise<Consent>((resolve, reject) => {
        waiting.set(number, resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        tell('deploy.event', { kind: 'asks', number, item });
      });
    } finally {
      waiting.delete(number);
      tell('deploy.event', { kind: 'asked', number });
    }
  };
  return {
    begin(of, agreed, signal) {
      let isAll = false;
      return async (fields) => {
        agreed.check(fields);
        if (isAll) return;
        const consent = await ask(toSign(of, fields), signal);
        if (consent === 'none') throw new AoError('CANCELLED');
        isAll = consent === 'all';
      };
    },
    answer: (number, consent) => waiting.get(number)?.(consent),
  };
}

function toSign({ network, wallet, addresses, warnings }: Deploying, { target = '', tags, data }: ItemFields): ToSign {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  const to = tagValue(tags, 'Type') === 'Module' && target === '' ? (addresses.upload ?? addresses.gateway) : addresses.mu;
  return {
    network,
    wallet,
    what: wordsOf({ target, tags }),
    sentTo: hostOf(to),
    target,
    tags,
    dataBytes: bytes.length,
    sha256: hexHash(bytes),
    text: bytes.length > TEXT_BYTES_MAX ? null : decodeText(bytes),
    warnings: warnings(target),
  };
}

/** Without `URL.parse`, which Node 20 does not have. */
function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

function wordsOf({ target, tags }: Pick<ToSign, 'target' | 'tags'>): string {
  const type = tagValue(tags, 'Type');
  if (type === 'Process') return `Spawn ${tagValue(tags, 'Name') ?? 'a process'}`;
  if (type === 'Module') return 'Upload a module';
  return `${tagValue(tags, 'Action') ?? 'Message'} to ${target}`;
}
