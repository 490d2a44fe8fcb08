import { anySignal } from '../any-signal.ts';
import type { BranchEdit, BranchStep } from '../../contract/branch.ts';
import type { PlanStep, RehearsedFork } from '../../contract/deploy.ts';
import { AoError } from '../../contract/errors.ts';
import { toAddress, type Address, type ModuleId, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { Client } from '../../contract/rpc.ts';
import { moduleLine, moduleOf } from '../recording/home.ts';
import { handOver } from '../recording/home-session.ts';
import { addressOf, bytesOf, fitting, logPages } from '../recording/log-pages.ts';
import type { NodeWish, OpenNode } from '../ports.ts';
import { partsOf, type ForkOutcomes } from './compare.ts';

/** What code that goes into live processes is rehearsed with. */
export interface ForkPorts {
  /** A node whose units are those of the network. */
  readonly there: Client['ask'];
  readonly gateway: string;
  readonly openNode: OpenNode;
  readonly limits: NonNullable<NodeWish['limits']>;
  /** Who deploys: the fork takes the code as from them, and nothing is signed for it. */
  readonly wallet: Address;
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Forks {
  readonly forks: readonly RehearsedFork[];
  readonly outcomes: ForkOutcomes;
}

/** A longer log takes too long to be fetched and run again before each deployment. */
const SLOTS_MAX = 5_000;
/** Fetching and running end after so long. */
const FORK_MS = 120_000;
/** Of these, so long is spent on processes that take no code: only what the code sends to them reaches them. */
const OTHERS_MS = 30_000;
const BUDGET_MS = 1_000;
const STEPS_PAGE = 200;

/**
 * Evaluates the code of the plan into a fork of the live processes that it goes into: their logs are fetched and checked, run on a node of
 * this computer, and the code comes behind their last slot, as from who deploys. What it sends to others of the project that live there
 * reaches their forks. Where a process cannot be forked it says why, and keeps nobody from deploying.
 * @throws AoError CANCELLED.
 */
export async function rehearseForks(steps: readonly PlanStep[], ports: ForkPorts): Promise<Forks> {
  const evaluated = steps.filter(({ does, process }) => does === 'evaluate' && process !== null);
  if (evaluated.length === 0) return { forks: [], outcomes: new Map() };
  const late = AbortSignal.timeout(FORK_MS);
  const signal = anySignal([ports.signal, late]);
  try {
    return await forked(steps, { ...ports, signal });
  } catch (error) {
    if (ports.signal.aborted || !(error instanceof AoError)) throw error;
    const reason = late.aborted ? `that took longer than ${FORK_MS / 1_000} s` : error.message.replace(/\.$/, '');
    return { forks: evaluated.map((step) => notForked(step, reason)), outcomes: new Map() };
  }
}

function notForked({ name, process }: PlanStep, reason: string): RehearsedFork {
  return { name, process, slots: 0, reason, error: null };
}

/** A process of the plan that is there already. */
interface Live {
  readonly step: PlanStep;
  readonly process: ProcessId;
}

/** A live process whose log is on the node of the forks. */
interface Fetched extends Live {
  readonly slotLatest: Slot;
}

/** Modules that were put on the node of the forks: most processes of a project share one. */
type Modules = Map<ModuleId, Promise<void>>;

interface Fetching extends ForkPorts {
  /** The node of the forks. */
  readonly here: Client['ask'];
  readonly modules: Modules;
}

async function forked(all: readonly PlanStep[], ports: ForkPorts): Promise<Forks> {
  const { openNode, limits } = ports;
  // One that is spawned anew leaves the former one behind.
  const steps = all
    .filter(({ does }) => does !== 'spawn')
    .flatMap((step) => (step.process === null ? [] : { step, process: step.process }));
  const takes = ({ step }: Live): boolean => step.does === 'evaluate';
  const taking = steps.filter(takes);
  const others = steps.filter((one) => !takes(one));
  const recording = { scheduler: await schedulerOf([...taking, ...others], ports), carrier: null };
  const node = await openNode({ network: {}, limits, recording });
  try {
    const reasons = new Map<string, string>();
    const fetched: Fetched[] = [];
    const modules: Modules = new Map();
    for (const live of taking) {
      const found = await fetchedOf(live, { ...ports, here: node.ask, modules });
      if (typeof found === 'string') reasons.set(live.step.name, found);
      else fetched.push(found);
    }
    if (fetched.length > 0) await fetchOthers(others, { ...ports, here: node.ask, modules });
    const ran = await evaluatedOn(node.ask, fetched, ports);
    const forks = taking.map(({ step }): RehearsedFork => {
      const one = ran.get(step.name);
      if (one === undefined) return notForked(step, reasons.get(step.name) ?? 'its code was not reached');
      return { name: step.name, process: step.process, slots: one.slot, reason: null, error: one.error };
    });
    return { forks, outcomes: outcomesOf(ran, steps) };
  } finally {
    await node.close();
  }
}

/** Of the first that the network knows. @throws AoError what it says of the last one, where it knows none. */
async function schedulerOf(lives: readonly Live[], { there, signal }: ForkPorts): Promise<Address> {
  let failed: unknown = new AoError('CANCELLED');
  for (const { process } of lives) {
    try {
      return toAddress(addressOf((await there('su.process', { process }, signal)).assignment));
    } catch (error) {
      if (!(error instanceof AoError) || signal.aborted) throw error;
      failed = error;
    }
  }
  throw failed;
}

/** As many as there is time for; one that cannot be had is missed by what is sent to it alone. */
async function fetchOthers(others: readonly Live[], ports: Fetching): Promise<void> {
  const late = AbortSignal.timeout(OTHERS_MS);
  const signal = anySignal([ports.signal, late]);
  try {
    for (const live of others) await fetchedOf(live, { ...ports, signal });
  } catch (error) {
    if (ports.signal.aborted || !late.aborted) throw error;
  }
}

/** Puts its module and its log on the node of the forks; or why they cannot be had. */
async function fetchedOf(live: Live, { here, there, gateway, modules, signal }: Fetching): Promise<Fetched | string> {
  const { process } = live;
  try {
    const info = await there('su.process', { process }, signal);
    const { slotLatest } = info;
    if (slotLatest >= SLOTS_MAX) return `it has ${slotLatest + 1} slots, and more than ${SLOTS_MAX} are not run again for a rehearsal`;
    const id = moduleOf(info);
    const module = modules.get(id) ?? putModule(id, { here, gateway, signal });
    modules.set(id, module);
    await module;
    let bytes = 0;
    for await (const page of logPages(there, { process, before: null, last: slotLatest }, signal)) {
      const { lines, gap } = fitting(page, bytes);
      bytes += bytesOf(lines);
      await handOver(here, { process }, lines);
      if (gap !== null) return `slot ${gap.slot} of its log cannot be had: ${gap.reason}`;
    }
    return { ...live, slotLatest };
  } catch (error) {
    if (!(error instanceof AoError) || signal.aborted) throw error;
    return error.message.replace(/\.$/, '');
  }
}

async function putModule(id: ModuleId, { here, gateway, signal }: Pick<Fetching, 'here' | 'gateway' | 'signal'>): Promise<void> {
  const module = await moduleLine(id, { gateway }, signal);
  if (module.kind === 'known') await here('gateway.known', { data: module.bytes });
  else await here('gateway.upload', { item: module.bytes });
}

/** The step in which each took its code, by its name. */
async function evaluatedOn(
  here: Client['ask'],
  fetched: readonly Fetched[],
  { wallet, signal }: ForkPorts,
): Promise<ReadonlyMap<string, BranchStep>> {
  if (fetched.length === 0) return new Map();
  const edits = fetched.map(({ step, process, slotLatest }): BranchEdit => {
    const tags = [
      { name: 'Action', value: 'Eval' },
      { name: 'Source', value: step.files[0] ?? '' },
    ];
    return { kind: 'inject', process, after: slotLatest, from: wallet, tags, data: step.code };
  });
  const { id: branch } = await here('cu.branchNew', { spec: { name: 'rehearsal', scope: 'node', edits, later: 'apply' } }, signal);
  for (let isDone = false; !isDone;) ({ isDone } = await here('cu.branchRun', { branch, budgetMs: BUDGET_MS }, signal));
  const found = new Map<string, BranchStep>();
  for (const { step, process } of fetched) {
    const { steps } = await here('cu.branchSteps', { branch, process, from: 0, limit: STEPS_PAGE }, signal);
    const taken = steps.find(({ origin }) => origin === 'injected');
    if (taken !== undefined) found.set(step.name, taken);
  }
  return found;
}

function outcomesOf(ran: ReadonlyMap<string, BranchStep>, lives: readonly Live[]): ForkOutcomes {
  const named = lives.map(({ step: { name }, process }) => ({ name, process }));
  return new Map([...ran].map(([name, step]) => [name, { slot: step.slot, parts: partsOf(step, named) }]));
}
