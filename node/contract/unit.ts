import type { UnitConfig, UnitOpened } from './commands.ts';
import type { HandlersOf } from './handlers.ts';
import type { Client, Tell } from './rpc.ts';
import type { UnitName } from './trace.ts';

/** What an opened unit reaches: the other units (through the host) and everyone who listens. */
export interface UnitLinks {
  readonly ask: Client['ask'];
  readonly tell: Tell;
}

/** A unit that runs on one project. */
export interface OpenedUnit<U extends UnitName> {
  readonly handlers: HandlersOf<U>;
  readonly opened: UnitOpened;
  /** Stops listening, flushes and closes what it opened. Called once. */
  close(): Promise<void>;
}

/**
 * Opens a unit on a project's data.
 * @throws AoError when it cannot run, for example STORE_BROKEN or PORTS_TAKEN; the host shows it and does not try again by itself.
 */
export type OpenUnit<U extends UnitName> = (config: UnitConfig, links: UnitLinks) => Promise<OpenedUnit<U>>;
