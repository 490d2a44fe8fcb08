import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { z } from 'zod';
import type { Compiled } from '../../../compile/protocol.ts';
import { AoError } from '../../../contract/errors.ts';
import type { CompileMark } from '../../../contract/modules.ts';
import { findTool, runTool } from './tools.ts';

const TARGET = 'wasm32-unknown-unknown';
const RUSTUP = `rustup target add ${TARGET}`;

/**
 * Builds the package of a Cargo.toml in its own folder, with the cargo of this computer: what it built before is used again.
 * @param root the project's folder. @throws AoError TOOLCHAIN_MISSING.
 */
export async function buildCargo(file: string, root: string, path?: string): Promise<Compiled> {
  const cargo = await findCargo(file, path);
  const args = ['build', '--release', '--target', TARGET, '--message-format=json', '--manifest-path', join(root, file)];
  const { code, out, errors } = await runTool(cargo, args, join(root, posix.dirname(file)));
  const { marks, programs } = readCargo(out, file);
  if (code !== 0) {
    const said = errors.split('\n').find((line) => line.startsWith('error'));
    return {
      program: null,
      marks: marks.some(({ severity }) => severity === 'error') ? marks : [...marks, atTop(file, said ?? errors.trim())],
    };
  }
  const [program] = programs;
  if (program === undefined)
    return { program: null, marks: [atTop(file, 'it builds no .wasm: write crate-type = ["cdylib"] below [lib] in Cargo.toml')] };
  return { program: await readFile(program), marks };
}

/** Cargo that can build for WebAssembly. @throws AoError TOOLCHAIN_MISSING. */
async function findCargo(file: string, path?: string): Promise<string> {
  const [cargo] = await findTool('cargo', path);
  const [rustc] = await findTool('rustc', path);
  if (cargo === undefined || rustc === undefined)
    throw new AoError('TOOLCHAIN_MISSING', { file, tool: 'cargo', cure: `Install Rust (rustup.rs) and its target: ${RUSTUP}` });
  const sysroot = (await runTool(rustc, ['--print', 'sysroot'])).out.trim();
  if (!existsSync(join(sysroot, 'lib', 'rustlib', TARGET)))
    throw new AoError('TOOLCHAIN_MISSING', { file, tool: `Rust for ${TARGET}`, cure: `Run ${RUSTUP}` });
  return cargo;
}

const span = z.object({
  file_name: z.string(),
  line_start: z.number(),
  column_start: z.number(),
  line_end: z.number(),
  column_end: z.number(),
  is_primary: z.boolean(),
});
const spoken = z.discriminatedUnion('reason', [
  z.object({
    reason: z.literal('compiler-message'),
    message: z.object({
      level: z.string(),
      message: z.string(),
      code: z.object({ code: z.string() }).nullable(),
      spans: z.array(span),
    }),
  }),
  z.object({ reason: z.literal('compiler-artifact'), filenames: z.array(z.string()) }),
]);

/** What cargo has said in JSON, a line each: marks of places, and the programs that came out. @param file the Cargo.toml, of the project. */
export function readCargo(out: string, file: string): { readonly marks: readonly CompileMark[]; readonly programs: readonly string[] } {
  const marks: CompileMark[] = [];
  const programs: string[] = [];
  for (const line of out.split('\n')) {
    const { data } = spoken.safeParse(parsed(line));
    if (data === undefined) continue;
    if (data.reason === 'compiler-artifact') programs.push(...data.filenames.filter((name) => name.endsWith('.wasm')));
    else marks.push(...marksOf(data.message, file));
  }
  return { marks, programs };
}

type Message = Extract<z.infer<typeof spoken>, { reason: 'compiler-message' }>['message'];

function marksOf({ level, message, code, spans }: Message, file: string): readonly CompileMark[] {
  if (level !== 'error' && level !== 'warning') return [];
  const at = spans.find(({ is_primary }) => is_primary);
  // "aborting due to 2 previous errors" is none.
  if (at === undefined) return code === null ? [] : [{ ...atTop(file, message), severity: level, code: code.code }];
  const place = { line: at.line_start, column: at.column_start, endLine: at.line_end, endColumn: at.column_end };
  return [
    {
      file: posix.join(posix.dirname(file), at.file_name.replaceAll('\\', '/')),
      severity: level,
      message,
      code: code?.code ?? '',
      ...place,
    },
  ];
}

function atTop(file: string, message: string): CompileMark {
  return { file, severity: 'error', message, code: '', line: 1, column: 1, endLine: 1, endColumn: 2 };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
