import type { Empty } from './answers.ts';
import type { DeployEvent } from './deploy.ts';
import type { DesktopStatus, ForeignUnit, FileChange, ProjectInfo } from './desktop.ts';
import type { DraftChange } from './drafts.ts';
import type { HomeState } from './home.ts';
import type { ModuleProgress, ProgramChecked } from './modules.ts';
import type { TestEvent } from './tests.ts';
import type { Progress } from './timeline.ts';
import type { RanProcess } from './topology.ts';
import type { Fact, UnitName } from './trace.ts';
import type { UpdateState } from './updates.ts';

/** Every announcement: never asked for, numbered by its sender. */
export interface Events {
  /** A unit is alive. What stands in for a unit elsewhere also says how that one is reached, whenever it has changed. */
  beat: { readonly unit: UnitName; readonly foreign?: ForeignUnit };
  /** Facts in order, already journalled. A batch never mixes units. */
  facts: { readonly unit: UnitName; readonly facts: readonly Fact[] };
  /** The shell: units, ports, wallet. Sent on every change. */
  status: DesktopStatus;
  /** The open project changed; facts start anew. */
  'project.changed': { readonly project: ProjectInfo | null };
  /** Files of the open project changed on disk, by the app or from outside. */
  'files.changed': { readonly changes: readonly FileChange[] };
  /** Processes of aoscope.json were spawned or given code. */
  'project.ran': { readonly processes: readonly RanProcess[] };
  /** More of a module has come from a gateway. */
  'modules.progress': ModuleProgress;
  /** A program of the project was compiled, to be run. */
  'modules.compiled': ProgramChecked;
  /** Tests are run. */
  'tests.event': TestEvent;
  /** A deployment, or a look at a network, goes on; or waits for a person's word. */
  'deploy.event': DeployEvent;
  /** More of a process that is brought home is here, or nothing more comes. */
  'home.changed': { readonly home: HomeState };
  /** A kept key was made, removed, opened or locked, by a person or because its time was over. */
  'keys.changed': Empty;
  /** The app looks for a newer version of itself, or fetches it. */
  'updates.changed': { readonly state: UpdateState };
  /** A window remembered something: the others may follow. */
  'settings.changed': { readonly key: string };
  /** What is not saved in a file has become another text, or none, in a window. */
  'drafts.changed': DraftChange;
  /** An address was given a name, or lost it. */
  'addresses.changed': Empty;
  /** More of a recording is written: of each slot its message and its outcome count. */
  'recording.progress': { readonly file: string; readonly progress: Progress };
  /** A second start of the app, a menu or a command line asks the window to run one of its commands. */
  'window.command': { readonly command: string; readonly argument: string | null };
}
export type EventName = keyof Events;

export const EVENT_NAMES: { readonly [E in EventName]: true } = {
  beat: true,
  facts: true,
  status: true,
  'project.changed': true,
  'files.changed': true,
  'project.ran': true,
  'modules.progress': true,
  'modules.compiled': true,
  'tests.event': true,
  'deploy.event': true,
  'home.changed': true,
  'keys.changed': true,
  'updates.changed': true,
  'settings.changed': true,
  'drafts.changed': true,
  'addresses.changed': true,
  'recording.progress': true,
  'window.command': true,
};
