import { resolve } from 'node:path';
import { plainText } from '../../base/plain-text.ts';
import { AoError } from '../../contract/errors.ts';
import { parseCommandLine } from '../../serve/options.ts';
import { counted, say, sayError } from '../../serve/say.ts';
import type { NotePlace } from '../../contract/focus-note.ts';
import { checkRecording } from '../../workspace/recording/header.ts';
import { redactionLines } from './redaction-lines.ts';

const USAGE = `aoscope recording <FILE> [options]

Says what is in a recording: what was written about it, where to look first, and which processes it holds. Nothing is
started; that the file is whole is checked.

  --json       one line of JSON
  --help       this text`;

/** `aoscope recording`: what a file holds. @returns the exit code. */
export async function runRecording(args: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(args, 1);
    const [file] = line.positionals;
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    if (file === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the recording is missing' });
    const header = await checkRecording(resolve(file));
    const { note, focus, notes, marks, processes, app } = header;
    const nameOf = (process: string): string => processes.find((one) => one.process === process)?.name || process;
    const lines = [
      ...(note === '' ? [] : [note]),
      ...(focus === null ? [] : [`Look first at ${nameOf(focus.process)} slot ${focus.slot}`]),
      ...notes.map(({ process, slot, text }) => `${nameOf(process)} slot ${slot}: ${text}`),
      ...marks.map(({ place, text }) => `${markedPlace(place, nameOf)}: ${text}`),
      ...redactionLines(header),
      ...processes.map(({ process, name, slots }) => `${process}  ${name}  ${counted(slots, 'slot')}`),
      `Written by aoscope ${app}`,
    ];
    say(line.isJson ? JSON.stringify(header) : plainText(lines.join('\n')));
    return 0;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/** Where a note stands, in words. */
function markedPlace({ process, slot, message, file, line }: NotePlace, nameOf: (process: string) => string): string {
  if (process !== null) return `${nameOf(process)}${slot === null ? '' : ` slot ${slot}`}`;
  return file === null ? (message ?? 'The project') : `${file}${line === null ? '' : `:${line}`}`;
}
