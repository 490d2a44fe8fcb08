import { createContext, useContext } from 'react';
import type { CommandRegistry } from '../commands/registry.ts';
import type { Link } from '../link/link.ts';
import type { BranchStore } from './branch-store.ts';
import type { CallStore } from './call-store.ts';
import type { ClockStore } from './clock-store.ts';
import type { ConsoleStore } from './console-store.ts';
import type { DeployStore } from './deploy-store.ts';
import type { EditorStore } from './editor-store.ts';
import type { ExportStore } from './export-store.ts';
import type { FlowStore } from './flow-store.ts';
import type { FocusStore } from './focus-store.ts';
import type { HitsStore } from './hits-store.ts';
import type { HomeStore } from './home-store.ts';
import type { InsideStore } from './inside-store.ts';
import type { InspectStore } from './inspect-store.ts';
import type { TestsStore } from './tests-store.ts';
import type { MapStore } from './map-store.ts';
import type { NotesStore } from './notes-store.ts';
import type { PlanStore } from './plan-store.ts';
import type { PlayStore } from './play-store.ts';
import type { SearchStore } from './search-store.ts';
import type { SessionStore } from './session-store.ts';
import type { UiStore } from './ui-store.ts';
import type { WorkspaceStore } from './workspace-store.ts';
import type { WorldStore } from './world-store.ts';

/** All that a panel may reach. Stores are read with zustand's `useStore`. */
export interface App {
  readonly link: Link;
  /** What happened on the node: processes, messages, slots. */
  readonly world: WorldStore;
  /** Where the person looks: process, slot, message. */
  readonly focus: FocusStore;
  /** Time that passes by itself. */
  readonly play: PlayStore;
  /** What is looked for among the messages, in every view of them. */
  readonly flow: FlowStore;
  /** What the inspector shows of the focus. */
  readonly inspect: InspectStore;
  /** The evaluation in focus from the inside. */
  readonly inside: InsideStore;
  /** Breakpoints, and the way from hit to hit. */
  readonly hits: HitsStore;
  /** Other futures of the log. */
  readonly branch: BranchStore;
  /** The project's tests, and what became of them. */
  readonly tests: TestsStore;
  /** The processes of aoscope.json, and how they stand to their files. */
  readonly plan: PlanStore;
  /** Networks of others, kept keys, and the way there. */
  readonly deploy: DeployStore;
  /** A process of a network that comes home into the open project. */
  readonly home: HomeStore;
  /** What people wrote about places in the history. */
  readonly notes: NotesStore;
  /** A history on its way into a file. */
  readonly exporting: ExportStore;
  /** Where everybody stands on the map. */
  readonly map: MapStore;
  /** What is typed into the consoles. */
  readonly console: ConsoleStore;
  /** What is filled in to be sent. */
  readonly call: CallStore;
  /** A text in all files of the project. */
  readonly search: SearchStore;
  /** How the project was left, to be found again. */
  readonly session: SessionStore;
  /** The node's status, the project and its files. */
  readonly workspace: WorkspaceStore;
  /** The node's protocol time. */
  readonly clock: ClockStore;
  /** Open files and their text. */
  readonly editor: EditorStore;
  /** Notices, theme, palette, which panels are asked for. */
  readonly ui: UiStore;
  readonly commands: CommandRegistry;
}

export const AppContext = createContext<App | null>(null);

/** The app around this component. @throws Error outside of an AppContext. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp is called outside of AppContext');
  return app;
}
