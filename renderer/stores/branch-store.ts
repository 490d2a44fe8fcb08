import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BranchEdit, BranchInfo, BranchRun, BranchSpec, BranchStep, LaterAnswer } from '../../node/contract/branch.ts';
import { AoError } from '../../node/contract/errors.ts';
import type { ProcessId, Slot } from '../../node/contract/ids.ts';
import type { EvaluationPlace } from '../../node/contract/recording.ts';
import type { Link } from '../link/link.ts';
import { withEdit } from '../model/branch-plan.ts';
import type { BranchAt } from '../model/focus.ts';
import type { FocusStore } from './focus-store.ts';

/** What a person is about to change, and what becomes of the rest. */
export interface BranchDraft {
  readonly name: string;
  readonly edits: readonly BranchEdit[];
  /** The edit that is being looked at: its place in the list; null for none. */
  readonly selected: number | null;
  /** Others hear what is sent in the branch. */
  readonly isHeard: boolean;
  readonly later: 'apply' | 'drop' | 'ask';
  /** The process whose messages are shown, and where in them. */
  readonly process: ProcessId;
  readonly slot: Slot;
  /** The file whose text the branch runs; null for none. */
  readonly file: string | null;
}

/** How quickly a branch runs. */
export interface Pace {
  /** Evaluations a second since this run began. */
  readonly perSecond: number;
  /** Seconds until what is known to lie ahead has been run; null while that cannot be said. */
  readonly leftS: number | null;
}

/** A branch that is looked at, and how far it has run. */
export interface ShownBranch {
  readonly info: BranchInfo;
  readonly run: BranchRun | null;
  readonly isRunning: boolean;
  readonly pace: Pace | null;
  readonly error: unknown;
}

/** The evaluation of a step that is walked; null until it is known. */
export function placeOfWalk({ branch, process, step }: Walk): EvaluationPlace | null {
  return step === null ? null : { process, slot: step.slot, tick: step.tick, branch };
}

/** Where a person stands in a branch instead of on the main line. */
export interface Walk {
  readonly branch: number;
  readonly process: ProcessId;
  readonly index: number;
  /** What was run there; null until it is known. */
  readonly step: BranchStep | null;
}

export interface BranchState {
  readonly draft: BranchDraft | null;
  readonly shown: ShownBranch | null;
  /** Set while the branch is looked at like the main line. */
  readonly walk: Walk | null;
  /** Those that were made and not thrown away. */
  readonly branches: readonly BranchInfo[];
  setDraft(draft: BranchDraft | null): void;
  changeDraft(change: Partial<BranchDraft>): void;
  /** One more change in the draft, which is then looked at. */
  addEdit(edit: BranchEdit): void;
  /** Makes the branch of a draft and runs it. @throws AoError as cu.branchNew. */
  start(draft: Omit<BranchDraft, 'selected' | 'process' | 'slot'>): Promise<void>;
  /** Looks at a branch, and runs it on where it has not been run to its end. */
  open(info: BranchInfo): void;
  /** Says what becomes of the message that the branch waits on. @throws AoError as cu.branchAnswer. */
  answer(answer: LaterAnswer, isForAll: boolean): Promise<void>;
  /** Ends the run with what there is. */
  stop(): void;
  /** Back to the list. */
  leave(): void;
  /** Stands in a branch at its first difference, or where it stands for what is in focus. */
  enter(info: BranchInfo): void;
  walkTo(process: ProcessId, index: number): void;
  /** Stands at a step of a branch, as soon as that has been run so far. @param inside a step inside it. @throws AoError BRANCH_UNKNOWN, FOCUS_LINK_WRONG. */
  openAt(at: BranchAt, inside: number | null): Promise<void>;
  /** To an evaluation, and to a step inside it where one is given. What a branch has from the main line is looked at there. */
  toPlace(place: EvaluationPlace, step: number | null): Promise<void>;
  /** Back to the main line; the branch stays. */
  leaveWalk(): void;
  /** @throws AoError as cu.branchName. */
  rename(branch: number, name: string): Promise<void>;
  /** @throws AoError as cu.branchDrop. */
  drop(branch: number): Promise<void>;
  /** @throws AoError as cu.branches. */
  refresh(): Promise<void>;
}
export type BranchStore = StoreApi<BranchState>;

/** Each part of a run ends after this long, so that one sees how far it is and can end it. */
const PART_MS = 300;
const NAME_MAX = 200;

