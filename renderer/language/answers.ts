import type { Span } from './syntax.ts';

/** A stretch of a file of the project. */
export interface FileSpan extends Span {
  readonly path: string;
}

export interface Completion {
  readonly label: string;
  readonly kind: 'function' | 'field' | 'variable' | 'keyword' | 'snippet' | 'value' | 'file';
  readonly detail: string;
  readonly about: string;
  /** Text with placeholders where there is more to write than the label. */
  readonly insert: string | null;
  /** Smaller comes first. */
  readonly rank: number;
}

export interface Signature {
  readonly label: string;
  readonly about: string;
  readonly parameters: readonly { readonly label: string; readonly about: string }[];
  readonly active: number;
}

export interface HoverText extends Span {
  readonly code: string;
  readonly about: string;
}

export interface OutlineRow extends Span {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'function' | 'handler' | 'variable';
  readonly at: Span;
}

/** What a handler takes out of a message. */
export interface TagRead {
  readonly name: string;
  readonly isNumber: boolean;
}

/** A handler that a file adds: the call that adds it, and what its function reads. */
export interface HandlerRow extends Span {
  readonly name: string;
  /** The action that it waits for; null where it waits for none or several, or where code decides. */
  readonly action: string | null;
  readonly reads: readonly TagRead[];
  /** How it reads the data; null where it does not. */
  readonly data: 'text' | 'number' | 'json' | null;
}

/** A change of a text. */
export interface TextEdit extends Span {
  readonly text: string;
}

export interface QuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** What the language found in a text: an error (`LUA_SYNTAX`), or what runs and is probably not meant. */
export interface Mark extends Span {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly fix: QuickFix | null;
}

/** What a process runs on, as far as it has another API. */
export type Runtime = 'lua' | 'aos 1' | 'aos 2';

export interface Indent {
  readonly isTabs: boolean;
  readonly width: number;
}

/** What the language answers about the files it was told of. Places are offsets in UTF-16 units. */
export interface LanguageAnswers {
  /** Takes the text of a file; null takes the file away. */
  put(path: string, text: string | null): void;
  /** Takes which files processes are made of, and what those run on. A file may stand there several times. */
  runOn(sources: readonly (readonly [path: string, runtime: Runtime])[]): void;
  /** Errors of syntax, all of them; where there are none, the lints. */
  check(path: string): readonly Mark[];
  complete(path: string, text: string, place: number): readonly Completion[];
  /** What could be written in a line that is no file's, for a process that is made of a file (null: not known of which). */
  completeTyped(path: string | null, text: string, place: number): readonly Completion[];
  signature(path: string, text: string, place: number): Signature | null;
  hover(path: string, place: number): HoverText | null;
  definition(path: string, place: number): readonly FileSpan[];
  references(path: string, place: number): readonly FileSpan[];
  /** What a rename would change; null where the name is not the project's. */
  renaming(path: string, place: number): { readonly name: string; readonly at: Span; readonly places: readonly FileSpan[] } | null;
  outline(path: string): readonly OutlineRow[];
  /** The handlers that a file adds, first to last. */
  handlers(path: string): readonly HandlerRow[];
  folds(path: string): readonly Span[];
  /** A text in the usual form, with the spaces or the tabs of an indent. @throws Error for a text that is not Lua. */
  format(text: string, indent: Indent): Promise<string>;
}
