import type { CallNode, CodePlace, LineHits, SendSite, StackFrame } from '../../../../contract/recording.ts';
import { Column, NO_CALL, type RecordWish, type VmRecording } from '../../recording.ts';
import type { LuaThread } from '../glue.ts';
import { CodeMap, type MetFunction, type RolePlaces } from './code-map.ts';
import { Decisions } from './decisions.ts';
import type { KnownCode } from './known-code.ts';
import { EVENT } from './layout.ts';
import { lineOf } from './line-of.ts';
import type { LuaProbe } from './probe.ts';
import { argsOf, returnsOf } from './returns.ts';
import { placeOf, Stacks, usersFrame, type Frame } from './stacks.ts';
import { StoppedThere } from './stopped-there.ts';

/** A line of the person's program that is about to run. */
export interface SeenLine extends CodePlace {
  /** It is the first one of its call. */
  readonly isFirst: boolean;
  readonly thread: LuaThread;
  readonly step: number;
}
export type LineListener = (seen: SeenLine) => void;

type OpenCall = { -readonly [K in keyof CallNode]: CallNode[K] };

const SEND_ROLES = { message: 'message', spawn: 'spawn', assignment: 'assignment' } as const;
const LUA_YIELD = 1;

/** Writes down what a program does while it runs: lines, calls, decisions of handlers, what it sends from where. */
export class Recorder {
  readonly #probe: LuaProbe;
  readonly #wish: RecordWish;
  readonly #seen: LineListener | null;
  readonly #code: CodeMap;
  readonly #stacks: Stacks;
  readonly #decisions: Decisions;
  readonly #columns = { step: new Column(), source: new Column(), line: new Column(), call: new Column() };
  readonly #calls: OpenCall[] = [];
  /** Hits of each line, by source. */
  readonly #hits: number[][] = [];
  readonly #sends: SendSite[] = [];
  readonly #sent = { message: 0, spawn: 0, assignment: 0 };
  #steps = 0;
  /** Where others read how many there were. */
  readonly #progress: Uint32Array | null;
  /** Events of the hook: what happens at the same one, one thing has caused. */
  #events = 0;
  #wasWalked = false;
  /** The stack where the last error began to unwind. */
  #unwound: { readonly event: number; readonly step: number; readonly stack: StackFrame[]; readonly isOpen: boolean } | null = null;

