import { AoError } from '../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import type { StateFound, StatePage, StatePath } from '../contract/state.ts';
import type { DryRunMessage } from '../contract/answers.ts';
import type { DryRun, Flat } from './evaluator/protocol.ts';
import { fromChain } from './from-chain.ts';
import { dryRunInput } from './message.ts';
import { Killed, type Evaluator } from './evaluator/evaluator.ts';
import { cutShort } from './outcome.ts';
import type { CuPorts } from './ports.ts';
import type { Chain } from './timeline/keyframes.ts';
import type { MemoryImage } from './vm/machine.ts';
import { machineLimits, stepsBetween, type Program } from './program.ts';

/**
 * Looking at any moment of a process without touching the one that runs. Moments are places (place.ts): slots, or cron
 * messages between them. Every one asked for has been evaluated.
 */
export interface Look {
  /** Does `work` in the viewer with the memory after `slot` at hand; nobody else is there meanwhile. */
  at<T>(process: ProcessId, program: Program, slot: number, work: () => Promise<T>): Promise<T>;
  /** Does `work` in the viewer while nobody else is there. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Every value after `slot` on one line each, and the hash of the memory. */
  flattened(process: ProcessId, program: Program, slot: Slot, limit: number): Promise<{ readonly flat: Flat; readonly hash: string }>;
  children(process: ProcessId, program: Program, place: number, path: StatePath, offset: number, limit: number): Promise<StatePage>;
  find(process: ProcessId, program: Program, place: number, path: StatePath, text: string, limit: number): Promise<StateFound>;
  stateHash(process: ProcessId, program: Program, place: number): Promise<string>;
  /** The whole memory after `slot`. */
  image(process: ProcessId, program: Program, slot: Slot): Promise<MemoryImage>;
  dryRun(process: ProcessId, program: Program, place: number, message: DryRunMessage): Promise<DryRun>;
}

/** @param viewer where it looks. */
export function createLook(ports: CuPorts, viewer: Evaluator): Look {
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time: a question is two or three steps in the viewer that belong together. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  /** Brings the memory at a place into the viewer, from whatever is nearest. */
  const seek = async (process: ProcessId, program: Program, slot: number): Promise<void> => {
    const { slots: kept } = await viewer.ask('kept', { process, slot }, Infinity);
    const near = kept.at(-1) ?? null;
    if (near === slot) return;
    const { module, env, engine } = program;
    const goingOn = async ({ slot: from, after, keyframes, slots, hash }: Chain): Promise<void> => {
      const isKeptNearer = near !== null && near >= from;
      const steps = await stepsBetween(ports, process, program, isKeptNearer ? near : from, slot);
      const before = after === null ? null : { process, slot: after };
      const limits = machineLimits(ports);
      const rebuild = isKeptNearer ? null : { module, env, limits, from, after: before, keyframes, slots, hash, steps: [] };
      await viewer.ask('seek', { process, slot, rebuild, steps }, Infinity);
    };
    await fromChain(ports, process, Math.floor(slot), engine, goingOn, kept);
  };
  const hashAt = async (process: ProcessId, program: Program, slot: number): Promise<string> => {
    await seek(process, program, slot);
    return (await viewer.ask('hash', { process, slot }, Infinity)).hash;
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
    find: (process, program, slot, path, text, limit) =>
      inTurn(async () => {
        await seek(process, program, slot);
        const found = await viewer.ask('find', { process, slot, path, text, limit }, Infinity);
        if (found === null) throw new AoError('STATE_PATH_UNKNOWN', { path: path.join('') || '(globals)' });
        return found;
      }),
    stateHash: (process, program, slot) => inTurn(() => hashAt(process, program, slot)),
    image: (process, program, slot) =>
      inTurn(async () => {
        await seek(process, program, slot);
        return viewer.ask('image', { process, slot }, Infinity);
      }),
    dryRun: (process, program, place, message) =>
      inTurn(async () => {
        await seek(process, program, place);
        const slot = toSlot(Math.floor(place));
        const { entries } = await ports.ask('su.log', { process, from: slot, limit: 1 });
        const at = entries[0]?.assignment;
        if (at === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot });
        try {
          return await viewer.ask('dryRun', { process, slot: place, message: dryRunInput(process, message, at) }, ports.limits.timeMs);
        } catch (error) {
          if (error instanceof Killed) return { outcome: cutShort(error.verdict, slot), memoryBytes: 0, durationMs: ports.limits.timeMs };
          throw error;
        }
      }),
  };
}
