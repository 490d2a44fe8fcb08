import { createStore, type StoreApi } from 'zustand/vanilla';
import { AoError } from '../../node/contract/errors.ts';
import {
  depthsOf,
  moveInside,
  stepAt,
  stepPlace,
  textOfSource,
  type Move,
  type InsideView,
  type StepPlace,
} from '../../node/contract/inside-view.ts';
import type { EvaluationPlace, SourceText, SourceWish } from '../../node/contract/recording.ts';
import type { Link } from '../link/link.ts';
import { placeOf, rowOfFocus } from '../model/lookup.ts';
import { stepThatPrinted } from '../model/printed.ts';
import { answersOf } from './answers.ts';
import { placeOfWalk, type BranchStore } from './branch-store.ts';
import type { FocusStore } from './focus-store.ts';
import { followProject, projectMemory } from './project-memory.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

export interface InsideState {
  /** The evaluation in focus from the inside; null while none is looked at, or it is not here yet. */
  readonly view: InsideView | null;
  readonly isLoading: boolean;
  readonly error: unknown;
  /** The level of the stack whose variables are shown: 0 is the innermost. */
  readonly frame: number;
  /** Expressions that are computed wherever one stands. */
  readonly watches: readonly string[];
  setFrame(frame: number): void;
  setWatches(watches: readonly string[]): void;
  /** Where the focus stands inside; null while the slot is looked at as a whole. */
  here(): StepPlace | null;
  /** To the next or previous line that ran in the slot in focus, which is recorded first where it must be. */
  stepLine(by: 1 | -1): Promise<void>;
  /** Over a call or out of a function; where there is nothing more that way, to the last line or the first. */
  move(move: Move): Promise<void>;
  /** Records an evaluation that one may look at next, unless one merely follows the latest; what goes wrong is met again by who looks at it. */
  lookAhead(place: EvaluationPlace, signal: AbortSignal): void;
  /** Records the evaluation in focus now, without waiting until one stands still. */
  arrive(): Promise<void>;
  /** To the line that printed a line of the focused slot's output (without colours); false where none did, as for a value that was returned. */
  toPrinted(output: string, line: number): Promise<boolean>;
  /** To the first or the last line. */
  toEnd(which: 'first' | 'last'): Promise<void>;
}
export type InsideStore = StoreApi<InsideState>;

/** Steps that the window holds of one evaluation. */
export const STEPS_MAX = 20_000;
/** Calls that are looked through for one that printed. */
const CALLS_MAX = 10_000;
const VIEWS_KEPT = 20;
/** While slots fly by (a key held down), nothing is recorded. */
const SETTLE_MS = 250;
const HURRIED_MS = 120;

interface Running {
  readonly key: string;
  readonly stop: AbortController;
  readonly done: Promise<InsideView>;
}

