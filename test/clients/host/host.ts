import type { ProcessId } from '../../../node/contract/ids.ts';
import type { Tag } from '../../../node/contract/item.ts';
import type { Fact, UnitName } from '../../../node/contract/trace.ts';
import type { Wallet } from '../../../node/item/wallet.ts';
import { startInProcess } from './in-process.ts';
import { startNodeProgram } from './node-program.ts';
import { clientOf } from './over-http.ts';
import { startServedApp } from './served-app.ts';

/** A running node, as the programs that people use with ao see it. */
export interface RunningHost {
  /** The public addresses of its units. */
  readonly urls: Readonly<Record<UnitName, string>>;
  /** Where bundlers are looked for. */
  readonly bundler: string;
  /** The addresses of MU and SU. */
  readonly authority: string;
  readonly scheduler: string;
  /** The built-in Lua module. */
  readonly module: string;
  /** What a unit told of itself so far: the one thing that no client sees. */
  facts(unit: UnitName): Promise<readonly Fact[]>;
  stop(): Promise<void>;
}

/** A running node and a person with a wallet who uses it by its public routes alone. */
export interface ClientHost extends RunningHost {
  readonly wallet: Wallet;
  /** Spawns `source` on the Lua module; resolves once slot 0 has been evaluated. */
  spawn(source: string, tags?: readonly Tag[]): Promise<ProcessId>;
  /** Sends a message; resolves with its id once the MU has taken it. */
  send(process: ProcessId, action: string, data?: string, tags?: readonly Tag[]): Promise<string>;
  /** Puts an item on the gateway. */
  upload(item: { readonly bytes: Uint8Array }): Promise<void>;
  /** Waits until the MU owes nothing. */
  idle(): Promise<void>;
}

/** Each by the name that a project of vitest.config.ts gives it in AOSCOPE_CLIENTS_AGAINST. */
const HOSTS = { process: startInProcess, node: startNodeProgram, app: startServedApp };

/** Starts what the clients are tried against in this run; the caller stops it. */
export async function startHost(): Promise<ClientHost> {
  const name = process.env['AOSCOPE_CLIENTS_AGAINST'] ?? 'process';
  const start = Object.entries(HOSTS).find(([one]) => one === name)?.[1];
  if (start === undefined) throw new Error(`AOSCOPE_CLIENTS_AGAINST=${name}: one of ${Object.keys(HOSTS).join(', ')}`);
  return clientOf(await start());
}
