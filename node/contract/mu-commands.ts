import type { Empty, FactsArgs, FactsReply } from './answers.ts';
import type { ClockState, ClockStep } from './clock.ts';
import type { Deliveries } from './delivery.ts';
import type { ItemId, ProcessId, Slot } from './ids.ts';
import type { MuTold } from './told.ts';

/** Whose cron messages are pushed, and the address of whoever asks for it, where that is known. */
export interface MonitorArgs {
  readonly process: ProcessId;
  readonly by?: string | null;
}

/** What the messenger unit is asked. */
export interface MuCommands {
  /** Takes a signed item, gives it to the SU, and pushes what comes of it. Answers when the SU has it on disk. */
  'mu.send': {
    readonly args: { readonly item: string };
    readonly reply: { readonly id: ItemId; readonly process: ProcessId | null; readonly slot: Slot | null };
  };
  'mu.assign': {
    readonly args: {
      readonly process: ProcessId;
      readonly message: ItemId;
      readonly baseLayer: boolean;
      readonly exclude: readonly string[];
    };
    readonly reply: { readonly id: ItemId; readonly slot: Slot };
  };
  /** Pushes from now on what the cron messages of a process send: without it they are run, and nothing is pushed. */
  'mu.monitor': { readonly args: MonitorArgs; readonly reply: Empty };
  'mu.unmonitor': { readonly args: MonitorArgs; readonly reply: Empty };
  'mu.monitors': { readonly args: Empty; readonly reply: { readonly processes: readonly ProcessId[] } };
  /** Lets a held journey go on for `more` hops and items, or for as many as its limits say. */
  'mu.continue': { readonly args: { readonly journey: ItemId; readonly more?: number }; readonly reply: { readonly limit: number } };
  /** Ends a journey: what it still has to deliver is dropped, entry by entry, with the reason. */
  'mu.end': { readonly args: { readonly journey: ItemId }; readonly reply: Empty };
  /**
   * Nothing that processes send is delivered from now on, over restarts too, until it goes on or each delivery is chosen.
   * What people send is scheduled and evaluated as ever, so no client waits for an answer.
   */
  'mu.pause': { readonly args: Empty; readonly reply: Empty };
  'mu.resume': { readonly args: Empty; readonly reply: Empty };
  /** What waits because the node is paused, oldest first; at most `limit` of it. */
  'mu.deliveries': { readonly args: { readonly limit: number }; readonly reply: Deliveries };
  /** Delivers one that waits, whichever it is; the oldest where `id` is null. Answers once it has its slot, or why not. */
  'mu.deliver': { readonly args: { readonly id: string | null }; readonly reply: { readonly end: 'delivered' | 'dropped' | 'held' } };
  /**
   * Delivers entry `index` of a message's outcome once more (messages, then spawns, then assignments). What its target
   * has already it does not get twice.
   */
  'mu.push': {
    readonly args: { readonly process: ProcessId; readonly message: ItemId; readonly index: number };
    readonly reply: Empty;
  };
  /**
   * Moves protocol time on, and pauses a clock that follows the computer's. What monitored processes wake up for on the way
   * is run and pushed moment by moment; the answer comes once everything due has been run and pushed.
   */
  'mu.advance': { readonly args: { readonly by: ClockStep }; readonly reply: ClockState };
  /** Answers once nothing waits in the outbox (held journeys aside); with a clock of its own, once what is due has been run too. */
  'mu.idle': { readonly args: Empty; readonly reply: Empty };
  /** What happened where a recording was made, as its messenger told it. */
  'mu.takeTold': { readonly args: { readonly facts: readonly MuTold[] }; readonly reply: Empty };
  'mu.facts': { readonly args: FactsArgs; readonly reply: FactsReply };
}
