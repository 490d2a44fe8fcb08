import type { BranchComparison, BranchInfo, BranchRun, BranchSpec, BranchStep } from './branch.ts';
import type { ClockStart, ClockState, ClockStep, ClockWish } from './clock.ts';
import type { DesktopStatus, FileEntry, FileText, ProjectInfo, SampleInfo } from './desktop.ts';
import type { Address, ItemId, ModuleId, ProcessId, Slot } from './ids.ts';
import type { Assignment, Item, LogEntry, Tag } from './item.ts';
import type { ModuleInfo } from './modules.ts';
import type { NetworkProfile } from './network.ts';
import type { Note } from './note.ts';
import type { CronOutcome, Json, SlotOutcome, Outcome } from './outcome.ts';
import type {
  CallNode,
  EvaluationPlace,
  ExpressionValue,
  FramePath,
  FrameView,
  HistoryPage,
  HistoryQuery,
  SlotRecording,
  StepPage,
  Why,
} from './recording.ts';
import type { StateDiff, StatePage, StatePath } from './state.ts';
import type { Fact, UnitName } from './trace.ts';

/** Nothing to say. */
export type Empty = Readonly<Record<string, never>>;

/** What every unit is told when a project opens. */
export interface UnitConfig {
  /** Folder for the unit's database file. */
  readonly dataDir: string;
  /** Folder with the key files of this installation. */
  readonly walletDir: string;
  /** Folder with the app's own assets: lua/, glue.wasm. */
  readonly assetsDir: string;
  /** Loopback port of the unit's public HTTP routes; null for none, 0 for any free one. */
  readonly httpPort: number | null;
  /** Another port at which the gateway answers the same, where bundlers are looked for; for the gateway alone. */
  readonly uploadPort?: number;
  readonly limits: NodeLimits;
  readonly network: NetworkProfile;
  /** How the clock of a project begins that has no data yet; the computer's when absent. */
  readonly clock?: ClockStart | null;
}

/** Limits that the person sets; visible, and part of what a replay obeys. */
export interface NodeLimits {
  /** VM instructions per slot. */
  readonly gas: number;
  readonly memoryBytes: number;
  /** Wall milliseconds per slot, the last resort after the instruction count. */
  readonly timeMs: number;
  /** Hops of one journey before it is held. */
  readonly hops: number;
  /** Bytes of one data item. */
  readonly itemBytes: number;
}

export const DEFAULT_LIMITS: NodeLimits = {
  gas: 300_000_000,
  memoryBytes: 256 * 1024 * 1024,
  timeMs: 30_000,
  hops: 100,
  itemBytes: 10 * 1024 * 1024,
};

export interface UnitOpened {
  readonly url: string | null;
  /** The address at `uploadPort`, where there is one. */
  readonly uploadUrl?: string;
  /** The address with which the unit signs; null for units that do not. */
  readonly address: Address | null;
}

/** A process as the SU knows it. */
export interface ProcessInfo {
  readonly process: ProcessId;
  readonly module: ModuleId;
  readonly name: string | null;
  readonly item: Item;
  readonly assignment: Assignment;
  readonly slotLatest: Slot;
}

/** What a rebuilding of the logs has found. */
export interface RebuildReport {
  /** Processes, slots and notes that were brought back. */
  readonly processes: number;
  readonly slots: number;
  readonly notes: number;
  /** The first slot of each process that the gateway lacks, or whose bytes do not fit, while later ones are there. */
  readonly gaps: readonly { readonly process: ProcessId; readonly slot: Slot; readonly reason: string }[];
}

/** A message for a dry run: what it says stands above what the newest slot says (protocol §4.6). */
export interface DryRunMessage {
  readonly id?: string | undefined;
  readonly target?: string | undefined;
  readonly timestampMs?: number | undefined;
  readonly blockHeight?: number | undefined;
  readonly owner?: string | undefined;
  readonly from?: string | undefined;
  readonly tags: readonly Tag[];
  readonly data: string | null;
  readonly anchor?: string | undefined;
}

