import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { OpenUnit } from '../contract/unit.ts';
import { openPublicRoutes } from '../host/public-routes.ts';
import { numberOf, openDatabase, textOf, type Database } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { createJournal } from '../store/journal.ts';
import { createBehind } from './behind.ts';
import { createBalances } from './balances.ts';
import { BLOCK_SECONDS, createChain, type Chain } from './chain.ts';
import { createChunkStore } from './chunks.ts';
import { openGatewayClock, type GatewayClock } from './clock.ts';
import { createGateway } from './gateway.ts';
import { createGatewayHttp } from './http.ts';
import { createLuaModule } from './lua-module.ts';
import { createPartedUploads } from './parted-uploads.ts';
import { createShelf, GATEWAY_SCHEMA, type Shelf } from './shelf.ts';
import { createSchedulerStandIn } from './scheduler-stand-in.ts';
import { withStandIns } from './stand-ins.ts';
import { createWeave } from './weave.ts';

/** Uploads may be larger than messages: modules come this way. */
const UPLOAD_BYTES_MIN = 100 * 1024 * 1024;
/** What a bundle of the scheduler has around a message. */
const BUNDLE_BYTES = 64 * 1024;

/** Opens the gateway on a project: its database, its chain and its public routes. */
export const openGateway: OpenUnit<'gateway'> = async (config, { tell }) => {
  const database = openDatabase(join(config.dataDir, 'gateway.db'), GATEWAY_SCHEMA, 'full');
  const journal = createJournal(database, 'gateway', (facts) => tell('facts', { unit: 'gateway', facts }));
  const commit = createGroupCommit(database);
  const lua = createLuaModule(database);
  const shelf = withStandIns(createShelf(database), config.network.modules, lua.current);
  const clock = openGatewayClock(database, Date.now);
  const chain = openChain(database, shelf, clock, config.clock?.startMs ?? null);
  const uploadBytes = Math.max(UPLOAD_BYTES_MIN, config.limits.itemBytes + BUNDLE_BYTES);
  const schedulers = createSchedulerStandIn(database, config.network.schedulers);
  const { readThrough } = config.network;
  const behind =
    readThrough === null ? null : createBehind({ url: readThrough, shelf, chain, commit, uploadBytes, record: journal.record });
  const gateway = createGateway({ shelf, chain, clock, schedulers, commit, lua, uploadBytes, behind, record: journal.record });
  const balances = createBalances(database);
  const weave = createWeave({
    database,
    shelf,
    chain,
    commit,
    chunks: createChunkStore(database),
    balances,
    uploadBytes,
    record: journal.record,
  });
  await weave.resume();
  const mint = async (address: string, winston: bigint): Promise<bigint> => {
    await commit.add(() => void balances.add(address, winston));
    return balances.of(address);
  };
  const parted = createPartedUploads(uploadBytes, () => randomBytes(16).toString('hex'));
  const app = createGatewayHttp({
    counts: journal.counts,
    behind,
    shelf,
    chain,
    schedulers,
    weave,
    balances,
    mint,
    parted,
    uploadBytes,
    upload: gateway.upload,
    now: clock.now,
  });
  const shut = async (): Promise<void> => {
    commit.flush();
    journal.close();
    database.close();
  };
  const listening = await openPublicRoutes(app, config.httpPort, shut);
  const bundler = await openPublicRoutes(app, config.uploadPort ?? null, async () => {
    await listening?.close();
    await shut();
  });
  return {
    handlers: { ...gateway.handlers, 'gateway.facts': async (args) => journal.read(args) },
    opened: { url: listening?.url ?? null, address: null, ...(bundler === null ? {} : { uploadUrl: bundler.url }) },
    async close() {
      await bundler?.close();
      await listening?.close();
      await shut();
    },
  };
};

/** The chain of this project, begun when its database was made, or right before the time its clock begins with. */
function openChain(database: Database, shelf: Shelf, clock: GatewayClock, startMs: number | null): Chain {
  if (database.get('SELECT 1 AS one FROM chain') === undefined) {
    // The first block is younger than a time that is a whole minute, as the ones that people choose are.
    const genesisSeconds = startMs === null ? Math.floor(Date.now() / 1_000) : Math.floor(startMs / 1_000) - BLOCK_SECONDS / 2;
    database.transaction(() =>
      database.run('INSERT INTO chain (genesis_seconds, seed) VALUES (?, ?)', genesisSeconds, randomBytes(16).toString('base64url')),
    );
    clock.begin(startMs);
  }
  const row = database.get('SELECT genesis_seconds, seed FROM chain') ?? {};
  return createChain({
    genesisSeconds: numberOf(row, 'genesis_seconds'),
    seed: textOf(row, 'seed'),
    lowest: shelf.highest(),
    now: clock.now,
    mined: database.all('SELECT height, blocks, seconds FROM mined ORDER BY height').map((one) => ({
      height: numberOf(one, 'height'),
      blocks: numberOf(one, 'blocks'),
      seconds: numberOf(one, 'seconds'),
    })),
    keep: ({ height, blocks, seconds }) =>
      database.run('INSERT INTO mined (height, blocks, seconds) VALUES (?, ?, ?)', height, blocks, seconds),
  });
}
