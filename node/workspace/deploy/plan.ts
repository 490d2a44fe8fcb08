import type { CodeChange, DeployPlan, PlanStep, PlanUpload } from '../../contract/deploy.ts';
import type { Manifest, ManifestProcess } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import { isId, toItemId, type Address, type ModuleId, type ProcessId } from '../../contract/ids.ts';
import { KNOWN_MODULES } from '../../contract/module-catalogue.ts';
import type { UnitsNetwork } from '../../contract/networks.ts';
import type { Client } from '../../contract/rpc.ts';
import type { RanProcess, RunWay } from '../../contract/topology.ts';
import { ask as askAddress } from '../../deploy/ask.ts';
import type { ProjectFiles } from '../files.ts';
import { inOrderOfNeeds } from '../manifest-schema.ts';
import type { Deployments } from '../topology/deployments.ts';
import { listed, programOf, tagsOf, type Program } from '../topology/program.ts';
import { owedBy, todoOf } from '../topology/run.ts';
import { runningOf, type Running, type TopologyState } from '../topology/state.ts';
import type { WrittenHere } from '../topology/written-here.ts';
import { codeChange, liveCode } from './live-code.ts';
import { contentOf } from './module-content.ts';
import { networkWarnings, receiptWarnings } from './warnings.ts';

const PRICE_MS = 5_000;