/** Other futures of the log: made, run part by part, walked, kept or thrown away. */
export function createBranchStore(link: Link, focus: FocusStore): BranchStore {
  let running: AbortController | null = null;
  /** The branch that is to be entered as soon as it has a step. */
  let wanted: number | null = null;

  const store: BranchStore = createStore<BranchState>()((set, get) => {
    /** @param isEnough ends it before the branch has been run to its end. */
    const run = async (info: BranchInfo, isEnough: (made: BranchRun) => boolean = () => false): Promise<void> => {
      running?.abort();
      const stop = new AbortController();
      running = stop;
      const before = get().shown;
      set({ shown: { info, run: before?.info.id === info.id ? before.run : null, isRunning: true, pace: null, error: null } });
      const put = (part: Partial<ShownBranch>): void => {
        const { shown } = get();
        if (shown?.info.id === info.id && running === stop) set({ shown: { ...shown, ...part } });
      };
      const startedMs = performance.now();
      let first: number | null = null;
      try {
        for (let isOver = false; !isOver;) {
          const made = await link.ask('cu.branchRun', { branch: info.id, budgetMs: PART_MS }, stop.signal);
          isOver = made.isDone || made.question !== null || isEnough(made);
          first ??= made.stepsRun;
          put({ run: made, isRunning: !isOver, pace: paceOf(made, first, performance.now() - startedMs) });
          if (wanted === info.id && running === stop) enterAt(made);
        }
      } catch (error) {
        put({ isRunning: false, error: error instanceof AoError && error.code === 'CANCELLED' ? null : error });
      }
    };
    /** A step inside is one of the branch's evaluation, and means nothing on the main line. */
    const leaveStep = (): void => {
      if (get().walk !== null && focus.getState().focus.step !== null) focus.getState().setStep(null);
    };
    const standAt = async (process: ProcessId, index: number, inside: number | null): Promise<void> => {
      const { shown, walk } = get();
      if (shown === null) return;
      const place = { branch: shown.info.id, process, index };
      set({ walk: { ...place, step: walk?.process === process && walk.index === index ? walk.step : null } });
      await showStep(place, inside);
    };
    /** Into the process in focus where the branch has it, else into the first that it has. */
    const enterAt = ({ lines, isDone }: BranchRun): void => {
      const ran = lines.filter(({ steps }) => steps > 0);
      const line = ran.find(({ process }) => process === focus.getState().focus.process) ?? ran[0];
      if (line === undefined) {
        if (isDone) wanted = null;
        return;
      }
      wanted = null;
      get().walkTo(line.process, line.firstEffect ?? line.firstDifference ?? 0);
    };
    return {
      draft: null,
      shown: null,
      walk: null,
      branches: [],
      setDraft: (draft) => set({ draft }),
      changeDraft(change) {
        const { draft } = get();
        if (draft !== null) set({ draft: { ...draft, ...change } });
      },
      addEdit(edit) {
        const { draft } = get();
        if (draft === null) return;
        const { edits, index } = withEdit(draft.edits, edit);
        set({ draft: { ...draft, edits, selected: index } });
      },
      async start({ name, edits, isHeard, later, file }) {
        const spec: BranchSpec = {
          name: name.slice(0, NAME_MAX),
          scope: isHeard ? 'node' : 'process',
          edits,
          later: later === 'ask' ? { answers: [], rest: 'ask' } : later,
          ...(file === null ? {} : { file }),
        };
        const info = await link.ask('cu.branchNew', { spec });
        leaveStep();
        set({ draft: null, walk: null, branches: [...get().branches, info] });
        void run(info);
      },
      open: (info) => void run(info),
      async answer(answer, isForAll) {
        const { shown } = get();
        if (shown === null) return;
        const info = await link.ask('cu.branchAnswer', { branch: shown.info.id, answer, isForAll });
        void run(info);
      },
      stop() {
        const { shown } = get();
        running?.abort();
        if (shown !== null) set({ shown: { ...shown, isRunning: false } });
      },
      leave() {
        running?.abort();
        wanted = null;
        leaveStep();
        set({ shown: null, draft: null, walk: null });
      },
      enter(info) {
        const { shown } = get();
        wanted = info.id;
        if (shown?.info.id === info.id && shown.run !== null) enterAt(shown.run);
        else void run(info);
      },
      walkTo: (process, index) => void standAt(process, index, null),
      async openAt({ branch, process, index }, inside) {
        await get().refresh();
        const info = get().branches.find(({ id }) => id === branch);
        if (info === undefined) throw new AoError('BRANCH_UNKNOWN', { branch });
        wanted = null;
        const isThere = ({ lines }: BranchRun): boolean => lines.some((line) => line.process === process && line.steps > index);
        const { shown } = get();
        if (shown?.info.id !== branch || shown.run === null || !isThere(shown.run)) await run(info, isThere);
        const reached = get().shown;
        if (reached?.info.id !== branch || reached.run === null || !isThere(reached.run)) throw new AoError('FOCUS_LINK_WRONG');
        await standAt(process, index, inside);
        if (!reached.run.isDone && reached.run.question === null && !reached.isRunning) void run(info);
      },
      async toPlace({ branch, ...place }, step) {
        const { process, slot, tick } = place;
        const isShown = branch !== undefined && get().shown?.info.id === branch;
        const found = isShown ? await link.ask('cu.branchFind', { branch, process, slot, tick, of: 'branch' }).catch(() => null) : null;
        const index = found?.index ?? null;
        if (index !== null) return standAt(process, index, step);
        get().leaveWalk();
        focus.getState().toPlace(place, step);
      },
      leaveWalk() {
        wanted = null;
        leaveStep();
        set({ walk: null });
      },
      async rename(branch, name) {
        const info = await link.ask('cu.branchName', { branch, name });
        const { shown } = get();
        set({ branches: get().branches.map((one) => (one.id === branch ? info : one)) });
        if (shown?.info.id === branch) set({ shown: { ...shown, info } });
      },
      async drop(branch) {
        if (get().shown?.info.id === branch) get().leave();
        await link.ask('cu.branchDrop', { branch });
        set({ branches: get().branches.filter((one) => one.id !== branch) });
      },
      async refresh() {
        set({ branches: (await link.ask('cu.branches', {})).branches });
      },
    };
  });

  const isAt = ({ branch, process, index }: Omit<Walk, 'step'>): boolean => {
    const { walk } = store.getState();
    return walk?.branch === branch && walk.process === process && walk.index === index;
  };
  let isLeading = false;
  /**
   * Brings the step, and the main line's focus to the slot it stands for: what shows the main line shows the same moment.
   * @param inside the step inside the evaluation to stand at; null to look at it as a whole
   */
  const showStep = async (place: Omit<Walk, 'step'>, inside: number | null): Promise<void> => {
    const { branch, process, index } = place;
    const [step] = await link
      .ask('cu.branchSteps', { branch, process, from: index, limit: 1 })
      .then(({ steps }) => steps)
      .catch(() => []);
    if (step === undefined || !isAt(place)) return;
    store.setState({ walk: { ...place, step } });
    const { focus: now, toPlace, setStep } = focus.getState();
    const isThere = step.mainSlot === null || (now.process === process && now.slot === step.mainSlot);
    isLeading = true;
    if (step.mainSlot !== null && !isThere) toPlace({ process, slot: step.mainSlot, tick: null }, inside);
    // The focus stands still on the main line meanwhile, also where it followed the latest.
    else setStep(inside);
    isLeading = false;
  };
  focus.subscribe((now, before) => {
    const { walk } = store.getState();
    if (walk === null || isLeading || now.focus === before.focus) return;
    const { process, slot, row } = now.focus;
    if (process === before.focus.process && slot === before.focus.slot && row === before.focus.row) return;
    void follow(walk, process, slot);
  });
  /** Whoever looks at another slot of the main line comes to what stands for it in the branch, or leaves the branch where nothing does. */
  const follow = async (walk: Walk, process: ProcessId | null, slot: Slot | null): Promise<void> => {
    const { branch } = walk;
    const isKnown = store.getState().shown?.run?.lines.some((line) => line.process === process) === true;
    const index =
      process === null || slot === null || !isKnown
        ? null
        : await link.ask('cu.branchFind', { branch, process, slot, of: 'main' }).then(
            (found) => found.index,
            () => null,
          );
    if (store.getState().walk !== walk) return;
    if (index === null || process === null) store.setState({ walk: null });
    else store.getState().walkTo(process, index);
  };
  link.on('project.changed', () => {
    running?.abort();
    wanted = null;
    store.setState({ draft: null, shown: null, walk: null, branches: [] });
  });
  return store;
}

function paceOf({ stepsRun, ahead }: BranchRun, first: number, elapsedMs: number): Pace | null {
  if (elapsedMs < 1_000) return null;
  const perSecond = ((stepsRun - first) / elapsedMs) * 1_000;
  return { perSecond, leftS: perSecond > 0 ? ahead / perSecond : null };
}
