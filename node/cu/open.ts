import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { UnitConfig } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { ProcessId } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import type { OpenedUnit, OpenUnit, UnitLinks } from '../contract/unit.ts';
import { openPublicRoutes } from '../host/public-routes.ts';
import { openDatabase } from '../store/database.ts';
import { createJournal } from '../store/journal.ts';
import { BRANCHES_TABLE, openBranchStore } from './branch/branches.ts';
import { createDriveFiles } from './drive.ts';
import { withDrive } from './evaluator/with-drive.ts';
import { createDrive } from './vm/drive.ts';
import { openWeaveFiles, WEAVE_GIVEN_TABLE } from './weave-files.ts';
import { createCu } from './cu.ts';
import { evaluatorHere, type Evaluator } from './evaluator/evaluator.ts';
import { createMachines } from './evaluator/machines.ts';
import { createPool } from './evaluator/pool.ts';
import { createLastAsked, type LastAsked } from './evaluator/rest.ts';
import { evaluatorThread } from './evaluator/thread.ts';
import { createCuHttp } from './http.ts';
import { createMetEntries } from './met.ts';
import { createModules } from './modules.ts';
import { LUA_FORMAT } from '../lua/module.ts';
import { AOS_FORMATS } from './vm/aos/formats.ts';
import { JS_FORMAT } from '../contract/modules.ts';
import { WASM_FORMAT } from './vm/wasm/wasm-machine.ts';
import { CU_SCHEMA, openMemory } from './timeline/memory.ts';

/** Evaluators for all: at least two, so that one process does not wait for another while the other units wait for disks. */
const EVALUATORS_MIN = 2;
const EVALUATORS_MAX = 8;
/** What our own machines run. */
const FORMATS: ReadonlySet<string> = new Set([LUA_FORMAT, WASM_FORMAT, JS_FORMAT, ...AOS_FORMATS.map(({ name }) => name)]);
/** And for slow processes, started when the first one comes. */
const EVALUATORS_SLOW = 2;
/** For dry runs, started when there is one: the second serves others while one loops. */
const DRY_RUNNERS = 2;

/**
 * Opens the compute unit with evaluators in worker threads, each of which can be ended.
 * @param script the bundled worker; @param machines files of further machines, as URLs (vm/README.md).
 */
export function openCuWithThreads(script: string, machines: readonly string[] = []): OpenUnit<'cu'> {
  return (config, links) => {
    const start: StartEvaluator = (givesWayTo) =>
      evaluatorThread(script, { assetsDir: config.assetsDir, givesWayTo, machines, windowBytes: config.limits.windowBytes });
    return openWith(config, links, start, machines.length === 0 ? FORMATS : null);
  };
}

/** Opens the compute unit with evaluators in this thread, for a whole node in one process. */
export const openCu: OpenUnit<'cu'> = (config, links) => {
  const drive = createDrive();
  const machines = createMachines(config.assetsDir, drive);
  return openWith(config, links, () => evaluatorHere(machines, config.limits.windowBytes, drive), FORMATS);
};

type StartEvaluator = (givesWayTo: LastAsked | null) => Evaluator;

async function openWith(
  config: UnitConfig,
  { ask, tell }: UnitLinks,
  start: StartEvaluator,
  formats: ReadonlySet<string> | null,
): Promise<OpenedUnit<'cu'>> {
  // Results and keyframes can be computed again from the log, so their commits need no sync.
  const database = openDatabase(join(config.dataDir, 'cu.db'), CU_SCHEMA, 'normal');
  const journal = createJournal(database, 'cu', (facts) => tell('facts', { unit: 'cu', facts }));
  const memory = openMemory(database, config.limits.keyframeBytes);
  // What a person has made or brought is kept apart from what can be computed again.
  const branchesDatabase = openDatabase(join(config.dataDir, 'branches.db'), [BRANCHES_TABLE, WEAVE_GIVEN_TABLE], 'full');
  const count = Math.max(EVALUATORS_MIN, Math.min(EVALUATORS_MAX, availableParallelism()));
  const met = createMetEntries();
  const modules = createModules(ask);
  const weave = openWeaveFiles(database, branchesDatabase, createDriveFiles(ask, modules));
  const asked = createLastAsked();
  const started = (givesWayTo: LastAsked | null = null): Evaluator => withDrive(start(givesWayTo), weave.read);
  const some = (length: number, givesWayTo: LastAsked | null): Evaluator[] => Array.from({ length }, () => started(givesWayTo));
  const pool = createPool(some(count, null), some(EVALUATORS_SLOW, asked), asked);
  const viewer = started();
  const dryRunners = some(DRY_RUNNERS, null);
  const cu = createCu(
    {
      ask,
      memory,
      met,
      modules,
      pool,
      viewer,
      dryRunners,
      weave,
      limits: config.limits,
      formats,
      record(fact) {
        const told = memory.told.of(fact);
        journal.record(told.fact, told.atMs);
      },
    },
    openBranchStore(branchesDatabase),
  );
  const handlers = { ...cu.handlers, 'cu.facts': async (args: Parameters<typeof journal.read>[0]) => journal.read(args) };
  const http = createCuHttp({
    handlers,
    memoryAt: cu.memoryAt,
    ticks: memory.ticks,
    async find(process, id) {
      const entry = await ask('su.find', { process, id });
      met.keep(entry);
      return entry;
    },
    latest: (process) => latestEntry(ask, process),
    counts: journal.counts,
    itemBytes: config.limits.itemBytes,
  });
  const close = async (): Promise<void> => {
    cu.close();
    await Promise.all([pool.close(), viewer.close(), ...dryRunners.map((one) => one.close())]);
    memory.close();
    branchesDatabase.close();
    journal.close();
    database.close();
  };
  const server = await openPublicRoutes(http, config.httpPort, close);
  return {
    handlers,
    opened: { url: server?.url ?? null, address: null },
    async close() {
      await server?.close();
      await close();
    },
  };
}

async function latestEntry(ask: UnitLinks['ask'], process: ProcessId): Promise<LogEntry> {
  const { slotLatest } = await ask('su.process', { process });
  const { entries } = await ask('su.log', { process, from: slotLatest, limit: 1 });
  const [latest] = entries;
  if (latest === undefined) throw new AoError('LOG_BROKEN', { process, slot: slotLatest });
  return latest;
}