interface PlanPorts {
  readonly ask: Client['ask'];
  readonly files: ProjectFiles;
  readonly deployments: Deployments;
  /** The built-in Lua module. */
  readonly builtIn: () => Promise<Uint8Array>;
  readonly network: UnitsNetwork;
  readonly writtenHere: WrittenHere;
  /** The scheduler that the network says it has; null while nobody knows. */
  readonly scheduler: () => Address | null;
  /** Says what would be sent alone: no prices and no lines that change. */
  readonly isBrief?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Looks at files, receipts and network, and says what a deployment would do.
 * @throws AoError MANIFEST_EMPTY, DEPLOY_MISSING, ITEM_NOT_FOUND (a module that the network's gateway does not have); FILE_*, BUNDLE_*; what the units say.
 */
export async function planDeployment(
  manifest: Manifest,
  { network, wallet, how }: { readonly network: string; readonly wallet: Address; readonly how: RunWay },
  given: PlanPorts,
): Promise<DeployPlan> {
  // Each question ends with the plan.
  const ports: PlanPorts = { ...given, ask: (command, args, signal) => given.ask(command, args, signal ?? given.signal) };
  if (manifest.processes.length === 0) throw new AoError('MANIFEST_EMPTY');
  const written = await ports.deployments.topology.read();
  const state = onceSent(written);
  const names = new Set(manifest.processes.map(({ name }) => name));
  await checkThere(network, Object.entries(written.running), ports);
  ports.signal.throwIfAborted();
  const planned: { readonly of: ManifestProcess; readonly program: Program }[] = [];
  for (const of of inOrderOfNeeds(manifest.processes)) planned.push({ of, program: await programOf(of, ports.files, manifest.bundle) });
  const steps: PlanStep[] = [];
  const uploads = new Map<string, PlanUpload>();
  const onOurs: string[] = [];
  for (const { of, program } of planned) {
    const now = runningOf(state, of.name);
    const did = todoOf(of, program, state, { how });
    const does = now?.isBooted === false && did === 'kept' ? 'broken' : DOES[did];
    const isSame = did === 'kept' || program.kind !== 'code' || now === null || ports.isBrief === true;
    const change = isSame ? null : await changeOf(program, now, ports);
    const upload = did === 'spawned' ? await uploadOf(program, ports) : null;
    if (upload !== null && upload.kind === 'upload') uploads.set(upload.upload.module, upload.upload);
    const moduleId = upload !== null && upload.kind === 'there' ? upload.id : null;
    steps.push(stepFor(of, program, does, { process: now?.process ?? null, runs: now?.code ?? null, change, moduleId }));
    if (did === 'spawned' && program.moduleRef === null) onOurs.push(of.name);
  }
  const warnings = [...networkWarnings(network, ports.network), ...(await receiptWarnings(written, names, ports))];
  if (onOurs.length > 0)
    warnings.push(
      `${onOurs.join(', ')}: on the Lua module of this app, which only nodes of this app can run; elsewhere name a published module in aoscope.json.`,
    );
  for (const [name, { process }] of Object.entries(state.running))
    if (!names.has(name)) warnings.push(`${name} (${process}) is not in aoscope.json any more, and goes on as it is.`);
  const besides = owedBy(
    manifest.processes.flatMap((of) => planned.filter((one) => one.of === of)),
    state,
  );
  const isDone = besides.length === 0 && steps.every(({ does }) => does === 'keep' || does === 'leave' || does === 'broken');
  return { network, addresses: ports.network, wallet, steps, uploads: [...uploads.values()], besides, warnings, isDone };
}

/** What was signed before is sent first of all, and stands then. */
function onceSent(state: TopologyState): TopologyState {
  const { running, sending } = state;
  return sending === null ? state : { ...state, running: { ...running, [sending.name]: sending.after } };
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
  of: ManifestProcess,
  { moduleRef, files, hash, text }: Program,
  does: PlanStep['does'],
  now: Pick<PlanStep, 'process' | 'runs' | 'change' | 'moduleId'>,
): PlanStep {
  const { name, tags = {}, cron = [], needs = [], start } = of;
  const codeBytes = Buffer.byteLength(text);
  const wakes = cron.map(({ every, tags: more = {} }) => {
    const said = Object.entries(more).map(([tag, value]) => `${tag}: ${value}`);
    return said.length === 0 ? every : `${every} (${said.join(', ')})`;
  });
  const sent = { start: start?.action ?? null, startTags: listed(start?.tags), startData: start?.data ?? '' };
  const shown = { tags, cron: wakes, itemTags: tagsOf(of, new Map()), needs, ...sent };
  return { name, does, ...now, module: moduleRef ?? 'lua', files, codeBytes, code: text, has: hash, ...shown };
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

/** A module that is uploaded, or was before. */
type ModuleStep = { readonly kind: 'upload'; readonly upload: PlanUpload } | { readonly kind: 'there'; readonly id: ModuleId };

/** Null where the network has the module, as a published one. @throws AoError ITEM_NOT_FOUND. */
async function uploadOf({ moduleRef }: Program, ports: PlanPorts): Promise<ModuleStep | null> {
  const { key, bytes, sha256, isPublished } = await contentOf(moduleRef, ports.files, ports.builtIn);
  const there = ports.deployments.module(key);
  if (there !== null) return { kind: 'there', id: there };
  if (!isPublished) {
    const price = bytes === null || ports.isBrief === true ? null : await priceOf(ports.network, bytes);
    return { kind: 'upload', upload: { module: moduleRef ?? 'lua', key, bytes: bytes ?? 0, sha256, price } };
  }
  const id = isId(key) ? key : KNOWN_MODULES.find(({ name }) => name.toLowerCase() === key.toLowerCase())?.id;
  // One that was added here by a name of its own is offered to the network as it is.
  if (id === undefined) return { kind: 'upload', upload: { module: key, key, bytes: 0, sha256: null, price: null } };
  await ports.ask('gateway.item', { id: toItemId(id) });
  return null;
}

/** What a gateway says that storing so many bytes costs, in winston. */
async function priceOf({ gateway }: UnitsNetwork, bytes: number): Promise<string | null> {
  const answer = await askAddress(`${gateway.replace(/\/+$/, '')}/price/${bytes}`, undefined, PRICE_MS).catch(() => null);
  return answer !== null && answer.status < 300 && /^\d+$/.test(answer.text.trim()) ? answer.text.trim() : null;
}
