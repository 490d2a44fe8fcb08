import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

/** Long enough for a process on a real module on a busy machine; what is waited for ends the wait. */
const WAIT_MS = 60_000;
/** So often is the end of a program looked for that has been asked to end. */
const END_MS = 5_000;

/** A pseudo terminal comes from util-linux' `script`, which Linux has; without one the terminal is not run at all. */
export const hasPty = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** A frame of what turns while the terminal waits. */
const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏](?: *\[[^\]\n]*\])? */gu;

/** The terminal of a person at work. */
export interface Terminal {
  /** Types a line and Enter; what is waited for next comes after it. */
  type(line: string): void;
  /** Everything since the last line typed, once it matches. @throws Error with what the screen shows when it never does. */
  shows(what: RegExp | string): Promise<string>;
  /** Everything shown so far, without colours. */
  screen(): string;
  /** Its exit code, once it has ended. */
  ended(): Promise<number | null>;
}

/** A person's home folder with a wallet in it, as the terminal keeps it; gone when the test ends. @param like a home with the wallet to take. */
export function createHome(like?: string): string {
  const home = mkdtempSync(join(tmpdir(), 'aoscope-aos-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const wallet = join(home, '.aos.json');
  if (like === undefined)
    writeFileSync(wallet, JSON.stringify(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' })));
  else copyFileSync(join(like, '.aos.json'), wallet);
  return home;
}

export interface TerminalOptions {
  readonly home: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts the terminal's `program` in a pseudo terminal; it is ended when the test ends. */
export function startTerminal(program: string, { home, args, env, cwd = home }: TerminalOptions): Terminal {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  const child = spawn('script', ['-qefc', `stty cols 160 rows 50; exec ${quoted}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', HOME: home, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  let mark = 0;
  let look = (): void => undefined;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (more: string) => {
    text += stripVTControlCharacters(more).replaceAll('\r', '').replaceAll(SPINNER, '');
    look();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  void ended.then(() => look());
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    // The end of its keyboard ends `script`, which hangs up on the terminal.
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await ended;
    clearTimeout(late);
  });
  return {
    type(line) {
      mark = text.length;
      child.stdin.write(`${line}\r`);
    },
    shows: (what) =>
      new Promise((resolve, reject) => {
        const matches = (): boolean => (typeof what === 'string' ? text.slice(mark).includes(what) : what.test(text.slice(mark)));
        const fail = (): void => reject(new Error(`the terminal never showed ${String(what)}:\n${text.slice(mark)}`));
        const late = setTimeout(fail, WAIT_MS);
        look = () => {
          if (!matches()) {
            if (child.exitCode !== null) fail();
            return;
          }
          clearTimeout(late);
          look = () => undefined;
          resolve(text.slice(mark));
        };
        look();
      }),
    screen: () => text,
    ended: () => ended,
  };
}
