import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunningApp } from '../app/start-app.ts';
import { AoError, reasonOf } from '../contract/errors.ts';
import { isId, toModuleId } from '../contract/ids.ts';
import type { ModuleInfo } from '../contract/modules.ts';
import { openBuildTrust } from '../workspace/trust.ts';
import { userFolders } from '../workspace/user-dir.ts';
import { parseCommandLine } from '../serve/options.ts';
import { say, sayError } from '../serve/say.ts';
import { startHeadless } from './headless.ts';
import { buildForNetwork } from './module-build.ts';

const USAGE = `aoscope module list [options]
aoscope module add <file.wasm | file.wat | file.ts | file.js | id> [options]
aoscope module build <file.ts | file.wat | file.wasm | file.c | Cargo.toml> [out.wasm] [options]

The modules of this installation, which processes of every project can be spawned on. An id is fetched from a gateway
and its publisher's signature checked. A file keeps its id on the network where its content is well known; otherwise it
is signed by the development wallet.

With build it is written as the network's own loader runs it: sources are compiled (C and Rust by the compilers of this
computer), what that loader asks for is added, and the Module-Format to publish it under is said. aoscope deploy does so by itself.

  --gateway URL  ask this gateway (default https://arweave.net)
  --data DIR     folder for wallets, modules and settings, instead of the user's own
  --trust-build  run compilers of this computer for C and Rust, which may run programs of the folder
  --json         print one line of JSON per module
  --help         this text`;

/** @returns the exit code. */
export async function runModule(args: readonly string[], outDir: string): Promise<number> {
  try {
    const line = parseCommandLine(args, 3);
    const [verb, what, out = null] = line.positionals;
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    const trust = { file: userFolders(line.userDir).trustFile, isAlways: line.isBuildTrusted };
    if (verb === 'build' && what !== undefined) {
      const built = await buildForNetwork(what, out, { assetsDir: join(outDir, 'assets'), trust: openBuildTrust(trust) });
      say(line.isJson ? JSON.stringify(built) : `${built.file}  Module-Format ${built.format}  ${built.bytes} bytes`);
      return 0;
    }
    if (out !== null || (verb !== 'list' && (verb !== 'add' || what === undefined)))
      throw new AoError('OPTION_UNKNOWN', { reason: 'write module list, or module add with a file or an id, or module build with a file' });
    const app = await startHeadless(outDir, line.userDir, null, null, { isBuildTrusted: line.isBuildTrusted });
    try {
      await app.ready;
      const modules = what === undefined ? (await app.hub.ask('modules.list', {})).modules : [await add(app, what, line.gateway)];
      for (const module of modules) say(line.isJson ? JSON.stringify(module) : lineOf(module));
      return 0;
    } finally {
      await app.stop();
    }
  } catch (error) {
    sayError(error);
    return 1;
  }
}

async function add({ hub }: RunningApp, what: string, gateway: string | null): Promise<ModuleInfo> {
  if (isId(what)) return hub.ask('modules.fetch', { module: toModuleId(what), gateway });
  const bytes = await readFile(what).catch((error: unknown) => {
    throw new AoError('FILE_UNREADABLE', { path: what, reason: reasonOf(error) });
  });
  return hub.ask('modules.add', { file: basename(what), data: bytes.toString('base64url') });
}

function lineOf({ id, name, format, bytes, isKnownByContent }: ModuleInfo): string {
  return `${id}  ${name}  ${format}  ${bytes} bytes${isKnownByContent ? '  known by its content' : ''}`;
}
