import type { NodeLimits } from './commands.ts';
import type { ErrorCode, WireError } from './errors.ts';
import type { Address, ModuleId } from './ids.ts';
import type { OpenedRecording } from './kept.ts';
import type { RemoteNetwork } from './networks.ts';
import type { NetworkProfile } from './network.ts';
import type { UnitName } from './trace.ts';

/** A unit that runs somewhere else (`network.units`), as seen from here. */
export interface ForeignUnit {
  readonly url: string;
  /** Did the last request to it get an answer? */
  readonly isReachable: boolean;
  /** Of the last request, whole milliseconds; null while it does not answer. */
  readonly latencyMs: number | null;
  /** Why it does not answer; null while it does. */
  readonly reason: string | null;
  /** The address with which it signs; null for a unit that has none, or has not told it yet. */
  readonly address: Address | null;
}

/** How one unit is doing, as the status bar shows it. */
export interface UnitStatus {
  readonly unit: UnitName;
  readonly state: 'starting' | 'up' | 'restarting' | 'down';
  /** Its public address, e.g. http://127.0.0.1:4002; null while it has none. */
  readonly url: string | null;
  readonly restarts: number;
  readonly pid: number | null;
  /** Why it is down or was restarted. */
  readonly error: WireError | null;
  /** Set where the unit is elsewhere: `state` is then that of what stands in for it here. */
  readonly foreign?: ForeignUnit;
}

/** The state of everything around the window. */
export interface DesktopStatus {
  readonly shell: 'electron' | 'served';
  readonly version: string;
  readonly platform: string;
  readonly units: readonly UnitStatus[];
  /** True when the usual ports 4000–4004 were taken and another block is in use. */
  readonly isPortBlockMoved: boolean;
  /** The development wallet of this installation; null until it has been made. */
  readonly wallet: Address | null;
  /** The address whose pushed messages processes here trust. */
  readonly authority: Address | null;
  readonly scheduler: Address | null;
  /** The built-in Lua module; null until the gateway has it. */
  readonly luaModule: ModuleId | null;
  /** What holds in this node: of the project, of whoever started it, and of the machine. */
  readonly limits: NodeLimits;
}

/** Something that went wrong, as it was written down on this computer. */
export interface Report {
  /** Name of its file. */
  readonly file: string;
  /** ISO 8601. */
  readonly at: string;
  readonly version: string;
  readonly system: string;
  /** In words. */
  readonly what: string;
  /** What the program said of it. */
  readonly text: string;
}

/** One process that a project wants spawned, as in aoscope.json. */
export interface ManifestProcess {
  readonly name: string;
  /** Its file, relative to the project folder: code, with what it requires, or a .wasm, .wat, .ts or .js file that is the program itself. */
  readonly source: string;
  /** What it runs on: an id, a name from the list of modules, or a .wasm, .wat, .ts or .js file of the project; absent for the Lua module. */
  readonly module?: string;
  /** More tags of its process item, as `Cron-Interval`, in this order. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * What becomes of the file: it is the data of the process item and evaluated as it boots (`on-boot`, where absent), it is
   * evaluated by the owner once the process is there (`eval`), or it is the data of the process item and nothing else (`data`).
   */
  readonly boot?: 'on-boot' | 'eval' | 'data';
  /** When it is to be woken, and with which tags. */
  readonly cron?: readonly ManifestCron[];
  /** False: nobody monitors it, and what its crons send is not pushed. With `cron` it is monitored where absent. */
  readonly isMonitored?: boolean;
  /** Names of processes that are spawned before it, and whose ids it knows when it boots. */
  readonly needs?: readonly string[];
  /** A message to send once all processes run; absent when none. */
  readonly start?: { readonly action: string; readonly data?: string; readonly tags?: Readonly<Record<string, string>> };
}

/** `every` as in a Cron-Interval tag: `10-seconds`, `2-blocks`. */
export interface ManifestCron {
  readonly every: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** aoscope.json, version 1. */
export interface Manifest {
  readonly version: 1;
  readonly name: string;
  readonly processes: readonly ManifestProcess[];
  /** Where `require` looks. */
  readonly bundle?: {
    /** Folders besides that of the file that is run and the project's own, in this order. */
    readonly paths?: readonly string[];
    /** Names that a process has by itself, and that are not looked for. */
    readonly external?: readonly string[];
  };
  /** What the project's slots and journeys may use; what is absent has the app's own value, as the status says it. */
  readonly limits?: Partial<NodeLimits>;
  /** How the project's node is put together; what is absent is as in DEFAULT_NETWORK. */
  readonly network?: Partial<NetworkProfile>;
  /** Networks that others run, by the names that the project gives them; those of KNOWN_NETWORKS need not be here. */
  readonly networks?: Readonly<Record<string, RemoteNetwork>>;
}

export interface ProjectProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly cure: string;
  /** Where in aoscope.json, counted from 1; absent where no place is to blame. */
  readonly place?: { readonly line: number; readonly column: number };
}

/** A project as the window knows it. `problem` is set where the manifest could not be read: files still open. */
export interface ProjectInfo {
  readonly path: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly problem: ProjectProblem | null;
  /** True for the scratch project that is open when no other is. */
  readonly isScratch: boolean;
  /** True for an opened recording: nothing is sent, spawned or saved there. */
  readonly isReadOnly: boolean;
  /** What was written about it; set for an opened recording alone. */
  readonly recording?: OpenedRecording;
}

export interface SampleInfo {
  readonly id: string;
  readonly title: string;
  /** One sentence: what happens when it is opened, and what that teaches. */
  readonly about: string;
  /** From the first steps to what is special. */
  readonly group: 'first' | 'hunt' | 'alone' | 'beyond';
  readonly icon:
    | 'repeat'
    | 'search'
    | 'coins'
    | 'messages'
    | 'book'
    | 'waves'
    | 'scale'
    | 'swords'
    | 'vote'
    | 'chart'
    | 'bot'
    | 'archive'
    | 'table'
    | 'code'
    | 'binary';
}

/** A wallet that a person can sign with; its key stays with the node. */
export interface NamedWallet {
  /** `dev` for the development wallet. */
  readonly name: string;
  readonly address: Address;
}

/** What a new project can begin with. */
export interface TemplateInfo {
  readonly id: string;
  readonly title: string;
  /** One sentence: what is in it. */
  readonly about: string;
}

/** One entry of the file tree; paths use `/` and are relative to the project folder. */
export interface FileEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

export interface FileText {
  readonly path: string;
  readonly text: string;
  /** Changes whenever the content on disk does; pass it back when saving. */
  readonly version: string;
}

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly kind: 'file' | 'folder';
}
