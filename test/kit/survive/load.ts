import { buildItem } from '../../../node/item/build.ts';
import { createWallet } from '../../../node/item/wallet.ts';
import type { Chance } from './chance.ts';
import { messageTo, type Population } from './population.ts';
import { attempt, type Urls } from './wire.ts';

/** What the node has said that it took. */
export interface Acknowledged {
  /** Message ids by process. */
  readonly messages: Map<string, Set<string>>;
  /** Assignments of messages to the second counter: ids of assignments. */
  readonly assignments: Set<string>;
  readonly uploads: Set<string>;
}

export function nothingAcknowledged(): Acknowledged {
  return { messages: new Map(), assignments: new Set(), uploads: new Set() };
}

/** People who send as fast as they are answered, until they are told to stop. */
export interface Load {
  /** Where the node is found after a new start. */
  moveTo(urls: Urls): void;
  stop(): Promise<void>;
}

const AWAY_MS = 40;
const SENDERS = 4;

/** Starts the senders; each answer that takes something over is noted in `kept` at once. */
export function startLoad(first: Urls, people: Population, chance: Chance, kept: Acknowledged): Load {
  let urls = first;
  let isOver = false;
  const post = (url: string, bytes: Uint8Array): ReturnType<typeof attempt> => attempt(url, { method: 'POST', body: Buffer.from(bytes) });
  const note = (process: string, id: string): void => {
    const known = kept.messages.get(process) ?? new Set();
    kept.messages.set(process, known.add(id));
  };
  const send = async (wallet: ReturnType<typeof createWallet>): Promise<boolean> => {
    const process = chance.pick(people.counters);
    const kind = chance.below(100);
    if (kind < 8) {
      const item = buildItem(wallet, { anchor: String(chance.below(1e9)).padStart(32, 'u'), tags: [], data: 'kept' });
      const { status } = await post(`${urls.gateway}/tx`, item.bytes);
      if (status === 200) kept.uploads.add(item.id);
      return status === 200;
    }
    if (kind < 16) {
      // The SU's own door: it takes the message, and nobody pushes what comes of it.
      const quiet = messageTo(wallet, people.sink, 'Quiet');
      const { status } = await post(urls.su, quiet.bytes);
      if (status === 200) note(people.sink, quiet.id);
      return status === 200;
    }
    const item = messageTo(wallet, process, kind < 24 ? 'Child' : kind < 44 ? 'Fan' : 'Inc');
    let { status } = await post(urls.mu, item.bytes);
    // As clients do: the same item again, since nobody knows what became of the first.
    if (status !== 202 && chance.next() < 0.6) status = await again(item);
    if (status === 202) note(process, item.id);
    if (status === 202 && kind >= 90) await assign(item.id);
    return status === 202;
  };
  const again = async ({ bytes }: { readonly bytes: Uint8Array }): Promise<number> => {
    const { status, text } = await post(urls.mu, bytes);
    // It was taken the first time.
    return text.includes('MESSAGE_DUPLICATE') ? 202 : status;
  };
  const assign = async (message: string): Promise<void> => {
    const to = people.counters[1];
    const { status, text } = await attempt(`${urls.mu}/?process-id=${to}&assign=${message}`, { method: 'POST' });
    if (status === 202) kept.assignments.add((JSON.parse(text) as { readonly id: string }).id);
  };
  const sender = async (): Promise<void> => {
    const wallet = createWallet();
    while (!isOver) if (!(await send(wallet))) await new Promise((done) => setTimeout(done, AWAY_MS));
  };
  const senders = Array.from({ length: SENDERS }, sender);
  return {
    moveTo(next) {
      urls = next;
    },
    async stop() {
      isOver = true;
      await Promise.all(senders);
    },
  };
}
