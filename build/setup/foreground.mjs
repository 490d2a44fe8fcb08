import { spawn } from 'node:child_process';

/** The app ends everything within 7 s by itself. A second signal makes it drop the rest, so it comes after that. */
const ASK_AGAIN_MS = 9_000;
const KILL_MS = 12_000;

/**
 * Runs a program as if it were this one: same terminal, signals handed on, its exit code ours.
 * A terminal sends Ctrl-C to the whole group, so the program has it already and must not get it twice; without a
 * terminal the signal reached only us.
 * @returns `{ code, seconds }`; code is 128 + n where a signal ended it, as shells count
 */
export function runInForeground(command, args, { env, cwd } = {}) {
  return new Promise((resolve) => {
    const startedMs = Date.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', windowsHide: false });
    const timers = [];
    const onSignal = (signal) => {
      if (timers.length > 0) return;
      const hasIt = signal !== 'SIGTERM' && process.stdin.isTTY;
      if (!hasIt) child.kill(signal);
      timers.push(setTimeout(() => child.kill('SIGTERM'), ASK_AGAIN_MS));
      timers.push(setTimeout(() => child.kill('SIGKILL'), KILL_MS));
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, onSignal);
    const finish = (code, signal, error) => {
      for (const timer of timers) clearTimeout(timer);
      for (const name of signals) process.off(name, onSignal);
      const byNumber = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 };
      // A program that was asked to end and was ended by that very signal did what it should.
      const wasAsked = timers.length > 0;
      resolve({
        code: code ?? (wasAsked && signal !== 'SIGKILL' ? 0 : (byNumber[signal] ?? 1)),
        seconds: (Date.now() - startedMs) / 1_000,
        wasAsked,
        error,
      });
    };
    child.on('error', (error) => finish(127, null, error));
    child.on('exit', (code, signal) => finish(code, signal));
  });
}
