import type { Moment } from '../contract/cron.ts';
import { AoError, type ErrorCode } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { RemoteError } from '../contract/rpc.ts';
import type { Assignment, LogEntry } from '../contract/item.ts';
import type { Note } from '../contract/note.ts';
import { isFromOutside, type Outcome, type SlotOutcome } from '../contract/outcome.ts';
import { tagsOf, tickInput, type Tick } from './cron.ts';
import type { Evaluated, Step } from './evaluator/protocol.ts';
import { Killed, type Evaluator } from './evaluator/evaluator.ts';
import { cronFact, cronOutcome, cutShort, deadly, evaluatedFact, slotOutcome } from './outcome.ts';
import { fromChain } from './from-chain.ts';
import type { CuPorts } from './ports.ts';
import { note, notesOf, recordedOutcome, recordedTicks, verdictNote } from './noted.ts';
import { fetchProgram, logOf, machineLimits, stepOf, stepsBetween, stepsOfTicks, type Program } from './program.ts';
import { dueTicks, tickingPorts } from './ticking.ts';

/** So often a slot may cost its evaluator its life before it is taken to be the cause. */
const DEATHS_MAX = 2;
/** So often it is loaded again because others have cost theirs: more cannot be chance. */
const LOADS_MAX = 10;

/** No fault of the slot: it has not been assigned yet, or a unit is restarting and the MU asks again. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'PROCESS_PAUSED',
  'SLOT_UNKNOWN',
  'UNIT_DOWN',
  'PORT_CLOSED',
  'UNIT_UNREACHABLE',
  'CANCELLED',
]);

/** One process on its way through its log; every call waits for the one before. */
export interface Run {
  /** @returns the outcome of `slot`, after evaluating everything up to it. @throws AoError SLOT_UNKNOWN, MODULE_UNKNOWN, … */
  advance(slot: Slot): Promise<SlotOutcome>;
  /** Evaluates up to the present: every slot, and the cron messages that are due since the last one. */
  catchUp(): Promise<void>;
  program(): Promise<Program>;
  /** Lets the memory go; the next message brings it back. */
  park(): Promise<void>;
}

