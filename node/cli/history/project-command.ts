import { resolve } from 'node:path';
import { type ParseArgsConfig } from 'node:util';
import type { RunningApp } from '../../app/start-app.ts';
import { plainText } from '../../base/plain-text.ts';
import type { ProjectInfo } from '../../contract/desktop.ts';
import { AoError } from '../../contract/errors.ts';
import { toSlot, type ProcessId, type Slot } from '../../contract/ids.ts';
import { givenOptions, markIds, unmarked } from '../../serve/options.ts';
import { say, sayAside, sayError } from '../../serve/say.ts';
import { defaultUserDir } from '../../workspace/user-dir.ts';
import { startForHistory } from '../headless.ts';
import { runningOn } from '../running.ts';
import { knownProcesses } from '../verify.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** What a command that looks at a project's history is given. */
export interface Asked {
  readonly ask: RunningApp['hub']['ask'];
  /** The words after the project's path. */
  readonly words: readonly string[];
  /** An option that takes a text; null when it was not given. */
  text(name: string): string | null;
  /** An option that may be given several times. */
  texts(name: string): readonly string[];
  isSet(name: string): boolean;
  /** An option that is a whole number from 0; null when it was not given. @throws AoError OPTION_UNKNOWN. */
  number(name: string): number | null;
  readonly isJson: boolean;
  /** Resolves once the gateway has the built-in module. */
  unitsReady(): Promise<void>;
  /** Prints `text`, or with --json the value as one line of JSON. */
  show(value: object, text: string): void;
  /** A process by its id or name. @throws AoError PROCESS_UNKNOWN, OPTION_UNKNOWN. */
  process(word: string | undefined): Promise<ProcessId>;
  /** Who an address is, for a person: the name of a process here, or the beginning of the id. */
  label(address: string): string;
  /** A slot by its number, `latest`, or the `focus` of a recording. @throws AoError OPTION_UNKNOWN. */
  slot(process: ProcessId, word: string | undefined): Promise<Slot>;
}

/** A command of the command line over a project's history. */
export interface HistoryCommand {
  readonly usage: string;
  /** Its own options, besides --data, --json and --help. */
  readonly options: Options;
  /** Those of them that may stand without their value. */
  readonly bare?: readonly string[];
  /** It takes what no other program is given, so it needs a node of its own: the project must not be open elsewhere. */
  readonly isAlone?: boolean;
  /** Words after the path at most. */
  readonly wordsMax: number;
  /** @returns the exit code. */
  run(asked: Asked): Promise<number>;
}

/** Runs a command on the project that its first word names. @returns the exit code. */
export async function runHistoryCommand(command: HistoryCommand, args: readonly string[], outDir: string): Promise<number> {
  try {
    const { values, positionals } = parse(command, args);
    if (values['help'] === true) {
      say(command.usage);
      return 0;
    }
    const [path, ...words] = positionals;
    if (path === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the project folder, or the recording, is missing' });
    const excess = words[command.wordsMax];
    if (excess !== undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${excess} is one too many` });
    const userDir = typeof values['data'] === 'string' ? resolve(values['data']) : defaultUserDir();
    const running = command.isAlone === true ? null : await runningOn(resolve(path));
    if (running !== null) {
      if (values['json'] !== true) sayAside(`${path} is open in another aoscope: its node answers.`);
      try {
        const { project } = await running.ask('project.current', {});
        const unitsReady = (): Promise<void> => Promise.resolve();
        return await command.run(askedOf({ ask: running.ask, unitsReady, focus: project?.recording?.focus ?? null }, words, values));
      } finally {
        running.close();
      }
    }
    const app = await startForHistory(outDir, userDir, resolve(path));
    try {
      await app.ready;
      const { unitsReady, project } = app.workspace;
      return await command.run(askedOf({ ask: app.hub.ask, unitsReady, focus: project().recording?.focus ?? null }, words, values));
    } finally {
      await app.stop();
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

/** Characters of an id that tell one from another. */
const SHORT = 8;

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** The node that is asked: one of the command's own, or that of an app in which the project is open. */
interface AskedNode {
  readonly ask: RunningApp['hub']['ask'];
  unitsReady(): Promise<void>;
  /** What whoever made a recording says to look at. */
  readonly focus: NonNullable<ProjectInfo['recording']>['focus'];
}

function askedOf(node: AskedNode, words: readonly string[], values: Values): Asked {
  const isJson = values['json'] === true;
  const names = new Map<string, string>();
  const number = (what: string, given: string): number => {
    const value = Number(given);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new AoError('OPTION_UNKNOWN', { reason: `${what} is a whole number, not ${given}` });
    return value;
  };
  return {
    ask: node.ask,
    words,
    isJson,
    unitsReady: node.unitsReady,
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : null;
    },
    texts(name) {
      const given = values[name];
      return Array.isArray(given) ? given.map(String) : [];
    },
    isSet: (name) => values[name] === true,
    number(name) {
      const value = values[name];
      return typeof value === 'string' ? number(`--${name}`, value) : null;
    },
    show: (value, text) => say(isJson ? JSON.stringify(value) : plainText(text)),
    async process(word) {
      if (word === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the process is missing' });
      const known = await knownProcesses({ hub: node });
      // Of several by one name the newest has it.
      for (const { process, name } of known) if (name !== '') names.set(process, name);
      const found = known.findLast(({ process, name }) => process === word || name === word);
      if (found === undefined) throw new AoError('PROCESS_UNKNOWN', { process: word });
      return found.process;
    },
    label: (address) => names.get(address) ?? `${address.slice(0, SHORT)}…`,
    async slot(process, word) {
      if (word === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'the slot is missing' });
      const { focus } = node;
      if (word === 'focus') {
        if (focus?.process !== process) throw new AoError('OPTION_UNKNOWN', { reason: 'nobody has put a focus on this process' });
        return focus.slot;
      }
      if (word !== 'latest') return toSlot(number('a slot', word));
      return (await node.ask('su.process', { process })).slotLatest;
    },
  };
}

function parse(command: HistoryCommand, args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  const shared: Options = { data: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
  const { values, positionals } = givenOptions(markIds(withEmpty(args, command.bare ?? [])), { ...shared, ...command.options });
  return { values, positionals: unmarked(positionals) };
}

/** An option without its value has an empty one. */
function withEmpty(args: readonly string[], bare: readonly string[]): readonly string[] {
  return args.map((arg, at) => {
    const isBare = bare.some((name) => arg === `--${name}`);
    const next = args[at + 1];
    return isBare && (next === undefined || next.startsWith('--')) ? `${arg}=` : arg;
  });
}