/** Where a cron message stands: see CronOutcome. */
export interface CronPlace {
  readonly slot: Slot;
  readonly tick: number;
}

/** When a process wakes up by itself. */
export interface CronDue {
  readonly process: ProcessId;
  /** The time, Unix ms, at which its next cron message will be before the present. */
  readonly nextMs: number;
  /** How many come in a second, on average. */
  readonly perSecond: number;
}

/** Every question one process may ask another: name → what is sent, what comes back. */
export interface Commands {
  // every unit
  'unit.open': { readonly args: UnitConfig; readonly reply: UnitOpened };
  'unit.close': { readonly args: Empty; readonly reply: Empty };

  // gateway: the local stand-in for Arweave
  /**
   * Keeps an item that the asking unit has signed or verified; what a bundle carries is verified here, but for a line of
   * the SU's log, whose two items it has verified or signed as well.
   */
  'gateway.upload': { readonly args: { readonly item: string; readonly isLogLine?: boolean }; readonly reply: { readonly id: ItemId } };
  /** Takes the signed item in which this node's own scheduler says where it is: it answers for those it stands in for, too. */
  'gateway.schedulerLocation': { readonly args: { readonly item: string }; readonly reply: { readonly id: ItemId } };
  'gateway.item': { readonly args: { readonly id: ItemId }; readonly reply: Item };
  /** The bytes of an item's data, base64url. */
  'gateway.data': { readonly args: { readonly id: ItemId }; readonly reply: { readonly data: string } };
  /** Items that `owner` signed and that carry `tag`, in the order in which they came, without their data; `cursor` goes on where a page ended. */
  'gateway.find': {
    readonly args: { readonly owner: Address; readonly tag: Tag; readonly after: string | null; readonly limit: number };
    readonly reply: { readonly items: readonly Item[]; readonly cursor: string | null };
  };
  /** How deep an item stands in the chain. */
  'gateway.settled': {
    readonly args: { readonly id: ItemId };
    readonly reply: { readonly isTransaction: boolean; readonly confirmations: number };
  };
  'gateway.network': { readonly args: Empty; readonly reply: { readonly height: number } };
  /** Blocks above height `after` with a time before `beforeMs` (Unix ms), in order; fewer than 1,000 where there are no more. */
  'gateway.blocks': {
    readonly args: { readonly after: number; readonly beforeMs: number };
    readonly reply: { readonly blocks: readonly { readonly blockHeight: number; readonly timestampMs: number }[] };
  };
  /** Says which item is the app's own Lua module: what `lua` means in the network profile. Kept. */
  'gateway.lua': { readonly args: { readonly module: ModuleId }; readonly reply: Empty };
  /** Puts a well-known module there by its content (module-catalogue.ts), under its id on the network: nobody but its publisher could sign it. */
  'gateway.known': { readonly args: { readonly data: string }; readonly reply: { readonly module: ModuleId } };
  /**
   * The SU tells what time it is: blocks come up to it and no further; null follows the computer's clock again. Times never
   * fall. The answer's time is behind its newest block, and never before the one given.
   */
  'gateway.clock': {
    readonly args: { readonly timestampMs: number | null };
    readonly reply: { readonly timestampMs: number; readonly blockHeight: number; readonly nextBlockMs: number; readonly blockMs: number };
  };
  /** Ids of items up to a height: at most 100, oldest first. Empty lists ask for nothing; every tag must be there, and one of the owners. */
  'gateway.search': {
    readonly args: {
      readonly ids: readonly string[];
      readonly owners: readonly string[];
      readonly tags: readonly Tag[];
      readonly maxHeight: number;
    };
    readonly reply: { readonly ids: readonly ItemId[] };
  };
  /** A transaction or a block in Arweave's words, as it stood at `maxHeight`: the newest block shows no transactions, it is not full. */
  'gateway.document': {
    readonly args: { readonly kind: 'tx' | 'block'; readonly name: string; readonly maxHeight: number };
    readonly reply: { readonly json: string };
  };
  'gateway.facts': { readonly args: FactsArgs; readonly reply: FactsReply };

