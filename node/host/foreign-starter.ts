import type { UnitName } from '../contract/trace.ts';
import { startHere } from './here-starter.ts';
import type { Starter } from './starter.ts';
import type { ServedUnit } from './unit-process.ts';
import type { Port } from '../contract/port.ts';

export interface ForeignStarterOptions {
  /** Starts the units that run here. */
  readonly inner: Starter;
  /** Is the unit elsewhere? Asked anew at every start. */
  readonly isForeign: (unit: UnitName) => boolean;
  /** Serves on `port` what stands in for a unit elsewhere. */
  readonly serve: (unit: UnitName, port: Port) => ServedUnit;
}

/** Units that are elsewhere need no process here: what stands in for them lives in this one. All others start as before. */
export function createForeignStarter({ inner, isForeign, serve }: ForeignStarterOptions): Starter {
  return { start: (unit) => (isForeign(unit) ? startHere((port) => serve(unit, port)) : inner.start(unit)) };
}
