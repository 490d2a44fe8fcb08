import type { Readable } from 'node:stream';
import { utilityProcess, type UtilityProcess } from 'electron';
import type { Envelope } from '../../node/contract/envelope.ts';
import type { Port } from '../../node/contract/port.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { createInbox } from '../../node/host/inbox.ts';
import { watchOutput, type OutputSink } from '../../node/host/output.ts';
import type { Starter, UnitExit } from '../../node/host/starter.ts';

export interface UtilityStarterOptions {
  /** The bundled program of a unit, e.g. out/node/units/su.cjs. */
  readonly programOf: (unit: UnitName) => string;
  readonly output: OutputSink;
}

/** The last lines of stderr may come after the exit; they are the reason shown to a person. */
const LAST_LINES_MS = 50;

/** Starts units as Electron utility processes. */
export function createUtilityStarter(options: UtilityStarterOptions): Starter {
  return {
    start(unit) {
      const child = utilityProcess.fork(options.programOf(unit), [], { serviceName: `aoscope ${unit}`, stdio: 'pipe' });
      const stderrTail = watchOutput(unit, readable(child.stdout), readable(child.stderr), options.output);
      let isGone = false;
      const exited = new Promise<UnitExit>((resolve) => {
        child.once('exit', (code) => {
          isGone = true;
          setTimeout(() => resolve({ code, signal: null }), LAST_LINES_MS);
        });
      });
      return {
        port: utilityPort(child),
        pid: () => child.pid ?? null,
        onExit: (listener) => void exited.then(listener),
        kill() {
          const { pid } = child;
          child.kill();
          // Electron only asks (SIGTERM); a unit that hangs would not hear it.
          if (!isGone && pid !== undefined) endNow(pid);
        },
        stderrTail,
      };
    },
  };
}

function utilityPort(child: UtilityProcess): Port {
  const inbox = createInbox();
  child.on('message', (message: Envelope) => inbox.deliver(message));
  child.once('exit', inbox.end);
  return {
    post(message) {
      if (!inbox.isClosed) child.postMessage(message);
    },
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close: inbox.end,
  };
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It went by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Electron types the pipes by the interface; they are Node's streams. */
function readable(stream: NodeJS.ReadableStream | null): Readable | null {
  return stream as Readable | null;
}
