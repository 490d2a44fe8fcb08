import { fork } from 'node:child_process';
import type { UnitName } from '../contract/trace.ts';
import { childPort } from './child-process.ts';
import { watchOutput, type OutputSink } from './output.ts';
import type { Starter, UnitExit } from './starter.ts';

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
      // 'close' comes after the last line of stderr has been read, so the reason is whole; a child that never
      // came to life gives only 'error'.
      const exited = new Promise<UnitExit>((resolve) => {
        child.once('close', (code, signal) => resolve({ code, signal }));
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
