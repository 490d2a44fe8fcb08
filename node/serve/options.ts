import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AoError, reasonOf } from '../contract/errors.ts';
import { isId } from '../contract/ids.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';

/** What the command line asks for. */
export interface CommandLine {
  readonly positionals: readonly string[];
  /** First port of the block; null for the usual one. */
  readonly firstPort: number | null;
  readonly userDir: string;
  /** A gateway to ask, where the command asks one; null for the usual one. */
  readonly gateway: string | null;
  readonly isOpening: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  /** Compilers of this computer may be run on what the project holds. */
  readonly isBuildTrusted: boolean;
}

/** @throws AoError OPTION_UNKNOWN. */
export function parseCommandLine(args: readonly string[], positionalsMax: number): CommandLine {
  const { values, positionals } = parse(args);
  const port = values.port === undefined ? null : Number(values.port);
  if (port !== null && (!Number.isInteger(port) || port < 1 || port > 65_525))
    throw new AoError('OPTION_UNKNOWN', { reason: `${values.port} is no port number` });
  const excess = positionals[positionalsMax];
  if (excess !== undefined) throw new AoError('OPTION_UNKNOWN', { reason: `${excess} is one too many` });
  return {
    positionals: unmarked(positionals),
    firstPort: port,
    userDir: values.data === undefined ? defaultUserDir() : resolve(values.data),
    gateway: gatewayOf(values.gateway),
    isOpening: values['no-open'] !== true,
    isJson: values.json === true,
    isHelp: values.help === true,
    isBuildTrusted: values['trust-build'] === true,
  };
}

/** Stands in front of an id that begins with `-` while options are told from words: one of 64 does. */
const ID_MARK = '\0';

/** Arguments with ids so marked that none is taken for an option. */
export function markIds(args: readonly string[]): string[] {
  return args.map((one) => (one.startsWith('-') && isId(one) ? `${ID_MARK}${one}` : one));
}

/** The words as they were given. */
export function unmarked(words: readonly string[]): string[] {
  return words.map((one) => (one.startsWith(ID_MARK) ? one.slice(ID_MARK.length) : one));
}

/** What `parseArgs` refuses, without its advice on how to pass what begins with a dash. */
function optionError(error: unknown): AoError {
  const reason = reasonOf(error)
    .replace(/\. To specify.*$/, '')
    .replace(/\.$/, '');
  return new AoError('OPTION_UNKNOWN', { reason });
}

/** What a command was given: options and words. @throws AoError OPTION_UNKNOWN. */
export function givenOptions<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw optionError(error);
  }
}

function gatewayOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^https?:/.test(text) || !URL.canParse(text)) throw new AoError('OPTION_UNKNOWN', { reason: `${text} is no address of a gateway` });
  return text;
}

function parse(args: readonly string[]) {
  return givenOptions(markIds(args), {
    port: { type: 'string' },
    data: { type: 'string' },
    gateway: { type: 'string' },
    'no-open': { type: 'boolean' },
    'trust-build': { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
}
