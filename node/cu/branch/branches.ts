import { LRUCache } from 'lru-cache';
import type {
  BranchComparison,
  BranchInfo,
  BranchMessage,
  BranchRows,
  BranchRun,
  BranchSpec,
  BranchStep,
  BranchStepPlace,
  LaterAnswer,
} from '../../contract/branch.ts';
import type { Commands } from '../../contract/commands.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { SlotRecording } from '../../contract/recording.ts';
import { isOfValues, type StateDiff, type StatePage, type StatePath } from '../../contract/state.ts';
import { numberOf, textOf, type Database } from '../../store/database.ts';
import type { InsideSlot } from '../debug/inside.ts';
import type { Past } from '../debug/past.ts';
import type { Flat } from '../evaluator/protocol.ts';
import type { Look } from '../look.ts';
import type { CuPorts } from '../ports.ts';
import { withAnswer } from './later.ts';
import type { Line } from './line.ts';
import { FLATTEN_MAX, lookingAt } from './looking.ts';
import { branchPast } from './past.ts';
import type { StoryWish } from './story.ts';
import { compareStates, rememberState } from '../state-diff.ts';
import { planLines } from './plan.ts';
import { simulate, type Simulation } from './simulate.ts';

export const BRANCHES_TABLE = `CREATE TABLE branches (
  id INTEGER PRIMARY KEY AUTOINCREMENT, created REAL NOT NULL, spec TEXT NOT NULL);`;

type KeptSpec = BranchSpec & Pick<BranchInfo, 'untilMs'>;

/** Specs of branches: all that is kept of them, since the same spec on the same log gives the same branch. */
export interface BranchStore {
  add(spec: KeptSpec, createdMs: number): BranchInfo;
  get(id: number): BranchInfo | null;
  all(): readonly BranchInfo[];
  /** Writes its spec anew: its name, or an answer that was given. */
  put(id: number, spec: KeptSpec): void;
  drop(id: number): void;
}

export function openBranchStore(database: Database): BranchStore {
  const infoOf = (row: NonNullable<ReturnType<Database['get']>>): BranchInfo => {
    // Rows are our own: the spec was parsed at the edge before it was written. Those of earlier versions know no time.
    const { untilMs = 0, ...spec } = JSON.parse(textOf(row, 'spec')) as BranchSpec & Partial<KeptSpec>;
    return { ...spec, untilMs, id: numberOf(row, 'id'), createdMs: numberOf(row, 'created') };
  };
  const get = (id: number): BranchInfo | null => {
    const row = database.get('SELECT id, created, spec FROM branches WHERE id = ?', id);
    return row === undefined ? null : infoOf(row);
  };
  return {
    get,
    add(spec, createdMs) {
      database.run('INSERT INTO branches (created, spec) VALUES (?, ?)', createdMs, JSON.stringify(spec));
      const id = numberOf(database.get('SELECT max(id) AS id FROM branches') ?? {}, 'id');
      return { ...spec, id, createdMs };
    },
    all: () => database.all('SELECT id, created, spec FROM branches ORDER BY id').map(infoOf),
    put: (id, spec) => database.run('UPDATE branches SET spec = ? WHERE id = ?', JSON.stringify(spec), id),
    drop: (id) => database.run('DELETE FROM branches WHERE id = ?', id),
  };
}

/** Branches that are kept run: others are run again when they are asked for. */
const RUNNING_MAX = 4;
/** Changes that are shown of one difference. */
const DIFF_SHOWN = 1_000;

/** What-if: other futures of processes, beside the main line, which nothing here changes. */
export interface Branches {
  create(spec: BranchSpec): Promise<BranchInfo>;
  list(): readonly BranchInfo[];
  rename(id: number, name: string): BranchInfo;
  drop(id: number): Promise<void>;
  run(id: number, budgetMs: number, signal: AbortSignal): Promise<BranchRun>;
  answer(id: number, answer: LaterAnswer, isForAll: boolean): Promise<BranchInfo>;
  rows(id: number, wish: StoryWish): Promise<BranchRows>;
  find(id: number, place: Omit<Commands['cu.branchFind']['args'], 'branch'>): Promise<number | null>;
  message(place: BranchStepPlace): Promise<BranchMessage>;
  trace(place: BranchStepPlace): Promise<SlotRecording>;
  /** A process in a branch, as far as that has been run; who is not in it is as on the main line. */
  past(id: number, process: ProcessId): Promise<Past>;
  diff(place: BranchStepPlace, against: 'before' | 'main' | Slot): Promise<StateDiff>;
  steps(id: number, process: ProcessId, from: number, limit: number): Promise<readonly BranchStep[]>;
  children(id: number, process: ProcessId, index: number, path: StatePath, offset: number, limit: number): Promise<StatePage>;
  /** The end of a line against the end of the main one. @param isSearched tells where their states parted, too. */
  compare(id: number, process: ProcessId, isSearched: boolean): Promise<BranchComparison>;
}