  // scheduler unit
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
  'su.isProcess': { readonly args: { readonly id: string }; readonly reply: { readonly isProcess: boolean } };
  'su.time': { readonly args: Empty; readonly reply: { readonly timestampMs: number; readonly blockHeight: number } };
  'su.clock': { readonly args: Empty; readonly reply: ClockState };
  /** How protocol time goes on: with the computer, not at all, or at a rate. Kept over restarts. */
  'su.setClock': { readonly args: { readonly wish: ClockWish }; readonly reply: ClockState };
  /** Moves a paused clock on. What comes due is run by `mu.advance`, which asks this. */
  'su.jump': { readonly args: { readonly timestampMs: number }; readonly reply: ClockState };
  /** Every process with crons, and when the next of them will have come due. */
  'su.due': { readonly args: Empty; readonly reply: { readonly due: readonly CronDue[]; readonly nextBlockMs: number } };
  'su.facts': { readonly args: FactsArgs; readonly reply: FactsReply };

  // compute unit
  /** Evaluates up to `slot` and returns that slot's outcome. */
  'cu.result': { readonly args: { readonly process: ProcessId; readonly slot: Slot }; readonly reply: SlotOutcome };
  /** Outcomes that have been evaluated, by slot. */
  'cu.results': {
    readonly args: {
      readonly process: ProcessId;
      readonly from: Slot | null;
      readonly to: Slot | null;
      readonly limit: number;
      readonly order: 'asc' | 'desc';
    };
    readonly reply: { readonly results: readonly SlotOutcome[] };
  };
  /** Evaluates up to the present, and gives the outcomes of cron messages after `after`, in order. */
  'cu.cron': {
    readonly args: { readonly process: ProcessId; readonly after: CronPlace | null; readonly limit: number };
    readonly reply: {
      readonly ticks: readonly CronOutcome[];
      /** Where the newest of all stands; null when there is none yet. */
      readonly newest: CronPlace | null;
    };
  };
  /** Tries a message on the memory after `slot`, or after the newest one, and forgets it. */
  'cu.dryRun': {
    readonly args: { readonly process: ProcessId; readonly message: DryRunMessage; readonly slot?: Slot | undefined };
    readonly reply: Outcome;
  };
  /** The children of one place in the state after `slot`, read from a spare copy. */
  'cu.state': {
    readonly args: {
      readonly process: ProcessId;
      readonly slot: Slot;
      readonly path: StatePath;
      readonly offset: number;
      readonly limit: number;
    };
    readonly reply: StatePage;
  };
  /** What slot `to` changed against slot `from`; `from` null means the state before slot 0. */
  'cu.diff': { readonly args: { readonly process: ProcessId; readonly from: Slot | null; readonly to: Slot }; readonly reply: StateDiff };
  /** base64url SHA-256 over the whole memory after `slot`: the same for the same log and engine. */
  'cu.stateHash': { readonly args: { readonly process: ProcessId; readonly slot: Slot }; readonly reply: { readonly hash: string } };
  /**
   * Replays from slot 0 on a clean instance and compares every outcome hash, and the memory at the end. `slots` is how
   * many were equal; a memory that differs after equal outcomes is told as the last slot.
   */
  'cu.verify': {
    readonly args: { readonly process: ProcessId };
    readonly reply: { readonly slots: number; readonly firstDifference: Slot | null };
  };
  /** Runs one evaluation again on a spare copy and tells what happened inside. @throws TRACE_UNSUPPORTED. */
  'cu.trace': { readonly args: EvaluationPlace; readonly reply: SlotRecording };
  /** The kept steps of a recording from the `from`-th on. */
  'cu.traceSteps': { readonly args: EvaluationPlace & { readonly from: number; readonly limit: number }; readonly reply: StepPage };
  /** The calls of a recording from the `from`-th on, each after the call that made it. */
  'cu.traceCalls': {
    readonly args: EvaluationPlace & { readonly from: number; readonly limit: number };
    readonly reply: { readonly calls: readonly CallNode[] };
  };
  /** The stack with its variables where `step` is about to run, innermost frame first. */
  'cu.frames': {
    readonly args: EvaluationPlace & { readonly step: number };
    readonly reply: { readonly frames: readonly FrameView[] };
  };
  'cu.frameValue': {
    readonly args: EvaluationPlace & { readonly step: number; readonly at: FramePath; readonly offset: number; readonly limit: number };
    readonly reply: StatePage;
  };
  /** What an expression gives: at a step seen from a frame, or after the slot where `step` is null. Nothing of it stays. */
  'cu.expression': {
    readonly args: EvaluationPlace & { readonly step: number | null; readonly frame: number; readonly expression: string };
    readonly reply: ExpressionValue;
  };
  /**
   * A part of a search through the history of a process, from slot `from` on in one direction. Ask again from `next`;
   * each part ends after about `budgetMs`. Value history is a search for changes.
   */
  'cu.search': {
    readonly args: {
      readonly process: ProcessId;
      readonly query: HistoryQuery;
      readonly from: Slot;
      readonly direction: 'forwards' | 'backwards';
      readonly isSampled: boolean;
      readonly limit: number;
      readonly budgetMs: number;
    };
    readonly reply: HistoryPage;
  };
  /** Why a value is as it is after a slot: who wrote it, at which line, for which message, who sent that, and so on. */
  'cu.why': { readonly args: { readonly process: ProcessId; readonly slot: Slot; readonly expression: string }; readonly reply: Why };
  /** Makes a branch: another future beside the main line. Nothing is run yet. @throws BRANCH_INVALID. */
  'cu.branchNew': { readonly args: { readonly spec: BranchSpec }; readonly reply: BranchInfo };
  'cu.branches': { readonly args: Empty; readonly reply: { readonly branches: readonly BranchInfo[] } };
  'cu.branchName': { readonly args: { readonly branch: number; readonly name: string }; readonly reply: BranchInfo };
  'cu.branchDrop': { readonly args: { readonly branch: number }; readonly reply: Empty };
  /** Runs a branch on for about `budgetMs`; ask again until it is done. */
  'cu.branchRun': { readonly args: { readonly branch: number; readonly budgetMs: number }; readonly reply: BranchRun };
  'cu.branchSteps': {
    readonly args: { readonly branch: number; readonly process: ProcessId; readonly from: number; readonly limit: number };
    readonly reply: { readonly steps: readonly BranchStep[] };
  };
  /** State of a branch after the step `index` of a process. */
  'cu.branchState': {
    readonly args: {
      readonly branch: number;
      readonly process: ProcessId;
      readonly index: number;
      readonly path: StatePath;
      readonly offset: number;
      readonly limit: number;
    };
    readonly reply: StatePage;
  };
  /** The end of a process in a branch against its end on the main line. */
  'cu.branchCompare': { readonly args: { readonly branch: number; readonly process: ProcessId }; readonly reply: BranchComparison };
  /** Stops the slot that is being evaluated now, as a verdict in the log. */
  'cu.stop': { readonly args: { readonly process: ProcessId }; readonly reply: { readonly isStopped: boolean } };
  'cu.facts': { readonly args: FactsArgs; readonly reply: FactsReply };

