import type { NodeLimits } from '../contract/commands.ts';
import type { Client } from '../contract/rpc.ts';
import type { FactBody } from '../contract/trace.ts';
import type { Evaluator } from './evaluator/evaluator.ts';
import type { Pool } from './evaluator/pool.ts';
import type { MetEntries } from './met.ts';
import type { Modules } from './modules.ts';
import type { CuMemory } from './timeline/memory.ts';
import type { WeaveFiles } from './weave-files.ts';

/** What the compute unit needs from outside. It reads no clock of the protocol and signs nothing. */
export interface CuPorts {
  /** Asks the SU for logs and the gateway for data. */
  readonly ask: Client['ask'];
  readonly memory: CuMemory;
  readonly met: MetEntries;
  readonly modules: Modules;
  /** Where processes run for real. */
  readonly pool: Pool;
  /** Where spare copies are looked at. */
  readonly viewer: Evaluator;
  /** Where messages are tried that leave no trace. */
  readonly dryRunners: readonly Evaluator[];
  /** What processes have read through WeaveDrive. */
  readonly weave: WeaveFiles;
  readonly limits: NodeLimits;
  /** Formats that run here; null where machines of others may run more. */
  readonly formats: ReadonlySet<string> | null;
  record(fact: FactBody): void;
}
