import type { Port } from '../contract/port.ts';
import type { UnitName } from '../contract/trace.ts';
import { serveUnit, type ServedUnit } from '../host/unit-process.ts';

/** Serves on `port` what stands in for a unit that is elsewhere. Its parts are loaded when it is opened: most nodes have none. */
export function serveForeign(unit: UnitName, port: Port): ServedUnit {
  switch (unit) {
    case 'gateway':
      return serveUnit(unit, port, async (config, links) => (await import('./open.ts')).openForeignGateway(config, links));
    case 'su':
      return serveUnit(unit, port, async (config, links) => (await import('./open.ts')).openForeignSu(config, links));
    case 'cu':
      return serveUnit(unit, port, async (config, links) => (await import('./open.ts')).openForeignCu(config, links));
    case 'mu':
      return serveUnit(unit, port, async (config, links) => (await import('./open.ts')).openForeignMu(config, links));
  }
}
