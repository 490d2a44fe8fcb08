import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import { isId, toItemId, type Address, type ProcessId } from '../../contract/ids.ts';
import { KNOWN_MODULES } from '../../contract/module-catalogue.ts';
import { isProgramFile } from '../../contract/modules.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { Client } from '../../contract/rpc.ts';
import type { PlannedState, RunWay } from '../../contract/topology.ts';
import { ask as askAddress } from '../../deploy/ask.ts';
import type { ProjectFiles } from '../../workspace/files.ts';
import { inOrderOfNeeds } from '../../workspace/manifest-schema.ts';
import type { Deployments } from '../../workspace/topology/deployments.ts';
import { programOf, type Program } from '../../workspace/topology/program.ts';
import { topologyOf } from '../../workspace/topology/standing.ts';

const PRICE_MS = 5_000;

/** What is to be done with one process. */
export interface PlanStep {
  readonly name: string;
  readonly does: 'spawn' | 'evaluate' | 'keep' | 'leave';
  /** The one that runs; null where there is none. */
  readonly process: ProcessId | null;
  readonly module: string;
  readonly files: readonly string[];
  readonly codeBytes: number;
  /** Hashes of the code that it was given last, and of that of the files. */
  readonly runs: string | null;
  readonly has: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly cron: readonly string[];
  readonly needs: readonly string[];
  /** The action of its start message; null where it has none. */
  readonly start: string | null;
}

/** A module that the network has not been given yet. */
export interface PlanUpload {
  readonly module: string;
  readonly bytes: number;
  /** In winston; null where nobody says. */
  readonly price: string | null;
}

/** All that a deployment would do, in its order. Nothing has been signed or sent. */
export interface DeployPlan {
  readonly network: string;
  readonly wallet: Address;
  readonly uploads: readonly PlanUpload[];
  readonly steps: readonly PlanStep[];
  readonly warnings: readonly string[];
  /** Everything is there as the files say, and nothing of an earlier deployment is left to be sent. */
  readonly isDone: boolean;
}

interface PlanPorts {
  readonly ask: Client['ask'];
  readonly files: ProjectFiles;
  readonly deployments: Deployments;
  /** Of the built-in Lua module. */
  readonly luaBytes: () => Promise<number>;
  readonly network: UnitsNetwork;
}

/**
 * Looks at files, receipts and network, and says what a deployment would do.
 * @throws AoError MANIFEST_EMPTY, MODULE_UNKNOWN (an id that the network's gateway does not have); FILE_*, BUNDLE_*; what the units say.
 */
export async function planDeployment(
  manifest: Manifest,
  { network, wallet, how }: { readonly network: string; readonly wallet: Address; readonly how: RunWay },
  ports: PlanPorts,
): Promise<DeployPlan> {
  if (manifest.processes.length === 0) throw new AoError('MANIFEST_EMPTY');
  const standing = await topologyOf(manifest, { ask: ports.ask, files: ports.files, store: ports.deployments.topology });
  const steps: PlanStep[] = [];
  const uploads = new Map<string, PlanUpload>();
  const warnings = new Set<string>();
  for (const one of inOrderOfNeeds(manifest.processes)) {
    const program = await programOf(one, ports.files, manifest.bundle);
    const now = standing.processes.find(({ name }) => name === one.name);
    const does = stepOf(now?.state ?? 'absent', how);
    steps.push(stepFor(one, program, does, { process: now?.process ?? null, runs: now?.runs ?? null }));
    if (does !== 'spawn') continue;
    if (program.moduleRef === null)
      warnings.add(
        `${one.name} runs on the Lua module of this app, which only nodes of this app can run; elsewhere name a published module.`,
      );
    const upload = await uploadOf(program, ports);
    if (upload !== null) uploads.set(upload.module, upload);
  }
  const { sending, running } = await ports.deployments.topology.read();
  const isSettled = sending === null && Object.values(running).every(({ isBooted, isStarted }) => isBooted !== null && isStarted);
  const isDone = isSettled && steps.every(({ does }) => does === 'keep' || does === 'leave');
  return { network, wallet, steps, uploads: [...uploads.values()], warnings: [...warnings], isDone };
}

/** The same that {@link runTopology} does with a process that stands so. */
function stepOf(state: PlannedState, how: RunWay): PlanStep['does'] {
  if (state === 'absent' || state === 'broken') return 'spawn';
  if (state === 'current') return 'keep';
  if (how === 'respawn') return 'spawn';
  return state === 'changed' ? 'evaluate' : 'leave';
}

function stepFor(
  { name, tags = {}, cron = [], needs = [], start }: ManifestProcess,
  { moduleRef, files, hash, text }: Program,
  does: PlanStep['does'],
  now: Pick<PlanStep, 'process' | 'runs'>,
): PlanStep {
  const codeBytes = Buffer.byteLength(text);
  const shown = { tags, cron: cron.map(({ every }) => every), needs, start: start?.action ?? null };
  return { name, does, ...now, module: moduleRef ?? 'lua', files, codeBytes, has: hash, ...shown };
}

/** Null where the network has the module. @throws AoError MODULE_UNKNOWN. */
async function uploadOf({ moduleRef, moduleKey }: Program, ports: PlanPorts): Promise<PlanUpload | null> {
  if (ports.deployments.module(moduleKey) !== null) return null;
  if (moduleRef === null || isProgramFile(moduleRef)) {
    const bytes = moduleRef === null ? await ports.luaBytes() : (await ports.files.bytes(moduleRef)).length;
    return { module: moduleRef ?? 'lua', bytes, price: await priceOf(ports.network, bytes) };
  }
  const id = isId(moduleRef) ? moduleRef : KNOWN_MODULES.find(({ name }) => name.toLowerCase() === moduleRef.toLowerCase())?.id;
  // One that was added here by a name of its own is offered to the network as it is.
  if (id === undefined) return { module: moduleRef, bytes: 0, price: null };
  await ports.ask('gateway.item', { id: toItemId(id) });
  return null;
}

/** What a gateway says that storing so many bytes costs, in winston. */
async function priceOf({ gateway }: UnitsNetwork, bytes: number): Promise<string | null> {
  const answer = await askAddress(`${gateway.replace(/\/+$/, '')}/price/${bytes}`, undefined, PRICE_MS).catch(() => null);
  return answer !== null && answer.status < 300 && /^\d+$/.test(answer.text.trim()) ? answer.text.trim() : null;
}
