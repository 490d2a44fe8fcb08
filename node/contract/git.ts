/** How a file stands to the last commit. */
export type GitMark = 'modified' | 'added' | 'deleted' | 'untracked';

/** The project as git sees it. */
export interface GitStatus {
  /** The branch that is checked out; null for a commit without one. */
  readonly branch: string | null;
  /** Files of the project that differ from the last commit, in order of their paths; what git ignores is left out. */
  readonly files: readonly { readonly path: string; readonly mark: GitMark }[];
}
