import { createServer, type Server } from 'node:net';
import { AoError } from '../../node/contract/errors.ts';
import { toAddress } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import type { OpenedUnit, OpenUnit } from '../../node/contract/unit.ts';
import { unitPort } from '../../node/host/unit-port.ts';
import { runUnit } from '../../node/host/unit-process.ts';

/** More than the silence that the test allows. */
const SLOW_MS = 5_000;

/**
 * A unit that gets into trouble on demand. What it does is the name of its data folder: `refuse`, `full` and `die` at opening;
 * `slow` takes longer to open than a hung unit may be silent; `deaf` never answers to a close; everything else opens and listens on its port. Asked for its facts `after` 1 it dies,
 * after 2 it hangs, else it tells nothing.
 */
const open: OpenUnit<UnitName> = async (config) => {
  if (config.dataDir === 'refuse') throw new AoError('STORE_BROKEN', { path: 'unit.db', reason: 'it is a test' });
  if (config.dataDir === 'full') throw new AoError('DISK_FULL', { path: 'unit.db' });
  if (config.dataDir === 'die') die();
  if (config.dataDir === 'slow') for (const endMs = Date.now() + SLOW_MS; Date.now() < endMs;);
  const server = config.httpPort === null ? null : await listen(config.httpPort);
  const facts = async ({ after }: { readonly after: number }): Promise<{ facts: []; last: number }> => {
    if (after === 1) die();
    if (after === 2) for (;;);
    return { facts: [], last: 0 };
  };
  const opened: Partial<OpenedUnit<UnitName>['handlers']> = {
    'gateway.facts': facts,
    'su.facts': facts,
    'cu.facts': facts,
    'mu.facts': facts,
  };
  return {
    // The other commands are not asked here.
    handlers: opened as OpenedUnit<UnitName>['handlers'],
    opened: { url: config.httpPort === null ? null : `http://127.0.0.1:${config.httpPort}`, address: toAddress(config.dataDir) },
    close: () =>
      new Promise((resolve) => {
        if (config.dataDir === 'deaf') return;
        if (server === null) resolve();
        else server.close(() => resolve());
      }),
  };
};

function die(): never {
  process.stderr.write('some warning\nTypeError: the unit has had enough\n    at nowhere\n\nNode.js v99\n');
  process.exit(7);
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

/** Called by the small programs that the test writes, one per unit. */
export function run(unit: UnitName): void {
  runUnit(unit, unitPort(), open);
}
