import { createStore, type StoreApi } from 'zustand/vanilla';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { EvaluationPlace } from '../../node/contract/recording.ts';
import type { Link } from '../link/link.ts';
import { NO_FOCUS, type Focus } from '../../node/contract/focus-note.ts';
import { branchOfLink, focusLink, isSameFocus, parseFocusLink, type BranchAt } from '../model/focus.ts';
import {
  childrenOf,
  deliveriesOf,
  errorFrom,
  errorSlotsOf,
  focusOn,
  parentOf,
  rowAt,
  rowByKey,
  rowOfFocus,
  siblingOf,
  stepFrom,
} from '../model/lookup.ts';
import { cronKey, type MessageRow } from '../model/rows.ts';
import type { World } from '../model/world.ts';
import type { WorldStore } from './world-store.ts';

type Step = 1 | -1;

export interface FocusState {
  readonly focus: Focus;
  /** True while an older slot than the latest is looked at. */
  readonly isPast: boolean;
  readonly canBack: boolean;
  readonly canForward: boolean;
  /** True while nobody has moved it since it was `since`: what has come of a run may be shown then. */
  isStill(since: Focus): boolean;
  /** Moves the focus; what is not given: the process stays, slot, message and row do not. */
  setFocus(part: Partial<Focus>): void;
  focusRow(row: MessageRow): void;
  /** To an evaluation, and to a step inside it where one is given. */
  toPlace(place: EvaluationPlace, step: number | null): void;
  back(): void;
  forward(): void;
  /** Follows the latest slot of the focused process again. */
  goLive(): void;
  /** To the next or previous message of the focused process, cron messages among them. */
  step(by: Step): void;
  /** To a slot of the focused process, kept within what it has. While a slider is dragged, all of it is one place in the history. */
  toSlot(slot: number, isDragged?: boolean): void;
  /** Into the first message that the focused one caused, out to its cause, or along its siblings. */
  into(): void;
  out(): void;
  sibling(by: Step): void;
  /** To the next or previous error, of any process or of the focused one. */
  toError(by: Step, where: 'anywhere' | 'process'): void;
  /** Looks at one value of the process, as an expression; null at none. */
  setValue(value: string | null): void;
  /** To a step inside the evaluation that is looked at; null looks at it as a whole. */
  setStep(step: number | null, isStep?: boolean): void;
  /** The focus as text to copy, with the filter of the messages. @param at where one stands in a branch; null on the main line. */
  link(filter?: string, at?: BranchAt | null): string;
  /** Goes where such a text points on the main line; false when it is none. Inside a step of a branch is no place there. */
  openLink(text: string): boolean;
}
export type FocusStore = StoreApi<FocusState>;

const HISTORY_MAX = 200;
/** Steps that follow each other this quickly are one place in the history. */
const STEP_JOIN_MS = 1500;

