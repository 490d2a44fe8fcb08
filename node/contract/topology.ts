import type { ProjectProblem } from './desktop.ts';
import type { ProcessId, Slot } from './ids.ts';

/** How a process of the project stands to its files. */
export type PlannedState =
  /** Not spawned yet. */
  | 'absent'
  /** It runs what the files say. */
  | 'current'
  /** Its code was changed since: evaluating it, or a new process, would bring it up to date. */
  | 'changed'
  /** Its module, tags, crons or boot were changed since: only a new process has those. */
  | 'outdated'
  /** What it booted with ended in an error: it takes no code, only a new process helps. */
  | 'broken';

/** A process of aoscope.json, and what runs of it. */
export interface PlannedProcess {
  readonly name: string;
  readonly source: string;
  /** Its newest process; null while it is not spawned. */
  readonly process: ProcessId | null;
  readonly state: PlannedState;
  /** SHA-256 (base64url) of the code that it was given last; null where it has none. */
  readonly runs: string | null;
  /** The same of what the files say now; null where they say nothing that can be run. */
  readonly has: string | null;
  /** The files that it is made from, its own first. */
  readonly files: readonly string[];
  /** Why it cannot be run as its files stand. */
  readonly problem: (ProjectProblem & { readonly file?: string }) | null;
}

/** The processes of a project, in the order of aoscope.json. */
export interface Topology {
  readonly processes: readonly PlannedProcess[];
}

/** What becomes of a process whose files were changed: its code is evaluated into it, which keeps its state, or a new one takes its place. */
export type RunWay = 'evaluate' | 'respawn';

/** What is wanted of the topology. */
export interface RunWish {
  /** `evaluate` where absent. */
  readonly how?: RunWay | undefined;
  /** These processes, and of those that they need what is not there yet; all of them where absent. */
  readonly names?: readonly string[] | undefined;
  /** Also where nothing was changed: respawned it begins anew. */
  readonly isForced?: boolean | undefined;
}

/** What was done with a process. */
export interface RanProcess {
  readonly name: string;
  readonly process: ProcessId;
  /** `kept`: there was nothing to do. `left`: what was changed takes a new process, and none was asked for. */
  readonly did: 'spawned' | 'evaluated' | 'kept' | 'left';
  /** Where the outcome of its code stands; null where nothing was evaluated. */
  readonly slot: Slot | null;
  /** What its code ended in; null where it went well, or nothing was evaluated. */
  readonly error: string | null;
}
