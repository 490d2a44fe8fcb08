import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInForeground } from './foreground.mjs';
import { isInstalled } from './packages.mjs';
import { run } from './run.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aoscope setup '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lock = (path, packages) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify({ packages }));
};
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    // A zombie has ended; whoever started it has not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('installed packages', () => {
  const wanted = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/a-mac': { version: '1.0.0', optional: true } };
  const installed = (packages) => {
    lock('package-lock.json', wanted);
    if (packages !== null) lock('node_modules/.package-lock.json', packages);
    return isInstalled(folder);
  };

  it('are those of the lock file, apart from what is meant for other systems', () => {
    expect(installed({ 'node_modules/a': { version: '1.0.0' } })).toBe(true);
  });

  it('are not there before the first installation, after an interrupted one, or with another version', () => {
    expect(installed(null)).toBe(false);
    expect(installed({})).toBe(false);
    expect(installed({ 'node_modules/a': { version: '2.0.0' } })).toBe(false);
  });

  it('cannot be judged without a lock file, which is said with its cure', () => {
    expect(() => isInstalled(folder)).toThrow(expect.objectContaining({ cure: expect.stringContaining('git') }));
  });
});

describe('running a program', () => {
  it('gives its code and what it printed, and does not throw where there is no such program', async () => {
    const ended = await run(process.execPath, ['-e', 'console.log("out"); console.error("err"); process.exit(3)'], { isQuiet: true });
    expect(ended).toMatchObject({ code: 3, hasTimedOut: false });
    expect(ended.output).toContain('out');
    expect(ended.output).toContain('err');
    expect(await run(join(folder, 'nothing'), [], { isQuiet: true })).toMatchObject({ code: null });
  });

  it.skipIf(process.platform === 'win32')('ends it and what it started when its time is over', async () => {
    const pidFile = join(folder, 'pid');
    const grandchild = `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(c.pid)); setInterval(() => {}, 1000);`;
    const ended = await run(process.execPath, ['-e', grandchild], { isQuiet: true, timeoutMs: 1_500 });
    expect(ended).toMatchObject({ code: null, hasTimedOut: true });
    await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
  });

  it('in the foreground hands on its exit code', async () => {
    expect((await runInForeground(process.execPath, ['-e', 'process.exit(7)'])).code).toBe(7);
    expect((await runInForeground(join(folder, 'nothing'), [])).code).toBe(127);
  });
});
