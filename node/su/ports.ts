import type { Commands } from '../contract/commands.ts';
import type { SlotLimits } from '../contract/note.ts';
import type { FactBody } from '../contract/trace.ts';
import type { Wallet } from '../item/wallet.ts';
import type { SuClock } from './clock.ts';
import type { Notes } from './notes.ts';
import type { Schedule } from './schedule.ts';
import type { LogSearch } from './search.ts';
import type { DecideStandIns } from './stand-ins.ts';

/** What the scheduler unit needs from outside. */
export interface SuPorts {
  readonly schedule: Schedule;
  readonly notes: Notes;
  readonly search: LogSearch;
  /** The limits of the node, which hold for every slot that is given from now on. */
  readonly limits: SlotLimits;
  readonly wallet: Wallet;
  /** Protocol time and the height of the chain: the SU is the only unit that reads them. */
  readonly clock: Omit<SuClock, 'stop'>;
  /** The gateway's item, to be assigned. */
  item(args: Commands['gateway.item']['args']): Promise<Commands['gateway.item']['reply']>;
  /** How deep an item of the gateway stands in the chain. */
  settled(args: Commands['gateway.settled']['args']): Promise<Commands['gateway.settled']['reply']>;
  /** Gives the gateway an item; what it has already is no fault. */
  upload(args: Commands['gateway.upload']['args']): Promise<Commands['gateway.upload']['reply']>;
  /** What stands in for what in a process that is about to be spawned. */
  readonly standIns: DecideStandIns;
  /** Brings the logs back from the gateway. */
  rebuild(): Promise<Commands['su.rebuild']['reply']>;
  record(fact: FactBody): void;
}
