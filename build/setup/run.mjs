import { spawn } from 'node:child_process';

/**
 * Runs a program to its end.
 * @param command path or name of the program
 * @param args its arguments, passed without a shell
 * @param options `cwd`, `env` (added to ours), `timeoutMs` (then it and its children are killed), `isQuiet` (output only collected)
 * @returns its exit code (null when killed), what it printed, and whether the time ran out. Never throws for a failing program.
 */
export function run(command, args, { cwd, env, timeoutMs, isQuiet = false, shell = false } = {}) {
  return new Promise((resolve) => {
    // A group of its own, so that a time limit ends grandchildren too; signals are handed on by hand then.
    const isGroup = timeoutMs !== undefined && process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell,
      detached: isGroup,
      windowsHide: true,
    });
    const end = (signal) => {
      try {
        const pid = Number(child.pid);
        process.kill(isGroup ? -pid : pid, signal);
      } catch {
        // It has ended already.
      }
    };
    let output = '';
    let hasTimedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            hasTimedOut = true;
            end('SIGKILL');
          }, timeoutMs);
    const onSignal = (signal) => {
      end(signal);
      process.exitCode = 130;
    };
    if (isGroup) for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, onSignal);
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.setEncoding('utf8');
      from.on('data', (text) => {
        output = (output + text).slice(-200_000);
        if (!isQuiet) to.write(text);
      });
    }
    const finish = (code, reason) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
      resolve({ code, output: reason === undefined ? output : `${output}${reason}`, hasTimedOut });
    };
    child.on('error', (error) => finish(null, error.message));
    child.on('close', (code) => finish(code));
  });
}

/** The last lines of a program's output that are not empty, for an error text. */
export function lastLines(output, count = 12) {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
