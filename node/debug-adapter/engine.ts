import type { Client } from '../contract/rpc.ts';
import type { Fact } from '../contract/trace.ts';

/** What a debug session needs of a node, whether it runs elsewhere or was opened for the session alone. */
export interface Engine {
  readonly ask: Client['ask'];
  /** Real path of the project's folder; of the file for a recording. */
  readonly project: string;
  /** More slots may come: the project is open in a running app or node. */
  readonly isLive: boolean;
  /** Hears what the units do from now on; returns the way to stop. */
  onFacts(listener: (facts: readonly Fact[]) => void): () => void;
  /** Hears once that the node is gone. */
  onEnd(listener: () => void): void;
  close(): Promise<void>;
}

/**
 * Opens the project in `folder`: the node that runs on it, or its data where none does.
 * @param isRunningOnly to take the running node or nothing. @throws AoError DEBUG_NOT_RUNNING; others where it cannot be opened.
 */
export type OpenEngine = (folder: string, isRunningOnly: boolean) => Promise<Engine>;
