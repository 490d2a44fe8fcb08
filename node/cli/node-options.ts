import { resolve } from 'node:path';
import { parseClockStart, type ClockStart } from '../contract/clock.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { NetworkProfile } from '../contract/network.ts';
import { UNITS, type UnitName } from '../contract/trace.ts';
import { givenOptions } from '../serve/options.ts';
import { defaultUserDir } from '../workspace/user-dir.ts';

/** What `aoscope node` is asked for. */
export interface NodeOptions {
  readonly isHelp: boolean;
  /** The project's folder; null for the scratch project, or an empty one with `isMemory`. */
  readonly project: string | null;
  /** First port of the block; null for the usual one. */
  readonly firstPort: number | null;
  /** Folder for wallets and settings; null with `isMemory` where none was named. */
  readonly userDir: string | null;
  readonly isMemory: boolean;
  readonly isReset: boolean;
  /** Spawn the processes of the manifest once the node answers. */
  readonly isRunning: boolean;
  /** Compilers of this computer may be run for that. */
  readonly isBuildTrusted: boolean;
  /** One JSON object a line instead of sentences. */
  readonly isJson: boolean;
  /** Is written once the node answers. */
  readonly readyFile: string | null;
  readonly limits: Partial<NodeLimits>;
  /** How the clock of new data begins; null for the computer's. */
  readonly clock: ClockStart | null;
  /** Units elsewhere and authorities from the command line; they beat those of the project. */
  readonly network: Partial<NetworkProfile>;
  /** The units that belong to this node, here or elsewhere; null for all four. */
  readonly units: readonly UnitName[] | null;
  /** Runs beside the node, and ends it with its own exit code; null for none. */
  readonly command: readonly string[] | null;
}

/** Whom each unit asks: it cannot do without them. */
const NEEDS: { readonly [U in UnitName]: readonly UnitName[] } = {
  gateway: [],
  su: ['gateway'],
  cu: ['gateway', 'su'],
  mu: ['gateway', 'su', 'cu'],
};

/** @throws AoError OPTION_UNKNOWN with what is wrong. */
export function parseNodeOptions(args: readonly string[]): NodeOptions {
  const end = args.indexOf('--');
  const { values, positionals } = parse(end === -1 ? args : args.slice(0, end));
  const excess = positionals[1];
  if (excess !== undefined) throw wrong(`${excess} is one too many`);
  const command = end === -1 ? null : args.slice(end + 1);
  if (command?.length === 0) throw wrong('after -- comes the command to run');
  if (values.log !== undefined && values.log !== 'json' && values.log !== 'text') throw wrong(`--log ${values.log}: json or text`);
  const isMemory = values.memory === true;
  const units = unitUrls(values);
  return {
    isHelp: values.help === true,
    project: positionals[0] === undefined ? null : resolve(positionals[0]),
    firstPort: portOf(values['port-base'] ?? values.port),
    userDir: values.data !== undefined ? resolve(values.data) : isMemory ? null : defaultUserDir(),
    isMemory,
    isReset: values.reset === true,
    isRunning: values.run === true,
    isBuildTrusted: values['trust-build'] === true,
    isJson: values.json === true || values.log === 'json',
    readyFile: values['ready-file'] === undefined ? null : resolve(values['ready-file']),
    limits: Object.fromEntries((values.limit ?? []).map(limitOf)),
    clock: values.clock === undefined ? null : parseClockStart(values.clock),
    network: {
      ...(Object.keys(units).length === 0 ? {} : { units }),
      ...(values.authority === undefined ? {} : { authorities: values.authority }),
    },
    units: values.only === undefined ? null : belonging(values.only, units),
    command,
  };
}

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'string', multiple: true } as const;
const FLAG = { type: 'boolean' } as const;

const OPTIONS = {
  port: TEXT,
  'port-base': TEXT,
  data: TEXT,
  log: TEXT,
  clock: TEXT,
  only: TEXT,
  'ready-file': TEXT,
  gateway: TEXT,
  su: TEXT,
  cu: TEXT,
  mu: TEXT,
  limit: TEXTS,
  authority: TEXTS,
  memory: FLAG,
  reset: FLAG,
  run: FLAG,
  'trust-build': FLAG,
  json: FLAG,
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: readonly string[]) {
  return givenOptions(args, OPTIONS);
}

function portOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_525) throw wrong(`${text} is no port number`);
  return port;
}

function unitUrls(values: { readonly [U in UnitName]?: string | undefined }): NetworkProfile['units'] {
  const named = UNITS.flatMap((unit) => {
    const url = values[unit];
    if (url === undefined) return [];
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw wrong(`--${unit} ${url} is no address that begins with http:// or https://`);
    return [[unit, url] as const];
  });
  return Object.fromEntries(named);
}

function limitOf(text: string): readonly [string, number] {
  const [, name = '', digits = ''] = /^(\w+)=([\d_]+)$/.exec(text) ?? [];
  const value = Number(digits.replaceAll('_', ''));
  const names = Object.entries(DEFAULT_LIMITS).flatMap(([key, one]) => (typeof one === 'number' ? [key] : []));
  if (!names.includes(name) || !Number.isSafeInteger(value) || value < 1)
    throw wrong(`--limit ${text}: write name=number with one of ${names.join(', ')}`);
  return [name, value];
}

/** Which units there are when only some are started here. Each must know, here or by address, whom it asks. */
function belonging(only: string, urls: NetworkProfile['units']): readonly UnitName[] {
  const wanted = only.split(',').map((name) => name.trim());
  const stranger = wanted.find((name) => !isUnit(name));
  if (stranger !== undefined) throw wrong(`--only ${stranger}: one or more of ${UNITS.join(', ')}, parted by commas`);
  const here = UNITS.filter((unit) => wanted.includes(unit));
  for (const unit of here) {
    if (urls[unit] !== undefined) throw wrong(`--only ${unit} starts here what --${unit} says is elsewhere`);
    const missing = NEEDS[unit].find((other) => !here.includes(other) && urls[other] === undefined);
    if (missing !== undefined)
      throw wrong(`the ${unit} asks the ${missing}: add it to --only, or say where it is with --${missing} http://…`);
  }
  return UNITS.filter((unit) => here.includes(unit) || urls[unit] !== undefined);
}

function isUnit(name: string): boolean {
  return (UNITS as readonly string[]).includes(name);
}

function wrong(reason: string): AoError {
  return new AoError('OPTION_UNKNOWN', { reason });
}
