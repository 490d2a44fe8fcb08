import { AoError, toWireError } from '../../contract/errors.ts';
import type { Drive } from '../vm/drive.ts';
import type { Machine, ModuleSource } from '../vm/machine.ts';
import { outcomeHash } from '../outcome.ts';
import { KeptRoom } from '../timeline/rooms.ts';
import { busyNowMs } from './busy.ts';
import { createCollecting } from './collect.ts';
import { chainHashes, startLive, type Live, type SharedRoom } from './live.ts';
import { createSpares, type Made } from './spares.ts';
import { createViewer } from './viewer.ts';
import type { Evaluated, EvaluatorCommand, EvaluatorCommands, Step } from './protocol.ts';

/** A replay that takes longer lets others in between, and whoever has cancelled it out. */
const REPLAY_MS = 40;

/** Answers every command of an evaluator; the same in a worker thread and in a test's own thread. */
export type Answer = <N extends EvaluatorCommand>(name: N, args: EvaluatorCommands[N]['args']) => Promise<EvaluatorCommands[N]['reply']>;

/** A process that is loaded, and what its instance was made from. */
type Running = Live & { readonly from: Made };

type Table = { readonly [N in EvaluatorCommand]: (args: EvaluatorCommands[N]['args']) => Promise<EvaluatorCommands[N]['reply']> };

/** An evaluator with nothing loaded, over the machines it can run. */
export function createAnswer(machines: readonly Machine[], drive: Drive, windowBytes: number): Answer {
  const live = new Map<string, Running>();
  const collecting = createCollecting();
  const shared: SharedRoom = { room: new KeptRoom() };
  const spares = createSpares();
  const machineFor = (format: string): Machine => {
    const machine = machines.find(({ formats }) => formats.includes(format));
    if (machine === undefined) throw new AoError('MODULE_FORMAT_UNKNOWN', { module: '', format });
    return machine;
  };
  /** Every load brings the module's bytes along: processes that run the same module keep them once. */
  let latest: ModuleSource | null = null;
  const sameOf = (module: ModuleSource): ModuleSource => {
    const isSame = latest?.id === module.id && latest.format === module.format && Buffer.compare(latest.bytes, module.bytes) === 0;
    const kept = isSame && latest !== null ? latest : module;
    latest = kept;
    return kept;
  };
  const viewer = createViewer(machineFor, windowBytes);

  const running = (process: string): Live => {
    const found = live.get(process);
    if (found === undefined) throw new AoError('EVALUATOR_DIED', { process, reason: 'it is not loaded' });
    return found;
  };
  const evaluate = async (process: string, step: Step): Promise<Evaluated> => {
    const one = running(process);
    try {
      return await one.evaluate(step);
    } catch (error) {
      if (isWaiting(error)) throw error;
      // Nobody knows what its memory is now: it is loaded again.
      one.close();
      live.delete(process);
      throw error;
    }
  };

  const table: Table = {
    async load({ process, rebuild, isReplay = false }) {
      live.get(process)?.close();
      const module = sameOf(rebuild.module);
      const from = { machine: machineFor(module.format), module, limits: rebuild.limits };
      const spare = rebuild.keyframes.length === 0 ? null : spares.take(from);
      const made = await startLive(from.machine, { ...rebuild, module }, shared, { spare, isKept: !isReplay });
      live.set(process, { ...made, from });
      return null;
    },
    async evaluate({ process, step }) {
      const startedMs = busyNowMs();
      const evaluated = await evaluate(process, step);
      return { ...evaluated, busyMs: busyNowMs() - startedMs };
    },
    async replay({ process, steps }) {
      const hashes: string[] = [];
      const startedMs = performance.now();
      for (const step of steps) {
        try {
          hashes.push(step === null ? running(process).hash() : outcomeHash((await evaluate(process, step)).outcome));
        } catch (error) {
          if (hashes.length === 0) throw error;
          return { hashes, error: isWaiting(error) ? null : toWireError(error) };
        }
        if (performance.now() - startedMs >= REPLAY_MS) break;
      }
      return { hashes, error: null };
    },
    async provide({ file, answer }) {
      drive.provide(file, answer);
      return null;
    },
    async unload({ process }) {
      const one = live.get(process);
      const keyframe = one?.keyframe() ?? null;
      if (one !== undefined) spares.soon(one.from, one.point());
      one?.close();
      live.delete(process);
      collecting.soon();
      return { keyframe };
    },
    async drop({ process }) {
      live.get(process)?.close();
      live.delete(process);
      collecting.soon();
      return null;
    },
    kept: async ({ process, slot }) => ({ slots: viewer.kept(process, slot) }),
    async seek({ process, slot, rebuild, steps }) {
      await viewer.seek(process, slot, rebuild, steps);
      return null;
    },
    children: async ({ process, slot, path, offset, limit }) => viewer.children(process, slot, path, offset, limit),
    flatten: async ({ process, slot, limit }) => viewer.flatten(process, slot, limit),
    find: async ({ process, slot, path, text, limit }) => viewer.find(process, slot, path, text, limit),
    async remember({ process, slot }) {
      viewer.remember(process, slot);
      return null;
    },
    diff: async ({ from, to, offset, limit }) => viewer.diff(from, to, offset, limit),
    async hash({ process, slot }) {
      return { hash: slot === null ? running(process).hash() : viewer.hash(process, slot) };
    },
    record: async ({ wish, ...inside }) => viewer.inside.record(inside, wish),
    recordedSteps: async ({ key, from, limit }) => viewer.inside.steps(key, from, limit),
    recordedCalls: async ({ key, from, limit }) => viewer.inside.calls(key, from, limit),
    frames: async ({ at, ...inside }) => viewer.inside.frames(inside, at),
    frameValue: async ({ at, path, offset, limit, ...inside }) => viewer.inside.frameValue(inside, at, path, offset, limit),
    expression: async ({ process, slot, inside, expression }) =>
      inside === null
        ? viewer.inside.expression(process, slot, expression)
        : viewer.inside.expressionAt(inside, inside.at, inside.frame, expression),
    chainHashes: async ({ keyframes }) => ({ hashes: chainHashes(keyframes) }),
    image: async ({ process, slot }) => viewer.image(process, slot),
    wrote: async ({ expression, ...inside }) => viewer.inside.wrote(inside, expression),
    scan: async ({ process, slot, steps, query }) => viewer.scan(process, slot, steps, query),
    dryRun: async ({ process, slot, message }) => viewer.dryRun(process, slot, message),
  };
  return (name, args) => table[name](args);
}

/** For a file that has to be brought first. */
const isWaiting = (error: unknown): boolean => error instanceof AoError && error.code === 'DRIVE_WAITS';
