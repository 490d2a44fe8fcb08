import { join } from 'node:path';
import type { FactsArgs, FactsReply } from '../contract/answers.ts';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { Address } from '../contract/ids.ts';
import type { UnitName } from '../contract/trace.ts';
import type { OpenedUnit, OpenUnit } from '../contract/unit.ts';
import { sha256Text } from '../item/hash.ts';
import { openDatabase } from '../store/database.ts';
import { createJournal } from '../store/journal.ts';
import { withRefusals } from './cannot.ts';
import { foreignCu } from './cu.ts';
import { foreignGateway } from './gateway.ts';
import { FOREIGN_SCHEMA, openMemory } from './memory.ts';
import { foreignMu } from './mu.ts';
import type { Foreign, ForeignPorts } from './ports.ts';
import { foreignSu } from './su.ts';
import { createUnitHttp, type ReachNow, type UnitHttp } from './unit-http.ts';

/** How often a foreign unit is looked at, and how long that may take. */
const PROBE_EVERY_MS = 5_000;
const PROBE_MS = 3_000;

/**
 * Opens what stands in for a unit that `config.network.units` names by its address: it answers the unit's commands by
 * asking there, so that to everybody else nothing changes. What passes through it is kept as facts, beside the other
 * units' databases.
 */
export const openForeignGateway: OpenUnit<'gateway'> = (config, links) =>
  openWith('gateway', config, links, foreignGateway, (facts) => ({ 'gateway.facts': facts }));
export const openForeignSu: OpenUnit<'su'> = (config, links) =>
  openWith('su', config, links, foreignSu, (facts) => ({ 'su.facts': facts }));
export const openForeignCu: OpenUnit<'cu'> = (config, links) =>
  openWith('cu', config, links, foreignCu, (facts) => ({ 'cu.facts': facts }));
export const openForeignMu: OpenUnit<'mu'> = (config, links) =>
  openWith('mu', config, links, foreignMu, (facts) => ({ 'mu.facts': facts }));

type Facts = (args: FactsArgs) => Promise<FactsReply>;

async function openWith<U extends UnitName>(
  unit: U,
  config: Parameters<OpenUnit<U>>[0],
  { ask, tell }: Parameters<OpenUnit<U>>[1],
  make: (ports: ForeignPorts) => Foreign<U>,
  kept: (facts: Facts) => Partial<HandlersOf<U>>,
): Promise<OpenedUnit<U>> {
  const url = config.network.units[unit];
  if (url === undefined) throw new AoError('UNIT_DOWN', { unit });
  // Another address is another unit, with a memory of its own.
  const database = openDatabase(join(config.dataDir, `foreign-${unit}-${sha256Text(url).slice(0, 8)}.db`), FOREIGN_SCHEMA, 'normal');
  const journal = createJournal(database, unit, (facts) => tell('facts', { unit, facts }));
  let address: Address | null = null;
  let shown = '';
  let isClosed = false;
  const told = (reach: ReachNow): void => {
    const news = `${reach.isReachable} ${reach.reason} ${address}`;
    if (isClosed || news === shown) return;
    shown = news;
    tell('beat', { unit, foreign: { url, address, ...reach } });
  };
  const http = createUnitHttp(unit, url, told);
  // How services beside it are doing says nothing of the unit.
  const beside = (address: string): UnitHttp => createUnitHttp(unit, address, () => undefined);
  const { upload, graphql: search } = config.network;
  const uploads = upload === undefined ? http : beside(upload);
  const graphql = search === undefined ? { http, path: '/graphql' } : { http: beside(search), path: '' };
  const foreign = make({ http, uploads, graphql, ask, memory: openMemory(database), config, record: journal.record });
  address = foreign.address;
  const probe = async (): Promise<void> => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PROBE_MS);
    const startedMs = performance.now();
    try {
      await http.request({ path: foreign.probePath, timeoutMs: PROBE_MS, isRepeatable: false, signal: stop.signal });
      address ??= (await foreign.askAddress?.()) ?? null;
      shown = '';
      told({ isReachable: true, latencyMs: Math.round(performance.now() - startedMs), reason: null });
    } catch {
      // Why it is not reached has been told by the attempt.
    } finally {
      clearTimeout(timer);
    }
  };
  await probe();
  let probing = Promise.resolve();
  const timer = setInterval(() => {
    probing = probing.then(probe);
  }, PROBE_EVERY_MS);
  return {
    handlers: withRefusals(unit, http, { ...foreign.handlers, ...kept(async (args) => journal.read(args)) }),
    opened: { url, address },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await probing;
      journal.close();
      database.close();
    },
  };
}
