/** What is looked for in the files of a project. */
export interface FindQuery {
  readonly text: string;
  /** Capital and small letters differ. */
  readonly isCase: boolean;
  /** Whole words alone. */
  readonly isWord: boolean;
  /** `text` is a regular expression of RE2, which takes no longer the more it could match. */
  readonly isPattern: boolean;
  /** Texts that the person has not saved yet: they are looked through in place of what stands on the disk. */
  readonly drafts: readonly { readonly path: string; readonly text: string }[];
}

/** A place that matches. Lines and columns count from 1. */
export interface FoundPlace {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** The line, or what lies around the place in a long one. */
  readonly text: string;
  /** Where the place begins in that text, from 0. */
  readonly at: number;
}

export interface FoundFile {
  readonly path: string;
  readonly places: readonly FoundPlace[];
}

export interface Found {
  readonly files: readonly FoundFile[];
  /** Of all files together. */
  readonly places: number;
  /** False where there is more than is told. */
  readonly isComplete: boolean;
  /** Files that are too large to be looked through, or that cannot be read. */
  readonly skipped: readonly string[];
}
