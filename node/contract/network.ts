import type { UnitName } from './trace.ts';

/** The messenger of legacynet, whose address the aos terminal writes into every process it spawns (protocol §7.3). */
export const LEGACYNET_AUTHORITY = 'fcoN_xJeisVsPXA-trzVAuIiqO3ydLQxM-L4XbrQKzY';
/** The scheduler of legacynet, which aoconnect and the aos terminal name where nobody gives another. */
export const LEGACYNET_SCHEDULER = '_GQ33BkPtZrqxA84vM8Zk-N2aO0toNNu_C-l-rawrBA';

/** The module that the aos terminal 2.0.16 spawns on (protocol §7.1). */
export const TERMINAL_MODULE = 'ISShJH1ij-hPPt9St5UFFr_8Ys3Kj5cyg7zrMGt7H9s';

/** A module that stands for others: `lua` is the app's own, anything else the id of a module on the gateway. */
export type ModuleAlias = string;

/** How a project's node is put together: which parts of it are elsewhere, and what stands in for what. */
export interface NetworkProfile {
  /** Units that run somewhere else, by their public address (`http://…`); all others run here. */
  readonly units: { readonly [U in UnitName]?: string };
  /** Where a gateway elsewhere has its uploads, by its address; the gateway itself where absent. */
  readonly upload?: string;
  /** Where it is searched, by its address; `/graphql` of the gateway where absent. */
  readonly graphql?: string;
  /** A gateway that is asked for what the local one lacks, by its address; null for none: nothing leaves the machine. */
  readonly readThrough: string | null;
  /** Module id → what is run in its place. A process spawned on such a module shows it. */
  readonly modules: Readonly<Record<string, ModuleAlias>>;
  /** Authorities that this node's messenger stands in for: a process that trusts one of them trusts it. */
  readonly authorities: readonly string[];
  /** Schedulers that this node's scheduler stands in for. */
  readonly schedulers: readonly string[];
  /** Mixes the order in which the MU delivers what one evaluation sent, by this number; null: as it was sent. */
  readonly shuffle: number | null;
}

export const DEFAULT_NETWORK: NetworkProfile = {
  units: {},
  readThrough: null,
  // Offline the terminal's own module cannot be had; where it is on the gateway it runs itself.
  modules: { [TERMINAL_MODULE]: 'lua' },
  authorities: [LEGACYNET_AUTHORITY],
  schedulers: [LEGACYNET_SCHEDULER],
  shuffle: null,
};
