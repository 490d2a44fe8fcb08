import type { BranchLine, BranchStep } from '../../contract/branch.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId } from '../../contract/ids.ts';
import { isFromOutside, type Json, type Outcome, type OutboxMessage, type OutboxSpawn } from '../../contract/outcome.ts';
import { Killed } from '../evaluator/evaluator.ts';
import type { Rebuild, Step } from '../evaluator/protocol.ts';
import { fromChain } from '../from-chain.ts';
import { canonicalJson, cutShort, outcomeHash } from '../outcome.ts';
import type { CuPorts } from '../ports.ts';
import { machineLimits, stepsBetween, type Program } from '../program.ts';
import type { MessageInput } from '../vm/machine.ts';
import type { BranchKeyframes } from './keyframes.ts';
import type { LinePlan } from './plan.ts';

/** The branch that a line belongs to, and the memories that are kept of its lines. */
export interface OfBranch {
  readonly branch: number;
  readonly keyframes: BranchKeyframes;
}

/** What is known of a message before it is run in a branch. */
export type StepBefore = Pick<BranchStep, 'origin' | 'action' | 'from'> & {
  readonly mainSlot: number | null;
  /** What came of it on the main line; null where nothing is known to compare with. */
  readonly main: (Outcome & { readonly hash: string }) | null;
};

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
  isLeftOut(mainSlot: number): boolean;
  info(): BranchLine;
  /** Key of the line's memory in the viewer. */
  readonly key: string;
  /** It begins with the memory of the main line after `plan.base`. */
  readonly isOfMain: boolean;
  /** How to bring the memory after at most `count` steps there from what is kept of the line; null where nothing is. */
  keptNear(count: number): { readonly rebuild: Rebuild; readonly count: number; readonly counts: readonly (number | null)[] } | null;
  /** How to begin without it: as the module does, or with the memory of the main line at `after`. */
  beginning(after: Rebuild['after']): Rebuild;
  /** True for a step that was ended from outside: running it again could not end. */
  isEnded(index: number): boolean;
  /** The step `index` as it was run, whether it failed or not. */
  stepAt(index: number): Step | null;
  /** What is kept of the steps from `from` to before `to`: those that failed left nothing. */
  keptBetween(from: number, to: number): readonly { readonly step: Step; readonly index: number }[];
  close(): Promise<void>;
}

const MISSING_SHOWN = 1_000;

/** What numbers what a process sends: it is another one after anything sent more or less, and says nothing by itself. */
const NUMBERS = new Set(['Reference', 'X-Reference']);

/** What others can notice of an outcome. */
function effectOf({ error, output, messages, spawns, assignments }: Outcome): string {
  const unnumbered = <Sent extends OutboxMessage | OutboxSpawn>(sent: readonly Sent[]): readonly object[] =>
    sent.map((one) => ({ ...one, Anchor: '', Tags: one.Tags.filter(({ name }) => !NUMBERS.has(name)) }));
  const noticed = [error, output, unnumbered(messages), unnumbered(spawns), assignments];
  return canonicalJson(JSON.parse(JSON.stringify(noticed)) as Json);
}

/**
 * @param baseTimeMs when slot `plan.base` was assigned; 0 without one.
 * @param program of the process, on the branch's module.
 */
