import { resolve } from 'node:path';
import { runNode } from './node.ts';
import { runServe, SERVE_USAGE, VERSION } from '../serve/run.ts';
import { say } from '../serve/say.ts';
import { runVerify } from './verify.ts';

const USAGE = `aoscope <command>

  serve [path]                  serve the app on loopback for a browser
  node [path]                   run the node alone, without the app
  verify <path> [process]       replay a project's processes and compare every outcome
  version                       print the version
  help                          this text

Add --help to a command for its options.`;

// This program lies in out/node; everything else of the built app is found from there.
const outDir = resolve(import.meta.dirname, '..');

async function run([command, ...args]: readonly string[]): Promise<number | null> {
  if (command === 'serve') return runServe(args, outDir);
  if (command === 'node') return runNode(args, outDir);
  if (command === 'verify') return runVerify(args, outDir);
  if (command === 'version' || command === '--version') {
    say(VERSION);
    return 0;
  }
  if (command === 'help' || command === '--help' || command === '-h') {
    say(USAGE);
    return 0;
  }
  process.stderr.write(`${command === undefined ? 'A command is missing.' : `There is no command ${command}.`}\n\n${USAGE}\n\n${SERVE_USAGE}\n`);
  return 1;
}

void run(process.argv.slice(2)).then((code) => {
  if (code !== null) process.exit(code);
});
