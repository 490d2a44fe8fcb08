import { readFile, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fileOf, type InsideView } from '../contract/inside-view.ts';
import type { ProcessId } from '../contract/ids.ts';

/** Code as the editor is told of it: a file of the project, or a text that only the log has. */
export interface PlacedSource {
  readonly source: DebugProtocol.Source;
  readonly line: number;
}

/** A text that was evaluated and is no file as it stands on disk. */
interface Evaluated {
  readonly source: DebugProtocol.Source;
  readonly process: ProcessId;
  readonly chunk: string;
  readonly text: string;
}

/** What breakpoints of one source belong to. */
export type SourceKey =
  { readonly kind: 'file'; readonly file: string } | { readonly kind: 'text'; readonly process: ProcessId; readonly chunk: string };

export interface Sources {
  /** The project's folder. */
  readonly root: string;
  /** Where a line of a recording's source is to be shown. */
  placed(view: InsideView, source: number, line: number): Promise<PlacedSource>;
  /** A text by its reference; null for one that nobody was told of. */
  text(reference: number): string | null;
  /** What a source of the editor means; null for a file outside of the project. */
  keyOf(source: DebugProtocol.Source): Promise<SourceKey | null>;
  /** The lines of a file on disk; null where it cannot be read. */
  linesOf(file: string): Promise<readonly string[] | null>;
  fileSource(file: string): DebugProtocol.Source;
  /** Everything that was placed so far. */
  all(): readonly DebugProtocol.Source[];
}

/** @param root the project's folder @param onNew hears of a source when it is placed for the first time. */
export function createSources(root: string, onNew: (source: DebugProtocol.Source) => void): Sources {
  const evaluated: Evaluated[] = [];
  const files = new Map<string, DebugProtocol.Source>();

  const linesOf = async (file: string): Promise<readonly string[] | null> => {
    const path = resolve(root, file);
    if (relative(root, path).startsWith('..')) return null;
    return readFile(path, 'utf8').then(
      (text) => text.split(/\r?\n/),
      () => null,
    );
  };
  const fileSource = (file: string): DebugProtocol.Source => {
    const known = files.get(file);
    if (known !== undefined) return known;
    const source = { name: basename(file), path: join(root, ...file.split('/')) };
    files.set(file, source);
    onNew(source);
    return source;
  };
  const textSource = (view: InsideView, chunk: string, text: string, slot: number): DebugProtocol.Source => {
    const { process } = view.place;
    const known = evaluated.find((one) => one.process === process && one.chunk === chunk && one.text === text);
    if (known !== undefined) return known.source;
    const source: DebugProtocol.Source = {
      name: `${chunk.replace(/^[@=]/, '')} · slot ${slot}.lua`,
      sourceReference: evaluated.length + 1,
      origin: `as slot ${slot} evaluated it`,
    };
    evaluated.push({ source, process, chunk, text });
    onNew(source);
    return source;
  };

  return {
    root,
    linesOf,
    fileSource,
    async placed(view, source, line) {
      const code = view.texts[source] ?? null;
      const about = view.recording.sources[source];
      const chunk = about?.chunk ?? '';
      const file = fileOf(view, source, line);
      if (file !== null && about?.isRuntime !== true) {
        const lines = await linesOf(file.file);
        // A file that was changed since would show the wrong line.
        const isSame = code === null || lines?.[file.line - 1]?.trimEnd() === code.text.split('\n')[line - 1]?.trimEnd();
        if (lines !== null && isSame) return { source: fileSource(file.file), line: file.line };
      }
      if (code !== null) return { source: textSource(view, chunk, code.text, code.slot), line };
      return { source: { name: chunk.replace(/^[@=]/, ''), presentationHint: 'deemphasize', origin: 'runtime' }, line };
    },
    text: (reference) => evaluated[reference - 1]?.text ?? null,
    async keyOf({ path, sourceReference }) {
      if (sourceReference !== undefined && sourceReference > 0) {
        const found = evaluated[sourceReference - 1];
        return found === undefined ? null : { kind: 'text', process: found.process, chunk: found.chunk };
      }
      if (path === undefined) return null;
      // The editor may know the folder by another name than the disk does.
      const real = await realpath(path).catch(() => path);
      const way = relative(root, real);
      return way === '' || way.startsWith('..') || resolve(root, way) !== real ? null : { kind: 'file', file: way.split(sep).join('/') };
    },
    all: () => [...files.values(), ...evaluated.map(({ source }) => source)],
  };
}
