import { versionOf } from '../serve/built.ts';
import { runServe } from '../serve/run.ts';
import { say } from '../serve/say.ts';
import { runData } from './data.ts';
import { runDebugAdapter } from './debug-adapter.ts';
import { runDeploy } from './deploy/command.ts';
import { runDoctor } from './doctor.ts';
import { runModule } from './module.ts';
import { branchCommand } from './history/branch.ts';
import { exportCommand } from './history/export.ts';
import { runHistoryCommand, type HistoryCommand } from './history/project-command.ts';
import { queryCommand } from './history/query.ts';
import { runRecording } from './history/recording.ts';
import { replayCommand } from './history/replay.ts';
import { diffCommand, stateCommand } from './history/state.ts';
import { traceCommand } from './history/trace.ts';
import { whyCommand } from './history/why.ts';
import { runHome } from './home.ts';
import { runNew } from './new.ts';
import { runNode } from './node.ts';
import { runRebuild } from './rebuild.ts';
import { runTest } from './test.ts';
import { isRecordingFile } from '../workspace/recording/open.ts';
import { runTopologyCommand, saySchema } from './topology.ts';
import { runVerify } from './verify.ts';
import { runWallet } from './wallet.ts';

const HISTORY_COMMANDS: ReadonlyMap<string, HistoryCommand> = new Map([
  ['replay', replayCommand],
  ['trace', traceCommand],
  ['query', queryCommand],
  ['why', whyCommand],
  ['state', stateCommand],
  ['diff', diffCommand],
  ['branch', branchCommand],
  ['export', exportCommand],
]);

const USAGE = `aoscope <command>, or aoscope <FILE.aoscope> to look at a recording in the app

  new <folder>                  make a project of a template or a sample
  serve [path]                  serve the app on loopback for a browser
  node [path]                   run the node alone, without the app
  up [path]                     spawn what a project needs, and run what was changed since
  run <path> <process> …        the same for some of its processes
  reset [path] [process] …      begin anew with its processes
  schema                        JSON Schema of aoscope.json, for editors
  test [path] [pattern]         run the tests of a project
  module list | add <what>      the modules that processes can be spawned on
  verify <path> [process]       replay a project's processes and compare every outcome
  replay <path> <process>       a process once more from its first slot on, with its timeline
  trace <path> <process> <slot> what happened inside one slot: handlers, lines, values
  query <path> <process> …      where in a process's history something is so
  why <path> <process> <slot> … who wrote a value, for whom, and what began it
  state <path> <process> <slot> the state after any slot
  diff <path> <process> <a> <b> what changed between two slots
  branch <path> <process> …     what if: another future beside the main line
  export <path> <FILE> …        the history of processes as one file, for any computer
  recording <FILE>              what is in such a file, without opening it
  debug-adapter [path]          lets an editor step through histories (Debug Adapter Protocol)
  deploy [path] --network NAME  bring its processes to a network of others
  wallet list | new | import …  keys to sign with there, kept under a passphrase
  doctor [path] --network NAME  ask every address of a network, and say which one is not well
  home PROCESS FILE --network N bring a process of a network home, as a recording to debug
  data [remove]                 where your wallets, settings and projects lie; remove them
  rebuild <path>                bring a project's logs back from its gateway
  version                       print the version
  help                          this text

Add --help to a command for its options.`;

/** @returns the exit code where the command ends by itself; null while it runs. */
export async function runCli([command, ...args]: readonly string[], outDir: string): Promise<number | null> {
  if (command === 'new') return runNew(args, outDir);
  if (command === 'serve') return runServe(args, outDir);
  if (command === 'node') return runNode(args, outDir);
  if (command === 'module') return runModule(args, outDir);
  if (command === 'verify') return runVerify(args, outDir);
  const history = command === undefined ? undefined : HISTORY_COMMANDS.get(command);
  if (history !== undefined) return runHistoryCommand(history, args, outDir);
  if (command === 'debug-adapter') return runDebugAdapter(args, outDir);
  if (command === 'recording') return runRecording(args);
  if (command === 'test') return runTest(args, outDir);
  if (command === 'up' || command === 'run' || command === 'reset') return runTopologyCommand(command, args, outDir);
  if (command === 'schema') {
    saySchema();
    return 0;
  }
  if (command === 'deploy') return runDeploy(args, outDir);
  if (command === 'wallet') return runWallet(args);
  if (command === 'doctor') return runDoctor(args);
  if (command === 'home') return runHome(args, outDir);
  if (command === 'data') return runData(args);
  if (command === 'rebuild') return runRebuild(args, outDir);
  if (command === 'version' || command === '--version') {
    say(versionOf(outDir));
    return 0;
  }
  // A recording by itself is to be looked at.
  if (command !== undefined && (await isRecordingFile(command))) return runServe([command, ...args], outDir);
  if (command === 'help' || command === '--help' || command === '-h') {
    say(USAGE);
    return 0;
  }
  process.stderr.write(`${command === undefined ? 'A command is missing.' : `There is no command ${command}.`}\n\n${USAGE}\n`);
  return 1;
}