/** Where the person looks. Starts at the first process that appears; forgets everything when another project opens. */
export function createFocusStore(link: Link, world: WorldStore): FocusStore {
  let history: Focus[] = [NO_FOCUS];
  let at = 0;
  let steppedAtMs = 0;
  /** The process that was put in focus because it was the first one known; null once the person has looked elsewhere. */
  let guessed: ProcessId | null = null;
  const now = (): World => world.getState().world;
  const isGuess = (focus: Focus): boolean => guessed !== null && isSameFocus(focus, { ...NO_FOCUS, process: guessed });

  const show = (focus: Focus): Partial<FocusState> => ({
    focus,
    isPast: isPast(now(), focus),
    canBack: at > 0,
    canForward: at < history.length - 1,
  });

  const store: FocusStore = createStore<FocusState>()((set, get) => {
    /** A value stays in focus from slot to slot of its process. */
    const go = (wanted: Focus, isStep = false): void => {
      const before = get().focus;
      const isKept = wanted.value === null && wanted.process === before.process;
      move(isKept ? { ...wanted, value: before.value } : wanted, isStep);
    };
    const move = (focus: Focus, isStep: boolean): void => {
      guessed = null;
      if (isSameFocus(focus, get().focus)) return;
      const isJoined = isStep && Date.now() - steppedAtMs < STEP_JOIN_MS && at > 0;
      steppedAtMs = isStep ? Date.now() : 0;
      const kept = history.slice(0, isJoined || get().focus.process === null ? at : at + 1);
      history = [...kept, focus].slice(-HISTORY_MAX);
      at = history.length - 1;
      set(show(focus));
    };
    const goRow = (row: MessageRow | null, isStep = false): void => {
      if (row !== null) go(focusOn(row), isStep);
    };
    const goSlot = (slot: number, isStep: boolean): void => {
      const { process } = get().focus;
      const latest = process === null ? -1 : (now().processById.get(process)?.slotLatest ?? -1);
      if (process === null || latest < 0) return;
      const within = Math.max(0, Math.min(latest, Math.round(slot)));
      const message = rowAt(now(), process, within)?.id ?? null;
      go({ ...NO_FOCUS, process, slot: toSlot(within), message }, isStep);
    };
    return {
      focus: NO_FOCUS,
      isPast: false,
      canBack: false,
      canForward: false,
      isStill: (since) => isSameFocus(get().focus, since) || isGuess(get().focus),
      setFocus(part) {
        // Also where it is the guessed one that was chosen.
        guessed = null;
        go(completed(now(), { ...NO_FOCUS, process: get().focus.process, ...part }, part));
      },
      focusRow: (row) => goRow(row),
      toPlace({ process, slot, tick }, step) {
        const row = tick === null ? null : rowByKey(now(), cronKey(process, { slot, tick }));
        if (row !== null) return go({ ...focusOn(row), step });
        go({ ...NO_FOCUS, process, slot, message: rowAt(now(), process, slot)?.id ?? null, step });
      },
      back() {
        if (at === 0) return;
        guessed = null;
        at -= 1;
        set(show(history[at] ?? NO_FOCUS));
      },
      forward() {
        if (at >= history.length - 1) return;
        guessed = null;
        at += 1;
        set(show(history[at] ?? NO_FOCUS));
      },
      goLive: () => go({ ...NO_FOCUS, process: get().focus.process }),
      step(by) {
        const next = stepFrom(now(), get().focus, by);
        if (next !== null) goRow(next, true);
        else if (by === 1) get().goLive();
      },
      toSlot: (slot, isDragged = false) => goSlot(slot, isDragged),
      into() {
        const row = rowOfFocus(now(), get().focus);
        if (row !== null) goRow(childrenOf(now(), row)[0] ?? null, true);
      },
      out() {
        const row = rowOfFocus(now(), get().focus);
        if (row !== null) goRow(parentOf(now(), row), true);
      },
      sibling(by) {
        const row = rowOfFocus(now(), get().focus);
        if (row !== null) goRow(siblingOf(now(), row, by), true);
      },
      toError(by, where) {
        const { focus } = get();
        const row = rowOfFocus(now(), focus);
        if (where === 'anywhere') return goRow(errorFrom(now(), row?.at ?? (by === 1 ? -1 : now().messages.length), by), true);
        if (focus.process === null) return;
        const from = focus.slot ?? now().messages.length;
        const slots = errorSlotsOf(now(), focus.process);
        const slot = by === 1 ? slots.find((one) => one > from) : slots.findLast((one) => one < from);
        if (slot !== undefined) goSlot(slot, true);
      },
      setValue: (value) => move({ ...get().focus, value }, false),
      setStep: (step, isStep = false) => move({ ...placed(now(), get().focus), step }, isStep),
      link: (filter, at) => focusLink(get().focus, filter, at),
      openLink(text) {
        const parsed = parseFocusLink(text);
        const focus = parsed !== null && branchOfLink(text) !== null ? { ...parsed, step: null } : parsed;
        if (focus !== null) go(completed(now(), focus, focus.slot === null && focus.process === null ? {} : focus));
        return focus !== null;
      },
    };
  });

  world.subscribe((state) => {
    const { focus, isPast: wasPast } = store.getState();
    const first = state.world.processes[0];
    // Units speak side by side: an earlier process may be heard of after a later one.
    if (first !== undefined && ((focus.process === null && focus.row === null) || (isGuess(focus) && first.id !== guessed))) {
      history = [NO_FOCUS];
      at = 0;
      store.setState({ focus: NO_FOCUS });
      store.getState().setFocus({ process: first.id });
      guessed = first.id;
    } else if (isPast(state.world, focus) !== wasPast) store.setState({ isPast: !wasPast });
  });
  link.on('project.changed', () => {
    history = [NO_FOCUS];
    at = 0;
    guessed = null;
    store.setState(show(NO_FOCUS));
  });
  return store;
}

function isPast(world: World, focus: Focus): boolean {
  if (focus.process === null || focus.slot === null) return false;
  return focus.slot < (world.processById.get(focus.process)?.slotLatest ?? -1);
}

/** The same focus with its slot said, so that what follows the latest stands still. */
function placed(world: World, focus: Focus): Focus {
  const row = focus.slot === null && focus.row === null ? rowOfFocus(world, focus) : null;
  return row === null ? focus : { ...focusOn(row), value: focus.value };
}

/** A message alone says where it was delivered; a slot alone says which message it holds. */
function completed(world: World, focus: Focus, part: Partial<Focus>): Focus {
  if (focus.message !== null && part.slot === undefined && focus.row === null) {
    const deliveries = deliveriesOf(world, focus.message);
    const row = deliveries.find((one) => one.to === part.process) ?? deliveries[0];
    return row === undefined ? focus : focusOn(row);
  }
  if (focus.slot !== null && focus.process !== null && focus.message === null && focus.row === null) {
    return { ...focus, message: rowAt(world, focus.process, focus.slot)?.id ?? null };
  }
  return focus;
}