/** What branches need of the rest of the unit. */
export interface BranchParts {
  readonly programOf: Parameters<typeof simulate>[3];
  readonly inside: InsideSlot;
  /** The main line of a process, evaluated to its newest slot. */
  mainOf(process: ProcessId): Promise<Past>;
}

/** @param nowMs measuring time, for when a branch was made. */
export function createBranches(
  ports: CuPorts,
  store: BranchStore,
  look: Look,
  { programOf, inside, mainOf }: BranchParts,
  nowMs: () => number,
): Branches {
  const running = new LRUCache<number, Promise<Simulation>>({
    max: RUNNING_MAX,
    dispose: (simulation) => void simulation.then((one) => one.close()).catch(() => undefined),
  });
  const existing = (id: number): BranchInfo => {
    const info = store.get(id);
    if (info === null) throw new AoError('BRANCH_UNKNOWN', { branch: id });
    return info;
  };
  const specOf = (id: number): KeptSpec => {
    const { id: _id, createdMs: _created, ...spec } = existing(id);
    return spec;
  };
  const simulationOf = (id: number): Promise<Simulation> => {
    const known = running.get(id);
    if (known !== undefined) return known;
    const made = simulate(ports, id, existing(id), programOf);
    running.set(id, made);
    made.catch(() => running.delete(id));
    return made;
  };
  const lineOf = async (id: number, process: ProcessId): Promise<Line> => {
    const line = (await simulationOf(id)).line(process);
    if (line === null) throw new AoError('BRANCH_PROCESS', { branch: id, process });
    return line;
  };
  const looking = lookingAt(ports, look);
  const { atStep, flatAt } = looking;
  const stepOf = async ({ branch, process, index }: BranchStepPlace) => {
    const line = await lineOf(branch, process);
    const [step, made] = [line.stepAt(index), line.steps[index]];
    if (step === null || made === undefined) throw new AoError('SLOT_UNKNOWN', { process, slot: index });
    return { line, step, made };
  };
  /** The state of the main line: after a slot, or where it stood when the branch stood at this step. */
  const mainFlat = async (line: Line, index: number, against: 'main' | Slot): Promise<Flat> => {
    const main = line.spawned === null ? line.process : line.spawned.insteadOf;
    const slot = against === 'main' ? (line.steps.slice(0, index + 1).findLast(hasMain)?.mainSlot ?? line.plan.base) : against;
    if (main === null || slot < 0) return { lines: [], isComplete: true };
    return (await look.flattened(main, await programOf(main, null), toSlot(slot), FLATTEN_MAX)).flat;
  };
  const pastOf = async (branch: number, process: ProcessId): Promise<Past> => {
    const line = (await simulationOf(branch)).line(process);
    if (line === null) return mainOf(process);
    const main = line.spawned === null && line.plan.module === null ? await mainOf(process) : null;
    return branchPast(ports, line, looking, main);
  };
  let turn: Promise<unknown> = Promise.resolve();

  return {
    async create(spec) {
      // What cannot be planned is refused before it is kept.
      for (const { process, base } of planLines(spec)) {
        const { slotLatest } = await ports.ask('su.process', { process });
        if (base > slotLatest) throw new AoError('SLOT_UNKNOWN', { process, slot: base + 1 });
      }
      const { timestampMs: untilMs } = await ports.ask('su.time', {});
      return store.add({ ...spec, untilMs }, nowMs());
    },
    list: store.all,
    rename(id, name) {
      store.put(id, { ...specOf(id), name });
      return existing(id);
    },
    async drop(id) {
      existing(id);
      store.drop(id);
      running.delete(id);
    },
    run(id, budgetMs, signal) {
      // One part at a time: two windows may look at the same branch.
      const mine = turn.then(async () => (await simulationOf(id)).advance(budgetMs, signal));
      turn = mine.catch(() => undefined);
      return mine;
    },
    async answer(id, answer, isForAll) {
      const spec = specOf(id);
      const simulation = await simulationOf(id);
      if (!simulation.answer(answer, isForAll)) throw new AoError('BRANCH_INVALID', { reason: 'no later message waits for an answer' });
      store.put(id, { ...spec, later: withAnswer(spec.later, answer, isForAll) });
      return existing(id);
    },
    rows: async (id, wish) => (await simulationOf(id)).story.page(wish),
    async find(id, { process, slot, tick = null, of }) {
      const line = (await simulationOf(id)).line(process);
      const isMeant = (step: BranchStep): boolean => (of === 'main' ? step.mainSlot === slot : step.slot === slot && step.tick === tick);
      return line?.steps.find(isMeant)?.index ?? null;
    },
    async message(place) {
      const { step, made } = await stepOf(place);
      const { Id: id, From: from, Owner: owner, Target: target, Tags: tags, Data: data } = step.message;
      const { slot, timestampMs } = made;
      return { id: id ?? null, from, owner, target, tags, data: data ?? '', slot, timestampMs, blockHeight: step.message['Block-Height'] };
    },
    async trace({ branch, process, index }) {
      const past = await pastOf(branch, process);
      const { slot, tick } = (await stepOf({ branch, process, index })).made;
      return inside.trace(past, { slot, tick });
    },
    past: pastOf,
    async diff(place, against) {
      const { line } = await stepOf(place);
      const after = await flatAt(line, place.index + 1);
      const before = against === 'before' ? await flatAt(line, place.index) : await mainFlat(line, place.index, against);
      return compareStates(rememberState(before), rememberState(after), 0, DIFF_SHOWN);
    },
    steps: async (id, process, from, limit) => (await lineOf(id, process)).steps.slice(from, from + limit),
    async children(id, process, index, path, offset, limit) {
      const line = await lineOf(id, process);
      return atStep(line, index + 1, async (key, slot) => {
        const page = await ports.viewer.ask('children', { process: key, slot, path, offset, limit }, Infinity);
        if (page === null) throw new AoError('STATE_PATH_UNKNOWN', { path: path.join('') || '(globals)' });
        return page;
      });
    },
    async compare(id, process, isSearched) {
      const line = await lineOf(id, process);
      const main = line.spawned === null ? process : line.spawned.insteadOf;
      const end = line.steps.length;
      const hash = await atStep(line, end, async (key, slot) => (await ports.viewer.ask('hash', { process: key, slot }, Infinity)).hash);
      if (main === null) return { hash, mainHash: null, diff: { changes: [], total: 0, isComplete: true }, firstStateDifference: null };
      const { slotLatest } = await ports.ask('su.process', { process: main });
      const program = await programOf(main, null);
      const difference = async (count: number, mainSlot: Slot): Promise<{ readonly diff: StateDiff; readonly mainHash: string }> => {
        const there = await look.flattened(main, program, mainSlot, FLATTEN_MAX);
        const here = await flatAt(line, count);
        return { mainHash: there.hash, diff: compareStates(rememberState(there.flat), rememberState(here), 0, Infinity) };
      };
      const { diff, mainHash } = await difference(end, slotLatest);
      const isOther = async (count: number, mainSlot: Slot): Promise<boolean> =>
        (await difference(count, mainSlot)).diff.changes.some(isOfValues);
      const first = !isSearched || !diff.changes.some(isOfValues) || line.spawned !== null ? null : await firstOther(line, isOther);
      return { hash, mainHash, diff, firstStateDifference: first };
    },
  };
}

const hasMain = ({ mainSlot }: BranchStep): boolean => mainSlot !== null;

/** The step from which on the states differ, found by halving: at the end they do. */
async function firstOther({ steps, plan }: Line, isOther: (count: number, mainSlot: Slot) => Promise<boolean>): Promise<number | null> {
  let [same, other] = [-1, steps.length - 1];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    const main = steps.slice(0, middle + 1).findLast(({ mainSlot }) => mainSlot !== null)?.mainSlot ?? plan.base;
    if (main < 0 || (await isOther(middle + 1, toSlot(main)))) other = middle;
    else same = middle;
  }
  return other < 0 ? null : other;
}
