import type { Port } from '../contract/port.ts';
import type { UnitName } from '../contract/trace.ts';
import { inProcessPair } from './in-process.ts';
import type { StartedUnit, Starter, UnitExit } from './starter.ts';
import type { ServedUnit } from './unit-process.ts';

/**
 * Starts units in this process: for commands that are over in a moment, where a process for each would cost more than
 * what is asked of it. Programs still run in threads of their own, which can be ended.
 */
export function createHereStarter(serve: (unit: UnitName, port: Port) => ServedUnit): Starter {
  return { start: (unit) => startHere((port) => serve(unit, port)) };
}

/** A unit without a process: it is served on a port of this one. */
export function startHere(serve: (port: Port) => ServedUnit): StartedUnit {
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
