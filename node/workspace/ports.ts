import type { NodeLimits, RecordedLogs } from '../contract/commands.ts';
import type { DesktopStatus, ProjectInfo, UnitStatus } from '../contract/desktop.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import type { Address } from '../contract/ids.ts';
import type { NetworkProfile } from '../contract/network.ts';
import type { Client, Tell } from '../contract/rpc.ts';
import type { UnitName } from '../contract/trace.ts';
import type { UpdateState } from '../contract/updates.ts';

/** What the host knows of the units at this moment. */
export interface UnitsSeen {
  readonly units: readonly UnitStatus[];
  readonly isPortBlockMoved: boolean;
  /** The MU's address: the one whose pushed messages processes trust; null while it is not up. */
  readonly authority: Address | null;
  /** The SU's address; null while it is not up. */
  readonly scheduler: Address | null;
  readonly limits: NodeLimits;
}

/** What the units are opened with for a project. */
export interface UnitData {
  readonly dataDir: string;
  readonly limits: Partial<NodeLimits>;
  readonly network: Partial<NetworkProfile>;
  /** Set where the project is an opened recording. */
  readonly recording: RecordedLogs | null;
}

/** A node beside the project's own, to try something on or to speak to units elsewhere. It keeps nothing. */
export interface NodeToTry {
  readonly ask: Client['ask'];
  /** Whom what is signed for it names. */
  readonly signers: () => Pick<UnitsSeen, 'authority' | 'scheduler'>;
  close(): Promise<void>;
}

/** How such a node is put together. */
export interface NodeWish {
  readonly network: Partial<NetworkProfile>;
  readonly limits?: Partial<NodeLimits>;
  /** Set where its logs are those of another scheduler: they are looked at and branched from. */
  readonly recording?: RecordedLogs;
}

/** @throws AoError UNIT_DOWN. */
export type OpenNode = (wish: NodeWish) => Promise<NodeToTry>;

/** @returns the path; null when the person thinks better of it. */
export type ChooseRecording = (to: 'open' | 'save', name: string) => Promise<string | null>;

/** The key store of the system, as the desktop reaches it: what it seals only the same person on the same computer opens. */
export interface KeyStore {
  /** @throws Error where the system refuses. */
  seal(text: string): Promise<Uint8Array>;
  /** @throws Error where the system refuses, or the bytes are not its own. */
  open(sealed: Uint8Array): Promise<string>;
}

/** What there is of it: its name, or why there is none. */
export type FoundKeyStore = { readonly store: KeyStore; readonly name: string } | { readonly store: null; readonly reason: string };

/** Newer versions of the app, as the desktop finds and installs them. Each resolves with the state that it ended in. */
export interface Updates {
  state(): UpdateState;
  check(): Promise<UpdateState>;
  download(): Promise<UpdateState>;
  /** Ends the app and starts the new one. */
  install(): Promise<void>;
}

/**
 * Asks the person beside the window, which cannot answer it, before a key of that store is unlocked, leaves it or is removed.
 * @param path where it would be written to; null where it would not be.
 */
export type ConfirmKey = (wish: 'unlock' | 'export' | 'remove', name: string, path: string | null) => Promise<boolean>;

/** What a desktop does for its windows. */
export interface Desktop {
  /** Opens one more window. */
  newWindow(): void;
  /** Tells the person by the system, where no window is looked at. */
  notify(title: string, body: string): void;
  readonly updates: Updates;
}

/** All that the workspace needs of the process it lives in. */
export interface WorkspaceOptions {
  readonly shell: 'electron' | 'served';
  readonly version: string;
  /** This installation's own folder: wallets, settings, recent projects, copies of samples. */
  readonly userDir: string;
  /** Folder with lua/, samples/ and glue.wasm. */
  readonly assetsDir: string;
  /**
   * The project to open at once, before any unit is up; null for the scratch project. Nothing is asked of the units:
   * the host opens them afterwards with `unitData()`. Where it cannot be opened, the scratch project is, and its
   * `problem` says why.
   */
  readonly project: string | null;
  /** Asks the units through the hub. May wait while a unit is starting. */
  readonly ask: Client['ask'];
  /** Announces to every window. */
  readonly tell: Tell;
  /** Compilers of this computer are run without the person's yes: the command line's --trust-build. */
  readonly isBuildTrusted?: boolean;
  /** Where no project is asked for, the one that was open at the end is opened again. */
  readonly isReopening?: boolean;
  /** Shows the system's folder dialog; null where there is none. */
  readonly chooseFolder: (() => Promise<string | null>) | null;
  /** Shows its dialog for a recording to open, or for a place to save one under a name that is proposed; null where there is none. */
  readonly chooseRecording?: ChooseRecording | null;
  /** The same for a key file. */
  readonly chooseKeyFile?: ChooseRecording | null;
  /** Where keys are kept without a passphrase, looked for when keys are: macOS may ask the person then. Absent where there is no window of this app to ask in. */
  readonly keyStore?: () => FoundKeyStore;
  readonly confirmKey?: ConfirmKey;
  /** Absent where windows are those of a browser. */
  readonly desktop?: Desktop;
  readonly unitStatus: () => UnitsSeen;
  /** Closes the units' databases and opens those of `data`; resolves when all four answer again. */
  readonly reopenUnits: (data: UnitData) => Promise<void>;
  readonly openNode: OpenNode;
  readonly restartUnit: (unit: UnitName) => Promise<void>;
}

/** The shell's side of a project: made by createWorkspace in workspace.ts. */
export interface Workspace {
  /** The answers to every command the shell owns, for the hub. */
  readonly handlers: HandlersOf<'shell'>;
  /** What the units are to be opened with for the open project. */
  unitData(): UnitData;
  /** Folder of this installation's key files. */
  walletDir(): string;
  /** The open project. */
  project(): ProjectInfo;
  /** What the status bar shows; the host tells it as 'status' whenever a unit changes. */
  status(): DesktopStatus;
  /** To be called once the units answer for the first time: puts the built-in module on the gateway. Never rejects. */
  unitsReady(): Promise<void>;
  /** Opens a project; when it cannot be opened, the one that was open stays. @throws AoError PROJECT_*. */
  open(path: string): Promise<ProjectInfo>;
  /** Opens the recording that was named at the start; where that fails, the scratch project says why. Never rejects. */
  openFirst(file: string): Promise<void>;
  /** Writes what is pending, stops watching and gives the project free. */
  close(): Promise<void>;
}
