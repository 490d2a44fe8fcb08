import { LimitReached } from '../limit-reached.ts';
import { pace } from '../pace.ts';

/** Instructions of one thread between two calls of the hook. What is less is counted exactly all the same. */
const HOOK_STEP = 50_000;
/** lua.h: call the hook every so many instructions. */
const MASK_COUNT = 8;
/** A step that no thread has, to find the place of its counter by. */
const PROBE = 0x1234567;
/** Bytes of a lua_State in which its instruction counter is looked for. */
const STATE_BYTES = 512;

/** What the meter needs of a running module. */
export interface MeteredLua {
  readonly isWide: boolean;
  /** Place of the hook in the table of functions. */
  readonly hook: number;
  setHook(thread: number, hook: number, mask: number, count: number): void;
  /** A 32-bit word of memory. */
  word(address: number): number;
  setWord(address: number, value: number): void;
}

/**
 * Counts the instructions of a Lua 5.3 inside a module of the network. Lua enters every protected call and every
 * coroutine through one imported function, so the count of each thread is known at every change of threads, the first
 * instruction included; a thread's own counter tells the rest. Deterministic: it depends on the program alone.
 */
export class GasMeter {
  readonly #lua: MeteredLua;
  #limit = Number.MAX_SAFE_INTEGER;
  #spent = 0;
  /** The main thread; 0 until the program opens its Lua. */
  #main = 0;
  /** Where the countdown stands in a thread, in bytes. */
  #counterAt = 0;
  #thread = 0;
  /** Countdown of the current thread when it was last looked at. */
  #counted = 0;
  /** What the hook is called for besides counting. */
  #events = 0;
  /** Threads whose hook is known to be called for these. */
  readonly #listening = new Set<number>();
  readonly #entered: { readonly thread: number; readonly isChange: boolean }[] = [];

  constructor(lua: MeteredLua) {
    this.#lua = lua;
  }

  /** Instructions since {@link GasMeter.begin}. */
  get spent(): number {
    return this.#spent;
  }

  get main(): number {
    return this.#main;
  }

  /** Where a thread keeps its countdown. */
  countdownOf(thread: number): number {
    return thread + this.#counterAt;
  }

  /** What an image must take along. */
  get registers(): readonly [number, number] {
    return [this.#main, this.#counterAt];
  }

  set registers([main, counterAt]: readonly [number, number]) {
    this.#main = main;
    this.#counterAt = counterAt;
  }

  begin(limit: number): void {
    this.#limit = limit;
    this.#spent = 0;
    this.#thread = 0;
    this.#entered.length = 0;
    this.#listening.clear();
    // A program that set a hook of its own keeps it; its instructions are not counted then.
    if (this.#main !== 0 && this.#hookOf(this.#main) === this.#lua.hook) this.#set(this.#main, HOOK_STEP);
  }

  /** Has the hook called for these events as well, from the next evaluation on; counting goes on as before. */
  listen(events: number): void {
    this.#events = events;
  }

  /** Lua is about to run protected code on `thread`. */
  enter(thread: number): void {
    if (this.#main === 0) this.#install(thread);
    if (this.#events !== 0) this.#listenOn(thread);
    const isChange = thread !== this.#thread;
    this.#entered.push({ thread: this.#thread, isChange });
    if (!isChange) return;
    this.#settle();
    this.#thread = thread;
    this.#counted = this.#countdown(thread);
    if (this.#spent >= this.#limit) throw new LimitReached('gas');
  }

  /** What the last {@link GasMeter.enter} began has ended, also by an error. */
  leave(): void {
    const before = this.#entered.pop();
    if (before === undefined || !before.isChange) return;
    this.#settle();
    this.#thread = before.thread;
    this.#counted = before.thread === 0 ? 0 : this.#countdown(before.thread);
  }

  /** The hook: the current thread has run through a whole step and its countdown has begun anew. */
  step(): void {
    this.#spent += this.#counted;
    this.#counted = HOOK_STEP;
    pace();
    if (this.#spent >= this.#limit) throw new LimitReached('gas');
  }

  #settle(): void {
    if (this.#thread === 0) return;
    const now = this.#countdown(this.#thread);
    // A program that takes the hook away, or puts another in its place, leaves a countdown that means nothing.
    if (now <= this.#counted) this.#spent += this.#counted - now;
    this.#counted = now;
  }

  /** Puts the hook into a state that is being made: every thread inherits it. */
  #install(main: number): void {
    this.#main = main;
    this.#set(main, PROBE);
    for (let offset = 0; offset < STATE_BYTES && this.#counterAt === 0; offset += 4) {
      // lua_State keeps the step (basehookcount) right before the countdown (hookcount).
      if (this.#lua.word(main + offset) === PROBE) this.#counterAt = offset + 4;
    }
    this.#set(main, HOOK_STEP);
  }

  #set(thread: number, count: number): void {
    this.#lua.setHook(thread, this.#lua.hook, MASK_COUNT | this.#events, count);
  }

  /** A thread that waited since before keeps its countdown. */
  #listenOn(thread: number): void {
    if (this.#listening.has(thread) || this.#hookOf(thread) !== this.#lua.hook) return;
    this.#listening.add(thread);
    const countdown = this.#countdown(thread);
    this.#set(thread, HOOK_STEP);
    this.#lua.setWord(thread + this.#counterAt, countdown);
  }

  #countdown(thread: number): number {
    return this.#lua.word(thread + this.#counterAt);
  }

  /** The hook's place in lua_State: before errfunc (an address) and three numbers, of which the countdown is the last. */
  #hookOf(thread: number): number {
    return this.#lua.word(thread + this.#counterAt - (this.#lua.isWide ? 24 : 16));
  }
}
