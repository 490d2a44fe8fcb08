import type { ClockStart } from './contract/clock.ts';
import type { NodeLimits, UnitConfig, UnitOpened } from './contract/commands.ts';
import { DEFAULT_NETWORK, type NetworkProfile } from './contract/network.ts';
import type { Client } from './contract/rpc.ts';
import { UNITS, type UnitName } from './contract/trace.ts';
import type { OpenUnit } from './contract/unit.ts';
import { openCu, openCuWithThreads } from './cu/open.ts';
import { openGateway } from './gateway/open.ts';
import { createHub, type Hub } from './host/hub.ts';
import { inProcessPair } from './host/in-process.ts';
import { limitsHere } from './host/memory-limit.ts';
import { serveUnit, type ServedUnit } from './host/unit-process.ts';
import { openMu } from './mu/open.ts';
import { serveForeign } from './remote/serve.ts';
import { openSu } from './su/open.ts';

export interface LocalNodeOptions {
  readonly dataDir: string;
  /** Where the units' keys are; beside the data when absent. */
  readonly walletDir?: string;
  readonly assetsDir: string;
  /** True to open the public HTTP routes, each on any free loopback port. */
  readonly http?: boolean;
  readonly limits?: Partial<NodeLimits>;
  readonly network?: Partial<NetworkProfile>;
  /** How the clock of new data begins; the computer's when absent. */
  readonly clock?: ClockStart;
  /** The bundled program of evaluators: they run in threads then, and a slot that takes too long is ended. In this thread when absent. */
  readonly evaluatorScript?: string;
  /** Files of further machines for those threads, as URLs (cu/vm/README.md). */
  readonly machines?: readonly string[];
  /** False leaves out the check that every message could also travel as JSON (for measuring). */
  readonly isChecked?: boolean;
}

/** A whole node in this process. */
export interface LocalNode {
  readonly ask: Client['ask'];
  readonly on: Client['on'];
  /** For windows: they attach here as to any other host. */
  readonly hub: Hub;
  /** The public address of each unit; null without `http`. */
  readonly urls: { readonly [U in UnitName]: string | null };
  readonly opened: { readonly [U in UnitName]: UnitOpened };
  /** Closes every unit and its files. */
  close(): Promise<void>;
}

/**
 * Starts gateway, SU, CU and MU in this process, wired through the same hub and the same contract as the separate
 * processes of the app. Shell commands are not answered: there is no shell.
 * @throws AoError what the first unit that cannot open says; the others are closed again.
 */
export async function startLocalNode(options: LocalNodeOptions): Promise<LocalNode> {
  const hub = createHub({ shell: null });
  const config: UnitConfig = {
    dataDir: options.dataDir,
    walletDir: options.walletDir ?? options.dataDir,
    assetsDir: options.assetsDir,
    httpPort: options.http === true ? 0 : null,
    ...(options.http === true ? { uploadPort: 0 } : {}),
    limits: limitsHere(options.limits ?? {}),
    network: { ...DEFAULT_NETWORK, ...options.network },
    clock: options.clock ?? null,
  };
  const served: ServedUnit[] = [];
  const start = async <U extends UnitName>(unit: U, open: OpenUnit<U>): Promise<UnitOpened> => {
    const [ours, theirs] = inProcessPair(options.isChecked);
    const isForeign = config.network.units[unit] !== undefined;
    served.push(isForeign ? serveForeign(unit, theirs) : serveUnit(unit, theirs, open));
    const opened = await hub.attachUnit(unit, ours).ask('unit.open', config);
    hub.unitUp(unit);
    return opened;
  };
  const close = async (): Promise<void> => {
    for (const unit of UNITS) hub.unitDown(unit);
    // Every unit is closed even where one of them fails to, and the first failure is told.
    const closed = await Promise.allSettled(served.map((one) => one.close()));
    hub.close();
    for (const one of closed) if (one.status === 'rejected') throw one.reason;
  };
  const started = await Promise.allSettled([
    start('gateway', openGateway),
    start('su', openSu),
    start('cu', options.evaluatorScript === undefined ? openCu : openCuWithThreads(options.evaluatorScript, options.machines)),
    start('mu', openMu),
  ]);
  const [gateway, su, cu, mu] = started;
  if (gateway.status === 'rejected' || su.status === 'rejected' || cu.status === 'rejected' || mu.status === 'rejected') {
    await close();
    throw started.find((one) => one.status === 'rejected')?.reason;
  }
  const opened = { gateway: gateway.value, su: su.value, cu: cu.value, mu: mu.value };
  return {
    ask: hub.ask,
    on: hub.on,
    hub,
    urls: { gateway: opened.gateway.url, su: opened.su.url, cu: opened.cu.url, mu: opened.mu.url },
    opened,
    close,
  };
}
