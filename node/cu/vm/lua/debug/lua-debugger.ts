import type { CodePlace, ExpressionValue, FramePath, FrameView } from '../../../../contract/recording.ts';
import type { StatePage } from '../../../../contract/state.ts';
import type {
  EnteredFunction,
  Evaluation,
  InstanceDebugger,
  MachineLimits,
  MemoryImage,
  MessageInput,
  ProcessEnv,
  RunTo,
  Watched,
  WatchHit,
  WatchSite,
  Write,
} from '../../machine.ts';
import type { RecordWish, VmRecording } from '../../recording.ts';
import type { LuaThread } from '../glue.ts';
import { STACK_BUFFER_BYTES, Values } from '../values.ts';
import { CodeMap, type MetFunction, type RolePlaces } from './code-map.ts';
import { evaluateGlobally, evaluateInFrame, readFrames, readFrameValue } from './frames.ts';
import { KnownCode } from './known-code.ts';
import { EVENT, VALUE_BYTES } from './layout.ts';
import { parsePath, peek } from './path.ts';
import { LuaProbe, type DebuggedLua, type HookListener } from './probe.ts';
import { Recorder, type LineListener } from './recorder.ts';
import { readRoles } from './roles.ts';
import { placeOf, Stacks, usersFrame, type Frame } from './stacks.ts';
import { StoppedThere } from './stopped-there.ts';

/** What a debugger needs of the instance it belongs to. */
export interface DebuggedInstance {
  /** The VM as it is now; another one after a restore may have made it anew. */
  vm(): DebuggedLua;
  /** The main thread; 0 before the program has opened its Lua. */
  mainThread(): LuaThread;
  evaluate(message: MessageInput, env: ProcessEnv, limits: MachineLimits): Evaluation;
  image(): MemoryImage;
  restore(image: MemoryImage): void;
  /** Lifts the limits, for what is asked between two messages. */
  makeRoom(): void;
}

const NOTHING_KEPT: RecordWish = { steps: 0, calls: 0, isWithValues: false };
/** More of the stack of C than a question takes that calls nothing of the program. */
const STACK_BYTES = STACK_BUFFER_BYTES + 32 * 1024;
/** More values than such a question puts on Lua's stack: each has room for twenty at least (LUA_MINSTACK). */
const VALUES_MAX = 20;
/** Of one evaluation: of the line, or of each function by each of its names. */
const HITS_MAX = 200;

/** The debugger of every machine with a Lua inside. */
export class LuaDebugger implements InstanceDebugger {
  readonly #instance: DebuggedInstance;
  readonly #known = new KnownCode();
  /** Where the runtime's functions stand, as they were last read. */
  #roles: RolePlaces | null = null;
  /** What stood on the stack of C. */
  readonly #stack = new Uint8Array(STACK_BYTES);
  /** And on that of Lua. */
  readonly #values = new Uint8Array(VALUES_MAX * VALUE_BYTES);

  constructor(instance: DebuggedInstance) {
    this.#instance = instance;
  }

