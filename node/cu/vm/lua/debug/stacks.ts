import type { CodePlace } from '../../../../contract/recording.ts';
import type { LuaThread } from '../glue.ts';
import type { CodeMap, MetFunction } from './code-map.ts';
import { EVENT } from './layout.ts';
import type { LuaProbe } from './probe.ts';

/** A call that is going on. */
export interface Frame {
  /** Address of Lua's own record of the call: the same while it lasts. */
  readonly callInfo: number;
  readonly met: MetFunction;
  /** Index among the kept calls; -1 where it is not kept. */
  call: number;
  /** The line it stands at; of a function whose lines nobody needs, the one where it begins. */
  line: number;
  /** Of a function of the runtime: the instruction behind its last call; 0 before that. */
  pc: number;
  /** Address of its code; null for one that is not Lua. Functions that count as one (`met`) may have several. */
  readonly code: number | null;
  /** It began before the recording did: in a coroutine that waited. */
  readonly isResumed: boolean;
  /** A line of it has run. */
  isEntered: boolean;
}

const NO_FRAME = { call: -1 } as const;
const LUA_OK = 0;

/** Told of calls that begin and end; each end says how. */
export interface CallListener {
  /** Is somebody told of the lines of such a function? Others run much faster. */
  needsLines(met: MetFunction): boolean;
  began(thread: LuaThread, frame: Frame, parent: Frame | undefined, record: number): void;
  ended(thread: LuaThread, frame: Frame, how: 'returned' | 'tail call' | 'error', record: number): void;
}

/**
 * The stacks of all threads, kept along with the hook's events. Lua tells of calls and returns, not of errors that
 * unwind: those show when the record of an outer call comes up again.
 */
export class Stacks {
  readonly #probe: LuaProbe;
  readonly #code: CodeMap;
  readonly #listener: CallListener;
  readonly #threads = new Map<LuaThread, Frame[]>();
  #lastThread: LuaThread = 0;
  #lastFrames: Frame[] = [];

  constructor(probe: LuaProbe, code: CodeMap, listener: CallListener) {
    this.#probe = probe;
    this.#code = code;
    this.#listener = listener;
  }

