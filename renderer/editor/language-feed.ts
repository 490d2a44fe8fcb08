import type { Manifest } from '../../node/contract/desktop.ts';
import { KNOWN_MODULES } from '../../node/contract/module-catalogue.ts';
import type { LanguageClient } from '../language/client.ts';
import { LineStarts } from '../language/line-starts.ts';
import type { Mark, Runtime } from '../language/answers.ts';
import type { App } from '../stores/app-context.ts';
import type { EditorState, TextMark } from '../stores/editor-store.ts';

/**
 * After the last key: the file that was typed in, then all that may depend on it. A file that takes long to check is looked at less
 * often while one types, since what is asked meanwhile waits behind it.
 */
const CHECK_MS = { least: 30, most: 300, ofLast: 1.5 } as const;
const CHECK_ALL_MS = 700;
/** Files that are read at a time. */
const READ_AT_ONCE = 8;

type Parts = Pick<App, 'link' | 'editor' | 'workspace'>;

const isLua = (path: string): boolean => path.endsWith('.lua');

/**
 * Tells the language the texts of the project's Lua files, those of the editor before those of the disk, and puts what it
 * finds in them into the editor's store.
 */
export class LanguageFeed {
  readonly client: LanguageClient;
  readonly #app: Parts;
  readonly #texts = new Map<string, string>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** How long each file took to check, lately. */
  readonly #tookMs = new Map<string, number>();
  #stops: (() => void)[] = [];
  #all: AbortController | null = null;
  #allTimer: ReturnType<typeof setTimeout> | undefined;
  #project: string | null = null;
  #manifest: Manifest | undefined;
  #reading: Promise<void> = Promise.resolve();
  readonly #begun: Promise<void>;
  #begin: () => void = () => undefined;

