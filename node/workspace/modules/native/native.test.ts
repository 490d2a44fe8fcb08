import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildC, findCCompiler, marksOfC, needsOfC } from './c.ts';
import { buildCargo, readCargo } from './cargo.ts';

const TEMPLATES = resolve(import.meta.dirname, '../../../templates');
const HEADER = readFileSync(join(TEMPLATES, 'c/ao.h'));
const COUNTER = readFileSync(join(TEMPLATES, 'c/counter.c'));
const compiler = await findCCompiler();
const library = await findCCompiler(undefined, 'library');
const emcc = await findCCompiler(undefined, 'emscripten');
/** In the name of what is skipped, so that its report says why. */
const unless = (found: unknown, what: string): string => (found === null ? `, skipped: there is no ${what} on this computer` : '');

/** A folder with nothing in it, as the PATH of somebody who has no compiler. */
function emptyPath(): string {
  const path = mkdtempSync(join(tmpdir(), 'aoscope-path-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('without a toolchain', () => {
  test('a file in C says what is missing, and what to install', async () => {
    await expect(buildC('counter.c', new Map([['counter.c', COUNTER]]), { path: emptyPath() })).rejects.toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      message: expect.stringMatching(/^counter\.c is built with clang with lld, or Emscripten, which was not found/) as string,
      cure: expect.stringContaining('Install them') as string,
    });
  });

  test('so does a package of Rust', async () => {
    await expect(buildCargo('counter/Cargo.toml', { root: tmpdir(), path: emptyPath() })).rejects.toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      cure: expect.stringContaining('rustup target add wasm32-unknown-unknown') as string,
    });
  });
});

describe('what compilers say', () => {
  test('clang: of places in files of the project, and of others at the top of the file', () => {
    const told = `bad.c:29:9: warning: incompatible pointer to integer conversion initializing 'int' [-Wint-conversion]
lib/bad.h:57:28: error: use of undeclared identifier 'cont'; did you mean 'count'?
bad.c:8:17: note: 'count' declared here
/usr/include/other.h:3:1: fatal error: 'no.h' file not found
`;
    const sources = new Map([['bad.c', COUNTER] as const, ['lib/bad.h', COUNTER] as const]);
    expect(marksOfC(told, 'bad.c', sources)).toMatchObject([
      { file: 'bad.c', severity: 'warning', line: 29, column: 9, code: '-Wint-conversion' },
      { file: 'lib/bad.h', severity: 'error', line: 57, column: 28, message: "use of undeclared identifier 'cont'; did you mean 'count'?" },
      { file: 'bad.c', severity: 'error', line: 1, message: "/usr/include/other.h:3: 'no.h' file not found" },
    ]);
  });

  test('cargo: of places below the package, and where the program is', () => {
    const root = mkdtempSync(join(tmpdir(), 'aoscope-cargo-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    for (const file of ['counter/src/lib.rs', 'more/src/lib.rs']) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
    const span = { file_name: 'src/lib.rs', line_start: 3, column_start: 5, line_end: 3, column_end: 11, is_primary: true };
    const said = (manifest: string, file_name: string, level = 'error'): object => ({
      reason: 'compiler-message',
      manifest_path: join(root, manifest),
      message: { level, message: 'mismatched types', code: { code: 'E0308' }, spans: [{ ...span, file_name }] },
    });
    const lines = [
      said('counter/Cargo.toml', 'src/lib.rs'),
      // A member of the workspace is named from the workspace's folder, a package of others by its whole path.
      said('more/Cargo.toml', 'more/src/lib.rs', 'warning'),
      said('../registry/Cargo.toml', '/registry/src/lib.rs', 'warning'),
      {
        reason: 'compiler-message',
        manifest_path: join(root, 'counter/Cargo.toml'),
        message: { level: 'failure-note', message: 'For more information …', code: null, spans: [] },
      },
      { reason: 'compiler-artifact', filenames: ['/p/target/counter.wasm', '/p/target/counter.d'] },
      { reason: 'build-finished', success: false },
    ];
    expect(readCargo(`   Compiling\n${lines.map((line) => JSON.stringify(line)).join('\n')}`, 'counter/Cargo.toml', root)).toEqual({
      marks: [
        {
          file: 'counter/src/lib.rs',
          severity: 'error',
          message: 'mismatched types',
          code: 'E0308',
          line: 3,
          column: 5,
          endLine: 3,
          endColumn: 11,
        },
        expect.objectContaining({ file: 'more/src/lib.rs', severity: 'warning', line: 3 }),
        expect.objectContaining({ file: 'counter/Cargo.toml', line: 1, message: '/registry/src/lib.rs:3: mismatched types' }),
      ],
      programs: ['/p/target/counter.wasm'],
    });
  });
});

/** With headers of the standard library: text is printed into a buffer, and memory is asked for. */
const WITH_LIBRARY = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int count;
const char *handle(const char *message, const char *env) {
  char *answer = malloc(200);
  const char *what = strstr(message, "Eval") ? "evaluated" : "counted";
  snprintf(answer, 200, "{\\"ok\\":true,\\"response\\":{\\"Output\\":{\\"data\\":\\"%s %d\\"},\\"Messages\\":[],\\"Spawns\\":[],\\"Assignments\\":[]}}", what, ++count);
  return answer;
}
`;

describe('what a program in C needs', () => {
  const needs = (text: string): string => needsOfC(new Map([['a.c', Buffer.from(text)]]));

  test('is told by the headers it includes', () => {
    expect(needs('#include "ao.h"\n#include <stdint.h>\n')).toBe('nothing');
    expect(needs(WITH_LIBRARY)).toBe('library');
    expect(needs('#include <emscripten.h>\n#include <stdio.h>\n')).toBe('emscripten');
  });

  test('and where it is not there, that is what is missing', async () => {
    const build = (text: string): Promise<unknown> => buildC('a.c', new Map([['a.c', Buffer.from(text)]]), { path: emptyPath() });
    await expect(build('#include <stdio.h>\n')).rejects.toMatchObject({
      message: expect.stringContaining('wasi-libc') as string,
      cure: expect.stringContaining('include no header of the standard library') as string,
    });
    await expect(build('#include <emscripten.h>\n')).rejects.toMatchObject({ cure: expect.stringContaining('Install emsdk') as string });
  });

  test.skipIf(library === null)(
    `the standard library comes with it${unless(library, 'clang with wasi-libc, nor Emscripten')}`,
    async () => {
      const { program, marks } = await buildC('a.c', new Map([['a.c', Buffer.from(WITH_LIBRARY)]]));
      expect(marks).toEqual([]);
      expect(program?.subarray(0, 4)).toEqual(Buffer.from('\0asm'));
    },
  );

  test.skipIf(emcc === null)(
    `Emscripten builds what asks for it${unless(emcc, 'Emscripten')}`,
    async () => {
      const text = `#include <emscripten.h>\n${WITH_LIBRARY}`;
      const { program, marks } = await buildC('a.c', new Map([['a.c', Buffer.from(text)]]));
      expect(marks).toEqual([]);
      expect(program?.subarray(0, 4)).toEqual(Buffer.from('\0asm'));
    },
    120_000,
  );
});

