import type { UnitConfig } from '../contract/commands.ts';
import type { Address } from '../contract/ids.ts';
import type { Client } from '../contract/rpc.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { FactBody, UnitName } from '../contract/trace.ts';
import type { Memory } from './memory.ts';
import type { UnitHttp } from './unit-http.ts';

/** What stands in here for a unit that is elsewhere needs. */
export interface ForeignPorts {
  readonly http: UnitHttp;
  /** Where uploads go: the unit itself, or a service beside it. */
  readonly uploads: UnitHttp;
  /** Where it is searched, and under which path there. */
  readonly graphql: { readonly http: UnitHttp; readonly path: string };
  /** Asks the other units, wherever they are. */
  readonly ask: Client['ask'];
  readonly memory: Memory;
  readonly config: UnitConfig;
  record(fact: FactBody): void;
}

/** One kind of foreign unit. */
export interface Foreign<U extends UnitName> {
  /** The commands for which the unit's protocol has a request; all others are refused. */
  readonly handlers: Partial<HandlersOf<U>>;
  /** A cheap request that every such unit answers. */
  readonly probePath: string;
  /** The address with which it signs, where that is known beforehand. */
  readonly address: Address | null;
  /** Asks it for its address, after each probe that succeeded until it is known; null where it has none or tells none. */
  readonly askAddress: (() => Promise<Address>) | null;
}
