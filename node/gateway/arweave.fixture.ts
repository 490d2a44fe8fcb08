import Arweave from 'arweave';
import type { JWKInterface } from 'arweave/node/lib/wallet.js';
import type Transaction from 'arweave/node/lib/transaction.js';

/** arweave-js on a gateway's address. */
export function arweaveAt(url: string): Arweave {
  const { hostname, port } = new URL(url);
  return Arweave.init({ host: hostname, port: Number(port), protocol: 'http' });
}

/** A transaction that is signed and not posted. */
export async function signedTransaction(
  arweave: Arweave,
  key: JWKInterface,
  data: string | Uint8Array,
  tags: Readonly<Record<string, string>> = {},
  change: (transaction: Transaction) => void = () => undefined,
): Promise<Transaction> {
  const transaction = await arweave.createTransaction({ data }, key);
  for (const [name, value] of Object.entries(tags)) transaction.addTag(name, value);
  change(transaction);
  await arweave.transactions.sign(transaction, key);
  return transaction;
}

/** Bytes that no compression and no repetition makes the same by chance, and that are the same in every run. */
export function dataOf(bytes: number, seed = 1): Uint8Array {
  const data = new Uint8Array(bytes);
  let state = seed;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[at] = state >>> 24;
  }
  return data;
}