  // messenger unit
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
  'mu.monitor': { readonly args: { readonly process: ProcessId }; readonly reply: Empty };
  'mu.unmonitor': { readonly args: { readonly process: ProcessId }; readonly reply: Empty };
  'mu.monitors': { readonly args: Empty; readonly reply: { readonly processes: readonly ProcessId[] } };
  /** Lets a held journey go on for as many hops again. */
  'mu.continue': { readonly args: { readonly journey: ItemId }; readonly reply: { readonly limit: number } };
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
  'mu.facts': { readonly args: FactsArgs; readonly reply: FactsReply };

  // the shell: projects, files and wallets, answered by the host
  'shell.status': { readonly args: Empty; readonly reply: DesktopStatus };
  'shell.restart': { readonly args: { readonly unit: UnitName }; readonly reply: Empty };
  /** Small things the window remembers (layout, theme, open files), by key; null when never set. */
  'shell.recall': { readonly args: { readonly key: string }; readonly reply: { readonly value: Json } };
  'shell.remember': { readonly args: { readonly key: string; readonly value: Json }; readonly reply: Empty };
  /** Shows the system's folder dialog; null when cancelled or where there is none (then the window asks for a path). */
  'shell.chooseFolder': { readonly args: Empty; readonly reply: { readonly path: string | null; readonly isSupported: boolean } };
  'project.current': { readonly args: Empty; readonly reply: { readonly project: ProjectInfo | null } };
  'project.recent': {
    readonly args: Empty;
    readonly reply: { readonly projects: readonly { readonly path: string; readonly name: string }[] };
  };
  'project.open': { readonly args: { readonly path: string }; readonly reply: ProjectInfo };
  'project.samples': { readonly args: Empty; readonly reply: { readonly samples: readonly SampleInfo[] } };
  /** Copies a sample into a new folder of its own, opens it, spawns its processes and sends its start messages. */
  'project.openSample': { readonly args: { readonly sample: string }; readonly reply: ProjectInfo };
  /** Spawns every process of the manifest and sends its start messages. */
  'project.run': {
    readonly args: Empty;
    readonly reply: { readonly processes: readonly { readonly name: string; readonly process: ProcessId }[] };
  };
  'files.list': { readonly args: Empty; readonly reply: { readonly entries: readonly FileEntry[] } };
  'files.read': { readonly args: { readonly path: string }; readonly reply: FileText };
  /** Saves; with `version` set it refuses when the file changed outside since. */
  'files.write': {
    readonly args: { readonly path: string; readonly text: string; readonly version: string | null };
    readonly reply: { readonly version: string };
  };
  'files.create': { readonly args: { readonly path: string; readonly kind: 'file' | 'folder' }; readonly reply: Empty };
  'files.rename': { readonly args: { readonly from: string; readonly to: string }; readonly reply: Empty };
  'files.delete': { readonly args: { readonly path: string }; readonly reply: Empty };
  /** The app's own module, and those that were added to this installation. */
  'modules.list': { readonly args: Empty; readonly reply: { readonly modules: readonly ModuleInfo[] } };
  /** Adds a program from a file (`data` base64url; .wat is compiled): under its own id where its content is well known, else signed as a new module. */
  'modules.add': { readonly args: { readonly file: string; readonly data: string }; readonly reply: ModuleInfo };
  /** Fetches a module from a gateway by its id and checks its signature; tells 'modules.progress'. Cancelled with the question. */
  'modules.fetch': { readonly args: { readonly module: ModuleId; readonly gateway: string | null }; readonly reply: ModuleInfo };
  /** Takes a module out of this installation. Projects that have it keep it. */
  'modules.remove': { readonly args: { readonly module: ModuleId }; readonly reply: Empty };
  /**
   * Signs with the development wallet and spawns; `source` is evaluated as the process's On-Boot data. `module` is an id,
   * a name from the list of modules, or the path of a .wasm or .wat file of the project; null is the Lua module.
   */
  'wallet.spawn': {
    readonly args: { readonly name: string; readonly source: string; readonly tags: readonly Tag[]; readonly module: string | null };
    readonly reply: { readonly process: ProcessId };
  };
  /** Signs a message with the development wallet and sends it through the MU. */
  'wallet.send': {
    readonly args: { readonly process: ProcessId; readonly tags: readonly Tag[]; readonly data: string };
    readonly reply: { readonly id: ItemId; readonly slot: Slot };
  };
}
export interface FactsArgs {
  readonly after: number;
  readonly limit: number;
}
export interface FactsReply {
  readonly facts: readonly Fact[];
  readonly last: number;
}