export async function openLine(
  ports: CuPorts,
  { branch, keyframes }: OfBranch,
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
  const begins = { module, env, limits, steps: [] };
  const rebuild: Rebuild = { ...begins, from: chain.slot, keyframes: chain.keyframes, hash: chain.hash };
  const run: { readonly step: Step; readonly isKept: boolean; readonly isEnded: boolean }[] = [];
  const steps: BranchStep[] = [];
  const missing = new Set<number>();
  const counts = { alike: 0, different: 0, added: 0, mended: 0, broken: 0 };
  let firstDifference: number | null = null;
  let firstEffect: number | null = null;
  let slotNext = base + 1;
  let lastMs = baseTimeMs;
  let loadedIn: number | null = null;

  const keptBetween: Line['keptBetween'] = (from, to) =>
    run.slice(from, to).flatMap(({ step, isKept }, at) => (isKept ? [{ step, index: from + at }] : []));
  const keptNear: Line['keptNear'] = (most) => {
    const near = keyframes.chainTo(key, most);
    if (near === null) return null;
    // The first one of a line goes on from the last one of the main line.
    const before = near.isFull ? [] : chain.keyframes;
    const chained = { ...begins, from: base, keyframes: [...before, ...near.keyframes], hash: near.hash };
    return { rebuild: chained, count: near.count, counts: [...before.map(() => null), ...near.counts] };
  };
  const load = async (): Promise<void> => {
    if (loadedIn === ports.viewer.generation()) return;
    const near = keptNear(run.length);
    const since = keptBetween(near?.count ?? 0, run.length).map(({ step }) => step);
    const from = near === null ? { ...rebuild, steps: [...shared, ...since] } : { ...near.rebuild, steps: since };
    await ports.viewer.ask('load', { process: key, rebuild: from }, Infinity);
    loadedIn = ports.viewer.generation();
  };
  const evaluate = async (step: Step): Promise<Outcome> => {
    await load();
    try {
      const { outcome, keyframe } = await ports.viewer.ask('evaluate', { process: key, step }, ports.limits.timeMs);
      if (keyframe !== null) keyframes.keep(key, run.length + 1, keyframe);
      return outcome;
    } catch (error) {
      if (error instanceof Killed) return cutShort(error.verdict, toSlot(step.slot));
      throw error;
    }
  };

  /** Cron messages of one slot come one after another. */
  const nextTick = (slot: number): number => {
    const last = steps.at(-1);
    return last?.slot === slot && last.tick !== null ? last.tick + 1 : 0;
  };
  const note = ({ index, origin, isSame, isAlike, error }: BranchStep, mainError: string | null): void => {
    const isAdded = isAlike === null && origin !== 'cron';
    if (isAlike === true) counts.alike++;
    else if (isAlike === false) counts.different++;
    else if (isAdded) counts.added++;
    if (isAlike === false && mainError !== null && error === null) counts.mended++;
    if (isAlike === false && mainError === null && error !== null) counts.broken++;
    if (isSame === false || isAdded) firstDifference ??= index;
    if (isAlike === false || isAdded) firstEffect ??= index;
  };

  return {
    process,
    plan,
    program,
    spawned,
    steps,
    key,
    nextSlot: () => slotNext,
    timeFor(wishedMs) {
      lastMs = Math.max(lastMs + 1, Math.ceil(wishedMs));
      return lastMs;
    },
    async run(input, before) {
      const slot = input.Nonce ?? slotNext;
      const step = { slot, message: input, limits };
      const outcome = await evaluate(step);
      run.push({ step, isKept: outcome.error === null, isEnded: isFromOutside(outcome) });
      const hash = outcomeHash(outcome);
      const { main, mainSlot, origin, action, from } = before;
      const made: BranchStep = {
        index: steps.length,
        slot: toSlot(slot),
        tick: origin === 'cron' ? nextTick(slot) : null,
        mainSlot: mainSlot === null ? null : toSlot(mainSlot),
        origin,
        action,
        from,
        timestampMs: input.Timestamp,
        hash,
        isSame: main === null ? null : main.hash === hash,
        isAlike: main === null ? null : main.hash === hash || effectOf(main) === effectOf(outcome),
        error: outcome.error,
        output: outcome.output,
        messages: outcome.messages,
        spawns: outcome.spawns,
      };
      if (origin !== 'cron') slotNext++;
      note(made, main?.error ?? null);
      steps.push(made);
      return made;
    },
    leaveOut: (mainSlot) => void missing.add(mainSlot),
    isLeftOut: (mainSlot) => missing.has(mainSlot),
    info: () => ({
      process,
      base,
      steps: steps.length,
      latest: slotNext - 1,
      firstDifference,
      firstEffect,
      ...counts,
      missing: [...missing].slice(0, MISSING_SHOWN).map((slot) => toSlot(slot)),
      missingCount: missing.size,
      spawnedBy: spawned?.by ?? null,
      insteadOf: spawned?.insteadOf ?? null,
    }),
    isOfMain: spawned === null && plan.module === null,
    keptNear,
    beginning: (after) => ({ ...begins, from: -1, after: after ?? null, keyframes: [], hash: null }),
    isEnded: (index) => run[index]?.isEnded ?? false,
    stepAt: (index) => run[index]?.step ?? null,
    keptBetween,
    async close() {
      if (loadedIn === ports.viewer.generation()) await ports.viewer.ask('unload', { process: key }, Infinity);
      loadedIn = null;
    },
  };
}
