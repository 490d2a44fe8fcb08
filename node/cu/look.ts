import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { isFromOutside, type CronOutcome, type Outcome, type SlotOutcome } from '../contract/outcome.ts';
import type { StateChange, StateDiff, StatePage, StatePath } from '../contract/state.ts';
import type { DryRunMessage } from '../contract/answers.ts';
import type { Flat, Step } from './evaluator/protocol.ts';
import { dryRunInput } from './message.ts';
import { Killed } from './evaluator/evaluator.ts';
import { cutShort, outcomeHash } from './outcome.ts';
import type { CuPorts } from './ports.ts';
import type { MemoryImage } from './vm/machine.ts';
import { logOf, machineLimits, stepOf, stepOfTick, stepsBetween, type Program } from './program.ts';

/** Nodes that a difference walks on each side before it says that it is not complete. */
const FLATTEN_MAX = 20_000;

/** Looking at any slot of a process without touching the one that runs. Every slot asked for has been evaluated. */
export interface Look {
  /** Does `work` in the viewer with the memory after `slot` (-1: before the first) at hand; nobody else is there meanwhile. */
  at<T>(process: ProcessId, program: Program, slot: number, work: () => Promise<T>): Promise<T>;
  /** Does `work` in the viewer while nobody else is there. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Every value after `slot` on one line each, and the hash of the memory. */
  flattened(process: ProcessId, program: Program, slot: Slot, limit: number): Promise<{ readonly flat: Flat; readonly hash: string }>;
  children(process: ProcessId, program: Program, slot: Slot, path: StatePath, offset: number, limit: number): Promise<StatePage>;
  diff(process: ProcessId, program: Program, from: Slot | null, to: Slot): Promise<StateDiff>;
  stateHash(process: ProcessId, program: Program, slot: Slot): Promise<string>;
  /** The whole memory after `slot`. */
  image(process: ProcessId, program: Program, slot: Slot): Promise<MemoryImage>;
  dryRun(process: ProcessId, program: Program, slot: Slot, message: DryRunMessage): Promise<Outcome>;
  verify(process: ProcessId, program: Program, to: number): Promise<{ readonly slots: number; readonly firstDifference: Slot | null }>;
}

