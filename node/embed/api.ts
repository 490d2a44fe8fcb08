// What `import { startNode } from 'aoscope/node'` offers. This file imports nothing: it is handed out as the types.

/** A tag of an item. Names may repeat, and their order matters. */
export interface Tag {
  readonly name: string;
  readonly value: string;
}

/** Tags in their order, or by name where that does not matter. */
export type Tags = readonly Tag[] | Readonly<Record<string, string>>;

export interface NodeLimits {
  /** VM instructions per slot. */
  readonly gas?: number;
  readonly memoryBytes?: number;
  /** Wall milliseconds per slot; a slot that takes longer is ended, its process lives on. */
  readonly timeMs?: number;
  /** Hops of one journey of messages before it is held. */
  readonly hops?: number;
  /** Bytes of one data item. */
  readonly itemBytes?: number;
}

export interface NodeNetwork {
  /** Units that are elsewhere, by their address. */
  readonly units?: { readonly gateway?: string; readonly su?: string; readonly cu?: string; readonly mu?: string };
  /** Module id → the id of the module that runs in its place, or `lua` for the built-in one. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Authorities that this node's messenger stands in for; where `units.mu` is set, the first one is the messenger's own. */
  readonly authorities?: readonly string[];
  readonly schedulers?: readonly string[];
  /** A gateway that is asked for what the local one lacks. */
  readonly readThrough?: string | null;
}

export interface StartNodeOptions {
  /** Where data and wallets are kept. A temporary folder that `close` removes when absent. */
  readonly dataDir?: string;
  readonly limits?: NodeLimits;
  readonly network?: NodeNetwork;
  /** How the clock of new data begins: `paused`, `60x`, `2030-01-01T00:00:00Z`, `2030-01-01@60x`; the computer's when absent. */
  readonly clock?: string;
  /**
   * Paths or URLs of JavaScript files, each of which exports `machines`: a list of {@link Machine}, or a function that gives
   * one. Evaluators load them in their own threads. They come before the built-in machines.
   */
  readonly machines?: readonly (string | URL)[];
}

export interface SpawnOptions {
  /** Lua that the process evaluates when it starts; or what another module takes as its data. */
  readonly source?: string;
  /** A file with the source. */
  readonly file?: string;
  readonly name?: string;
  readonly tags?: Tags;
  /** The module to run on; the built-in Lua module when absent. */
  readonly module?: string;
}

export interface MessageOptions {
  /** The Action tag. */
  readonly action?: string;
  readonly tags?: Tags;
  readonly data?: string;
}

export interface DryRunOptions extends MessageOptions {
  /** Who is taken to send it; nobody in particular when absent. */
  readonly owner?: string;
}

/** What a slot gave. With an `error` the memory is that of before, and nothing is sent. */
export interface Outcome {
  readonly output: unknown;
  readonly messages: readonly { readonly Target: string; readonly Anchor: string; readonly Tags: readonly Tag[]; readonly Data: string }[];
  readonly spawns: readonly { readonly Anchor: string; readonly Tags: readonly Tag[]; readonly Data: string }[];
  readonly assignments: readonly { readonly Processes: readonly string[]; readonly Message: string }[];
  readonly error: string | null;
  readonly gasUsed: number;
  /** Set where a limit or a person ended the slot. */
  readonly verdict: { readonly kind: 'gas' | 'memory' | 'time' | 'stopped' | 'unavailable'; readonly limit: number } | null;
}

export interface SlotOutcome extends Outcome {
  readonly process: string;
  readonly slot: number;
  /** Id of the message in that slot. */
  readonly message: string;
  /** Equal on every replay. */
  readonly hash: string;
  /** What was printed or returned, as text. */
  readonly text: string;
}

/** A message that the scheduler has on disk. */
export interface Sent {
  readonly id: string;
  readonly slot: number;
  /** Waits for its evaluation. */
  result(): Promise<SlotOutcome>;
}

/** One key of the state, or of a table in it. */
export interface StateNode {
  /** `.Name`, `[3]`, `["odd key"]`: the step to append to a path. */
  readonly key: string;
  readonly kind: string;
  /** One line: the value, or for a table its size. */
  readonly preview: string;
  readonly isOpenable: boolean;
  readonly size: number;
}

export interface ClockState {
  readonly mode: 'real' | 'paused' | 'running';
  readonly rate: number;
  /** Unix ms. */
  readonly timestampMs: number;
  readonly blockHeight: number;
}

/** The node's protocol time. Each call that moves it answers once all that came due has been run and pushed. */
export interface NodeClock {
  state(): Promise<ClockState>;
  pause(): Promise<ClockState>;
  resume(): Promise<ClockState>;
  run(rate: number): Promise<ClockState>;
  followReal(): Promise<ClockState>;
  /** To the next moment at which a cron of any process is due. */
  stepTick(): Promise<ClockState>;
  stepBlock(): Promise<ClockState>;
  step(seconds: number): Promise<ClockState>;
  jump(to: number | Date): Promise<ClockState>;
}

