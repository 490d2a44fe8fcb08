import type { Port } from '../contract/port.ts';
import type { UnitName } from '../contract/trace.ts';

/** How a unit's process ended. Electron's utility processes know no signal. */
export interface UnitExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** One started process of a unit. It has its port but is not open yet (`unit.open`). */
export interface StartedUnit {
  readonly port: Port;
  /** Null until the system has made the process, and where there is none. */
  pid(): number | null;
  /** Called once when the process has ended; at once when it already has. */
  onExit(listener: (exit: UnitExit) => void): void;
  /** Ends the process without asking it. */
  kill(): void;
  /** The last lines it wrote to stderr, for the reason shown to a person. */
  stderrTail(): string;
}

/** Starts units: as child processes, as Electron utility processes, or in this process for tests. */
export interface Starter {
  start(unit: UnitName): StartedUnit;
}
