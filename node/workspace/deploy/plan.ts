import type { CodeChange, DeployPlan, PlanStep, PlanUpload } from '../../contract/deploy.ts';
import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import { isId, toItemId, type Address, type ProcessId } from '../../contract/ids.ts';
import { KNOWN_MODULES } from '../../contract/module-catalogue.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { Client } from '../../contract/rpc.ts';
import type { RanProcess, RunWay } from '../../contract/topology.ts';
import { ask as askAddress } from '../../deploy/ask.ts';
import type { ProjectFiles } from '../files.ts';
import { inOrderOfNeeds } from '../manifest-schema.ts';
import type { Deployments } from '../topology/deployments.ts';
import { programOf, type Program } from '../topology/program.ts';
import { owedBy, todoOf } from '../topology/run.ts';
import { runningOf, type Running } from '../topology/state.ts';
import { codeChange, liveCode } from './live-code.ts';
import { contentOf } from './module-content.ts';

const PRICE_MS = 5_000;

interface PlanPorts {
  readonly ask: Client['ask'];
  readonly files: ProjectFiles;
  readonly deployments: Deployments;
  /** The built-in Lua module. */
  readonly builtIn: () => Promise<Uint8Array>;
  readonly network: UnitsNetwork;
}

/**
 * Looks at files, receipts and network, and says what a deployment would do.
 * @throws AoError MANIFEST_EMPTY, DEPLOY_MISSING, ITEM_NOT_FOUND (a module that the network's gateway does not have); FILE_*, BUNDLE_*; what the units say.
 */
export async function planDeployment(
  manifest: Manifest,
  { network, wallet, how }: { readonly network: string; readonly wallet: Address; readonly how: RunWay },
  ports: PlanPorts,
): Promise<DeployPlan> {
  if (manifest.processes.length === 0) throw new AoError('MANIFEST_EMPTY');
  const state = await ports.deployments.topology.read();
  await checkThere(network, Object.entries(state.running), ports);
  const planned: { readonly of: ManifestProcess; readonly program: Program }[] = [];
  for (const of of inOrderOfNeeds(manifest.processes)) planned.push({ of, program: await programOf(of, ports.files, manifest.bundle) });
  const steps: PlanStep[] = [];
  const uploads = new Map<string, PlanUpload>();
  const onOurs: string[] = [];
  for (const { of, program } of planned) {
    const now = runningOf(state, of.name);
    const did = todoOf(of, program, state, { how });
    const does = now?.isBooted === false && did === 'kept' ? 'broken' : DOES[did];
    const change = did === 'kept' || program.kind !== 'code' || now === null ? null : await changeOf(program, now, ports);
    steps.push(stepFor(of, program, does, { process: now?.process ?? null, runs: now?.code ?? null, change }));
    if (did !== 'spawned') continue;
    if (program.moduleRef === null) onOurs.push(of.name);
    const upload = await uploadOf(program, ports);
    if (upload !== null) uploads.set(upload.module, upload);
  }
  const warnings =
    onOurs.length === 0
      ? []
      : [
          `${onOurs.join(', ')}: on the Lua module of this app, which only nodes of this app can run; elsewhere name a published module in aoscope.json.`,
        ];
  const names = new Set(manifest.processes.map(({ name }) => name));
  for (const [name, { process }] of Object.entries(state.running))
    if (!names.has(name)) warnings.push(`${name} (${process}) is not in aoscope.json any more, and goes on as it is.`);
  const besides = owedBy(
    manifest.processes.flatMap((of) => planned.filter((one) => one.of === of)),
    state,
  );
  const isDone = besides.length === 0 && steps.every(({ does }) => does === 'keep' || does === 'leave' || does === 'broken');
  return { network, addresses: ports.network, wallet, steps, uploads: [...uploads.values()], besides, warnings, isDone };
}

const DOES: Readonly<Record<RanProcess['did'], PlanStep['does']>> = {
  spawned: 'spawn',
  evaluated: 'evaluate',
  kept: 'keep',
  left: 'leave',
};

/** What was deployed is spawned a second time for no scheduler that does not know it. @throws AoError DEPLOY_MISSING. */
async function checkThere(
  network: string,
  running: readonly (readonly [string, { readonly process: ProcessId }])[],
  { ask }: PlanPorts,
): Promise<void> {
  for (const [name, { process }] of running)
    if (!(await ask('su.isProcess', { id: process })).isProcess) throw new AoError('DEPLOY_MISSING', { name, process, network });
}

function stepFor(
  { name, tags = {}, cron = [], needs = [], start }: ManifestProcess,
  { moduleRef, files, hash, text }: Program,
  does: PlanStep['does'],
  now: Pick<PlanStep, 'process' | 'runs' | 'change'>,
): PlanStep {
  const codeBytes = Buffer.byteLength(text);
  const shown = { tags, cron: cron.map(({ every }) => every), needs, start: start?.action ?? null };
  return { name, does, ...now, module: moduleRef ?? 'lua', files, codeBytes, has: hash, ...shown };
}

/** The files against the code that runs, which the network is asked for. That it does not say keeps nobody from deploying. */
async function changeOf({ text, hash }: Program, { process, code }: Running, { ask }: PlanPorts): Promise<CodeChange | null> {
  if (code === null || code === hash) return null;
  const live = await liveCode(ask, process, code).catch(unlessCancelled);
  return live === null ? null : codeChange(live, text);
}

function unlessCancelled(error: unknown): null {
  if (error instanceof AoError && error.code !== 'CANCELLED') return null;
  throw error;
}

/** Null where the network has the module. @throws AoError ITEM_NOT_FOUND. */
async function uploadOf({ moduleRef }: Program, ports: PlanPorts): Promise<PlanUpload | null> {
  const { key, bytes } = await contentOf(moduleRef, ports.files, ports.builtIn);
  if (ports.deployments.module(key) !== null) return null;
  if (bytes !== null) return { module: moduleRef ?? 'lua', bytes, price: await priceOf(ports.network, bytes) };
  const id = isId(key) ? key : KNOWN_MODULES.find(({ name }) => name.toLowerCase() === key.toLowerCase())?.id;
  // One that was added here by a name of its own is offered to the network as it is.
  if (id === undefined) return { module: key, bytes: 0, price: null };
  await ports.ask('gateway.item', { id: toItemId(id) });
  return null;
}

/** What a gateway says that storing so many bytes costs, in winston. */
async function priceOf({ gateway }: UnitsNetwork, bytes: number): Promise<string | null> {
  const answer = await askAddress(`${gateway.replace(/\/+$/, '')}/price/${bytes}`, undefined, PRICE_MS).catch(() => null);
  return answer !== null && answer.status < 300 && /^\d+$/.test(answer.text.trim()) ? answer.text.trim() : null;
}
