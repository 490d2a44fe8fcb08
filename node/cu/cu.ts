import { totalmem } from 'node:os';
import { AoError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { toModuleId, toSlot, type ProcessId, type Slot } from '../contract/ids.ts';
import { tagValue } from '../contract/item.ts';
import type { EvaluationPlace } from '../contract/recording.ts';
import type { PlacedEvaluator } from './evaluator/pool.ts';
import { createBranches, type BranchParts, type BranchStore } from './branch/branches.ts';
import { branchHandlers } from './branch/handlers.ts';
import { debugHandlers } from './debug/handlers.ts';
import { createHistory } from './debug/history.ts';
import { createInsideSlot } from './debug/inside.ts';
import { mainPast, type Past } from './debug/past.ts';
import { createSources } from './debug/source.ts';
import { createWhy } from './debug/why.ts';
import { checkDeclared } from './declared.ts';
import { dryRunEntry } from './dry-run-entry.ts';
import { createDryRuns } from './dry-runs.ts';
import { createHot } from './hot.ts';
import { createLook } from './look.ts';
import { fetchProgram, type Program } from './program.ts';
import type { CuPorts } from './ports.ts';
import { createRun, type Run } from './catch-up.ts';
import { placeOf } from './place.ts';
import { recordingHandlers } from './recording-handlers.ts';
import { timelinePage } from './timeline/page.ts';
import { verify } from './verify.ts';
import { createVerifying } from './verifying.ts';
import type { MemoryImage } from './vm/machine.ts';

/** The commands of the compute unit, without its journal's. */
export type CuHandlers = Omit<HandlersOf<'cu'>, 'cu.facts'>;

/** The compute unit: its commands, and what is too large to cross a process as a message. */
export interface Cu {
  readonly handlers: CuHandlers;
  /** The whole memory after `slot`, evaluated up to there first. @throws AoError as `cu.result`. */
  memoryAt(process: ProcessId, slot: Slot): Promise<MemoryImage>;
  /** No process is put on disk after this. */
  close(): void;
}

/** The compute unit: turns a log into outcomes and states, and nothing else. */
export function createCu(ports: CuPorts, branchStore: BranchStore): Cu {
  const runs = new Map<ProcessId, { readonly run: Run; readonly evaluator: PlacedEvaluator; uses: number }>();
  const look = createLook(ports, ports.viewer);
  const dryRun = createDryRuns(ports.dryRunners.map((one) => createLook(ports, one)));
  const sources = createSources(ports);
  const inside = createInsideSlot(ports, sources);
  const history = createHistory(ports, sources);
  /** The main line of a process, up to its newest slot. */
  const mainOf = async (process: ProcessId): Promise<Past> => {
    const { slotLatest } = await ports.ask('su.process', { process });
    await runOf(process).advance(slotLatest);
    return mainPast(ports, look, process, await runOf(process).program(), slotLatest);
  };
  const programOf: BranchParts['programOf'] = async (process, module) => {
    const { program } = await mainOf(process);
    return module === null ? program : fetchProgram(ports, process, module);
  };
  const branches = createBranches(ports, branchStore, look, { programOf, inside, mainOf }, Date.now);

  const entryOf = (process: ProcessId): NonNullable<ReturnType<typeof runs.get>> => {
    const known = runs.get(process);
    if (known !== undefined) return known;
    const evaluator = ports.pool.of(process, (bytes) => hot.held(process, bytes));
    const made = { run: createRun(ports, process, evaluator), evaluator, uses: 0 };
    runs.set(process, made);
    return made;
  };
  /** Lets a process go, and forgets it unless somebody has asked for it meanwhile: two runs of one process would both write. */
  const park = async (process: ProcessId): Promise<void> => {
    const entry = entryOf(process);
    const { uses } = entry;
    await entry.run.park().catch(() => undefined);
    if (entry.uses === uses) runs.delete(process);
  };
  const hot = createHot({
    park: (process) => void park(process),
    nowMs: () => performance.now(),
    machineBytes: totalmem(),
  });
  const runOf = (process: ProcessId): Run => {
    const entry = entryOf(process);
    entry.uses++;
    hot.use(process);
    return entry.run;
  };

  /** Everything up to `slot` has been evaluated: it can be looked at. A cron message may stand before a slot that is not there yet. */
  const evaluated = async ({ process, slot, tick }: EvaluationPlace): Promise<Program> => {
    await runOf(process).advance(toSlot(tick === null ? slot : Math.max(0, slot - 1)));
    return runOf(process).program();
  };

  const evaluatedPlace = async (at: EvaluationPlace): Promise<{ readonly program: Program; readonly place: number }> => {
    const program = await evaluated(at);
    const { process, slot, tick } = at;
    if (tick !== null && tick >= ports.memory.ticks.count(process, slot)) throw new AoError('TICK_UNKNOWN', { process, slot, tick });
    return { program, place: placeOf(slot, tick) };
  };

  const pastOf = (process: ProcessId, branch: number | undefined): Promise<Past> =>
    branch === undefined ? mainOf(process) : branches.past(branch, process);
  const pastAt = async (at: EvaluationPlace): Promise<Past> => {
    if (at.branch !== undefined) return branches.past(at.branch, at.process);
    const { program } = await evaluatedPlace(at);
    return mainPast(ports, look, at.process, program, at.slot);
  };
  const verifying = createVerifying();
  const handlers: CuHandlers = {
    async 'cu.accepts'({ process, tags }) {
      const module = tagValue(tags, 'Module');
      if (module !== null) checkDeclared(ports, process, tags, await ports.modules.get(toModuleId(module)));
      return {};
    },
    'cu.result': ({ process, slot }) => runOf(process).advance(slot),
    async 'cu.results'({ process, from, to, limit, order }) {
      await ports.ask('su.process', { process });
      return { results: ports.memory.outcomes(process, from, to, limit, order) };
    },
    async 'cu.cron'({ process, after, limit }) {
      await runOf(process).catchUp();
      const [newest] = ports.memory.ticks.page(process, null, null, 1, 'desc');
      const place = newest === undefined ? null : { slot: newest.slot, tick: newest.tick };
      return { ticks: ports.memory.ticks.page(process, after, null, limit, 'asc'), newest: place };
    },
    async 'cu.dryRun'({ process, message, slot = null, tick = null }, signal) {
      const at = slot ?? (await ports.ask('su.process', { process })).slotLatest;
      const { program, place } = await evaluatedPlace({ process, slot: at, tick });
      const tried = await dryRun(process, program, place, message, signal);
      // Beside the line it stands with the slot whose memory, or the crons after it, it was tried on.
      ports.memory.dryRuns.keep(process, toSlot(Math.floor(place)), message, dryRunEntry(message, tried));
      return tried.outcome;
    },
    async 'cu.timeline'({ process, from, limit }) {
      const { slotLatest } = await ports.ask('su.process', { process });
      const to = toSlot(Math.min(slotLatest, from + limit - 1));
      if (from <= to) await runOf(process).advance(to);
      return timelinePage(ports.memory, process, (await runOf(process).program()).engine, { from, to, latest: slotLatest });
    },
    async 'cu.verify'({ process, to }, signal) {
      const { slotLatest } = await ports.ask('su.process', { process });
      const last = toSlot(Math.min(slotLatest, to ?? slotLatest));
      await runOf(process).advance(last);
      const program = await runOf(process).program();
      return verifying.during(process, last + 1, (tell) => verify(ports, process, program, last, signal, tell));
    },
    'cu.verifying': async ({ process }) => ({ progress: verifying.of(process) }),
    ...recordingHandlers(ports, {
      evaluated: async (process) => {
        return (await mainOf(process)).program;
      },
      forget(process) {
        runs.delete(process);
        hot.forget(process);
      },
    }),
    ...debugHandlers({ ports, pastAt, pastOf, inside, history, sources, why: createWhy(history, inside) }),
    ...branchHandlers(branches),
    'cu.paused': async () => ({ paused: ports.memory.pauses.list() }),
    async 'cu.resume'({ process, how }) {
      const pause = ports.memory.pauses.of(process);
      if (pause === null || pause.isAccepted) throw new AoError('PROCESS_NOT_PAUSED', { process });
      if (how === 'error') ports.memory.pauses.accept(process);
      else ports.memory.pauses.clear(process);
      const slot = toSlot(pause.slot);
      ports.record({ kind: 'cu.resumed', process, slot, tick: pause.tick, how });
      // It goes on by itself; whether it comes far is told by facts.
      void runOf(process)
        .advance(slot)
        .catch(() => undefined);
      return {};
    },
    'cu.stop': async ({ process }) => ({ isStopped: runs.get(process)?.evaluator.stop(process) ?? false }),
  };
  return {
    handlers,
    async memoryAt(process, slot) {
      await runOf(process).advance(slot);
      return look.image(process, await runOf(process).program(), slot);
    },
    close: hot.close,
  };
}