  /** @param seen is told of every line of the person's program before it runs. */
  constructor(probe: LuaProbe, roles: RolePlaces, known: KnownCode, wish: RecordWish, seen: LineListener | null = null) {
    this.#seen = seen;
    this.#probe = probe;
    this.#wish = wish;
    this.#progress = wish.progress === undefined ? null : new Uint32Array(wish.progress);
    this.#code = new CodeMap(probe, roles, known);
    this.#decisions = new Decisions(probe, known);
    this.#stacks = new Stacks(probe, this.#code, {
      needsLines: ({ isUsers, role }) => isUsers || role === 'evaluate' || role === 'match',
      began: (thread, frame, parent, record) => this.#began(thread, frame, parent, record),
      ended: (thread, frame, how, record) => this.#ended(thread, frame, how, record),
    });
  }

  /** The hook. */
  readonly on = (thread: LuaThread, record: number, event: number): void => {
    this.#events++;
    if (event === EVENT.line) this.#line(thread, record);
    else if (event === EVENT.return) this.#stacks.returned(thread, record);
    else {
      this.#stacks.called(thread, record, event);
      this.#stepped();
    }
  };

  /** Ends the recording. @param error the outcome's error. */
  end(error: string | null): VmRecording {
    const unwound = this.#unwound;
    for (const [, frames] of this.#stacks.open) for (const top of frames.slice(-1)) this.#readPc(top);
    const stack = error === null ? [] : this.#openStack();
    for (const [thread, frames] of this.#stacks.open) {
      const how = this.#probe.lua.lua_status(thread) === LUA_YIELD ? 'yielded' : error === null ? 'cut short' : 'error';
      for (const frame of frames) this.#close(frame, how, null);
    }
    const errorStack = unwound === null || !unwound.stack.some(({ isRuntime }) => !isRuntime) ? stack : unwound.stack;
    return {
      wasWalked: this.#wasWalked,
      steps: this.#columns,
      calls: this.#calls,
      summary: {
        steps: this.#steps,
        keptSteps: this.#columns.step.length,
        isComplete: this.#columns.step.length < this.#wish.steps && this.#calls.length < this.#wish.calls,
        sources: this.#code.sources,
        functions: this.#code.functions,
        calls: this.#calls.length,
        hits: this.#hitList(),
        handlers: this.#decisions.end(error !== null),
        sends: this.#sends,
        error: error === null ? null : { message: error, stack: errorStack, step: unwound?.step ?? this.#steps },
      },
    };
  }

  #line(thread: LuaThread, record: number): void {
    const frame = this.#stacks.at(thread, record);
    const { met } = frame;
    const isFirst = !frame.isEntered;
    frame.isEntered = true;
    const line = this.#probe.int(record + this.#probe.layout.currentLine);
    frame.line = line;
    if (met.isUsers) {
      this.#keep(met, line, frame.call);
      this.#seen?.({ chunk: this.#code.sources[met.source]?.chunk ?? '', line, isFirst, thread, step: this.#steps });
      this.#stepped();
    } else if (met.role === 'evaluate' && !frame.isResumed) {
      this.#wasWalked = true;
      this.#decisions.walked(thread, record, frame.callInfo, this.#steps);
    } else if (met.role === 'match') this.#decisions.matched(thread, record);
  }

  /** @throws StoppedThere */
  #stepped(): void {
    this.#steps++;
    if (this.#progress !== null) this.#progress[0] = this.#steps;
    if (this.#steps === this.#wish.until) throw new StoppedThere();
  }

  #keep(met: MetFunction, line: number, call: number): void {
    const hits = (this.#hits[met.source] ??= []);
    hits[line] = (hits[line] ?? 0) + 1;
    const { step, source, line: lines, call: calls } = this.#columns;
    if (step.length >= this.#wish.steps) return;
    step.push(this.#steps);
    source.push(met.source);
    lines.push(line);
    calls.push(call < 0 ? NO_CALL : call);
  }

  #began(thread: LuaThread, frame: Frame, parent: Frame | undefined, record: number): void {
    const { met } = frame;
    if (met.role === 'message' || met.role === 'spawn' || met.role === 'assignment') this.#send(thread, SEND_ROLES[met.role]);
    const isFromUsers = parent?.met.isUsers === true;
    if ((!met.isUsers && !isFromUsers) || this.#calls.length >= this.#wish.calls) return;
    frame.call = this.#calls.length;
    const params = met.isNative ? this.#probe.lua.lua_gettop(thread) : met.params;
    this.#calls.push({
      function: met.index,
      parent: this.#stacks.nearestCall(thread),
      step: this.#steps,
      endStep: this.#steps,
      args: this.#wish.isWithValues ? argsOf(this.#probe, thread, record, params) : [],
      returns: null,
      ended: 'cut short',
    });
  }

  #ended(thread: LuaThread, frame: Frame, how: 'returned' | 'tail call' | 'error', record: number): void {
    if (how === 'error') this.#noteUnwinding(frame);
    if (frame.call < 0) return;
    const isRead = how === 'returned' && this.#wish.isWithValues;
    this.#close(frame, how, isRead ? returnsOf(this.#probe, thread, record, frame.met.isNative) : null);
  }

  #close(frame: Frame, how: CallNode['ended'], returns: readonly string[] | null): void {
    const call = this.#calls[frame.call];
    if (call === undefined) return;
    call.endStep = this.#steps;
    call.ended = how;
    call.returns = returns;
  }

  #send(thread: LuaThread, kind: SendSite['kind']): void {
    const place = placeOf(this.#code, usersFrame(this.#stacks, thread));
    this.#sends.push({ kind, index: this.#sent[kind]++, place, step: this.#steps });
  }

  /** An error unwinds its frames one by one; the first of them is told with the whole stack still there. */
  #noteUnwinding(frame: Frame): void {
    if (this.#unwound?.event === this.#events) return;
    this.#readPc(frame);
    const stack = this.#openStack();
    // Passed on by a runtime that caught it: the place where it began is the one to show.
    const isPassedOn = this.#unwound !== null && !stack.some(({ isRuntime }) => !isRuntime);
    if (!isPassedOn) this.#unwound = { event: this.#events, step: this.#steps, stack, isOpen: frame.call >= 0 };
  }

  /** Where one of the runtime's own functions stands that has not called another since. */
  #readPc(frame: Frame): void {
    const { callInfo, met } = frame;
    if (!met.isUsers && !met.isNative) frame.pc = this.#probe.pointer(callInfo + this.#probe.layout.savedPc);
  }

  /** Of all threads but those that wait. */
  #openStack(): StackFrame[] {
    const open = this.#stacks.open.filter(([thread]) => this.#probe.lua.lua_status(thread) !== LUA_YIELD);
    return open.toReversed().flatMap(([, frames]) => frames.toReversed().map((frame) => this.#frameView(frame)));
  }

  #frameView({ met, line: told, pc, code }: Frame): StackFrame {
    const line = (pc === 0 || code === null ? null : lineOf(this.#probe, code, pc)) ?? told;
    const written = this.#code.functions[met.index];
    const chunk = this.#code.sources[met.source]?.chunk ?? '';
    const name = written?.name ?? (met.line === 0 ? 'main chunk' : 'function');
    return { function: name, place: met.isNative ? null : { chunk, line }, isRuntime: !met.isUsers };
  }

  #hitList(): LineHits[] {
    return this.#hits.flatMap((lines, source) => Object.entries(lines).map(([line, hits]) => ({ source, line: Number(line), hits })));
  }
}
