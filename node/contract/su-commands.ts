import type { LogFind, LogFound, SeenText } from './log-find.ts';
import type { CronDue, Empty, FactsArgs, FactsReply, ProcessInfo, RebuildReport } from './answers.ts';
import type { ClockState, ClockWish } from './clock.ts';
import type { Address, ItemId, ProcessId, Slot } from './ids.ts';
import type { Assignment, LogEntry } from './item.ts';
import type { Note } from './note.ts';
import type { RemovedMessage } from './redaction.ts';
import type { SuTold } from './told.ts';

/** What the scheduler unit is asked. */
export interface SuCommands {
  /** Gives a signed item its slot and keeps both, synced to disk, before it answers. `item` is the raw bytes, base64url. */
  'su.schedule': {
    readonly args: {
      readonly item: string;
      /** This node's messenger, where it is that which hands the item over: a spawn may trust it in place of another. */
      readonly messenger?: Address;
    };
    readonly reply: Assignment;
  };
  /** Assigns an item that stands on the gateway to a process. The same `request` again gets the same assignment; else a message stands in a log only once. */
  'su.assign': {
    readonly args: {
      readonly process: ProcessId;
      readonly message: ItemId;
      readonly baseLayer: boolean;
      readonly exclude: readonly string[];
      readonly request: string | null;
    };
    readonly reply: Assignment;
  };
  /** Log entries from `from` on, in order of slots; fewer than `limit` where they are large, none where the log ends. */
  'su.log': {
    readonly args: { readonly process: ProcessId; readonly from: Slot; readonly limit: number };
    readonly reply: { readonly entries: readonly LogEntry[] };
  };
  /** One log entry by message id or assignment id. */
  'su.find': { readonly args: { readonly process: ProcessId; readonly id: ItemId }; readonly reply: LogEntry };
  'su.process': { readonly args: { readonly process: ProcessId }; readonly reply: ProcessInfo };
  /** Keeps what came of slots, on disk before it answers; what is known of the same slot already stands. */
  'su.note': { readonly args: { readonly process: ProcessId; readonly notes: readonly Note[] }; readonly reply: Empty };
  /** What was written down of one slot, which may not be there yet. */
  'su.notes': { readonly args: { readonly process: ProcessId; readonly slot: Slot }; readonly reply: { readonly notes: readonly Note[] } };
  /** Brings back from the gateway what the logs lack. */
  'su.rebuild': { readonly args: Empty; readonly reply: RebuildReport };
  /**
   * A part of a log as signed items that bring it back elsewhere, from slot `from` on: a bundle for each line, as the
   * gateway is given it, and the notes of these slots. `next` is where to go on; null at the end.
   */
  'su.export': {
    readonly args: {
      readonly process: ProcessId;
      readonly from: Slot;
      readonly limit: number;
      /** Slots whose message stays away, and from which slot on nothing is told of what came of them. */
      readonly without?: { readonly slots: readonly Slot[]; readonly from: Slot };
      /** Of a log that another scheduler wrote and that was brought home: this one only carries its lines, without notes. */
      readonly isCarried?: boolean;
    };
    readonly reply: { readonly items: readonly string[]; readonly next: Slot | null };
  };
  /** What is left of messages that were taken out of a recording: shown in their slots, and never run. */
  'su.takeRemoved': {
    readonly args: { readonly process: ProcessId; readonly messages: readonly RemovedMessage[] };
    readonly reply: Empty;
  };
  /**
   * Puts the next lines of a log that another scheduler wrote behind its end: the signed bytes of assignment and message, base64url, whose
   * signatures were checked before. The scheduler's name, the order of slots and the hash chain are checked here. For recordings alone.
   * Tells how many slots the log has then.
   */
  'su.takeLines': {
    readonly args: {
      readonly process: ProcessId;
      /** `message` is null where existing data is assigned. */
      readonly lines: readonly { readonly assignment: string; readonly message: string | null }[];
    };
    readonly reply: { readonly slots: number };
  };
  /** What happened where a recording was made: told with its slots, once they are there (`su.rebuild`). */
  'su.takeTold': { readonly args: { readonly facts: readonly SuTold[] }; readonly reply: Empty };
  'su.isProcess': { readonly args: { readonly id: string }; readonly reply: { readonly isProcess: boolean } };
  'su.time': { readonly args: Empty; readonly reply: { readonly timestampMs: number; readonly blockHeight: number } };
  'su.clock': { readonly args: Empty; readonly reply: ClockState };
  /** How protocol time goes on: with the computer, not at all, or at a rate. Kept over restarts. */
  'su.setClock': { readonly args: { readonly wish: ClockWish }; readonly reply: ClockState };
  /** Moves a paused clock on. What comes due is run by `mu.advance`, which asks this. */
  'su.jump': { readonly args: { readonly timestampMs: number }; readonly reply: ClockState };
  /** Every process with crons, and when the next of them will have come due. */
  'su.due': { readonly args: Empty; readonly reply: { readonly due: readonly CronDue[]; readonly nextBlockMs: number } };
  /**
   * The slots of every process whose message fits `find`, in the order in which they were assigned: a part of it, which
   * ends after about `budgetMs`. Ask again with what it read to, also for what is assigned later.
   */
  'su.search': {
    readonly args: { readonly find: LogFind; readonly after: number; readonly budgetMs: number };
    readonly reply: LogFound;
  };
  /** Names of tags in the logs that hold `part` in any case, the most frequent first; with `name`, the values of that tag. */
  'su.tags': {
    readonly args: { readonly name: string | null; readonly part: string; readonly limit: number };
    readonly reply: { readonly seen: readonly SeenText[] };
  };
  'su.facts': { readonly args: FactsArgs; readonly reply: FactsReply };
}