export type CommandName = keyof Commands;
export type Owner = UnitName | 'shell' | 'unit';

interface Row<O extends Owner = Owner> {
  /** Who answers. 'unit' commands are answered by every unit. */
  readonly owner: O;
  /** May a window ask it? Everything else is between the units. */
  readonly fromWindow: boolean;
}
const row = <O extends Owner>(owner: O, fromWindow: boolean): Row<O> => ({ owner, fromWindow });

/** Forgetting the row of a new command does not compile. */
export const COMMANDS = {
  'unit.open': row('unit', false),
  'unit.close': row('unit', false),
  'gateway.upload': row('gateway', false),
  'gateway.schedulerLocation': row('gateway', false),
  'gateway.item': row('gateway', true),
  'gateway.data': row('gateway', true),
  'gateway.find': row('gateway', false),
  'gateway.settled': row('gateway', false),
  'gateway.network': row('gateway', true),
  'gateway.blocks': row('gateway', false),
  'gateway.lua': row('gateway', false),
  'gateway.known': row('gateway', false),
  'gateway.clock': row('gateway', false),
  'gateway.search': row('gateway', false),
  'gateway.document': row('gateway', false),
  'gateway.facts': row('gateway', true),
  'su.schedule': row('su', false),
  'su.assign': row('su', false),
  'su.log': row('su', true),
  'su.find': row('su', true),
  'su.process': row('su', true),
  'su.note': row('su', false),
  'su.notes': row('su', false),
  'su.rebuild': row('su', false),
  'su.isProcess': row('su', true),
  'su.time': row('su', true),
  'su.clock': row('su', true),
  'su.setClock': row('su', true),
  'su.jump': row('su', false),
  'su.due': row('su', true),
  'su.facts': row('su', true),
  'cu.result': row('cu', true),
  'cu.results': row('cu', true),
  'cu.cron': row('cu', false),
  'cu.dryRun': row('cu', true),
  'cu.state': row('cu', true),
  'cu.diff': row('cu', true),
  'cu.stateHash': row('cu', true),
  'cu.verify': row('cu', true),
  'cu.trace': row('cu', true),
  'cu.traceSteps': row('cu', true),
  'cu.traceCalls': row('cu', true),
  'cu.frames': row('cu', true),
  'cu.frameValue': row('cu', true),
  'cu.expression': row('cu', true),
  'cu.search': row('cu', true),
  'cu.why': row('cu', true),
  'cu.branchNew': row('cu', true),
  'cu.branches': row('cu', true),
  'cu.branchName': row('cu', true),
  'cu.branchDrop': row('cu', true),
  'cu.branchRun': row('cu', true),
  'cu.branchSteps': row('cu', true),
  'cu.branchState': row('cu', true),
  'cu.branchCompare': row('cu', true),
  'cu.stop': row('cu', true),
  'cu.facts': row('cu', true),
  'mu.send': row('mu', true),
  'mu.assign': row('mu', true),
  'mu.monitor': row('mu', true),
  'mu.unmonitor': row('mu', true),
  'mu.monitors': row('mu', true),
  'mu.continue': row('mu', true),
  'mu.advance': row('mu', true),
  'mu.push': row('mu', true),
  'mu.idle': row('mu', true),
  'mu.facts': row('mu', true),
  'shell.status': row('shell', true),
  'shell.restart': row('shell', true),
  'shell.recall': row('shell', true),
  'shell.remember': row('shell', true),
  'shell.chooseFolder': row('shell', true),
  'project.current': row('shell', true),
  'project.recent': row('shell', true),
  'project.open': row('shell', true),
  'project.samples': row('shell', true),
  'project.openSample': row('shell', true),
  'project.run': row('shell', true),
  'files.list': row('shell', true),
  'files.read': row('shell', true),
  'files.write': row('shell', true),
  'files.create': row('shell', true),
  'files.rename': row('shell', true),
  'files.delete': row('shell', true),
  'modules.list': row('shell', true),
  'modules.add': row('shell', true),
  'modules.fetch': row('shell', true),
  'modules.remove': row('shell', true),
  'wallet.spawn': row('shell', true),
  'wallet.send': row('shell', true),
} as const satisfies { readonly [N in CommandName]: Row };

/** The names of the commands that `O` owns. */
export type CommandsOf<O extends Owner> = { [N in CommandName]: (typeof COMMANDS)[N]['owner'] extends O ? N : never }[CommandName];

/** True when `raw` names a command. */
export function isCommandName(raw: string): raw is CommandName {
  return Object.hasOwn(COMMANDS, raw);
}
