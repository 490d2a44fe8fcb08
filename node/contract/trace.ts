import type { ClockMode } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { ErrorCode } from './errors.ts';
import type { Address, ItemId, ModuleId, ProcessId, Slot } from './ids.ts';
import type { ItemType } from './item.ts';
import type { Verdict } from './outcome.ts';
import type { StandIns } from './stand-ins.ts';

export const UNITS = ['gateway', 'su', 'cu', 'mu'] as const;
/** The four units of the node, in the order in which they start. */
export type UnitName = (typeof UNITS)[number];

/** Which evaluation asked for a pushed item: the outbox entry `index` of this slot, or of a cron message before it. */
export interface Cause {
  readonly process: ProcessId;
  readonly slot: Slot;
  readonly message: ItemId;
  readonly index: number;
  /** Which of the cron messages before the slot asked for it; absent where the slot itself did. */
  readonly tick?: number;
}

/** What every item's facts tell of it, so that a list needs no second question. */
export interface ItemSketch {
  readonly type: ItemType;
  /** The process it goes to (its own id for a spawn), or a wallet's address. */
  readonly target: string;
  /** The process that sent it (From-Process) or the signer's address. */
  readonly from: string;
  /** First Action tag. */
  readonly action: string | null;
  /** First Name tag, for spawns. */
  readonly name: string | null;
  /** The first 256 characters of the data; null when it is not text. */
  readonly preview: string | null;
  readonly dataBytes: number;
  /** Tags that name a time and hold a number; absent where there are none. */
  readonly times?: readonly { readonly name: string; readonly value: string }[];
}

