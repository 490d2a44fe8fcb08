import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Commands } from '../contract/commands.ts';
import type { OpenUnit } from '../contract/unit.ts';
import { AoError } from '../contract/errors.ts';
import { refusing } from '../contract/read-only.ts';
import { openPublicRoutes } from '../host/public-routes.ts';
import { openItem } from '../item/parse.ts';
import { loadOrCreateWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { createJournal } from '../store/journal.ts';
import { openClock } from './clock.ts';
import { createSuHttp } from './http.ts';
import { publishLocation } from './location.ts';
import { openNotes } from './notes.ts';
import { rebuild } from './rebuild.ts';
import { restoreWhenLost } from './restore.ts';
import { openSchedule, SU_SCHEMA } from './schedule.ts';
import { openSearch } from './search.ts';
import { createStandIns } from './stand-ins.ts';
import { createSu } from './su.ts';
import { takeLines } from './take.ts';
import { createTold } from './told.ts';
import { startUploads } from './upload.ts';

/** Opens the scheduler unit on a project's data. */
export const openSu: OpenUnit<'su'> = async (config, { ask, tell }) => {
  const wallet = await loadOrCreateWallet(join(config.walletDir, 'su.json'));
  const database = openDatabase(join(config.dataDir, 'su.db'), SU_SCHEMA, 'full');
  const journal = createJournal(database, 'su', (facts) => tell('facts', { unit: 'su', facts }));
  const schedule = openSchedule(database);
  const clock = await openClock({
    database,
    gatewayClock: (timestampMs) => ask('gateway.clock', { timestampMs }),
    gatewayHeight: async () => (await ask('gateway.network', {})).height,
    start: config.clock ?? null,
    newestMs: schedule.newestMs(),
    computerMs: Date.now,
    stopwatchMs: () => performance.now(),
    onChange: (state) => journal.record({ kind: 'su.clock', ...state }),
  });
  const notes = openNotes(database);
  const recording = config.recording ?? null;
  const { gas, memoryBytes } = config.limits;
  const told = recording === null ? null : createTold();
  const bringBack = (): ReturnType<typeof rebuild> =>
    rebuild({
      schedule,
      notes,
      address: recording?.scheduler ?? wallet.address,
      carrier: recording?.carrier ?? null,
      itemBytes: config.limits.itemBytes,
      ask,
      record: journal.record,
      told,
    });
  const restoring = restoreWhenLost(schedule, database.cut?.isFinished === true, bringBack);
  const handlers = restoring.guard({
    ...createSu({
      schedule,
      notes,
      search: openSearch(database),
      limits: { gas, memoryBytes },
      wallet,
      clock,
      standIns: createStandIns(config.network, ask),
      record: journal.record,
      item: (args) => ask('gateway.item', args),
      settled: (args) => ask('gateway.settled', args),
      upload: (args) => ask('gateway.upload', args),
      rebuild: bringBack,
    }),
    'su.facts': async (args: Parameters<typeof journal.read>[0]) => journal.read(args),
    async 'su.takeTold'({ facts }: Commands['su.takeTold']['args']) {
      told?.take(facts);
      return {};
    },
    async 'su.takeLines'(args: Commands['su.takeLines']['args']) {
      // A log of one's own has one writer.
      if (recording === null) throw new AoError('LOG_OWN', { process: args.process });
      return takeLines(args, { schedule, scheduler: recording.scheduler, record: journal.record });
    },
  });
  if (recording !== null) Object.assign(handlers, refusing('su.schedule', 'su.assign', 'su.setClock', 'su.jump'));
  // What stands in a recording is signed by another scheduler: this one has nothing to hand over.
  const uploads = restoring.done.then(() =>
    recording === null ? startUploads({ schedule, notes, wallet, ask, record: journal.record }) : null,
  );
  // The HTTP route is a door of its own: what comes in there has passed no other unit.
  const atTheDoor: typeof handlers = {
    ...handlers,
    async 'su.schedule'({ item }) {
      await openItem(Buffer.from(item, 'base64url'), config.limits.itemBytes);
      return handlers['su.schedule']({ item }, new AbortController().signal);
    },
  };
  const close = async (): Promise<void> => {
    await clock.stop();
    restoring.stop();
    await (await uploads)?.stop();
    schedule.flush();
    journal.close();
    database.close();
  };
  const server = await openPublicRoutes(
    createSuHttp({ handlers: atTheDoor, address: wallet.address, itemBytes: config.limits.itemBytes, counts: journal.counts }),
    config.httpPort,
    close,
  );
  const location =
    server === null || recording !== null ? null : publishLocation(wallet, server.url, ask, () => randomBytes(16).toString('hex'));
  return {
    handlers,
    opened: { url: server?.url ?? null, address: wallet.address },
    async close() {
      location?.stop();
      await server?.close();
      await close();
    },
  };
};