/** The evaluation in focus, recorded once one stands on it, or at once where somebody steps. */
export function createInsideStore(
  link: Link,
  world: WorldStore,
  focus: FocusStore,
  workspace: WorkspaceStore,
  branch: BranchStore,
): InsideStore {
  const memory = projectMemory(link, 'watches');
  const kept = new Map<string, InsideView>();
  /** What is recorded for the focus, the newest last. */
  let running: readonly Running[] = [];
  let movedAtMs = 0;
  let ahead: Promise<unknown> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The evaluation in focus, on the main line or in a branch. One that merely follows the latest slot is not looked into. */
  const placeInFocus = (isLiveToo: boolean): EvaluationPlace | null => {
    const { walk } = branch.getState();
    if (walk !== null) return placeOfWalk(walk);
    const now = focus.getState().focus;
    if (!isLiveToo && now.slot === null && now.row === null) return null;
    const row = rowOfFocus(world.getState().world, now);
    return row === null ? null : placeOf(world.getState().world, row);
  };

  const keep = (key: string, view: InsideView): void => {
    kept.delete(key);
    kept.set(key, view);
    const oldest = kept.keys().next();
    if (kept.size > VIEWS_KEPT && oldest.done !== true) kept.delete(oldest.value);
  };

  const load = (place: EvaluationPlace): Promise<InsideView> => {
    const key = keyOf(place);
    const known = kept.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const begun = running.find((one) => one.key === key);
    if (begun !== undefined) return begun.done;
    // The one before goes on: who steps back and forth comes to it again, and the first of a process takes a while.
    running.slice(0, -1).forEach((one) => one.stop.abort());
    const stop = new AbortController();
    const done = record(link, place, stop.signal).then((view) => {
      keep(key, view);
      return view;
    });
    const run: Running = { key, stop, done };
    running = [...running.slice(-1), run];
    const end = (): void => {
      running = running.filter((one) => one !== run);
    };
    done.then(end, end);
    return done;
  };

  const store: InsideStore = createStore<InsideState>()((set, get) => {
    /** Shows the evaluation in focus. @throws AoError as cu.trace. */
    const show = async (): Promise<InsideView | null> => {
      clearTimeout(timer);
      const place = placeInFocus(true);
      if (place === null) return null;
      // Meanwhile one may look at another evaluation.
      const isStill = (): boolean => {
        const now = placeInFocus(true);
        return now !== null && isSame(now, place);
      };
      set({ isLoading: true, error: null });
      try {
        const view = await load(place);
        if (!isStill()) return null;
        set({ view, isLoading: false, error: null });
        return view;
      } catch (error) {
        if (isStill() && !isCancelled(error)) set({ view: null, isLoading: false, error });
        throw error;
      }
    };
    const go = (to: StepPlace | null): void => {
      if (to === null) return;
      set({ frame: 0 });
      focus.getState().setStep(to.step, true);
    };
    return {
      view: null,
      isLoading: false,
      error: null,
      frame: 0,
      watches: [],
      setFrame: (frame) => set({ frame }),
      setWatches(watches) {
        set({ watches });
        const project = workspace.getState().project?.path ?? null;
        if (project !== null) memory.remember(project, watches);
      },
      here() {
        const { view } = get();
        const { step } = focus.getState().focus;
        return view === null || step === null ? null : stepPlace(view, step);
      },
      async stepLine(by) {
        const view = await show();
        if (view === null) return;
        const here = get().here();
        const last = view.steps.step.length - 1;
        go(stepAt(view, here === null ? (by === 1 ? 0 : last) : Math.max(0, Math.min(last, here.at + by))));
      },
      async move(move) {
        const view = await show();
        if (view === null) return;
        const isBack = move === 'stepBack' || move === 'stepBackOut';
        const last = view.steps.step.length - 1;
        const here = get().here();
        const to = here === null ? (isBack ? last : 0) : moveInside(view, here.at, move);
        go(stepAt(view, typeof to === 'number' ? to : isBack ? 0 : last));
      },
      lookAhead(place, signal) {
        // While messages come in, each slot before would be run again. In a recording nothing comes in.
        if (placeInFocus(false) === null && workspace.getState().project?.isReadOnly !== true) return;
        const key = keyOf(place);
        // One after the other, and behind what one stands on: what else is asked of the process does not wait for all of them.
        ahead = ahead
          .then(() => Promise.allSettled(running.map(({ done }) => done)))
          .then(async () => {
            if (!signal.aborted && !kept.has(key)) keep(key, await record(link, place, signal));
          })
          .catch(() => undefined);
      },
      async arrive() {
        await show();
      },
      async toPrinted(output, line) {
        const view = await show();
        if (view === null) return false;
        const { calls } = await link.ask('cu.traceCalls', { ...view.place, from: 0, limit: CALLS_MAX });
        const step = stepThatPrinted(view.recording, calls, output, line);
        // Meanwhile one may look at another evaluation.
        const place = placeInFocus(true);
        if (step === null || place === null || !isSame(place, view.place)) return false;
        go(stepPlace(view, step));
        return true;
      },
      async toEnd(which) {
        const view = await show();
        if (view !== null) go(stepAt(view, which === 'first' ? 0 : view.steps.step.length - 1));
      },
    };
  });

  const follow = (): void => {
    const place = placeInFocus(focus.getState().focus.step !== null);
    const { view } = store.getState();
    if (place !== null && view !== null && isSame(view.place, place)) return;
    clearTimeout(timer);
    const known = place === null ? undefined : kept.get(keyOf(place));
    if (known !== undefined) return store.setState({ view: known, isLoading: false, error: null, frame: 0 });
    if (view !== null || store.getState().error !== null) store.setState({ view: null, isLoading: place !== null, error: null, frame: 0 });
    if (place === null) return store.setState({ isLoading: false });
    const nowMs = performance.now();
    const isHurried = nowMs - movedAtMs < HURRIED_MS;
    movedAtMs = nowMs;
    timer = setTimeout(
      () => {
        load(place).then(
          (made) => {
            const now = placeInFocus(true);
            if (now !== null && isSame(now, place)) store.setState({ view: made, isLoading: false, error: null });
          },
          (error: unknown) => {
            const now = placeInFocus(true);
            if (!isCancelled(error) && now !== null && isSame(now, place)) store.setState({ isLoading: false, error });
          },
        );
      },
      isHurried ? SETTLE_MS : 0,
    );
  };
  focus.subscribe((state, before) => {
    if (state.focus !== before.focus) follow();
  });
  branch.subscribe((state, before) => {
    if (state.walk !== before.walk) follow();
  });
  followProject(workspace, (project) => {
    store.setState({ watches: [] });
    if (project === null) return;
    void memory.recall(project).then(
      (value) => {
        const isStill = workspace.getState().project?.path === project && store.getState().watches.length === 0;
        if (isStill && Array.isArray(value)) store.setState({ watches: value.filter((one): one is string => typeof one === 'string') });
      },
      () => undefined, // Without what was remembered one begins with none.
    );
  });
  link.on('project.changed', () => {
    kept.clear();
    for (const { stop } of running) stop.abort();
    running = [];
    store.setState({ view: null, isLoading: false, error: null, frame: 0 });
  });
  return store;
}

function isCancelled(error: unknown): boolean {
  return error instanceof AoError && error.code === 'CANCELLED';
}

function keyOf({ process, slot, tick, branch }: EvaluationPlace): string {
  return JSON.stringify([process, slot, tick, branch ?? null]);
}

function isSame(a: EvaluationPlace, b: EvaluationPlace): boolean {
  return a.process === b.process && a.slot === b.slot && a.tick === b.tick && a.branch === b.branch;
}

/** Asks for all that is shown of one evaluation. @throws AoError as cu.trace; CANCELLED. */
async function record(link: Link, place: EvaluationPlace, signal: AbortSignal): Promise<InsideView> {
  const recording = await answersOf(link).ask('cu.trace', place, signal);
  const { process, slot, branch } = place;
  const at = branch === undefined ? { process, slot } : { process, slot, branch };
  const askSource = (wish: SourceWish): Promise<SourceText> => answersOf(link).ask('cu.source', { ...at, ...wish }, signal);
  const [steps, { calls }, texts] = await Promise.all([
    link.ask('cu.traceSteps', { ...place, from: 0, limit: STEPS_MAX }, signal),
    link.ask('cu.traceCalls', { ...place, from: 0, limit: STEPS_MAX }, signal),
    Promise.all(recording.sources.map((_, source) => textOfSource(askSource, recording, source))),
  ]);
  return { place, recording, steps, depths: depthsOf(calls), texts };
}