  constructor(client: LanguageClient, app: Parts) {
    this.client = client;
    this.#app = app;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Waits until the files of the project have been read: what is asked before is answered from less. */
  async whenRead(): Promise<void> {
    await this.#begun;
    await this.#reading;
  }

  /** The text of a file as the language knows it; null for one that it does not know. */
  textOf(path: string): string | null {
    return this.#texts.get(path) ?? null;
  }

  /** Begins to follow the project and the editor. */
  follow(): void {
    const { workspace, editor, link } = this.#app;
    let entries: unknown = null;
    const look = (): void => {
      const state = workspace.getState();
      if (state.project?.manifest !== this.#manifest) {
        this.#manifest = state.project?.manifest;
        this.client.runOn(sourcesOf(this.#manifest));
        this.#checkAllSoon();
      }
      const project = state.project?.path ?? null;
      if (state.entries === entries && project === this.#project) return;
      entries = state.entries;
      if (project !== this.#project) for (const path of this.#texts.keys()) this.#take(path, null);
      this.#project = project;
      // Those that are open already, by whichever of the two stores heard of the project first.
      this.#takeOpen(editor.getState().files);
      this.#reading = this.#entries(state.entries.flatMap(({ path, kind }) => (kind === 'file' && isLua(path) ? [path] : [])));
    };
    this.#stops = [
      workspace.subscribe(look),
      editor.subscribe(({ files }, before) => {
        if (files === before.files) return;
        this.#takeOpen(files);
        for (const path of before.files.keys()) if (isLua(path) && !files.has(path)) void this.#read(path);
      }),
      link.on('files.changed', ({ changes }) => {
        for (const { path, kind, change } of changes)
          if (kind === 'file' && isLua(path) && change !== 'removed' && !editor.getState().files.has(path)) void this.#read(path);
      }),
    ];
    look();
    this.#begin();
  }

  /** Ends it; the language is stopped as well. */
  stop(): void {
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    clearTimeout(this.#allTimer);
    this.#all?.abort();
    this.client.stop();
    this.#begin();
  }

  #takeOpen(files: EditorState['files']): void {
    for (const [path, { text }] of files) if (isLua(path) && text !== this.#texts.get(path)) this.#take(path, text);
  }

  async #entries(paths: readonly string[]): Promise<void> {
    const now = new Set(paths);
    const { files } = this.#app.editor.getState();
    for (const path of this.#texts.keys()) if (!now.has(path) && !files.has(path)) this.#take(path, null);
    const unread = paths.filter((path) => !this.#texts.has(path));
    const readNext = async (): Promise<void> => {
      for (let path = unread.shift(); path !== undefined; path = unread.shift()) await this.#read(path);
    };
    await Promise.all(Array.from({ length: READ_AT_ONCE }, readNext));
  }

  /** Reads a file from the disk. One that cannot be read is one that the language does not know. */
  async #read(path: string): Promise<void> {
    const project = this.#project;
    const text = await this.#app.link.ask('files.read', { path }).then(
      (file) => file.text,
      () => null,
    );
    if (project === this.#project && !this.#app.editor.getState().files.has(path)) this.#take(path, text);
  }

  #take(path: string, text: string | null): void {
    if ((this.#texts.get(path) ?? null) === text) {
      // Its marks went with its tab.
      if (text !== null) this.#checkSoon(path);
      return;
    }
    if (text === null) {
      this.#texts.delete(path);
      this.#tookMs.delete(path);
      this.#app.editor.getState().setMarks(path, []);
    } else this.#texts.set(path, text);
    this.client.put(path, text);
    if (text !== null) this.#checkSoon(path);
    this.#checkAllSoon();
  }

  #checkSoon(path: string): void {
    clearTimeout(this.#timers.get(path));
    this.#timers.set(
      path,
      setTimeout(() => {
        this.#timers.delete(path);
        void this.#check(path);
      }, this.#waitMs(path)),
    );
  }

  #waitMs(path: string): number {
    const { least, most, ofLast } = CHECK_MS;
    return Math.min(most, Math.max(least, (this.#tookMs.get(path) ?? least) * ofLast));
  }

  /** What a file makes is used in others: they are looked at again when the person pauses. */
  #checkAllSoon(): void {
    clearTimeout(this.#allTimer);
    this.#all?.abort();
    const stop = new AbortController();
    this.#all = stop;
    this.#allTimer = setTimeout(() => {
      for (const path of this.#texts.keys()) void this.#check(path, stop.signal);
    }, CHECK_ALL_MS);
  }

  async #check(path: string, signal?: AbortSignal): Promise<void> {
    const text = this.#texts.get(path);
    if (text === undefined) return;
    const startedMs = performance.now();
    // What is given up, or ends with the language, marks nothing; the worker's end is told by itself.
    const found = await this.client.ask('check', [path], signal).catch(() => null);
    // With all others it has waited for them, too.
    if (signal === undefined) this.#tookMs.set(path, performance.now() - startedMs);
    if (found === null || this.#texts.get(path) !== text) return;
    const marks = textMarks(text, found);
    const known = this.#app.editor.getState().marks.get(path) ?? [];
    if (JSON.stringify(known) !== JSON.stringify(marks)) this.#app.editor.getState().setMarks(path, marks);
  }
}

/** What each process runs on, where that is known. */
export function sourcesOf(manifest: Manifest | undefined): (readonly [path: string, runtime: Runtime])[] {
  return (manifest?.processes ?? []).flatMap(({ source, module }) => {
    const runtime = runtimeOf(module);
    return isLua(source) && runtime !== null ? [[source, runtime]] : [];
  });
}

function runtimeOf(module: string | undefined): Runtime | null {
  if (module === undefined || module === 'lua') return 'lua';
  const known = KNOWN_MODULES.find(({ id, name }) => id === module || name === module);
  if (known?.name.startsWith('aos 2.') === true) return 'aos 2';
  return known?.about.includes('version 0.') === true ? 'aos 1' : null;
}

/** What the language found, by lines and columns. */
export function textMarks(text: string, found: readonly Mark[]): TextMark[] {
  const lines = new LineStarts(text);
  return found.map(({ start, end, message, code, severity }) => {
    const [from, to] = [lines.placeOf(start), lines.placeOf(end)];
    return { message, code, severity, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  });
}
