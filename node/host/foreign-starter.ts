import type { UnitName } from '../contract/trace.ts';
import { inProcessPair } from './in-process.ts';
import type { StartedUnit, Starter, UnitExit } from './starter.ts';
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

function startHere(serve: (port: Port) => ServedUnit): StartedUnit {
  const [ours, theirs] = inProcessPair(false);
  const served = serve(theirs);
  const exited = new Promise<UnitExit>((resolve) => {
    // Its end is that of its port: closed when it was asked to close, or ended by `kill`.
    ours.onClose(
      () =>
        void served.close().then(
          () => resolve({ code: 0, signal: null }),
          () => resolve({ code: 1, signal: null }),
        ),
    );
  });
  return {
    port: ours,
    pid: () => null,
    onExit: (listener) => void exited.then(listener),
    kill: () => ours.close(),
    stderrTail: () => '',
  };
}
