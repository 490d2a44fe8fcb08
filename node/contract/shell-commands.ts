import type { Empty } from './answers.ts';
import type { DesktopStatus, FileEntry, FileText, NamedWallet, ProjectInfo, Report, SampleInfo, TemplateInfo } from './desktop.ts';
import type { Draft, DraftChange } from './drafts.ts';
import type { FindQuery, Found } from './find.ts';
import type { FocusNote } from './focus-note.ts';
import type { GitStatus } from './git.ts';
import type { HistoryPlace, RecordingInfo, RecordingSize } from './kept.ts';
import type { ItemId, ModuleId, ProcessId, Slot } from './ids.ts';
import type { Tag } from './item.ts';
import type { BuiltModule, ModuleInfo, ProgramChecked } from './modules.ts';
import type { Json } from './outcome.ts';
import type { Redaction, RedactionWish } from './redaction.ts';
import type { FoundTests, TestRunReply, TestWish } from './tests.ts';
import type { RanProcess, RunWish, Topology } from './topology.ts';
import type { UnitName } from './trace.ts';
import type { UpdateState } from './updates.ts';

/** What the shell is asked: projects, files, modules and wallets. */
export interface ShellCommands {
  'shell.status': { readonly args: Empty; readonly reply: DesktopStatus };
  'shell.restart': { readonly args: { readonly unit: UnitName }; readonly reply: Empty };
  /** Small things the window remembers (layout, theme, open files), by key; null when never set. */
  'shell.recall': { readonly args: { readonly key: string }; readonly reply: { readonly value: Json } };
  'shell.remember': { readonly args: { readonly key: string; readonly value: Json }; readonly reply: Empty };
  /** The same of one project, beside those of others. Null forgets it. */
  'shell.recallOf': { readonly args: { readonly key: string; readonly project: string }; readonly reply: { readonly value: Json } };
  'shell.rememberOf': { readonly args: { readonly key: string; readonly project: string; readonly value: Json }; readonly reply: Empty };
  /** What was typed in files of a project and is not saved, in whichever window. */
  'drafts.list': { readonly args: { readonly project: string }; readonly reply: { readonly drafts: readonly Draft[] } };
  /** Keeps one, or forgets it; every window hears of it. */
  'drafts.put': { readonly args: DraftChange; readonly reply: Empty };
  /** What went wrong on this computer, the newest first, and the folder that it stands in. */
  'reports.list': {
    readonly args: Empty;
    readonly reply: { readonly reports: readonly Report[]; readonly dumps: number; readonly folder: string };
  };
  /** Writes down a fault of a window. */
  'reports.write': { readonly args: { readonly what: string; readonly text: string }; readonly reply: Empty };
  'reports.clear': { readonly args: Empty; readonly reply: Empty };
  /** Tells the person by the system, where no window of the app is looked at; nothing where there is no desktop. */
  'shell.notify': { readonly args: { readonly title: string; readonly body: string }; readonly reply: Empty };
  /** How the app stands to newer versions of itself. Asks nobody. */
  'updates.state': { readonly args: Empty; readonly reply: { readonly state: UpdateState } };
  /** Asks where updates come from; tells 'updates.changed' on the way. */
  'updates.check': { readonly args: Empty; readonly reply: { readonly state: UpdateState } };
  /** Fetches the version that was found. */
  'updates.download': { readonly args: Empty; readonly reply: { readonly state: UpdateState } };
  /** Ends the app and starts the version that was fetched. */
  'updates.install': { readonly args: Empty; readonly reply: Empty };
  /** Opens one more window of the desktop app, on the same project. */
  'shell.newWindow': { readonly args: Empty; readonly reply: { readonly isSupported: boolean } };
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
  /** What a new project can begin with, and the folder that it is put into where none is named. */
  'project.templates': { readonly args: Empty; readonly reply: { readonly templates: readonly TemplateInfo[]; readonly folder: string } };
  /** Makes a project of a template, in a folder of its name below `folder`, and opens it. */
  'project.create': {
    readonly args: { readonly name: string; readonly template: string; readonly folder: string | null };
    readonly reply: ProjectInfo;
  };
  /** Brings the processes of aoscope.json in step with their files; tells 'project.ran'. After a lost answer ask again: nothing is done twice. */
  'project.run': { readonly args: RunWish; readonly reply: { readonly processes: readonly RanProcess[] } };
  /** The processes of aoscope.json, and how each stands to its files. */
  'project.topology': { readonly args: Empty; readonly reply: Topology };
  /** A file with all that it requires, as one text to evaluate, and which files those are. */
  'project.bundle': {
    readonly args: { readonly file: string };
    readonly reply: { readonly text: string; readonly files: readonly string[]; readonly hash: string };
  };
  /** JSON Schema of aoscope.json, as text. */
  'project.schema': { readonly args: Empty; readonly reply: { readonly schema: string } };
  /** Shows the system's dialog for a recording to open, or a place to save one; null when cancelled or where there is none. */
  'shell.chooseRecording': {
    readonly args: { readonly to: 'open' | 'save'; readonly name: string };
    readonly reply: { readonly path: string | null; readonly isSupported: boolean };
  };
  /** Writes the history of processes into a new file that opens anywhere. Tells 'recording.progress'; cancelled with the question, nothing is left of it. */
  'recording.export': {
    readonly args: {
      /** An absolute path; null for a file that is handed out by `recording.read` and then gone. */
      readonly file: string | null;
      readonly processes: readonly ProcessId[];
      readonly note: string;
      /** Where whoever opens it looks first. */
      readonly focus?: RecordingInfo['focus'] | undefined;
      readonly notes?: RecordingInfo['notes'] | undefined;
      readonly marks?: RecordingInfo['marks'] | undefined;
      /** With outcomes and memories, so that nothing has to be computed again where it is opened. */
      readonly withKeyframes?: boolean | undefined;
      /** What must not leave. */
      readonly redact?: RedactionWish | undefined;
      /** The person has chosen the file, and that it is replaced. */
      readonly isReplacing?: boolean | undefined;
    };
    readonly reply: {
      readonly file: string;
      readonly bytes: number;
      readonly processes: readonly { readonly process: ProcessId; readonly name: string; readonly slots: number }[];
      readonly redaction: Redaction | null;
    };
  };
  /** About how large such a recording would be. */
  'recording.size': {
    readonly args: { readonly processes: readonly ProcessId[]; readonly withKeyframes: boolean };
    readonly reply: RecordingSize;
  };
  /** What would be taken out, and from which slot on nothing could be run again; nothing is written. */
  'recording.plan': {
    readonly args: { readonly processes: readonly ProcessId[]; readonly redact: RedactionWish };
    readonly reply: { readonly redaction: Redaction };
  };
  /** A piece (base64url) of a file that an export without a name has written; after its last piece the file is gone. */
  'recording.read': {
    readonly args: { readonly file: string; readonly offset: number };
    readonly reply: { readonly data: string; readonly next: number | null };
  };
  /** Takes in a file from a window piece by piece; `upload` null begins one. With the last piece it has the path to open it by. */
  'recording.receive': {
    readonly args: { readonly upload: string | null; readonly name: string; readonly data: string; readonly isLast: boolean };
    readonly reply: { readonly upload: string; readonly file: string | null };
  };
  /** Recordings that were open before, newest first, by the project that was made of each. */
  'recording.recent': {
    readonly args: Empty;
    readonly reply: { readonly recordings: readonly { readonly path: string; readonly name: string }[] };
  };
  /** What people wrote about places in the history of this project, or what came with the recording that is open. */
  'notes.read': { readonly args: Empty; readonly reply: { readonly notes: readonly FocusNote[] } };
  /** Keeps a note, new or changed, in the project's file of notes. */
  'notes.put': { readonly args: { readonly note: FocusNote }; readonly reply: Empty };
  'notes.remove': { readonly args: { readonly id: string }; readonly reply: Empty };
  /** Opens a recording as a project in which nothing can be sent, checked on the way in. */
  'recording.open': { readonly args: { readonly file: string }; readonly reply: ProjectInfo };
  /** Compilers of this computer may be run on the open project from now on. @throws AoError CANCELLED where another one is open by now. */
  'project.trustBuild': { readonly args: { readonly folder: string }; readonly reply: Empty };
  /** Which tests the project has, without running any; `files` null for all of them. */
  'tests.find': { readonly args: { readonly files: readonly string[] | null }; readonly reply: { readonly files: readonly FoundTests[] } };
  /** Runs tests, each file on a node of its own; tells 'tests.event' on the way. Cancelled with the question. */
  'tests.run': { readonly args: TestWish; readonly reply: TestRunReply };
  /** Writes the journey of a message as a test of the project, in a new file. */
  'tests.save': {
    readonly args: HistoryPlace & { readonly tick?: number | undefined };
    readonly reply: { readonly file: string; readonly name: string };
  };
  'files.list': { readonly args: Empty; readonly reply: { readonly entries: readonly FileEntry[] } };
  /** Looks through the text files of the project, unsaved texts included. Cancelled with the question. */
  'files.find': { readonly args: FindQuery; readonly reply: Found };
  /** How the files stand to the last commit; null where the project lies in no repository. */
  'files.git': { readonly args: Empty; readonly reply: { readonly git: GitStatus | null } };
  'files.read': { readonly args: { readonly path: string }; readonly reply: FileText };
  /** Saves; with `version` set it refuses when the file changed outside since. */
  'files.write': {
    readonly args: { readonly path: string; readonly text: string; readonly version: string | null };
    readonly reply: { readonly version: string };
  };
  /** A file has `text` in it at once, or is empty. @throws AoError FILE_EXISTS, over which nothing is written. */
  'files.create': {
    readonly args: { readonly path: string; readonly kind: 'file' | 'folder'; readonly text?: string };
    readonly reply: Empty;
  };
  'files.rename': { readonly args: { readonly from: string; readonly to: string }; readonly reply: Empty };
  'files.delete': { readonly args: { readonly path: string }; readonly reply: Empty };
  /** The app's own module, and those that were added to this installation. */
  'modules.list': { readonly args: Empty; readonly reply: { readonly modules: readonly ModuleInfo[] } };
  /** Adds a program from a file (`data` base64url; .wat and .ts are compiled): under its own id where its content is well known, else signed as a new module. */
  'modules.add': { readonly args: { readonly file: string; readonly data: string }; readonly reply: ModuleInfo };
  /** Fetches a module from a gateway by its id and checks its signature; tells 'modules.progress'. Cancelled with the question. */
  'modules.fetch': { readonly args: { readonly module: ModuleId; readonly gateway: string | null }; readonly reply: ModuleInfo };
  /** Compiles a .wat or .ts file of the project, with `texts` in place of files on the disk, and keeps nothing. */
  'modules.check': {
    readonly args: { readonly file: string; readonly texts: readonly { readonly path: string; readonly text: string }[] };
    readonly reply: ProgramChecked;
  };
  /** Makes of a program of the project what the network's loader runs, and writes that beside it. @throws COMPILE_FAILED, LOADER_REFUSES … */
  'modules.build': { readonly args: { readonly file: string }; readonly reply: BuiltModule };
  /** Takes a module out of this installation. Projects that have it keep it. */
  'modules.remove': { readonly args: { readonly module: ModuleId }; readonly reply: Empty };
  /**
   * Signs with the development wallet and spawns; `source` is evaluated as the process's On-Boot data. `module` is an id,
   * a name from the list of modules, or the path of a .wasm, .wat, .ts or .js file of the project; null is the Lua module.
   */
  'wallet.spawn': {
    readonly args: { readonly name: string; readonly source: string; readonly tags: readonly Tag[]; readonly module: string | null };
    readonly reply: { readonly process: ProcessId };
  };
  /** The development wallet, and those that were made beside it. */
  'wallet.list': { readonly args: Empty; readonly reply: { readonly wallets: readonly NamedWallet[] } };
  /** Makes one more, to try processes as somebody else. */
  'wallet.create': { readonly args: { readonly name: string }; readonly reply: NamedWallet };
  /** Signs a message with the development wallet, or that of another name, and sends it through the MU. */
  'wallet.send': {
    readonly args: {
      readonly process: ProcessId;
      readonly tags: readonly Tag[];
      readonly data: string;
      readonly wallet?: string | undefined;
    };
    readonly reply: { readonly id: ItemId; readonly slot: Slot };
  };
}
