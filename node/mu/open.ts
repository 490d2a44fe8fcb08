import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { OpenUnit } from '../contract/unit.ts';
import { refusing } from '../contract/read-only.ts';
import { openPublicRoutes } from '../host/public-routes.ts';
import { loadOrCreateWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { createJournal, measuredNow } from '../store/journal.ts';
import { createMuHttp } from './http.ts';
import { createJourneys } from './journeys.ts';
import { openMonitorStore } from './monitor.ts';
import { createMu } from './mu.ts';
import { MU_SCHEMA, openOutbox } from './outbox.ts';

/** Opens the messenger unit on a project's data; what it still owed goes on at once. */
export const openMu: OpenUnit<'mu'> = (config, ports) => open(config, ports, false);

/** The same for whoever only looks: it tells what it did. What it owes waits for the next start, and nobody is woken. */
export const openMuStill: OpenUnit<'mu'> = (config, ports) => open(config, ports, true);

async function open(
  config: Parameters<OpenUnit<'mu'>>[0],
  { ask, tell }: Parameters<OpenUnit<'mu'>>[1],
  isStill: boolean,
): ReturnType<OpenUnit<'mu'>> {
  const wallet = await loadOrCreateWallet(join(config.walletDir, 'mu.json'));
  const database = openDatabase(join(config.dataDir, 'mu.db'), MU_SCHEMA, 'full');
  const journal = createJournal(database, 'mu', (facts) => tell('facts', { unit: 'mu', facts }));
  const outbox = openOutbox(database);
  const monitors = openMonitorStore(database);
  const stopping = new AbortController();
  const mu = createMu({
    ask,
    outbox: isStill ? { ...outbox, owed: () => [] } : outbox,
    monitors: isStill ? { ...monitors, all: () => [] } : monitors,
    wallet,
    journeys: createJourneys(config.limits.journeyItems),
    limits: config.limits,
    shuffle: config.network.shuffle,
    record: journal.record,
    measuredNow,
    newRequest: randomUUID,
    // Unreferenced: a wait for a unit that is down must not keep a stopping node alive.
    pause: (ms) => pause(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => Promise.reject(new AoError('CANCELLED'))),
  });
  const handlers = {
    ...mu.handlers,
    'mu.facts': async (args: Parameters<typeof journal.read>[0]) => journal.read(args),
    async 'mu.takeTold'({ facts }: Commands['mu.takeTold']['args']) {
      for (const { atMs, ...fact } of facts) journal.record(fact, atMs);
      return {};
    },
  };
  if (isStill || (config.recording ?? null) !== null)
    Object.assign(
      handlers,
      refusing(
        'mu.send',
        'mu.assign',
        'mu.monitor',
        'mu.continue',
        'mu.end',
        'mu.pause',
        'mu.resume',
        'mu.deliver',
        'mu.advance',
        'mu.push',
      ),
    );
  const close = async (): Promise<void> => {
    stopping.abort();
    await mu.stop();
    outbox.flush();
    journal.close();
    database.close();
  };
  const server = await openPublicRoutes(
    createMuHttp({ handlers, itemBytes: config.limits.itemBytes, counts: journal.counts }),
    config.httpPort,
    close,
  );
  return {
    handlers,
    opened: { url: server?.url ?? null, address: wallet.address },
    async close() {
      await server?.close();
      await close();
    },
  };
}
