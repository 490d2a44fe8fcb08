import type { FactBody } from '../contract/trace.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import type { Behind } from './behind.ts';
import type { Chain } from './chain.ts';
import type { GatewayClock } from './clock.ts';
import type { LuaModule } from './lua-module.ts';
import type { Shelf } from './shelf.ts';
import type { SchedulerStandIn } from './scheduler-stand-in.ts';

/** What the gateway needs from outside. */
export interface GatewayPorts {
  readonly shelf: Shelf;
  readonly chain: Chain;
  readonly schedulers: SchedulerStandIn;
  /** The time that the chain goes by. */
  readonly clock: GatewayClock;
  readonly lua: LuaModule;
  /** Writes to the shelf and syncs it. */
  readonly commit: GroupCommit;
  /** Most bytes of one upload. */
  readonly uploadBytes: number;
  /** Null where nothing stands behind this gateway. */
  readonly behind: Behind | null;
  record(fact: FactBody): void;
}
