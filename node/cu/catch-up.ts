import { AoError, type ErrorCode } from '../contract/errors.ts';
import type { ProcessId, Slot } from '../contract/ids.ts';
import { RemoteError } from '../contract/rpc.ts';
import type { LogEntry } from '../contract/item.ts';
import type { SlotOutcome } from '../contract/outcome.ts';
import type { Evaluated } from './evaluator/protocol.ts';
import { Killed, type Evaluator } from './evaluator/evaluator.ts';
import { cutShort, deadly, evaluatedFact, slotOutcome } from './outcome.ts';
import type { CuPorts } from './ports.ts';
import { fetchProgram, logOf, machineLimits, stepOf, stepsBetween, type Program } from './program.ts';

/** So often a slot may cost its evaluator its life before it is taken to be the cause. */
const DEATHS_MAX = 2;
/** So often it is loaded again because others have cost theirs: more cannot be chance. */
const LOADS_MAX = 10;

/** No fault of the slot: it has not been assigned yet, or a unit is restarting and the MU asks again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['SLOT_UNKNOWN', 'UNIT_DOWN', 'PORT_CLOSED', 'CANCELLED']);

/** One process on its way through its log; every call waits for the one before. */
export interface Run {
  /** @returns the outcome of `slot`, after evaluating everything up to it. @throws AoError SLOT_UNKNOWN, MODULE_UNKNOWN, … */
  advance(slot: Slot): Promise<SlotOutcome>;
  program(): Promise<Program>;
  /** Lets the memory go; the next message brings it back. */
  park(): Promise<void>;
}

/** A process as the CU left it: nothing is loaded until it is asked for. */
export function createRun(ports: CuPorts, process: ProcessId, evaluator: Evaluator): Run {
  const { memory, limits } = ports;
  let program: Promise<Program> | null = null;
  let loadedIn: number | null = null;
  let evaluatedTo = memory.evaluatedTo(process);
  let latest: SlotOutcome | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const programOf = (): Promise<Program> => {
    program ??= fetchProgram(ports, process).catch((error: unknown) => {
      program = null;
      throw error;
    });
    return program;
  };
  const load = async (): Promise<void> => {
    if (loadedIn === evaluator.generation()) return;
    const { module, env } = await programOf();
    const chain = memory.chainTo(process, evaluatedTo);
    const steps = await stepsBetween(ports, process, chain.slot, evaluatedTo);
    const generation = evaluator.generation();
    await evaluator.ask('load', { process, rebuild: { module, env, limits: machineLimits(ports), from: chain.slot, keyframes: chain.keyframes, steps } }, Infinity);
    loadedIn = generation;
  };
  const evaluate = async (entry: LogEntry): Promise<Evaluated> => {
    const { slot } = entry.assignment;
    const step = await stepOf(ports, entry, null);
    let deaths = 0;
    for (let loads = 1; ; loads++) {
      let isRunning = false;
      try {
        await load();
        isRunning = true;
        return await evaluator.ask('evaluate', { process, step }, limits.timeMs);
      } catch (error) {
        if (error instanceof Killed) return { outcome: cutShort(error.verdict, slot), memoryBytes: 0, durationMs: limits.timeMs, keyframe: null };
        if (!(error instanceof AoError) || error.code !== 'EVALUATOR_DIED' || loads >= LOADS_MAX) throw error;
        // The evaluator itself says that it is not loaded any more; an error of this side says that it died in this slot.
        if (isRunning && !(error instanceof RemoteError)) deaths++;
        if (deaths >= DEATHS_MAX) return { outcome: deadly(error, limits.memoryBytes), memoryBytes: 0, durationMs: 0, keyframe: null };
        loadedIn = null;
      }
    }
  };
  const runSlot = async (entry: LogEntry): Promise<SlotOutcome> => {
    const { slot, message } = entry.assignment;
    const { outcome, memoryBytes, durationMs, keyframe } = await evaluate(entry);
    const result = slotOutcome({ process, slot, message }, outcome, { memoryBytes, durationMs });
    memory.keepOutcome(result, machineLimits(ports));
    if (keyframe !== null) memory.keepKeyframe(process, keyframe);
    evaluatedTo = slot;
    latest = result;
    ports.record(evaluatedFact(result));
    return result;
  };
  const advance = async (slot: Slot): Promise<SlotOutcome> => {
    for await (const entry of logOf(ports, process, evaluatedTo + 1, slot)) await runSlot(entry);
    const result = latest?.slot === slot ? latest : memory.outcome(process, slot);
    if (result === null) throw new AoError('SLOT_UNKNOWN', { process, slot });
    return result;
  };
  const failing = async (slot: Slot): Promise<SlotOutcome> => {
    try {
      return await advance(slot);
    } catch (error) {
      if (error instanceof AoError && !PASSING.has(error.code)) ports.record({ kind: 'cu.failed', process, slot, code: error.code, message: error.message });
      throw error;
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    // A slot that has been evaluated does not wait behind one that is running.
    advance: (slot) => (slot <= evaluatedTo ? failing(slot) : inTurn(() => failing(slot))),
    program: programOf,
    park: () =>
      inTurn(async () => {
        program = null;
        latest = null;
        if (loadedIn !== evaluator.generation()) return;
        loadedIn = null;
        // An evaluator that has died meanwhile has let go already.
        const { keyframe } = await evaluator.ask('unload', { process }, Infinity).catch(() => ({ keyframe: null }));
        if (keyframe !== null) memory.keepKeyframe(process, keyframe);
      }),
  };
}
