import { resolve } from 'node:path';
import type { Finding } from '../contract/deploy.ts';
import { AoError } from '../contract/errors.ts';
import { KNOWN_NETWORKS, type RemoteNetwork } from '../contract/networks.ts';
import { examine } from '../deploy/doctor.ts';
import { networkNamed } from '../deploy/network.ts';
import { givenOptions } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { manifestIn } from '../workspace/manifest-in.ts';

const TIMEOUT_S = 5;
/** An hour: more is a mistake. */
const TIMEOUT_MAX_S = 3_600;

const USAGE = `aoscope doctor [path/to/project] --network NAME [options]

Asks every address of a network, one after another on the way that a message takes, and says which one does not answer as
it should, and what to do. Nothing is signed, sent or spent.

  --network NAME  one of aoscope.json, or ${Object.keys(KNOWN_NETWORKS).join(', ')}
  --timeout S     seconds after which an address counts as silent (${TIMEOUT_S})
  --json          one line of JSON for each address
  --help          this text

Exit code 1 where one of them is not well.`;

/** `aoscope doctor`. @returns the exit code. */
export async function runDoctor(args: readonly string[]): Promise<number> {
  try {
    const line = parse(args);
    if (line === null) {
      say(USAGE);
      return 0;
    }
    const network = networkNamed(line.network, await ownNetworks(line.project));
    let isWell = true;
    for await (const finding of examine(line.network, network, line.timeoutMs)) {
      say(line.isJson ? JSON.stringify(finding) : linesOf(finding));
      isWell &&= finding.fault === null;
    }
    return isWell ? 0 : 1;
  } catch (error) {
    sayError(error);
    return 1;
  }
}

function linesOf({ what, url, answer, tookMs, fault }: Finding): string {
  if (fault === null) return `ok      ${what}, ${url}: ${answer ?? ''} (${tookMs} ms)`;
  return `FAILED  ${fault.message}\n        ${fault.cure}`;
}

/** Those of the project's aoscope.json; none where no project was named and none is here. @throws AoError FILE_*, MANIFEST_BROKEN, MANIFEST_TOO_NEW. */
export async function ownNetworks(project: string | null): Promise<Readonly<Record<string, RemoteNetwork>>> {
  try {
    return (await manifestIn(resolve(project ?? '.'))).networks ?? {};
  } catch (error) {
    if (project === null && error instanceof AoError && error.code === 'FILE_MISSING') return {};
    throw error;
  }
}

interface Line {
  /** Null where none was named. */
  readonly project: string | null;
  readonly network: string;
  readonly timeoutMs: number;
  readonly isJson: boolean;
}

/** @returns null for --help. @throws AoError OPTION_UNKNOWN. */
function parse(args: readonly string[]): Line | null {
  const { values, positionals } = options(args);
  if (values.help === true) return null;
  const seconds = values.timeout === undefined ? TIMEOUT_S : Number(values.timeout);
  if (!(seconds > 0 && seconds <= TIMEOUT_MAX_S))
    throw new AoError('OPTION_UNKNOWN', { reason: `--timeout takes seconds, ${TIMEOUT_MAX_S} at most` });
  if (values.network === undefined) throw new AoError('OPTION_UNKNOWN', { reason: 'name one with --network' });
  if (positionals.length > 1) throw new AoError('OPTION_UNKNOWN', { reason: 'one project, please' });
  return { project: positionals[0] ?? null, network: values.network, timeoutMs: Math.ceil(seconds * 1_000), isJson: values.json === true };
}

function options(args: readonly string[]) {
  return givenOptions(args, {
    network: { type: 'string' },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  });
}