describe.skipIf(compiler === null)(`with clang on this computer${unless(compiler, 'clang with lld, nor Emscripten')}`, () => {
  test('the template in C becomes a module', async () => {
    const sources = new Map([
      ['src/counter.c', COUNTER],
      ['src/ao.h', HEADER],
    ]);
    const { program, marks } = await buildC('src/counter.c', sources);
    expect(marks).toEqual([]);
    expect(program?.subarray(0, 4)).toEqual(Buffer.from('\0asm'));
  });

  test.each(['@options.c', '-fplugin=there.c', '--help.c'])('a file named %s is a file, and no option of the compiler', async (file) => {
    const sources = new Map([
      [file, COUNTER],
      ['ao.h', HEADER],
      ['options.c', Buffer.from('--version')],
    ]);
    const { program, marks } = await buildC(file, sources);
    expect(marks).toEqual([]);
    expect(program?.subarray(0, 4)).toEqual(Buffer.from('\0asm'));
    const [broken] = (await buildC(file, new Map([[file, Buffer.from('int malloc(int a) { return lost; }\n')]]))).marks;
    expect(broken).toMatchObject({ file, line: 1, column: 28 });
  });

  test('a path that leads out of the folder is not written', async () => {
    const outside = join(tmpdir(), `aoscope-outside-${process.pid}.c`);
    await expect(buildC(`../${basename(outside)}`, new Map([[`../${basename(outside)}`, COUNTER]]))).rejects.toMatchObject({
      code: 'FILE_OUTSIDE_PROJECT',
    });
    expect(existsSync(outside)).toBe(false);
  });

  test('a mistake is told at its place, in the file that is included too', async () => {
    const sources = new Map([
      ['src/a.c', Buffer.from('#include "more.h"\nint handle(int a, int b) { return lost; }\n')],
      ['src/more.h', Buffer.from('int malloc(int bytes) { return "text" }\n')],
    ]);
    const { program, marks } = await buildC('src/a.c', sources);
    expect(program).toBeNull();
    expect(marks.filter(({ severity }) => severity === 'error')).toMatchObject([
      { file: 'src/more.h', line: 1 },
      { file: 'src/a.c', line: 2, column: 35, message: expect.stringContaining('lost') as string },
    ]);
  });

  test('what the linker misses is told at the top', async () => {
    const { program, marks } = await buildC('a.c', new Map([['a.c', Buffer.from('int malloc(int bytes) { return 0; }\n')]]));
    expect(program).toBeNull();
    expect(marks).toMatchObject([{ file: 'a.c', line: 1, column: 1, message: expect.stringContaining('handle') as string }]);
  });
});
