import { LRUCache } from 'lru-cache';
import type { BranchComparison, BranchInfo, BranchRun, BranchSpec, BranchStep } from '../../contract/branch.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import type { StateDiff, StatePage, StatePath } from '../../contract/state.ts';
import { numberOf, textOf, type Database } from '../../store/database.ts';
import type { Look } from '../look.ts';
import type { CuPorts } from '../ports.ts';
import type { Line } from './line.ts';
import { compareStates, rememberState } from '../state-diff.ts';
import { planLines } from './plan.ts';
import { simulate, type Simulation } from './simulate.ts';

export const BRANCHES_TABLE = `CREATE TABLE branches (
  id INTEGER PRIMARY KEY AUTOINCREMENT, created REAL NOT NULL, spec TEXT NOT NULL);`;

/** Specs of branches: all that is kept of them, since the same spec on the same log gives the same branch. */
export interface BranchStore {
  add(spec: BranchSpec, createdMs: number): BranchInfo;
  get(id: number): BranchInfo | null;
  all(): readonly BranchInfo[];
  rename(id: number, spec: BranchSpec): void;
  drop(id: number): void;
}

export function openBranchStore(database: Database): BranchStore {
  const infoOf = (row: NonNullable<ReturnType<Database['get']>>): BranchInfo => ({
    // Rows are our own: the spec was parsed at the edge before it was written.
    ...(JSON.parse(textOf(row, 'spec')) as BranchSpec),
    id: numberOf(row, 'id'),
    createdMs: numberOf(row, 'created'),
  });
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
    rename: (id, spec) => database.run('UPDATE branches SET spec = ? WHERE id = ?', JSON.stringify(spec), id),
    drop: (id) => database.run('DELETE FROM branches WHERE id = ?', id),
  };
}

/** Branches that are kept run: others are run again when they are asked for. */
const RUNNING_MAX = 4;
/** Nodes that a comparison of states walks on each side. */
const FLATTEN_MAX = 20_000;
/** Places of a branch in the viewer stand behind every slot that a log can have. */
const STEP_OFFSET = 2 ** 40;

/** What-if: other futures of processes, beside the main line, which nothing here changes. */
export interface Branches {
  create(spec: BranchSpec): Promise<BranchInfo>;
  list(): readonly BranchInfo[];
  rename(id: number, name: string): BranchInfo;
  drop(id: number): Promise<void>;
  run(id: number, budgetMs: number, signal: AbortSignal): Promise<BranchRun>;
  steps(id: number, process: ProcessId, from: number, limit: number): Promise<readonly BranchStep[]>;
  children(id: number, process: ProcessId, index: number, path: StatePath, offset: number, limit: number): Promise<StatePage>;
  /** The end of a line against the end of the main one. @param isSearched tells where their states parted, too. */
  compare(id: number, process: ProcessId, isSearched: boolean): Promise<BranchComparison>;
}

/** @param nowMs measuring time, for when a branch was made. */
export function createBranches(
  ports: CuPorts,
  store: BranchStore,
  look: Look,
  programOf: Parameters<typeof simulate>[3],
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
  /** Does `work` with the memory after the line's first `count` steps in the viewer, under the key it is given. */
  const atStep = <T>(line: Line, count: number, work: (key: string, slot: number) => Promise<T>): Promise<T> => {
    const { rebuild, steps } = line.rebuildTo(count);
    const slot = STEP_OFFSET + count;
    return look.alone(async () => {
      const { slot: near } = await ports.viewer.ask('nearest', { process: line.key, slot }, Infinity);
      if (near !== slot) await ports.viewer.ask('seek', { process: line.key, slot, rebuild, steps }, Infinity);
      return work(line.key, slot);
    });
  };
  let turn: Promise<unknown> = Promise.resolve();

  return {
    async create(spec) {
      // What cannot be planned is refused before it is kept.
      for (const { process, base } of planLines(spec)) {
        const { slotLatest } = await ports.ask('su.process', { process });
        if (base > slotLatest) throw new AoError('SLOT_UNKNOWN', { process, slot: base + 1 });
      }
      return store.add(spec, nowMs());
    },
    list: store.all,
    rename(id, name) {
      const { id: _id, createdMs: _created, ...spec } = existing(id);
      store.rename(id, { ...spec, name });
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
        const here = await atStep(line, count, (key, slot) =>
          ports.viewer.ask('flatten', { process: key, slot, limit: FLATTEN_MAX }, Infinity),
        );
        return { mainHash: there.hash, diff: compareStates(rememberState(there.flat), rememberState(here), 0, Infinity) };
      };
      const { diff, mainHash } = await difference(end, slotLatest);
      const isOther = async (count: number, mainSlot: Slot): Promise<boolean> => (await difference(count, mainSlot)).diff.total > 0;
      const first = !isSearched || diff.total === 0 || line.spawned !== null ? null : await firstOther(line, isOther);
      return { hash, mainHash, diff, firstStateDifference: first };
    },
  };
}

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
