import { resolve } from 'node:path';
import { AoError } from '../../contract/errors.ts';
import { exportRecording } from '../../workspace/recording/export.ts';
import { knownProcesses } from '../verify.ts';
import type { HistoryCommand } from './project-command.ts';

/** `aoscope export`: a history in one file. */
export const exportCommand: HistoryCommand = {
  usage: `aoscope export <path/to/project> <FILE> [process…] [options]

Writes the history of processes into one file, a recording: their logs as they were signed, what limits and crons did,
their modules, and the hashes of every outcome. Wallets are never inside. Every command that looks at a history takes
the file in place of a project, on any computer. Without a process, all of the project go in.

  --note TEXT  what it is about, kept in the file
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  options: { note: { type: 'string' } },
  wordsMax: 1_000,
  async run(asked) {
    const [file, ...names] = asked.words;
    if (file === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the file to write is missing' });
    const processes =
      names.length === 0
        ? (await knownProcesses({ hub: { ask: asked.ask } })).map(({ process }) => process)
        : await Promise.all(names.map((name) => asked.process(name)));
    const { version, luaModule } = await asked.ask('shell.status', {});
    const note = asked.text('note') ?? '';
    const path = resolve(file);
    const header = await exportRecording(asked.ask, { file: path, processes: [...new Set(processes)], note, app: version, lua: luaModule });
    const lines = header.processes.map(({ process, name, slots }) => `${process}  ${name}  ${slots} slots`);
    asked.show({ file: path, ...header }, [...lines, `Written to ${file}`].join('\n'));
    return 0;
  },
};
