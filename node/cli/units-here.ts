import { join } from 'node:path';
import type { Port } from '../contract/port.ts';
import type { UnitName } from '../contract/trace.ts';
import { openCuWithThreads } from '../cu/open.ts';
import { openGateway } from '../gateway/open.ts';
import { createHereStarter } from '../host/here-starter.ts';
import type { Starter } from '../host/starter.ts';
import { serveUnit, type ServedUnit } from '../host/unit-process.ts';
import { openMu, openMuStill } from '../mu/open.ts';
import { openSu } from '../su/open.ts';

/**
 * Opens the units in this process.
 * @param outDir of the built app: the evaluators' program lies there
 * @param isStill to look at what they did: nothing goes on
 */
export function unitsHere(outDir: string, { isStill }: { readonly isStill: boolean }): Starter {
  const openCu = openCuWithThreads(join(outDir, 'node', 'evaluator.cjs'));
  const serve: { readonly [U in UnitName]: (port: Port) => ServedUnit } = {
    gateway: (port) => serveUnit('gateway', port, openGateway),
    su: (port) => serveUnit('su', port, openSu),
    cu: (port) => serveUnit('cu', port, openCu),
    mu: (port) => serveUnit('mu', port, isStill ? openMuStill : openMu),
  };
  return createHereStarter((unit, port) => serve[unit](port));
}
