import { AoError } from '../../contract/errors.ts';
import type { ProcessId } from '../../contract/ids.ts';
import type { CodePlace, HistoryHit } from '../../contract/recording.ts';
import type { Asked } from './project-command.ts';

/** A line of the project's, and where it stands in the code that a process evaluated. */
export interface SoughtLine {
  readonly places: readonly CodePlace[];
  /** Says whether a hit there is one of that file: many texts may go by one name, as every Eval does on aos. */
  isMeant(hit: HistoryHit, place: CodePlace): Promise<boolean>;
}

interface At {
  readonly process: ProcessId;
  readonly branch?: number;
}

/**
 * Finds `file:line` in everything that a process has evaluated, bundled files too. What is no file of the project (`aos:3`, `@name:3`) is
 * taken as the code names it.
 * @throws AoError OPTION_UNKNOWN.
 */
export async function soughtLine(asked: Asked, at: At, text: string): Promise<SoughtLine> {
  const [, file, digits] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (file === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${text} is no FILE:LINE` });
  const line = Number(digits);
  const always = (): Promise<boolean> => Promise.resolve(true);
  if (file === 'aos' || file.startsWith('@') || file.startsWith('=')) return { places: [{ chunk: file, line }], isMeant: always };
  const { places } = await asked.ask('cu.places', { ...at, file, line });
  const distinct = places.filter(
    (one, index) => places.findIndex((other) => other.chunk === one.chunk && other.line === one.line) === index,
  );
  if (distinct.length === 0) return { places: [{ chunk: `@${file}`, line }], isMeant: always };
  return {
    places: distinct,
    async isMeant({ slot }, { chunk, line: stands }) {
      if (chunk === `@${file}`) return true;
      // A text that nobody knows is not that file.
      const found = await asked.ask('cu.source', { ...at, slot, chunk, line: stands }).catch(() => null);
      return found?.place?.file === file && found.place.line === line;
    },
  };
}
