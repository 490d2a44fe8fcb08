import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runTool, toolEnvironment } from './run-tool.ts';
import { findTool, toolPath } from './tools.ts';

const isOnWindows = process.platform === 'win32';

function folderWith(...programs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'aoscope-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const program of programs) {
    writeFileSync(join(folder, program), '#!/bin/sh\n');
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

test.skipIf(isOnWindows)(
  'compilers are looked for in absolute folders alone: a relative one would be the project that is open',
  async () => {
    const folder = folderWith('clang', 'clang-14', 'clang-19', 'clangd');
    const own = relative(process.cwd(), folder);
    expect(await findTool('clang', own)).toEqual([]);
    expect(toolPath({ PATH: `${own}:.::${folder}` }).split(':')[0]).toBe(folder);
    expect(await findTool('clang', `${own}:${folder}`)).toEqual(['clang', 'clang-19', 'clang-14'].map((name) => join(folder, name)));
  },
);

test('an app that was started from a desktop finds what rustup and Homebrew have installed', () => {
  const path = toolPath({ PATH: '', CARGO_HOME: '/home/me/cargo', EMSDK: '/opt/emsdk' });
  for (const folder of [
    join('/home/me/cargo', 'bin'),
    join('/opt/homebrew/opt', 'llvm', 'bin'),
    join('/opt/emsdk', 'upstream', 'emscripten'),
  ])
    expect(path).toContain(folder);
});

test('compilers get what they need of the environment, and no keys', () => {
  const env = {
    PATH: '/usr/bin',
    HOME: '/home/me',
    CARGO_HOME: '/c',
    CARGO_REGISTRY_TOKEN: 't',
    AWS_SECRET_ACCESS_KEY: 's',
    NODE_OPTIONS: '-r x',
  };
  const { PATH, ...rest } = toolEnvironment(env, '/usr/bin');
  expect([PATH, rest]).toEqual(['/usr/bin', { HOME: '/home/me', CARGO_HOME: '/c' }]);
});

test.skipIf(isOnWindows)('what a compiler has started is ended with it, when it is stopped and when it takes too long', async () => {
  for (const how of ['stop', 'limit', 'left behind'] as const) {
    const pidFile = join(folderWith(), 'pid');
    const stop = new AbortController();
    const script = `sleep 600 & echo $! > '${pidFile}.new' && mv '${pidFile}.new' '${pidFile}'${how === 'left behind' ? '' : '; wait'}`;
    const running = runTool('/bin/sh', ['-c', script], { signal: stop.signal, ...(how === 'stop' ? {} : { limitMs: 3_000 }) });
    await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), 10_000);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    if (how === 'stop') stop.abort();
    expect(await running).toMatchObject({ code: -1, errors: how === 'stop' ? 'it was stopped' : 'it did not end within 3 s' });
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 10_000);
  }
});

test('what cannot be run is an answer', async () => {
  expect(await runTool(join(tmpdir(), 'nothing-of-this-name'), [])).toMatchObject({
    code: -1,
    errors: expect.stringContaining('ENOENT') as string,
  });
});

/** Not even as one that nobody has taken notice of yet. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
