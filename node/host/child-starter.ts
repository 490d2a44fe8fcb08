import { fork } from 'node:child_process';
import type { UnitName } from '../contract/trace.ts';
import { childPort } from './child-process.ts';
import { watchOutput, type OutputSink } from './output.ts';
import type { Starter, UnitExit } from './starter.ts';

/** How long after its end what a child printed last may take to arrive. */
const LAST_OUTPUT_MS = 100;

export interface ChildStarterOptions {
  /** The bundled program of a unit, e.g. out/node/units/su.cjs. */
  readonly programOf: (unit: UnitName) => string;
  readonly output: OutputSink;
}

/** Starts units as Node child processes. */
export function createChildStarter(options: ChildStarterOptions): Starter {
  return {
    start(unit) {
      const child = fork(options.programOf(unit), [], {
        // Structured clone, as everywhere else; the default would turn what JSON cannot carry into something else.
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: [],
      });
      const stderrTail = watchOutput(unit, child.stdout, child.stderr, options.output);
      // 'close' comes after the last line of stderr has been read, so the reason is whole. It never comes where we let go
      // of the pipe first (Node 20 and 24), so it is not waited for long; a child that never came to life gives only 'error'.
      const exited = new Promise<UnitExit>((resolve) => {
        child.once('close', (code, signal) => resolve({ code, signal }));
        child.once('exit', (code, signal) => setTimeout(() => resolve({ code, signal }), LAST_OUTPUT_MS));
        child.once('error', (error) => {
          options.output(unit, `${error.message}\n`);
          if (child.pid === undefined) resolve({ code: null, signal: null });
        });
      });
      return {
        port: childPort(child),
        pid: () => child.pid ?? null,
        onExit: (listener) => void exited.then(listener),
        kill: () => void child.kill('SIGKILL'),
        stderrTail,
      };
    },
  };
}