  record(
    message: MessageInput,
    env: ProcessEnv,
    limits: MachineLimits,
    wish: RecordWish,
  ): { readonly evaluation: Evaluation; readonly recording: VmRecording } {
    this.#meetFirst(message, env, limits);
    return this.#probed((probe) => {
      const roles = this.#rolesNow(probe);
      const recorder = new Recorder(probe, roles, this.#known, wish);
      const evaluation = this.#watched(recorder.on, () => this.#instance.evaluate(message, env, limits));
      return { evaluation, recording: recorder.end(evaluation.outcome.error) };
    });
  }

  frames(run: RunTo): readonly FrameView[] | null {
    return this.#stopAt(run, readFrames);
  }

  value(run: RunTo, at: FramePath, offset: number, limit: number): StatePage | null {
    return this.#stopAt(run, (probe, threads) => readFrameValue(probe, threads, at, offset, limit));
  }

  expressionAt(run: RunTo, frame: number, expression: string): ExpressionValue | null {
    return this.#stopAt(run, (probe, threads) => evaluateInFrame(probe, threads, frame, expression));
  }

  expression(expression: string): ExpressionValue {
    const main = this.#instance.mainThread();
    if (main === 0) return { kind: 'nil', preview: 'nil' };
    this.#instance.makeRoom();
    return this.#probed((probe) => evaluateGlobally(probe, main, expression));
  }

  peek(expression: string): ReturnType<InstanceDebugger['peek']> {
    const parsed = parsePath(expression);
    if (parsed === null) return null;
    const main = this.#instance.mainThread();
    if (main === 0) return { kind: 'nil', preview: 'nil', isTrue: false };
    return this.#leavingNothing(main, () => this.#probed((probe) => peek(probe, main, parsed)));
  }

  wrote(message: MessageInput, env: ProcessEnv, limits: MachineLimits, expression: string): Write | null {
    const parsed = parsePath(expression);
    if (parsed === null) return null;
    const main = this.#instance.mainThread();
    return this.#probed((probe) => {
      let before = main === 0 ? 'nil' : peek(probe, main, parsed).preview;
      let found: Write | null = null;
      let steps = 0;
      const code = new CodeMap(probe, new Map(), this.#known);
      let last: { readonly place: CodePlace | null; readonly step: number } = { place: null, step: 0 };
      // A line is told before it runs, and the end of a call before it ends: what has changed by now, the line before did.
      const look = (thread: LuaThread): void => {
        const { preview } = peek(probe, thread, parsed);
        if (preview !== before) found = { ...last, before, after: preview };
        before = preview;
      };
      /** Of each call, the step of its last line. */
      const stepsOf = new Map<Frame, number>();
      const standsAt = (frame: Frame | null): void => {
        last = { place: placeOf(code, frame), step: (frame === null ? undefined : stepsOf.get(frame)) ?? last.step };
      };
      let hasLeft = false;
      const stacks = new Stacks(probe, code, {
        needsLines: isUsers,
        began: nothing,
        ended(thread, frame) {
          if (!frame.met.isUsers) return;
          look(thread);
          stepsOf.delete(frame);
          hasLeft = true;
        },
      });
      const on: HookListener = (thread, record, event) => {
        if (event === EVENT.line) {
          const frame = stacks.at(thread, record);
          if (!frame.met.isUsers) return;
          look(thread);
          frame.line = probe.int(record + probe.layout.currentLine);
          stepsOf.set(frame, steps++);
          standsAt(frame);
          return;
        }
        if (event === EVENT.return) stacks.returned(thread, record);
        else {
          stacks.called(thread, record, event);
          steps++;
        }
        // Back in the function that called it; what the runtime does by itself is nobody's line.
        if (hasLeft) standsAt(usersFrame(stacks, thread));
        hasLeft = false;
      };
      this.#watched(on, () => this.#instance.evaluate(message, env, limits));
      const after = this.#instance.mainThread();
      if (after !== 0) look(after);
      return found;
    });
  }

  watch(message: MessageInput, env: ProcessEnv, limits: MachineLimits, site: WatchSite): Watched {
    this.#meetFirst(message, env, limits);
    return this.#probed((probe) => {
      const roles = this.#rolesNow(probe);
      const hits: WatchHit[] = [];
      let isTouched = false;
      const ask = (thread: LuaThread, expression: string): ExpressionValue => {
        isTouched = true;
        return evaluateInFrame(probe, [thread], 0, expression);
      };
      const logged = (thread: LuaThread, log: string | null): string | null => (log === null ? null : ask(thread, log).preview);
      const met = new Map<string, number>();
      const seen: LineListener = ({ chunk, line, isFirst, thread, step }) => {
        if (site.kind === 'line') {
          if (chunk !== site.chunk || line !== site.line || hits.length >= HITS_MAX) return;
          if (site.condition !== null && !isTruthy(ask(thread, site.condition))) return;
          hits.push({ step, text: logged(thread, site.log) });
        } else if (site.kind === 'function' && isFirst) {
          // A function is met at its first line, wherever in it that stands.
          const entered = enteredAt(probe, thread, site.places, chunk);
          if (entered === null) return;
          const key = JSON.stringify(entered);
          const times = met.get(key) ?? 0;
          met.set(key, times + 1);
          if (times < HITS_MAX) hits.push({ step, text: logged(thread, site.log), entered });
        }
      };
      const recorder = new Recorder(probe, roles, this.#known, NOTHING_KEPT, seen);
      const evaluation = this.#watched(recorder.on, () => this.#instance.evaluate(message, env, limits));
      const { handlers } = recorder.end(evaluation.outcome.error).summary;
      if (site.kind === 'handler')
        hits.push(
          ...handlers
            .filter(({ name, answer }) => name === site.name && answer !== 'skip')
            .map(({ step, answer }) => ({ step, text: answer })),
        );
      return { evaluation, hits, isTouched };
    });
  }

  /** Before its first message a program of the network has no functions yet: it is run once to see where they will be. */
  #meetFirst(message: MessageInput, env: ProcessEnv, limits: MachineLimits): void {
    if (this.#instance.mainThread() !== 0 || this.#roles !== null) return;
    const image = this.#instance.image();
    this.#instance.evaluate(message, env, limits);
    if (this.#instance.mainThread() !== 0) this.#probed((probe) => this.#rolesNow(probe));
    this.#instance.restore(image);
  }

  /** A program may put its own functions in the place of the runtime's, so they are looked up every time. */
  #rolesNow(probe: LuaProbe): RolePlaces {
    const main = this.#instance.mainThread();
    if (main !== 0) this.#roles = readRoles(probe, main);
    return this.#roles ?? new Map();
  }

  /** Runs to a step and reads something there. */
  #stopAt<T>({ message, env, limits, step }: RunTo, read: (probe: LuaProbe, threads: readonly LuaThread[]) => T): T | null {
    return this.#probed((probe) => {
      let found: T | null = null;
      let steps = 0;
      const code = new CodeMap(probe, new Map(), this.#known);
      const stacks = new Stacks(probe, code, { needsLines: isUsers, began: nothing, ended: nothing });
      const on: HookListener = (thread, record, event) => {
        if (event === EVENT.return) return stacks.returned(thread, record);
        if (event !== EVENT.line) stacks.called(thread, record, event);
        else if (!stacks.at(thread, record).met.isUsers) return;
        if (steps++ !== step) return;
        found = read(probe, standing(probe, thread, stacks));
        throw new StoppedThere();
      };
      this.#watched(on, () => this.#instance.evaluate(message, env, limits));
      return found;
    });
  }

  #watched<T>(listener: HookListener, work: () => T): T {
    const vm = this.#instance.vm();
    vm.watch(listener);
    try {
      return work();
    } finally {
      vm.watch(null);
    }
  }

  /** Puts back what stood behind the ends of both stacks: what was asked would be left there, and be seen in the state's hash. */
  #leavingNothing<T>(main: LuaThread, work: () => T): T {
    const { lua, debug, layout, stackEnd } = this.#instance.vm();
    const bytes = (start: number, end: number): Uint8Array => new Uint8Array(lua.memory.buffer, start, end - start);
    const topOf = (): number => {
      const view = new DataView(lua.memory.buffer);
      return layout.isWide ? Number(view.getBigUint64(main + layout.top, true)) : view.getUint32(main + layout.top, true);
    };
    const [end, top] = [debug.stackSave(), topOf()];
    // Below the stack stand the program's data.
    const start = Math.min(end, Math.max(stackEnd, end - STACK_BYTES));
    this.#stack.set(bytes(start, end));
    this.#values.set(bytes(top, top + this.#values.length));
    try {
      return work();
    } finally {
      bytes(start, end).set(this.#stack.subarray(0, end - start));
      // One that had to grow stands elsewhere now.
      if (topOf() === top) bytes(top, top + this.#values.length).set(this.#values);
    }
  }

  #probed<T>(work: (probe: LuaProbe) => T): T {
    const vm = this.#instance.vm();
    const probe = new LuaProbe(vm, STACK_BUFFER_BYTES, (buffer) => Values.onStack(vm.lua, buffer));
    try {
      return work(probe);
    } finally {
      probe.close();
    }
  }
}

