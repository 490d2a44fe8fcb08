import { resolve } from 'node:path';
import { endWith } from '../serve/ending.ts';
import { parseCommandLine } from '../serve/options.ts';
import { say, sayError, sayPorts, sayTrouble } from '../serve/say.ts';
import { startHeadless } from './headless.ts';

const USAGE = `aoscope node [path/to/project] [options]

Runs the node alone until Ctrl-C: gateway, scheduler, compute and messenger unit on loopback.

  --port N     first port of the block (default 4000)
  --data DIR   folder for wallets and settings, instead of the user's own
  --json       print one line of JSON once the node answers
  --help       this text`;

/** @returns the exit code where it ends by itself; null while the node runs. */
export async function runNode(args: readonly string[], outDir: string): Promise<number | null> {
  try {
    const line = parseCommandLine(args, 1);
    if (line.isHelp) {
      say(USAGE);
      return 0;
    }
    const project = line.positionals[0] === undefined ? null : resolve(line.positionals[0]);
    const app = await startHeadless(outDir, line.userDir, line.firstPort, project);
    const beSilent = line.isJson ? () => {} : sayTrouble(app);
    endWith(() => {
      beSilent();
      return app.stop();
    });
    await app.ready;
    const { units, wallet, authority, scheduler, luaModule } = app.status();
    if (line.isJson) {
      const urls = Object.fromEntries(units.map(({ unit, url }) => [unit, url]));
      say(JSON.stringify({ project: app.workspace.project().path, urls, wallet, authority, scheduler, luaModule }));
      return null;
    }
    say(`The node runs on ${app.workspace.project().path}`);
    sayPorts(app);
    say(`  wallet   ${wallet ?? 'none'}`);
    say(`  module   ${luaModule ?? 'none'}`);
    return null;
  } catch (error) {
    sayError(error);
    return 1;
  }
}
