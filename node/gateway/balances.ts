import { textOf, type Database } from '../store/database.ts';

/** What every wallet holds that has neither got nor spent anything: 1,000 AR, so that transactions can be posted at once. */
export const FIRST_BALANCE = 1_000_000_000_000_000n;
/** For each begun chunk of data, and for a transaction without data. Near what Arweave takes; here it is always the same. */
const CHUNK_PRICE = 300_000_000n;
const CHUNK_BYTES = 262_144n;

export const BALANCES_TABLE = 'CREATE TABLE balances (address TEXT PRIMARY KEY, winston TEXT NOT NULL) WITHOUT ROWID;';

/** What wallets hold, in winston. The coins are the node's own and worth nothing; what is sent and spent is counted as on Arweave. */
export interface Balances {
  of(address: string): bigint;
  /** Adds `winston`, which may be negative. Call it within a transaction. @returns what the wallet holds then. */
  add(address: string, winston: bigint): bigint;
}

export function createBalances(database: Database): Balances {
  const of = (address: string): bigint => {
    const row = database.get('SELECT winston FROM balances WHERE address = ?', address);
    return row === undefined ? FIRST_BALANCE : BigInt(textOf(row, 'winston'));
  };
  return {
    of,
    add(address, winston) {
      const now = of(address) + winston;
      database.run(
        'INSERT INTO balances (address, winston) VALUES (?, ?) ON CONFLICT DO UPDATE SET winston = excluded.winston',
        address,
        String(now),
      );
      return now;
    },
  };
}

/** The least reward of a transaction that carries `bytes` of data, in winston. */
export function priceOf(bytes: bigint): bigint {
  const chunks = (bytes + CHUNK_BYTES - 1n) / CHUNK_BYTES;
  return CHUNK_PRICE * (chunks > 1n ? chunks : 1n);
}

/** 12 decimals, as Arweave writes amounts. */
export function inAr(winston: string): string {
  const digits = winston.padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`;
}
