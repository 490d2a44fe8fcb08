import { AoError, toWireError } from '../../contract/errors.ts';
import { RemoteError } from '../../contract/rpc.ts';
import type { Evaluator } from './evaluator.ts';
import type { EvaluatorCommand, EvaluatorCommands } from './protocol.ts';
import { createLastAsked, noteAsked, type LastAsked } from './rest.ts';

/** A question that takes longer keeps nobody else waiting: those behind it go to another evaluator. */
const SLOW_MS = 200;
/** So many quick slots in a row, and a slow process counts as quick again. */
const QUICK_SLOTS = 20;
/**
 * A process that has to be loaded again because it made way waits twice as long the next time, up to so many times.
 * Where everything is slow (a busy machine, large memories) it would otherwise be loaded again and again and never run.
 */
const DOUBLINGS_MAX = 6;
/** What a process takes along to the disk spares it a replay when it is asked for again, and seldom does anybody wait for it: it gives way after so many doublings. */
const UNLOAD_DOUBLINGS = 4;

/** The evaluator of one process, wherever that is at the moment; its `generation` counts up when the process has to be loaded again. */
export type PlacedEvaluator = Omit<Evaluator, 'close'>;

/** Many processes on a few evaluators, none of which waits long for another. */
export interface Pool {
  /** Once for each process. @param held is told after every evaluation how many bytes the process takes while it is loaded, as far as that can be told. */
  of(process: string, held?: (bytes: number) => void): PlacedEvaluator;
  close(): Promise<void>;
}

