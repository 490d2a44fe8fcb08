import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { reasonOf } from '../../../contract/errors.ts';
import { toolPath } from './tools.ts';

/** What a program said, whatever its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface ToolRun {
  /** The folder it runs in; that of the app where absent. */
  readonly cwd?: string;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Besides {@link toolEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
  /** After so long it is ended. */
  readonly limitMs?: number;
  /** As the PATH; absent, that of the app with the usual folders. */
  readonly path?: string | undefined;
}

const OUTPUT_MAX = 32 * 1024 * 1024;
/** The first build of a project in Rust compiles all that it needs. */
const BUILD_MS = 15 * 60_000;

/**
 * Runs a program of this computer, with a reduced environment and no input. Never rejects; -1 is one that could not be run, was ended,
 * or did not end in time. What it has started is ended with it.
 */
export function runTool(program: string, args: readonly string[], run: ToolRun = {}): Promise<Said> {
  const { cwd, signal, limitMs = BUILD_MS } = run;
  return new Promise((done) => {
    const failed = (errors: string): void => done({ code: -1, out: '', errors });
    if (signal?.aborted === true) return failed('it was stopped');
    let child: ChildProcess;
    try {
      const env = { ...toolEnvironment(process.env, run.path), ...run.env };
      child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
        windowsHide: true,
        detached: hasGroup,
        ...(cwd === undefined ? {} : { cwd }),
      });
    } catch (error) {
      return failed(reasonOf(error));
    }
    let why: string | null = null;
    const end = (reason: string): void => {
      why ??= reason;
      endGroup(child);
      // What it has left behind may hold them open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const [out, errors] = [collect(child.stdout, end), collect(child.stderr, end)];
    const stop = (): void => end('it was stopped');
    const timer = setTimeout(() => end(`it did not end within ${Math.round(limitMs / 1000)} s`), limitMs);
    const stopPassing = passOnEnds(child);
    signal?.addEventListener('abort', stop, { once: true });
    const over = (said: Said): void => {
      clearTimeout(timer);
      stopPassing();
      signal?.removeEventListener('abort', stop);
      done(said);
    };
    child.on('error', (error) => over({ code: -1, out: out(), errors: reasonOf(error) }));
    child.on('close', (code) => over({ code: why === null ? (code ?? -1) : -1, out: out(), errors: why ?? errors() }));
  });
}

/**
 * A group of its own can be ended as a whole. A thread hears no Ctrl-C, so what it starts stays in the group of the terminal,
 * which ends that.
 */
const hasGroup = isMainThread && process.platform !== 'win32';

function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    // Others of the group may go on where it has ended.
    if (hasGroup) process.kill(-pid, 'SIGKILL');
    else if (process.platform === 'win32') {
      // By its whole path: a bare name is looked for in the folder that the app was started in first.
      const taskkill = join(process.env['SYSTEMROOT'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
      spawn(taskkill, ['/pid', `${pid}`, '/t', '/f'], { windowsHide: true }).on('error', () => child.kill());
    } else child.kill('SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** A program in a group of its own does not hear what ends this one. @returns no longer passes it on. */
function passOnEnds(child: ChildProcess): () => void {
  if (!hasGroup) return () => undefined;
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const ended = (name: NodeJS.Signals): void => {
    endGroup(child);
    stop();
    // Nobody else wants to do anything about it: then it does what it does without a listener.
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  };
  const exited = (): void => endGroup(child);
  const stop = (): void => {
    for (const name of signals) process.removeListener(name, ended);
    process.removeListener('exit', exited);
  };
  for (const name of signals) process.on(name, ended);
  process.on('exit', exited);
  return stop;
}

function collect(stream: NodeJS.ReadableStream | null, end: (reason: string) => void): () => string {
  const parts: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > OUTPUT_MAX) end(`it said more than ${OUTPUT_MAX} bytes`);
    else parts.push(part);
  });
  return () => Buffer.concat(parts).toString('utf8');
}

/** What compilers need to find themselves, their settings and the network. */
const NEEDED =
  /^(HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|USER|LOGNAME|TMPDIR|TMP|TEMP|LANG|LC_ALL|CARGO_.*|RUSTUP_.*|RUSTC.*|RUSTFLAGS|EMSDK.*|EM_.*|SDKROOT|DEVELOPER_DIR|SYSTEMROOT|WINDIR|SYSTEMDRIVE|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|COMMONPROGRAMFILES.*|PROCESSOR_ARCHITECTURE|NUMBER_OF_PROCESSORS|HTTPS?_PROXY|NO_PROXY|SSL_CERT_.*|XDG_.*)$/i;
/** What gives others rights of the person: tokens of registries among the CARGO_ ones. */
const SECRET = /TOKEN|PASSWORD|SECRET|CREDENTIAL/i;

/** The environment of compilers: whatever else the person's own holds, keys and tokens too, stays here. @param path their PATH. */
export function toolEnvironment(env: NodeJS.ProcessEnv, path: string = toolPath(env)): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && NEEDED.test(name) && !SECRET.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), PATH: path };
}
