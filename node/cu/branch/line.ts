import type { BranchLine, BranchStep } from '../../contract/branch.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { Killed } from '../evaluator/evaluator.ts';
import type { Rebuild, Step } from '../evaluator/protocol.ts';
import { fromChain } from '../from-chain.ts';
import { cutShort, outcomeHash } from '../outcome.ts';
import type { CuPorts } from '../ports.ts';
import { machineLimits, stepsBetween, type Program } from '../program.ts';
import type { MessageInput } from '../vm/machine.ts';
import type { LinePlan } from './plan.ts';

/** What is known of a message before it is run in a branch. */
export type StepBefore = Pick<BranchStep, 'origin' | 'action' | 'from'> & { readonly mainSlot: number | null };

/** Who spawned a process in a branch, and in whose place of the main line it stands. */
export interface Spawned {
  readonly by: ProcessId;
  readonly insteadOf: ProcessId | null;
}

/** One process of a branch: a copy of the main line up to `plan.base`, with another future. */
export interface Line {
  readonly process: ProcessId;
  readonly plan: LinePlan;
  readonly program: Program;
  /** Set for a process that is in the branch only. */
  readonly spawned: Spawned | null;
  readonly steps: readonly BranchStep[];
  /** The slot that the next message gets. */
  nextSlot(): number;
  /** Times rise strictly in a branch as in any log. */
  timeFor(wishedMs: number): number;
  run(input: MessageInput, before: StepBefore): Promise<BranchStep>;
  leaveOut(mainSlot: number): void;
  info(): BranchLine;
  /** Key of the line's memory in the viewer, and how to bring it there after its first `count` steps. */
  readonly key: string;
  rebuildTo(count: number): { readonly rebuild: Rebuild; readonly steps: readonly Step[] };
  close(): Promise<void>;
}

/**
 * @param baseTimeMs when slot `plan.base` was assigned; 0 without one.
 * @param program of the process, on the branch's module.
 */
export async function openLine(
  ports: CuPorts,
  branch: number,
  plan: LinePlan,
  program: Program,
  baseTimeMs: number,
  spawned: Spawned | null = null,
): Promise<Line> {
  const { process, base } = plan;
  const key = `branch ${branch} ${process}`;
  const { module, env, engine } = program;
  // A line on another module shares nothing with the main one.
  const chain = await fromChain(ports, process, plan.module === null ? base : -1, engine, async (found) => {
    const { hashes } = await ports.viewer.ask('chainHashes', { process, keyframes: found.keyframes }, Infinity);
    if ((hashes.at(-1) ?? null) !== found.hash) throw new AoError('KEYFRAME_DAMAGED', { process, slot: found.slot });
    return found;
  });
  const shared = base < 0 ? [] : await stepsBetween(ports, process, program, chain.slot, base);
  const limits = machineLimits(ports);
  const rebuild: Rebuild = { module, env, limits, from: chain.slot, keyframes: chain.keyframes, hash: chain.hash, steps: [] };
  const run: { readonly step: Step; readonly isKept: boolean }[] = [];
  const steps: BranchStep[] = [];
  const missing = new Set<number>();
  let lastMs = baseTimeMs;
  let loadedIn: number | null = null;

  const kept = (count: number): Step[] => [...shared, ...run.slice(0, count).flatMap(({ step, isKept }) => (isKept ? [step] : []))];
  const load = async (): Promise<void> => {
    if (loadedIn === ports.viewer.generation()) return;
    await ports.viewer.ask('load', { process: key, rebuild: { ...rebuild, steps: kept(run.length) } }, Infinity);
    loadedIn = ports.viewer.generation();
  };
  const evaluate = async (step: Step): Promise<Outcome> => {
    await load();
    try {
      return (await ports.viewer.ask('evaluate', { process: key, step }, ports.limits.timeMs)).outcome;
    } catch (error) {
      if (error instanceof Killed) return cutShort(error.verdict, toSlot(step.slot));
      throw error;
    }
  };

  return {
    process,
    plan,
    program,
    spawned,
    steps,
    key,
    nextSlot: () => base + 1 + steps.filter(({ origin }) => origin !== 'cron').length,
    timeFor(wishedMs) {
      lastMs = Math.max(lastMs + 1, Math.ceil(wishedMs));
      return lastMs;
    },
    async run(input, before) {
      const slot = input.Nonce ?? base + 1 + steps.filter(({ origin }) => origin !== 'cron').length;
      const step = { slot, message: input, limits };
      const outcome = await evaluate(step);
      run.push({ step, isKept: outcome.error === null });
      const hash = outcomeHash(outcome);
      const main = before.mainSlot === null ? null : ports.memory.outcome(process, toSlot(before.mainSlot));
      const made: BranchStep = {
        index: steps.length,
        slot: toSlot(slot),
        mainSlot: before.mainSlot === null ? null : toSlot(before.mainSlot),
        origin: before.origin,
        action: before.action,
        from: before.from,
        timestampMs: input.Timestamp,
        hash,
        isSame: main === null ? null : main.hash === hash,
        error: outcome.error,
        output: outcome.output,
        messages: outcome.messages,
        spawns: outcome.spawns,
      };
      steps.push(made);
      return made;
    },
    leaveOut: (mainSlot) => void missing.add(mainSlot),
    info: () => ({
      process,
      base,
      steps: steps.length,
      firstDifference: steps.find(({ isSame, origin }) => isSame === false || (isSame === null && origin !== 'cron'))?.index ?? null,
      missing: Array.from(missing, (slot) => toSlot(slot)),
      spawnedBy: spawned?.by ?? null,
      insteadOf: spawned?.insteadOf ?? null,
    }),
    rebuildTo: (count) => ({ rebuild, steps: kept(count) }),
    async close() {
      if (loadedIn === ports.viewer.generation()) await ports.viewer.ask('unload', { process: key }, Infinity);
      loadedIn = null;
    },
  };
}