interface Job {
  readonly name: EvaluatorCommand;
  readonly resident: Resident;
  readonly args: EvaluatorCommands[EvaluatorCommand]['args'];
  readonly timeMs: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One evaluator and what is on it. Its own queue is never longer than one, so that what waits can still go elsewhere. */
interface Bench {
  readonly evaluator: Evaluator;
  readonly isForSlow: boolean;
  running: Job | null;
  /** How often what runs has been waited for in vain: 0 up to {@link SLOW_MS}, then one more with each doubling of that. */
  slowness: number;
  waiting: Job[];
  residents: number;
}

/** A process and where it lives. */
interface Resident {
  readonly process: string;
  bench: Bench | null;
  /** The generation of that evaluator when the process was loaded: another one has lost it. */
  loadedIn: number;
  epoch: number;
  readonly held: (bytes: number) => void;
  /** Quick slots that are still missing until it counts as quick; 0 for most. */
  slowFor: number;
  /** How often it has made way since it was evaluated last. */
  moves: number;
  /** Since when it waits for its next slot, counted in questions; null while it does not. It is kept wherever the process goes. */
  since: number | null;
}

/**
 * Shares evaluators among processes. A process stays where it is loaded. While one question runs longer than
 * {@link SLOW_MS} those who wait behind it are loaded elsewhere (keyframe and a short replay); the process that was slow
 * goes to the evaluators for slow ones with its next slot, and counts as quick again after {@link QUICK_SLOTS} quick ones.
 * @param quick evaluators for all; @param slow where slow processes keep out of the others' way; @param asked is told whenever one of the quick is asked.
 */
export function createPool(quick: readonly Evaluator[], slow: readonly Evaluator[], asked: LastAsked = createLastAsked()): Pool {
  let questions = 0;
  const benches = [...quick.map((one) => benchOf(one, false)), ...slow.map((one) => benchOf(one, true))];

  const bestFor = ({ slowFor }: Resident): Bench => {
    const fitting = benches.filter(({ isForSlow }) => isForSlow && slowFor > 0);
    const others = benches.filter(({ isForSlow }) => !isForSlow);
    const wanted = fitting.length > 0 ? fitting : others;
    // Where every one of the others is busy with something slow, the spare ones serve all.
    const open = fitting.length === 0 && others.every(isSlow) ? benches : wanted;
    return open.reduce((best, one) => (costOf(one) < costOf(best) ? one : best));
  };
  const canMove = (resident: Resident): boolean => {
    const best = bestFor(resident);
    return best !== resident.bench && !isSlow(best);
  };
  const place = (job: Job): void => {
    const { resident } = job;
    const before = resident.bench;
    detach(resident);
    const bench = bestFor(resident);
    if (before !== null && before !== bench) push(before, dropping(resident.process));
    resident.bench = bench;
    bench.residents++;
    push(bench, job);
  };
  /** What the process leaves behind is dropped when that evaluator has time; nobody waits for it. */
  const moveAway = (job: Job): void => {
    const { resident, name } = job;
    resident.moves = Math.min(DOUBLINGS_MAX, resident.moves + 1);
    if (name === 'load') return place(job);
    const from = resident.bench;
    lose(resident);
    if (from !== null) push(from, dropping(resident.process));
    if (name === 'unload') job.resolve({ keyframe: null });
    else job.reject(notLoaded(resident.process));
  };
  /** Who has waited longest goes first, wherever that was: those who make way would never have their turn otherwise. */
  const push = (bench: Bench, job: Job): void => {
    const { resident } = job;
    const since = (resident.since ??= ++questions);
    const before = bench.waiting.findIndex((one) => (one.resident.since ?? 0) > since);
    bench.waiting.splice(before === -1 ? bench.waiting.length : before, 0, job);
    next(bench);
  };
  const next = (bench: Bench): void => {
    const job = bench.running === null ? bench.waiting.shift() : undefined;
    if (job === undefined) return;
    bench.running = job;
    void run(bench, job);
  };
  /** Whether a process has waited long enough behind what runs there. */
  const hasWaited = ({ slowness }: Bench, { name, resident }: Job): boolean =>
    slowness > (name === 'unload' ? UNLOAD_DOUBLINGS : resident.moves);
  const isTooSlow = (bench: Bench, { name, resident }: Job): void => {
    bench.slowness++;
    if (name === 'evaluate') resident.slowFor = QUICK_SLOTS;
    const behind = bench.waiting.filter((one) => one.resident.bench === bench && hasWaited(bench, one) && canMove(one.resident));
    bench.waiting = bench.waiting.filter((one) => !behind.includes(one));
    for (const one of behind) moveAway(one);
  };
  const run = async (bench: Bench, job: Job): Promise<void> => {
    const { name, args, timeMs, resident } = job;
    const generation = bench.evaluator.generation();
    const { slowFor } = resident;
    let timer: NodeJS.Timeout | undefined;
    /** Once after {@link SLOW_MS}, then whenever that time has doubled. */
    const watch = (waitMs: number): void => {
      timer = setTimeout(() => {
        isTooSlow(bench, job);
        if (bench.slowness <= DOUBLINGS_MAX) watch(SLOW_MS * 2 ** (bench.slowness - 1));
      }, waitMs);
    };
    watch(SLOW_MS);
    if (!bench.isForSlow) noteAsked(asked);
    try {
      const value = await bench.evaluator.ask(name, args as never, timeMs);
      if (resident.bench === bench && name === 'load') resident.loadedIn = generation;
      if (resident.bench === bench && name === 'unload') lose(resident);
      if (name === 'evaluate') noteCost(resident, value as EvaluatorCommands['evaluate']['reply'], slowFor);
      job.resolve(value);
    } catch (error) {
      job.reject(error);
    } finally {
      clearTimeout(timer);
      if (name !== 'load') resident.since = null;
      bench.slowness = 0;
      bench.running = null;
      next(bench);
    }
  };
  const ask = (job: Job): void => {
    const { resident, name } = job;
    const { bench } = resident;
    if (name === 'load') return place(job);
    if (bench === null || !isHere(resident)) {
      lose(resident);
      return job.reject(notLoaded(resident.process));
    }
    const isMisplaced = name === 'evaluate' && resident.slowFor > 0 && !bench.isForSlow;
    if ((hasWaited(bench, job) || isMisplaced) && canMove(resident)) return moveAway(job);
    push(bench, job);
  };

  return {
    of(process, held = () => undefined) {
      const resident: Resident = { process, bench: null, loadedIn: LOST, epoch: 0, held, slowFor: 0, moves: 0, since: null };
      return {
        ask: (name, args, timeMs) =>
          new Promise((resolve, reject) => ask({ name, args, timeMs, resident, resolve: (value) => resolve(value as never), reject })),
        generation() {
          if (resident.bench !== null && !isHere(resident)) lose(resident);
          return resident.epoch;
        },
        stop: () => resident.bench?.evaluator.stop(process) ?? false,
      };
    },
    async close() {
      await Promise.all(benches.map(({ evaluator }) => evaluator.close()));
    },
  };
}

/** No evaluator counts so far down. */
const LOST = -1;

function benchOf(evaluator: Evaluator, isForSlow: boolean): Bench {
  return { evaluator, isForSlow, running: null, slowness: 0, waiting: [], residents: 0 };
}

/** What speaks against an evaluator: something slow, then a queue, then many processes. */
function costOf({ running, slowness, waiting, residents }: Bench): number {
  return (slowness > 0 ? 1e12 : 0) + (waiting.length + (running === null ? 0 : 1)) * 1e6 + residents;
}

function isSlow({ slowness }: Bench): boolean {
  return slowness > 0;
}

function isHere({ bench, loadedIn }: Resident): boolean {
  return bench !== null && bench.evaluator.generation() === loadedIn;
}

function detach(resident: Resident): void {
  if (resident.bench !== null) resident.bench.residents--;
  resident.bench = null;
  resident.loadedIn = LOST;
}

/** The process is not where it was any more; whoever asks for it next loads it again. */
function lose(resident: Resident): void {
  detach(resident);
  resident.epoch++;
}

/**
 * What counts is what a slot took of the processor: on a busy machine every slot takes long, and who was taken for slow
 * by the clock would give way to others for good. @param before what it was taken for when the slot began.
 */
function noteCost(resident: Resident, { heldBytes, busyMs }: EvaluatorCommands['evaluate']['reply'], before: number): void {
  resident.held(heldBytes);
  resident.moves = 0;
  resident.slowFor = busyMs > SLOW_MS ? QUICK_SLOTS : Math.max(0, before - 1);
}

/** Said as the evaluator itself says it: it costs no process its good name. */
function notLoaded(process: string): RemoteError {
  return new RemoteError(toWireError(new AoError('EVALUATOR_DIED', { process, reason: 'it is not loaded' })));
}

/** A job of nobody: the process itself may be anywhere by the time it runs. It goes first, so before the process can be loaded there anew. */
function dropping(process: string): Job {
  const resident = { process, bench: null, loadedIn: LOST, epoch: 0, held: () => undefined, slowFor: 0, moves: 0, since: 0 };
  return { name: 'drop', args: { process }, timeMs: Infinity, resident, resolve: () => undefined, reject: () => undefined };
}
