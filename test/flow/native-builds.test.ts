import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { compilerScript } from '../../node/workspace/modules/compilers.ts';
import { openCompilerThread } from '../../node/workspace/modules/compiler-thread.ts';
import { ASSETS, startNode } from '../kit/node.ts';
import { workspaceOn } from '../kit/workspace.ts';

const CLI = resolve(import.meta.dirname, '../../out/node/cli.cjs');
const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'aoscope-builds-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
});

const CARGO_TOML = '[package]\nname = "counter"\nversion = "0.1.0"\nbuild = "build.rs"\n\n[lib]\ncrate-type = ["cdylib"]\n';

/** A project with a process in Rust. */
function rustProject(): string {
  const path = join(folder, 'counter');
  const files = {
    'aoscope.json': JSON.stringify({ version: 1, name: 'Counter', processes: [{ name: 'counter', source: 'Cargo.toml' }] }),
    'Cargo.toml': CARGO_TOML,
    'build.rs': 'fn main() {}\n',
    'src/lib.rs': '',
    'a.test.lua': 'test("a", function() end)\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

function aoscope(
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly errors: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [CLI, ...args],
      { env: { ...process.env, AOSCOPE_HOME: join(folder, 'home'), ...env } },
      (error, out, errors) => done({ code: error === null ? 0 : Number(error.code), out, errors }),
    );
  });
}

/** A toolchain for Rust that says what it was told in place of building: a real one needs its target for WebAssembly. */
function toolchain(): { readonly path: string; readonly ran: string } {
  const [path, ran] = [join(folder, 'bin'), join(folder, 'ran')];
  mkdirSync(join(folder, 'sysroot/lib/rustlib/wasm32-unknown-unknown'), { recursive: true });
  mkdirSync(path);
  const program =
    '(module (memory (export "memory") 1) (func (export "malloc") (param i32) (result i32) (i32.const 2048)) (func (export "handle") (param i32 i32) (result i32) (i32.const 0)))';
  writeFileSync(join(folder, 'program.wat'), program);
  const scripts = {
    rustc: `echo '${join(folder, 'sysroot')}'`,
    cargo: `env > '${ran}'; pwd >> '${ran}'; mkdir -p "$CARGO_TARGET_DIR"; cp '${join(folder, 'program.wasm')}' "$CARGO_TARGET_DIR/counter.wasm"
echo '{"reason":"compiler-artifact","filenames":["'"$CARGO_TARGET_DIR"'/counter.wasm"]}'`,
  };
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  return { path: `${path}:${process.env['PATH'] ?? ''}`, ran };
}

describe.skipIf(process.platform === 'win32')('what a compiler of this computer builds', () => {
  it('is not built before the person has allowed it, by nobody', async () => {
    const { path: PATH, ran } = toolchain();
    const path = rustProject();
    const { handlers } = await workspaceOn(await startNode(), join(folder, 'home'), path);
    const refused = { code: 'BUILD_NOT_TRUSTED' };
    await expect(handlers['project.run']({}, never)).rejects.toMatchObject(refused);
    await expect(handlers['wallet.spawn']({ name: 'a', source: '', tags: [], module: 'Cargo.toml' }, never)).rejects.toMatchObject(refused);
    await expect(handlers['modules.check']({ file: 'Cargo.toml', texts: [] }, never)).rejects.toMatchObject(refused);
    await expect(handlers['tests.run']({ files: null, pattern: null, module: null }, never)).rejects.toMatchObject(refused);
    await expect(handlers['modules.add']({ file: 'a.c', data: '' }, never)).rejects.toMatchObject(refused);
    // Another folder's yes is none of this one, and one that the project brings along is none at all.
    await expect(handlers['project.trustBuild']({ folder }, never)).rejects.toMatchObject({ code: 'CANCELLED' });
    writeFileSync(join(path, 'trusted-builds.json'), JSON.stringify({ version: 1, folders: [path] }));
    await expect(handlers['project.run']({}, never)).rejects.toMatchObject(refused);
    for (const args of [
      ['module', 'build', join(path, 'Cargo.toml')],
      ['test', path],
    ]) {
      const { code, errors } = await aoscope({ PATH }, ...args);
      expect([code, errors]).toEqual([1, expect.stringContaining('--trust-build')]);
    }
    expect(existsSync(ran)).toBe(false);
  });

  it('from a Cargo.toml is named after its program, leaves the Cargo.toml alone, and sees no keys of the environment', async () => {
    const { path: PATH, ran } = toolchain();
    expect((await aoscope({}, 'module', 'build', join(folder, 'program.wat'))).errors).toBe('');
    const path = rustProject();
    const env = { PATH, CARGO_REGISTRY_TOKEN: 'mine', DEPLOY_KEY: 'mine' };
    const { out, errors } = await aoscope(env, 'module', 'build', join(path, 'Cargo.toml'), '--trust-build', '--json');
    expect(errors).toBe('');
    expect(JSON.parse(out)).toMatchObject({ file: join(path, 'counter.wasm') });
    expect(readFileSync(join(path, 'Cargo.toml'), 'utf8')).toBe(CARGO_TOML);
    expect(readFileSync(ran, 'utf8')).not.toContain('mine');
    // What cargo builds lies where the project's tree does not show it.
    expect([existsSync(join(path, '.aoscope/cargo/counter.wasm')), existsSync(join(path, 'target'))]).toEqual([true, false]);
  });

  it('is not written over what it is made from', async () => {
    const file = join(folder, 'a.wat');
    writeFileSync(file, '(module)');
    const { code, errors } = await aoscope({}, 'module', 'build', file, file);
    expect([code, errors, readFileSync(file, 'utf8')]).toEqual([1, expect.stringContaining('made from'), '(module)']);
  });
});

describe("the compiler's thread", () => {
  /** Each instance needs another one. */
  const ENDLESS = 'function f<T>(): i32 { return f<Array<T>>(); }\nexport function handle(): i32 { return f<i32>(); }\n';
  const task = (text: string) => ({ kind: 'assemblyscript', entry: 'a.ts', files: new Map([['a.ts', text]]), isForLoader: false }) as const;

  it('is ended where it does not end, when it is stopped too, and what was asked meanwhile is answered', async () => {
    const thread = openCompilerThread(compilerScript(ASSETS));
    onTestFinished(() => thread.close());
    const endless = thread.ask(task(ENDLESS), { file: 'a.ts', ms: 3_000 });
    const next = thread.ask(task('export function handle(): i32 { return 1; }\n'), { file: 'a.ts', ms: 60_000 });
    await expect(endless).rejects.toMatchObject({ code: 'COMPILE_TIME', message: 'Compiling a.ts did not end within 3 s.' });
    expect((await next).program).not.toBeNull();
    const stop = new AbortController();
    const stopped = thread.ask(task(ENDLESS), { file: 'a.ts', ms: 60_000, signal: stop.signal });
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await thread.ask(task('export function handle(): i32 { return 2; }\n'), { file: 'a.ts', ms: 60_000 })).marks).toEqual([]);
  });

  it('begins anew where the compiler has crashed, which ends its thread', async () => {
    const thread = openCompilerThread(compilerScript(ASSETS));
    onTestFinished(() => thread.close());
    const deep = `let a: i32 = 1;\nexport function handle(): i32 { return a${'+a'.repeat(20_000)}; }\n`;
    const limit = { file: 'a.ts', ms: 60_000 };
    await expect(thread.ask(task(deep), limit)).rejects.toThrow('the compiler itself has crashed');
    expect((await thread.ask(task('export function handle(): i32 { return 1; }\n'), limit)).program).not.toBeNull();
  });
});
