import type { HandlersOf } from '../contract/handlers.ts';
import type { ProcessId } from '../contract/ids.ts';
import { keptPage, takeKept } from './kept.ts';
import type { CuPorts } from './ports.ts';
import type { Program } from './program.ts';
import { weaveFilesOf } from './weave-read.ts';

type RecordingHandlers = Pick<HandlersOf<'cu'>, 'cu.kept' | 'cu.takeKept' | 'cu.takeTold' | 'cu.weaveFiles' | 'cu.giveWeaveFiles'>;

/**
 * What a recording is made of, and filled into, here.
 * @param runs evaluates a process to its newest slot; forgets what was known of one, so that it is read anew.
 */
export function recordingHandlers(
  ports: CuPorts,
  runs: { evaluated(process: ProcessId): Promise<Program>; forget(process: ProcessId): void },
): RecordingHandlers {
  return {
    async 'cu.kept'({ process, from, isBare = false }) {
      await runs.evaluated(process);
      return keptPage(ports.memory, process, from, isBare);
    },
    async 'cu.takeKept'({ process, parts }) {
      takeKept(ports, process, parts);
      runs.forget(process);
      return {};
    },
    async 'cu.takeTold'({ facts }) {
      ports.memory.told.keep(facts);
      return {};
    },
    async 'cu.weaveFiles'({ process, after }, signal) {
      return weaveFilesOf(ports, process, await runs.evaluated(process), after, signal);
    },
    async 'cu.giveWeaveFiles'({ process, files }) {
      ports.weave.give(process, files);
      return {};
    },
  };
}