/** A node in this process, alone on its own data and ports. */
export interface RunningNode extends AsyncDisposable {
  /** Where its units answer, each on any free port of loopback. */
  readonly urls: {
    readonly gateway: string;
    readonly graphql: string;
    readonly mu: string;
    readonly su: string;
    readonly cu: string;
  };
  readonly addresses: {
    /** Signs what `spawn` and `send` send. */
    readonly wallet: string;
    /** The messenger: whose pushed messages processes trust. */
    readonly authority: string;
    readonly scheduler: string;
  };
  /** Id of the built-in Lua module. */
  readonly module: string;
  readonly dataDir: string;
  readonly clock: NodeClock;
  /** Spawns a process and waits for its first slot. @throws what stands in it where that failed. */
  spawn(what: string | SpawnOptions): Promise<string>;
  send(process: string, message: MessageOptions): Promise<Sent>;
  /** Sends an Eval, as the aos terminal does. @throws where it fails. @returns what it printed or returned, as text. */
  eval(process: string, code: string): Promise<string>;
  /** The outcome of a slot, by its number or by the id of its message. */
  result(process: string, at: number | string): Promise<SlotOutcome>;
  /** Tries a message on the newest state, and forgets it. */
  dryRun(process: string, message: DryRunOptions): Promise<Outcome & { readonly text: string }>;
  /** What stands at a place of the state: the globals where `path` is empty. @param slot the newest one when absent. */
  state(process: string, path?: readonly string[], slot?: number): Promise<readonly StateNode[]>;
  /** Waits until everything that was sent has been evaluated and pushed. */
  idle(): Promise<void>;
  /** Ends the slot that a process is in; the process lives on. */
  stop(process: string): Promise<boolean>;
  /** Signs a module and puts it on the gateway. */
  uploadModule(module: { readonly format: string; readonly bytes: Uint8Array; readonly tags?: Tags }): Promise<string>;
  /** A new Arweave key of 4096 bits, as a JWK, for clients that sign themselves. */
  createWallet(): Promise<Record<string, unknown>>;
  /** Ready to paste: how a client reaches this node. */
  snippet(client: 'aoconnect' | 'aos'): string;
  /** Any command of the node's contract (`node/contract/commands.ts`). */
  ask(name: string, args: object): Promise<unknown>;
  /** Hears every fact as it is written down. @returns the way to stop. */
  onFact(listener: (fact: { readonly kind: string; readonly [field: string]: unknown }) => void): () => void;
  /** Ends everything, and removes the folder that was made for it. */
  close(): Promise<void>;
}

/** What the node's errors have besides their message. */
export interface NodeError extends Error {
  readonly code: string;
  /** What can be done about it. */
  readonly cure: string;
}

export type StartNode = (options?: StartNodeOptions) => Promise<RunningNode>;

// Machines: how another VM plugs in.

/** The message object that a program sees. */
export interface MachineMessage {
  readonly Id?: string;
  readonly Owner: string;
  readonly From: string;
  readonly Data?: string | null;
  readonly Tags: readonly Tag[];
  readonly Target: string;
  readonly Nonce?: number;
  readonly Timestamp: number;
  readonly 'Block-Height': number;
  readonly Cron: boolean;
  readonly 'Read-Only': boolean;
}

/** Who the process and its module are. */
export interface MachineEnv {
  readonly Process: { readonly Id: string; readonly Owner: string; readonly Tags: readonly Tag[] };
  readonly Module: { readonly Id: string; readonly Owner: string; readonly Tags: readonly Tag[] };
}

/** Limits that a machine enforces itself, the same way on every run. */
export interface MachineLimits {
  readonly gas: number;
  readonly memoryBytes: number;
}

/**
 * A whole memory: only the pages of 4,096 bytes that are not all zero, by number, and numbers that live outside it. Images of equal
 * states are equal.
 */
export interface MemoryImage {
  readonly byteLength: number;
  readonly pages: Uint32Array;
  readonly bytes: Uint8Array;
  readonly registers: readonly number[];
}

/** One running program with its memory. Everything is synchronous, and the same inputs give the same outcomes. */
export interface MachineInstance {
  /** `isStateKept` false: the memory of before is restored. `isBroken` true: the instance is thrown away. */
  evaluate(
    message: MachineMessage,
    env: MachineEnv,
    limits: MachineLimits,
  ): { readonly outcome: Outcome; readonly isStateKept: boolean; readonly isBroken: boolean };
  memoryBytes(): number;
  /** How much of that may have been written to; left out where the machine does not know. */
  touchedBytes?(): number | null;
  image(): MemoryImage;
  restore(image: MemoryImage): void;
  /** Null where nothing stands at `path`. */
  children(
    path: readonly string[],
    offset: number,
    limit: number,
  ): { readonly nodes: readonly StateNode[]; readonly total: number; readonly offset: number } | null;
  flatten(limit: number): {
    readonly lines: readonly { readonly path: readonly string[]; readonly preview: string }[];
    readonly isComplete: boolean;
  };
  /** Places under `path` whose key or one-line value holds `text`; null when nothing stands at `path`. */
  find(
    path: readonly string[],
    text: string,
    limit: number,
  ): {
    readonly hits: readonly { readonly path: readonly string[]; readonly kind: string; readonly preview: string }[];
    readonly visited: number;
    readonly isComplete: boolean;
  } | null;
  /** Null: slots cannot be looked at from inside. */
  readonly debugger: null;
  close(): void;
}

/** A kind of machine: which module formats it runs, and how an instance is made. */
export interface Machine {
  readonly formats: readonly string[];
  create(
    module: { readonly id: string; readonly format: string; readonly bytes: Uint8Array },
    limits: MachineLimits,
  ): Promise<MachineInstance>;
}
