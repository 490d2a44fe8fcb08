import type { Consent, ToSign } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { tagValue } from '../../contract/item.ts';
import type { Tell } from '../../contract/rpc.ts';
import type { ItemFields } from '../../item/build.ts';

const TEXT_SHOWN = 20_000;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Asks a person before each signature that is for a network of others. */
export interface Consents {
  /** For one deployment: a yes to all holds until its end. */
  begin(of: Pick<ToSign, 'network' | 'wallet'>, signal: AbortSignal): (fields: ItemFields) => Promise<void>;
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
    begin(of, signal) {
      let isAll = false;
      return async (fields) => {
        if (isAll) return;
        const consent = await ask(toSign(of, fields), signal);
        if (consent === 'none') throw new AoError('CANCELLED');
        isAll = consent === 'all';
      };
    },
    answer: (number, consent) => waiting.get(number)?.(consent),
  };
}

function toSign(of: Pick<ToSign, 'network' | 'wallet'>, { target = '', tags, data }: ItemFields): ToSign {
  const isText = typeof data === 'string';
  const beginning = isText ? data.slice(0, TEXT_SHOWN) : textOf(data);
  const dataBytes = isText ? Buffer.byteLength(data) : data.length;
  return { ...of, what: wordsOf({ target, tags }), target, tags, dataBytes, text: beginning };
}

function textOf(data: Uint8Array): string | null {
  try {
    return decoder.decode(data.subarray(0, TEXT_SHOWN), { stream: true });
  } catch {
    return null;
  }
}

function wordsOf({ target, tags }: Pick<ToSign, 'target' | 'tags'>): string {
  const type = tagValue(tags, 'Type');
  if (type === 'Process') return `Spawn ${tagValue(tags, 'Name') ?? 'a process'}`;
  if (type === 'Module') return 'Upload a module';
  return `${tagValue(tags, 'Action') ?? 'Message'} to ${target}`;
}