  /** Threads with calls that have not ended, in the order in which they were met. */
  get open(): readonly (readonly [LuaThread, readonly Frame[]])[] {
    return [...this.#threads].filter(([, frames]) => frames.length > 0);
  }

  /** The innermost of the kept calls that go on, without the newest one of `thread`; -1 where there is none. */
  nearestCall(thread: LuaThread): number {
    const own = this.framesOf(thread);
    for (let place = own.length - 2; place >= 0; place--) {
      const { call } = own[place] ?? NO_FRAME;
      if (call >= 0) return call;
    }
    if (this.#threads.size === 1) return -1;
    // A coroutine's calls hang below the call that resumed it.
    for (const [other, frames] of this.open.toReversed()) {
      const found = other === thread || !this.isRunning(other) ? undefined : frames.findLast(({ call }) => call >= 0);
      if (found !== undefined) return found.call;
    }
    return -1;
  }

  /** Neither waiting in a yield nor ended by an error: what it has called goes on. */
  isRunning(thread: LuaThread): boolean {
    return this.#probe.lua.lua_status(thread) === LUA_OK;
  }

  framesOf(thread: LuaThread): Frame[] {
    if (thread === this.#lastThread) return this.#lastFrames;
    let frames = this.#threads.get(thread);
    if (frames === undefined) {
      frames = [];
      this.#threads.set(thread, frames);
    }
    this.#lastThread = thread;
    this.#lastFrames = frames;
    return frames;
  }

  called(thread: LuaThread, record: number, event: number): void {
    const probe = this.#probe;
    const frames = this.framesOf(thread);
    const callInfo = probe.pointer(record + probe.layout.callInfo);
    const previous = probe.pointer(callInfo + probe.layout.previous);
    if (event === EVENT.tailCall) {
      const taken = probe.layout.isTailLate ? previous : callInfo;
      this.#unwindTo(thread, frames, taken, record);
      const replaced = frames.pop();
      if (replaced !== undefined) this.#listener.ended(thread, replaced, 'tail call', record);
      this.#push(thread, frames, taken, record, { isTail: true, runs: callInfo });
    } else {
      this.#unwindTo(thread, frames, previous, record);
      const caller = frames[frames.length - 1];
      if (caller !== undefined && !caller.met.isUsers && !caller.met.isNative) caller.pc = probe.pointer(previous + probe.layout.savedPc);
      this.#push(thread, frames, callInfo, record, {});
    }
    this.#tellLines(thread, frames);
  }

  returned(thread: LuaThread, record: number): void {
    const frames = this.framesOf(thread);
    this.#unwindTo(thread, frames, this.#probe.pointer(record + this.#probe.layout.callInfo), record);
    const frame = frames.pop();
    if (frame !== undefined) this.#listener.ended(thread, frame, 'returned', record);
    this.#tellLines(thread, frames);
  }

  /** Of a call that began before the recording nothing is known until a line of it runs. */
  #tellLines(thread: LuaThread, frames: readonly Frame[]): void {
    const top = frames[frames.length - 1];
    this.#probe.tellLines(thread, top === undefined || this.#listener.needsLines(top.met));
  }

  /** The frame that is about to run the line of the record; where nobody needs its lines, it is the last that is told. */
  at(thread: LuaThread, record: number): Frame {
    const frames = this.framesOf(thread);
    const callInfo = this.#probe.pointer(record + this.#probe.layout.callInfo);
    const top = frames[frames.length - 1];
    if (top?.callInfo === callInfo) return top;
    this.#unwindTo(thread, frames, callInfo, record);
    // A call that began before the recording did: a coroutine that waited.
    const frame = frames.at(-1) ?? this.#push(thread, frames, callInfo, record, { isResumed: true });
    this.#tellLines(thread, frames);
    return frame;
  }

  /** @param runs the record that holds the function now: with a late tail call another one than the call will have. */
  #push(
    thread: LuaThread,
    frames: Frame[],
    callInfo: number,
    record: number,
    how: { isTail?: boolean; isResumed?: boolean; runs?: number },
  ): Frame {
    const { isTail = false, isResumed = false, runs = callInfo } = how;
    const parent = frames.at(-1);
    const code = this.#probe.codeAt(this.#probe.pointer(runs));
    const met = this.#code.functionOf(thread, record, { callInfo: runs, code }, isTail || isResumed ? null : (parent?.met ?? null));
    const frame: Frame = { callInfo, met, code, call: -1, line: met.line, pc: 0, isResumed, isEntered: isResumed };
    frames.push(frame);
    this.#listener.began(thread, frame, parent, record);
    return frame;
  }

  /** Takes off what an error has unwound; everything, where the record is of a call that is not known. */
  #unwindTo(thread: LuaThread, frames: Frame[], callInfo: number, record: number): void {
    if (frames[frames.length - 1]?.callInfo === callInfo) return;
    for (let top = frames.at(-1); top !== undefined && top.callInfo !== callInfo; top = frames.at(-1)) {
      this.#listener.ended(thread, top, 'error', record);
      frames.pop();
    }
  }
}

/** The innermost call of the person's program that goes on, seen from a thread that runs; null where only the runtime runs. */
export function usersFrame(stacks: Stacks, thread: LuaThread): Frame | null {
  const isUsers = ({ met }: Frame): boolean => met.isUsers;
  const own = stacks.framesOf(thread).findLast(isUsers);
  if (own !== undefined) return own;
  for (const [other, frames] of stacks.open.toReversed()) {
    const found = other === thread || !stacks.isRunning(other) ? undefined : frames.findLast(isUsers);
    if (found !== undefined) return found;
  }
  return null;
}

/** Where a call stands; null for none. */
export function placeOf(code: CodeMap, frame: Frame | null): CodePlace | null {
  return frame === null ? null : { chunk: code.sources[frame.met.source]?.chunk ?? '', line: frame.line };
}
