import { lstat, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { AoError, reasonOf } from '../../contract/errors.ts';
import { isId, toAddress, toModuleId, type Address, type ModuleId } from '../../contract/ids.ts';
import { fileStep, systemCode } from '../file-errors.ts';
import type { ModuleHeads } from '../signing.ts';
import { NONE, topologySchema, type TopologyStore } from './state.ts';

/** What was deployed where; it belongs into version control. */
export const DEPLOYMENTS_FILE = 'aoscope.deployments.json';

const receipts = topologySchema.extend({
  /** Who deploys there. */
  wallet: z.string().refine(isId).transform(toAddress).nullable(),
  /** The scheduler that knows the processes. */
  scheduler: z.string().nullable(),
  /** Modules that were uploaded there, by what they are made from. */
  modules: z.record(z.string(), z.string().refine(isId).transform(toModuleId)),
  /** Modules that were signed and may not have arrived, without their data. */
  signed: z.record(z.string(), z.string()).default({}),
});
const schema = z.object({ version: z.literal(1), networks: z.record(z.string(), receipts) });
type File = z.infer<typeof schema>;
type Receipts = z.infer<typeof receipts>;

/** What of a project was deployed to one network. */
export interface Deployments {
  /** Of modules on their way; forgotten once they have arrived. */
  readonly heads: ModuleHeads;
  readonly topology: TopologyStore;
  wallet(): Address | null;
  /** Address of the scheduler unit that was deployed to; null before any. */
  scheduler(): string | null;
  /** Who deploys from now on: stands in the file with the first thing that is written there. */
  setDeployer(wallet: Address, scheduler: string): void;
  module(key: string): ModuleId | null;
  keepModule(key: string, module: ModuleId): Promise<void>;
}

/**
 * Reads the receipts of a project for one network. Each change is on disk before it resolves; those of other networks stay.
 * @throws AoError DEPLOYMENTS_BROKEN: what is in it is not made up for, as it says what not to spawn again.
 */
export async function openDeployments(path: string, network: string): Promise<Deployments> {
  let file = await read(path);
  let deployer: Partial<Pick<Receipts, 'wallet' | 'scheduler'>> = {};
  const mine = (): Receipts =>
    (Object.hasOwn(file.networks, network) ? file.networks[network] : undefined) ?? {
      ...NONE,
      wallet: null,
      scheduler: null,
      modules: {},
      signed: {},
    };
  // The first signature writes down whose it is: what has no owner was not written by this app.
  const { wallet, running, sending, modules, signed } = mine();
  const isEmpty = sending === null && [running, modules, signed].every((all) => Object.keys(all).length === 0);
  if (wallet === null && !isEmpty)
    throw new AoError('DEPLOYMENTS_BROKEN', { path, reason: `it does not say whose wallet deployed to ${network}` });
  const write = async (change: Partial<Receipts>): Promise<void> => {
    file = { ...file, networks: { ...file.networks, [network]: { ...mine(), ...deployer, ...change } } };
    await fileStep(path, () => writeFileAtomic(path, `${JSON.stringify(file, null, 2)}\n`, { fsync: true }));
  };
  return {
    topology: {
      read: async () => mine(),
      write: ({ running, sending }) => write({ running, sending }),
    },
    heads: {
      read: (key) => (Object.hasOwn(mine().signed, key) ? (mine().signed[key] ?? null) : null),
      keep: (key, head) => write({ signed: { ...mine().signed, [key]: head } }),
    },
    wallet: () => mine().wallet,
    scheduler: () => mine().scheduler,
    setDeployer(wallet, scheduler) {
      deployer = { wallet, scheduler };
    },
    module: (key) => (Object.hasOwn(mine().modules, key) ? (mine().modules[key] ?? null) : null),
    keepModule: (key, module) => write({ modules: { ...mine().modules, [key]: module }, signed: {} }),
  };
}

async function read(path: string): Promise<File> {
  try {
    // What is written to it would land wherever that leads.
    if ((await lstat(path)).isSymbolicLink()) throw new Error('it is a link to somewhere else');
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { version: 1, networks: {} };
    const reason = error instanceof z.ZodError ? (error.issues[0]?.message ?? 'it is of another form') : reasonOf(error);
    throw new AoError('DEPLOYMENTS_BROKEN', { path, reason });
  }
}
