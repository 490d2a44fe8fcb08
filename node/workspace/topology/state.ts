import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isId, toProcessId, toSlot, type ProcessId } from '../../contract/ids.ts';
import { sha256Text } from '../../item/hash.ts';
import { systemCode } from '../file-errors.ts';

const running = z.object({
  process: z.string().refine(isId).transform(toProcessId),
  /** What only a new process could change. */
  shape: z.string(),
  /** Hash of the code that it was given last; null before any. */
  code: z.string().nullable(),
  /** The line with the ids of the others that it was told last. */
  peers: z.string().nullable(),
  isMonitored: z.boolean(),
  /** Null until it is known. */
  isBooted: z.boolean().nullable(),
  isStarted: z.boolean(),
  /** Code that was sent to it, and of whose outcome nobody knows yet; null where there is none. */
  unread: z
    .object({
      /** Where it stands; null until that is known. */
      slot: z.int().min(0).transform(toSlot).nullable(),
      /** The code that it runs where this one failed. */
      former: z.string().nullable(),
    })
    .nullable()
    .default(null),
});
export const topologySchema = z.object({
  version: z.literal(1),
  running: z.record(z.string(), running),
  /** What is on its way: signed and written down before it was sent, so that it is sent again as the same item. */
  sending: z.object({ name: z.string(), item: z.string(), after: running }).nullable(),
});

/** What runs of a process of the manifest. */
export type Running = z.infer<typeof running>;
/** What runs of a project on one network, by the names of the manifest. */
export type TopologyState = z.infer<typeof topologySchema>;

/** Null where nothing of that name runs. */
export function runningOf({ running }: Pick<TopologyState, 'running'>, name: string): Running | null {
  return Object.hasOwn(running, name) ? (running[name] ?? null) : null;
}

/** Ids of what runs, by name. */
export function idsOf({ running }: Pick<TopologyState, 'running'>): ReadonlyMap<string, ProcessId> {
  return new Map(Object.entries(running).map(([name, { process }]) => [name, process]));
}

/** Where the state of a topology is kept. */
export interface TopologyStore {
  read(): Promise<TopologyState>;
  /** On disk before it resolves. */
  write(state: TopologyState): Promise<void>;
}

/** Nothing runs. */
export const NONE: TopologyState = { version: 1, running: {}, sending: null };

/** One that is forgotten. */
export function topologyInMemory(): TopologyStore {
  let state = NONE;
  return {
    read: async () => state,
    async write(next) {
      state = next;
    },
  };
}

/** The one in a project's data folder. What cannot be read is put aside: the processes it knew are in the logs. */
export function topologyOnDisk(file: string): TopologyStore {
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return null;
        throw error;
      });
      if (text === null) return NONE;
      const state = parsed(text);
      if (state === null) await rename(file, `${file}.broken`);
      return state ?? NONE;
    },
    async write(state) {
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, `${JSON.stringify(state, null, 2)}\n`);
    },
  };
}

function parsed(text: string): TopologyState | null {
  try {
    return topologySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The file for a network: of the node here, whose data lies beside it and is deleted with it, or of units elsewhere, whose
 * processes go on whatever becomes of that data.
 * @param units addresses of units elsewhere that schedule or take in; none for the node here
 */
export function topologyFile(dataDir: string, units: readonly string[]): string {
  if (units.length === 0) return join(dataDir, 'topology.json');
  const network = sha256Text(units.join('\n')).slice(0, 10);
  const host = URL.parse(units[0] ?? '')?.hostname ?? 'network';
  return join(dataDir, 'networks', `${host}-${network}.json`);
}
