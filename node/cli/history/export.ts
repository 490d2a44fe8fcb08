import { resolve } from 'node:path';
import { AoError } from '../../contract/errors.ts';
import { counted } from '../../serve/say.ts';
import { exportRecording } from '../../workspace/recording/export.ts';
import { tellProgress } from '../progress.ts';
import { redactionLines } from './redaction-lines.ts';
import { knownProcesses } from '../verify.ts';
import type { HistoryPlace, RecordingInfo } from '../../contract/kept.ts';
import type { Asked, HistoryCommand } from './project-command.ts';

/** `aoscope export`: a history in one file. */
export const exportCommand: HistoryCommand = {
  usage: `aoscope export <path/to/project> <FILE> [process…] [options]

Writes the history of processes into one file, a recording: their logs as they were signed, what limits and crons did,
their modules, what they read of the weave, and the hashes of every outcome. Wallets are never inside. What is left out cannot be
run again where the file is opened; it says so there. Every command that looks at a history takes
the file in place of a project, on any computer. Without a process, all of the project go in.

  --note TEXT  what it is about, kept in the file
  --focus PROCESS:SLOT      where whoever opens it looks first: 'focus' stands for that slot there
  --mark PROCESS:SLOT=TEXT  a note on one slot; may be given several times
  --without-text TEXT       whatever holds this text stays away; may be given several times, as the next three
  --without-tag NAME        the values of these tags
  --without-action NAME     data and tags of messages of this action
  --without-process NAME    a process, and all that was said to it and by it
  --keyframes  with outcomes and memories, so that nothing has to be computed again where it is opened; the file is larger
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       one line of JSON
  --help       this text`,
  isAlone: true,
  options: {
    note: { type: 'string' },
    focus: { type: 'string' },
    mark: { type: 'string', multiple: true },
    keyframes: { type: 'boolean' },
    'without-text': { type: 'string', multiple: true },
    'without-tag': { type: 'string', multiple: true },
    'without-action': { type: 'string', multiple: true },
    'without-process': { type: 'string', multiple: true },
  },
  wordsMax: 1_000,
  async run(asked) {
    const [file, ...names] = asked.words;
    if (file === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the file to write is missing' });
    const processes =
      names.length === 0
        ? (await knownProcesses({ hub: { ask: asked.ask } })).map(({ process }) => process)
        : await Promise.all(names.map((name) => asked.process(name)));
    // A project that has never been open in an app has it all the same.
    await asked.unitsReady();
    const { version, luaModule } = await asked.ask('shell.status', {});
    const note = asked.text('note') ?? '';
    const path = resolve(file);
    const focus = asked.text('focus');
    const wish = {
      file: path,
      processes: [...new Set(processes)],
      note,
      focus: focus === null ? null : await placeOf(asked, focus),
      notes: await Promise.all(asked.texts('mark').map((text) => markOf(asked, text))),
      withKeyframes: asked.isSet('keyframes'),
      redact: {
        texts: asked.texts('without-text'),
        tags: asked.texts('without-tag'),
        actions: asked.texts('without-action'),
        processes: await Promise.all(asked.texts('without-process').map((name) => asked.process(name))),
      },
      app: version,
      lua: luaModule,
    };
    const header = await exportRecording(asked.ask, wish, { tell: (progress) => tellProgress(progress, 'messages and outcomes') });
    const lines = header.processes.map(({ process, name, slots }) => `${process}  ${name}  ${counted(slots, 'slot')}`);
    lines.push(...redactionLines(header));
    asked.show({ file: path, ...header }, [...lines, `Written to ${file}`].join('\n'));
    return 0;
  },
};

/** `PROCESS:SLOT`. @throws AoError OPTION_UNKNOWN, PROCESS_UNKNOWN. */
async function placeOf(asked: Asked, text: string): Promise<HistoryPlace> {
  const [, name, slot] = /^(.+):([^:]+)$/.exec(text) ?? [];
  if (name === undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${text} is no PROCESS:SLOT` });
  const process = await asked.process(name);
  return { process, slot: await asked.slot(process, slot) };
}

/** `PROCESS:SLOT=TEXT`. */
async function markOf(asked: Asked, text: string): Promise<RecordingInfo['notes'][number]> {
  const at = text.indexOf('=');
  if (at < 0) throw new AoError('OPTION_UNKNOWN', { reason: `${text} is no PROCESS:SLOT=TEXT` });
  return { ...(await placeOf(asked, text.slice(0, at))), text: text.slice(at + 1) };
}