/** The thread that stands in a hook, and those that wait for it, innermost first. */
function standing(probe: LuaProbe, thread: LuaThread, stacks: Stacks): LuaThread[] {
  const others = stacks.open.map(([other]) => other).filter((other) => other !== thread && stacks.isRunning(other));
  return [thread, ...others.toReversed()];
}

/** The function that runs in the thread, where it was written at one of the places. @param chunk that it is of */
function enteredAt(probe: LuaProbe, thread: LuaThread, places: readonly CodePlace[], chunk: string): EnteredFunction | null {
  if (!places.some((place) => place.chunk === chunk)) return null;
  const { record, layout } = probe;
  probe.debug.lua_getstack(thread, 0, record);
  probe.ask(thread, 'written', record);
  const line = probe.int(record + layout.line);
  if (!places.some((place) => place.line === line && place.chunk === chunk)) return null;
  const lastLine = probe.int(record + layout.lastLine);
  probe.ask(thread, 'named', record);
  return { chunk, line, lastLine, name: probe.cText(probe.pointer(record + layout.name)) };
}

function isTruthy({ kind, preview }: ExpressionValue): boolean {
  return kind !== 'error' && kind !== 'nil' && preview !== 'false';
}

function isUsers(met: MetFunction): boolean {
  return met.isUsers;
}

function nothing(): void {
  // What begins and ends is of no interest here.
}