/** What a unit did, as the body of a fact; each kind belongs to the unit its name begins with, `store` to any of them. */
export type FactBody =
  /**
   * The run before was cut off in the middle of a write: what was half written is gone, and nobody had been told that it
   * was kept, unless it had been finished: then the disk has broken it.
   */
  | { readonly kind: 'store.cut'; readonly frames: number; readonly bytes: number; readonly isFinished: boolean }
  | { readonly kind: 'gateway.accepted'; readonly id: ItemId; readonly type: ItemType; readonly dataBytes: number }
  | { readonly kind: 'gateway.rejected'; readonly id: string | null; readonly code: ErrorCode; readonly message: string }
  | {
      readonly kind: 'mu.received';
      readonly id: ItemId;
      readonly sketch: ItemSketch;
      readonly journey: ItemId;
      /** The cron message that sent it, where it did not come from outside: what such a one sends begins a journey. */
      readonly cause?: Cause;
    }
  | {
      readonly kind: 'mu.rejected';
      readonly id: string | null;
      readonly sketch: ItemSketch | null;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | {
      readonly kind: 'mu.pushed';
      readonly id: ItemId;
      readonly sketch: ItemSketch;
      readonly journey: ItemId;
      readonly cause: Cause;
      readonly hops: number;
    }
  /** An assignment that a process asked for was given its slot. */
  | {
      readonly kind: 'mu.assigned';
      /** The data that is assigned. */
      readonly id: ItemId;
      readonly assignment: ItemId;
      readonly process: ProcessId;
      readonly journey: ItemId;
      readonly cause: Cause;
      readonly hops: number;
    }
  | {
      readonly kind: 'mu.dropped';
      readonly target: string;
      /** What the program wrote as its action, where it wrote any. */
      readonly action?: string;
      readonly journey: ItemId;
      readonly cause: Cause;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | {
      readonly kind: 'mu.retried';
      readonly journey: ItemId;
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly attempt: number;
      readonly message: string;
      readonly code?: ErrorCode;
    }
  /** The outcome of a slot has come from the compute unit: so many outbox entries are to be delivered. */
  | { readonly kind: 'mu.pulled'; readonly process: ProcessId; readonly slot: Slot; readonly journey: ItemId; readonly entries: number }
  /** From now on what the cron messages of a process send is pushed. `by`: the address that asked for it; null where nobody signed. */
  | { readonly kind: 'mu.monitored'; readonly process: ProcessId; readonly by: string | null }
  | { readonly kind: 'mu.unmonitored'; readonly process: ProcessId; readonly by: string | null }
  | {
      readonly kind: 'mu.held';
      readonly journey: ItemId;
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly hops: number;
      readonly limit: number;
      /** Items that the journey has pushed, where it is held for their number and not for its hops. */
      readonly pushed?: number;
    }
  | { readonly kind: 'mu.continued'; readonly journey: ItemId; readonly limit: number }
  /** A person has ended a journey: what it still had to deliver is dropped. */
  | { readonly kind: 'mu.ended'; readonly journey: ItemId }
  | { readonly kind: 'mu.paused' }
  | { readonly kind: 'mu.resumed' }
  /** An outbox entry waits because the node is paused. Told once; `mu.pushed` or `mu.dropped` of the same cause ends it. */
  | { readonly kind: 'mu.waiting'; readonly delivery: Delivery }
  | {
      readonly kind: 'su.assigned';
      readonly id: ItemId;
      readonly assignment: ItemId;
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly timestampMs: number;
      readonly sketch: ItemSketch;
      /** Of slot 0: the module that the process names, and what stands in for what. */
      readonly program?: {
        readonly module: ModuleId;
        readonly standIns: StandIns;
        /** The messenger that handed it over, where the process trusts it not: what others send the process through it is not taken. */
        readonly distrusts?: Address;
      };
    }
  | { readonly kind: 'su.rejected'; readonly id: ItemId; readonly process: string; readonly code: ErrorCode; readonly message: string }
  /** The gateway has the bundles of assignment and message of these slots. */
  | { readonly kind: 'su.stored'; readonly stored: readonly { readonly process: ProcessId; readonly slots: readonly Slot[] }[] }
  /** The gateway has refused the bundle of a slot, for good. */
  | { readonly kind: 'su.unstored'; readonly process: ProcessId; readonly slot: Slot; readonly code: ErrorCode; readonly message: string }
  /** Logs were brought back from the gateway. */
  | { readonly kind: 'su.rebuilt'; readonly processes: number; readonly slots: number }
  /** A log could not be brought back whole: this slot is the first that is missing. */
  | { readonly kind: 'su.gap'; readonly process: ProcessId; readonly slot: Slot; readonly code: ErrorCode; readonly message: string }
  | {
      readonly kind: 'cu.evaluated';
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly id: ItemId;
      readonly hash: string;
      /** The first 4,096 characters. */
      readonly error: string | null;
      /** What was printed or returned, the first 4,096 characters. */
      readonly output: string;
      /** The prompt the process gave, without colours. */
      readonly prompt: string | null;
      readonly messages: number;
      readonly spawns: number;
      readonly assignments: number;
      readonly gasUsed: number;
      readonly memoryBytes: number;
      readonly durationMs: number;
      readonly isCutShort: boolean;
    }
  /** Protocol time was paused, let go on, or moved. */
  | {
      readonly kind: 'su.clock';
      readonly mode: ClockMode;
      readonly rate: number;
      readonly timestampMs: number;
      readonly blockHeight: number;
    }
  /** A cron message was run, before the message of slot `slot`. */
  | {
      readonly kind: 'cu.cron';
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick: number;
      readonly cron: string;
      readonly timestampMs: number;
      readonly hash: string;
      readonly error: string | null;
      readonly output: string;
      readonly messages: number;
      readonly spawns: number;
      readonly assignments: number;
      readonly durationMs: number;
    }
  /** A limit has ended a slot, or the cron message `tick` before it, and the process waits for a person. */
  | {
      readonly kind: 'cu.paused';
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick: number | null;
      readonly verdict: Verdict;
      readonly error: string;
    }
  | {
      readonly kind: 'cu.resumed';
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly tick: number | null;
      readonly how: 'error' | 'again';
    }
  | { readonly kind: 'cu.failed'; readonly process: ProcessId; readonly slot: Slot; readonly code: ErrorCode; readonly message: string };

/**
 * One thing a unit did. Journalled before it is announced; `seq` counts up by one within a unit and a project,
 * so a listener that sees a gap asks again. `atMs` is measuring time (Unix ms with fractions): it never enters
 * an item, an outcome or a hash.
 */
export type Fact = FactBody & { readonly unit: UnitName; readonly seq: number; readonly atMs: number };
