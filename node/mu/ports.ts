import type { NodeLimits } from '../contract/commands.ts';
import type { Client } from '../contract/rpc.ts';
import type { FactBody } from '../contract/trace.ts';
import type { Wallet } from '../item/wallet.ts';
import type { Journeys } from './journeys.ts';
import type { MonitorStore } from './monitor.ts';
import type { Outbox } from './outbox.ts';

/** What the messenger unit needs from outside. */
export interface MuPorts {
  /** Asks the SU, the CU and the gateway. */
  readonly ask: Client['ask'];
  readonly outbox: Outbox;
  readonly journeys: Journeys;
  readonly monitors: MonitorStore;
  /** Signs what processes send; its address is the authority that processes trust. */
  readonly wallet: Wallet;
  readonly limits: NodeLimits;
  /** As the network profile's. */
  readonly shuffle: number | null;
  /** @param atMs when it happened; now when absent. */
  record(fact: FactBody, atMs?: number): void;
  /** A name for a wish that nobody has had before. */
  newRequest(): string;
  /** Measuring time, for facts only. */
  measuredNow(): number;
  /** Waits, so that a failed push is tried again later. */
  pause(ms: number): Promise<void>;
}