/** A process as the CU left it: nothing is loaded until it is asked for. */
export function createRun(ports: CuPorts, process: ProcessId, evaluator: Omit<Evaluator, 'close'>): Run {
  const { memory, limits } = ports;
  let program: Promise<Program> | null = null;
  let loadedIn: number | null = null;
  let evaluatedTo = memory.evaluatedTo(process);
  let engineNow = memory.engineAt(process, evaluatedTo);
  let latest: SlotOutcome | null = null;
  let newest: Assignment | null = null;
  /** The limits of the slot evaluated last: its cron messages go under them too. */
  let limitsNow = memory.runsOf(process, evaluatedTo, evaluatedTo).get(evaluatedTo)?.limits ?? null;
  /** What was written down of cron messages after the last slot has been looked at. */
  let isCaughtUp = false;
  let turn: Promise<unknown> = Promise.resolve();
  /** Once, before anything that an earlier run of the node has kept is answered. */
  let isCompared = false;

  const programOf = (): Promise<Program> => {
    program ??= fetchProgram(ports, process).catch((error: unknown) => {
      program = null;
      throw error;
    });
    return program;
  };
  const load = async (): Promise<void> => {
    if (loadedIn === evaluator.generation()) return;
    const loading = await programOf();
    const { module, env, cron, engine } = loading;
    await fromChain(ports, process, evaluatedTo, engine, async ({ slot, keyframes, hash }) => {
      const steps = await stepsBetween(ports, process, loading, slot, evaluatedTo);
      if (cron !== null) steps.push(...stepsOfTicks(process, loading, memory.ticks.between(process, evaluatedTo + 1, evaluatedTo + 1)));
      const generation = evaluator.generation();
      const rebuild = { module, env, limits: machineLimits(ports), from: slot, keyframes, hash, steps };
      await evaluator.ask('load', { process, rebuild }, Infinity);
      loadedIn = generation;
    });
  };
  const evaluate = async (step: Step): Promise<Evaluated> => {
    let deaths = 0;
    // What a slot cost that was ended from outside is measured from here; its memory is that of before.
    let startedMs = performance.now();
    const ended = (outcome: Outcome): Evaluated => ({
      outcome,
      memoryBytes: latest?.memoryBytes ?? 0,
      heldBytes: 0,
      durationMs: performance.now() - startedMs,
      keyframe: null,
    });
    for (let loads = 1; ; loads++) {
      let isRunning = false;
      try {
        await load();
        isRunning = true;
        startedMs = performance.now();
        return await evaluator.ask('evaluate', { process, step }, limits.timeMs);
      } catch (error) {
        if (error instanceof Killed) return ended(cutShort(error.verdict, toSlot(step.slot)));
        if (!(error instanceof AoError) || error.code !== 'EVALUATOR_DIED' || loads >= LOADS_MAX) throw error;
        // The evaluator itself says that it is not loaded any more; an error of this side says that it died in this slot.
        if (isRunning && !(error instanceof RemoteError)) deaths++;
        if (deaths >= DEATHS_MAX) return ended(deadly(error, limits.memoryBytes));
        loadedIn = null;
      }
    }
  };
  /** What cannot be written down has not happened: the memory is loaded again as it was before. */
  const keeping = (keep: () => void): void => {
    try {
      keep();
    } catch (error) {
      loadedIn = null;
      throw error;
    }
  };
  /** What a person has let stand; null where nobody has to be asked. @throws AoError PROCESS_PAUSED until then. */
  const waiting = (slot: Slot, tick: number | null): Evaluated | null => {
    const pause = memory.pauses.of(process);
    if (pause?.slot !== slot || pause.tick !== tick) return null;
    const { outcome, memoryBytes, durationMs, isAccepted } = pause;
    if (!isAccepted) throw new AoError('PROCESS_PAUSED', { process, slot, reason: outcome.error ?? '' });
    return { outcome, memoryBytes, heldBytes: 0, durationMs, keyframe: null };
  };
  /** The same, but where a limit has ended it and the person wants to be asked. @throws AoError PROCESS_PAUSED. */
  const orPaused = (evaluated: Evaluated, slot: Slot, tick: number | null): Evaluated => {
    const { outcome, memoryBytes, durationMs } = evaluated;
    const { verdict } = outcome;
    if (limits.onLimit !== 'pause' || verdict === null || verdict.kind === 'stopped' || verdict.kind === 'unavailable') return evaluated;
    // The keyframe of the slot that did not come to be is not kept: the next one must not build on it.
    loadedIn = null;
    memory.pauses.set(process, { slot, tick, outcome, memoryBytes, durationMs });
    const error = outcome.error ?? '';
    ports.record({ kind: 'cu.paused', process, slot, tick, verdict, error });
    throw new AoError('PROCESS_PAUSED', { process, slot, reason: error });
  };
  /** Runs a step, or obeys what was written down of it, and has it written down where a limit ended it. */
  const runOrObey = async (step: () => Promise<Step>, slot: Slot, tick: number | null, notes: readonly Note[]): Promise<Evaluated> => {
    const recorded = recordedOutcome(notes, slot, tick);
    if (recorded !== null) return { outcome: recorded, memoryBytes: latest?.memoryBytes ?? 0, heldBytes: 0, durationMs: 0, keyframe: null };
    const evaluated = waiting(slot, tick) ?? orPaused(await evaluate(await step()), slot, tick);
    const told = verdictNote(slot, tick, evaluated.outcome);
    if (told !== null) await note(ports, process, [told]);
    // From here on the note says what came of it.
    if (told !== null) memory.pauses.clear(process);
    return evaluated;
  };
  const runTick = async (
    tick: Tick,
    at: { readonly slot: Slot; readonly tick: number },
    owner: string,
    notes: readonly Note[],
  ): Promise<void> => {
    const limits = limitsNow ?? machineLimits(ports);
    const step = async (): Promise<Step> => ({ slot: at.slot, message: tickInput(process, owner, tick), limits });
    const { outcome, memoryBytes, durationMs } = await runOrObey(step, at.slot, at.tick, notes);
    const result = cronOutcome({ process, ...at, cron: tick.cron, timestampMs: tick.timestampMs, blockHeight: tick.blockHeight }, outcome, {
      memoryBytes,
      durationMs,
    });
    keeping(() => {
      memory.ticks.keep(result, limits);
      if (isFromOutside(outcome)) memory.flush();
    });
    ports.record(cronFact(result));
  };
  /** Runs what is due before `right`, which comes after the slot evaluated last: first what was run before, as `notes` tell. */
  const runTicks = async (right: Pick<Moment, 'timestampMs'>, notes: readonly Note[]): Promise<void> => {
    const { cron, env } = await programOf();
    if (cron === null || evaluatedTo < 0) return;
    const slot = toSlot(evaluatedTo + 1);
    let next = notes.length === 0 ? -1 : memory.ticks.count(process, slot);
    for (const tick of notes.length === 0 ? [] : recordedTicks(notes, slot, next))
      await runTick({ ...tick, tags: tagsOf(cron, tick) }, { slot, tick: next++ }, env.Process.Owner, notes);
    const { ticks, skipped } = await dueTicks(
      tickingPorts(ports),
      process,
      cron,
      slot,
      newest?.slot === evaluatedTo ? newest : null,
      right,
    );
    if (skipped > 0) {
      const { code, message } = new AoError('CRON_BACKLOG', { process, ticks: ticks.length + skipped, skipped });
      ports.record({ kind: 'cu.failed', process, slot, code, message });
    }
    if (ticks.length === 0) return;
    const first = next === -1 ? memory.ticks.count(process, slot) : next;
    const told = ticks.map(({ cron: name, timestampMs, blockHeight }) => ({ cron: name, timestampMs, blockHeight }));
    await note(ports, process, [{ kind: 'ticks', slot, first, ticks: told }]);
    for (const [index, tick] of ticks.entries()) await runTick(tick, { slot, tick: first + index }, env.Process.Owner, []);
  };
  const runSlot = async (entry: LogEntry): Promise<SlotOutcome> => {
    const { slot, message } = entry.assignment;
    const { engine } = await programOf();
    const limits = entry.limits ?? machineLimits(ports);
    const { outcome, memoryBytes, durationMs, keyframe } = await runOrObey(
      () => stepOf(ports, entry, limits),
      slot,
      null,
      entry.notes ?? [],
    );
    const result = slotOutcome({ process, slot, message }, outcome, { memoryBytes, durationMs });
    keeping(() => {
      memory.keepOutcome(result, limits);
      if (engine !== engineNow) memory.keepEngine(process, slot, engine);
      if (keyframe !== null) memory.keyframes.keep(process, keyframe, engine);
    });
    engineNow = engine;
    evaluatedTo = slot;
    limitsNow = limits;
    latest = result;
    newest = entry.assignment;
    ports.record(evaluatedFact(result));
    return result;
  };
  /** A scheduler that has lost the end of its log gives those slots again: what was computed of them belongs to other messages. */
  const compareWithLog = async (): Promise<void> => {
    const known = evaluatedTo < 0 ? null : memory.outcome(process, toSlot(evaluatedTo));
    const entries = known === null ? [] : (await ports.ask('su.log', { process, from: known.slot, limit: 1 })).entries;
    isCompared = true;
    if (known === null || entries[0]?.assignment.message === known.message) return;
    memory.forget(process);
    [evaluatedTo, limitsNow] = [-1, null];
  };
  const advance = async (slot: Slot): Promise<SlotOutcome> => {
    if (!isCompared) await compareWithLog();
    const met = slot === evaluatedTo + 1 ? ports.met.take(process, slot) : null;
    for await (const entry of met === null ? logOf(ports, process, evaluatedTo + 1, slot) : [met]) {
      await runTicks(entry.assignment, entry.notes ?? []);
      await runSlot(entry);
    }
    const result = latest?.slot === slot ? latest : memory.outcome(process, slot);
    if (result === null) throw new AoError('SLOT_UNKNOWN', { process, slot });
    return result;
  };
  const failing = async (slot: Slot): Promise<SlotOutcome> => {
    try {
      return await advance(slot);
    } catch (error) {
      ports.met.forget(process);
      if (error instanceof AoError && !PASSING.has(error.code))
        ports.record({ kind: 'cu.failed', process, slot, code: error.code, message: error.message });
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
    advance: (slot) => (isCompared && slot <= evaluatedTo ? failing(slot) : inTurn(() => failing(slot))),
    catchUp: () =>
      inTurn(async () => {
        // In this order: a slot that is given after the first answer has a later time.
        const { timestampMs } = await ports.ask('su.time', {});
        const { slotLatest } = await ports.ask('su.process', { process });
        await failing(slotLatest);
        // Once: from then on it is known here what was run.
        const notes = isCaughtUp || (await programOf()).cron === null ? [] : await notesOf(ports, process, toSlot(evaluatedTo + 1));
        isCaughtUp = true;
        await runTicks({ timestampMs }, notes);
      }),
    program: programOf,
    park: () =>
      inTurn(async () => {
        const running = program;
        program = null;
        latest = null;
        newest = null;
        if (running === null || loadedIn !== evaluator.generation()) return;
        loadedIn = null;
        const { engine } = await running;
        // An evaluator that has died meanwhile has let go already.
        const { keyframe } = await evaluator.ask('unload', { process }, Infinity).catch(() => ({ keyframe: null }));
        if (keyframe !== null) memory.keyframes.keep(process, keyframe, engine);
      }),
  };
}
