/** Text that was typed and not saved, and the version of the file it was typed into. */
export interface Draft {
  readonly path: string;
  readonly text: string;
  readonly version: string;
}

/** What has become of the unsaved text of one file, in one window. */
export interface DraftChange {
  /** The project's folder; another may be open by now. */
  readonly project: string;
  readonly path: string;
  /** Null where the file has no unsaved text any more. */
  readonly draft: Omit<Draft, 'path'> | null;
  /** True where the window has closed the file: another that has it open with unsaved text of its own keeps that. */
  readonly isClosed: boolean;
  /** Who says so: a window does not follow itself. */
  readonly window: string;
}