export function createLook(ports: CuPorts): Look {
  const { viewer, memory } = ports;
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time: a question is two or three steps in the viewer that belong together. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  /** Brings the memory after `slot` (-1: before the first) into the viewer, from whatever is nearest. */
  const seek = async (process: ProcessId, program: Program, slot: number): Promise<void> => {
    const { slot: near } = await viewer.ask('nearest', { process, slot }, Infinity);
    if (near === slot) return;
    const chain = memory.chainTo(process, slot);
    const isKeptNearer = near !== null && near >= chain.slot;
    const steps = await stepsBetween(ports, process, program, isKeptNearer ? near : chain.slot, slot);
    const { module, env } = program;
    const base = isKeptNearer
      ? null
      : { module, env, limits: machineLimits(ports), from: chain.slot, keyframes: chain.keyframes, steps: [] };
    await viewer.ask('seek', { process, slot, rebuild: base, steps }, Infinity);
  };
  const hashAt = async (process: ProcessId, program: Program, slot: number): Promise<string> => {
    await seek(process, program, slot);
    return (await viewer.ask('hash', { process, slot }, Infinity)).hash;
  };
  const flatten = async (process: ProcessId, program: Program, slot: number): Promise<Flat> => {
    await seek(process, program, slot);
    return viewer.ask('flatten', { process, slot, limit: FLATTEN_MAX }, Infinity);
  };

  return {
    at: (process, program, slot, work) =>
      inTurn(async () => {
        await seek(process, program, slot);
        return work();
      }),
    alone: inTurn,
    flattened: (process, program, slot, limit) =>
      inTurn(async () => {
        await seek(process, program, slot);
        const flat = await viewer.ask('flatten', { process, slot, limit }, Infinity);
        return { flat, hash: await hashAt(process, program, slot) };
      }),
    children: (process, program, slot, path, offset, limit) =>
      inTurn(async () => {
        await seek(process, program, slot);
        const page = await viewer.ask('children', { process, slot, path, offset, limit }, Infinity);
        if (page === null) throw new AoError('STATE_PATH_UNKNOWN', { path: path.join('') || '(globals)' });
        return page;
      }),
    diff: (process, program, from, to) =>
      inTurn(async () => compare(await flatten(process, program, from ?? -1), await flatten(process, program, to))),
    stateHash: (process, program, slot) => inTurn(() => hashAt(process, program, slot)),
    image: (process, program, slot) =>
      inTurn(async () => {
        await seek(process, program, slot);
        return viewer.ask('image', { process, slot }, Infinity);
      }),
    dryRun: (process, program, slot, message) =>
      inTurn(async () => {
        await seek(process, program, slot);
        const { entries } = await ports.ask('su.log', { process, from: slot, limit: 1 });
        const at = entries[0]?.assignment;
        if (at === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
        try {
          return await viewer.ask('dryRun', { process, slot, message: dryRunInput(process, message, at) }, ports.limits.timeMs);
        } catch (error) {
          if (error instanceof Killed) return cutShort(error.verdict, slot);
          throw error;
        }
      }),
    verify: (process, program, to) => inTurn(async () => replayAll(ports, process, program, to, await hashAt(process, program, to))),
  };
}

/** Runs the whole log again on a clean instance under another name and compares every outcome and the last memory. */
async function replayAll(
  ports: CuPorts,
  process: ProcessId,
  program: Program,
  to: number,
  hashRecorded: string,
): ReturnType<Look['verify']> {
  const { module, env } = program;
  const key = `verify ${process}`;
  await ports.viewer.ask(
    'load',
    { process: key, rebuild: { module, env, limits: machineLimits(ports), from: -1, keyframes: [], steps: [] } },
    Infinity,
  );
  try {
    const runs = ports.memory.runsOf(process, 0, to);
    const differs = async (step: Step, recorded: CronOutcome | SlotOutcome | null): Promise<boolean> => {
      const { outcome } = await ports.viewer.ask('evaluate', { process: key, step }, Infinity);
      return recorded === null || outcomeHash(outcome) !== recorded.hash;
    };
    for await (const entry of logOf(ports, process, 0, to)) {
      const { slot } = entry.assignment;
      for (const tick of program.cron === null ? [] : ports.memory.ticks.between(process, slot, slot)) {
        if (!isFromOutside(tick.outcome) && (await differs(stepOfTick(process, program, tick), tick.outcome)))
          return { slots: slot, firstDifference: slot };
      }
      const recorded = ports.memory.outcome(process, slot);
      if (recorded !== null && isFromOutside(recorded)) continue;
      const step = await stepOf(ports, entry, runs.get(slot)?.limits ?? null);
      if (await differs(step, recorded)) return { slots: slot, firstDifference: slot };
    }
    const { hash } = await ports.viewer.ask('hash', { process: key, slot: null }, Infinity);
    return hash === hashRecorded ? { slots: to + 1, firstDifference: null } : { slots: to, firstDifference: toSlot(to) };
  } finally {
    await ports.viewer.ask('unload', { process: key }, Infinity);
  }
}

/** What differs between two flattened states; both come in the same stable order. */
export function compare(before: Flat, after: Flat): StateDiff {
  const key = (path: StatePath): string => path.join('\u0000');
  const old = new Map(before.lines.map((line) => [key(line.path), line]));
  const changes: StateChange[] = [];
  for (const { path, preview } of after.lines) {
    const was = old.get(key(path));
    old.delete(key(path));
    if (was === undefined) changes.push({ path, change: 'added', before: null, after: preview });
    else if (was.preview !== preview) changes.push({ path, change: 'changed', before: was.preview, after: preview });
  }
  for (const { path, preview } of old.values()) changes.push({ path, change: 'removed', before: preview, after: null });
  return { changes, isComplete: before.isComplete && after.isComplete };
}
