import { main, type APIOptions } from 'assemblyscript/asc';
import type { CompileMark } from '../contract/modules.ts';
import type { Compiled, CompileTask } from './protocol.ts';
import { placeIn } from './place-in.ts';

/** What lies below is the host's on the network (for-loader.ts), so nothing of the program is put there. */
export const FIRST_ADDRESS = 1024;
/** Categories of the compiler's diagnostics. */
const WARNING = 2;
const ERROR = 3;

type Task = Extract<CompileTask, { kind: 'assemblyscript' }>;
type Diagnostic = Parameters<NonNullable<APIOptions['reportDiagnostic']>>[0];

/**
 * Compiles AssemblyScript to plain WebAssembly. The same files give the same bytes.
 * @throws Error where the compiler itself fails.
 */
export async function compileAssemblyScript({ entry, files, isForLoader }: Task): Promise<Compiled> {
  const marks: CompileMark[] = [];
  let program: Uint8Array | null = null;
  const options = ['--outFile', 'program.wasm', '--runtime', 'incremental', '--optimizeLevel', '2', '--memoryBase', `${FIRST_ADDRESS}`];
  // What aborts there traps: the loader of the network gives no function for it.
  const abort = isForLoader ? ['--use', 'abort='] : [];
  // A name of the project is a path here and never an option, whatever it begins with. Of its files the compiler reads sources alone:
  // options in a file (asconfig.json) could name a transform, which is JavaScript that the compiler runs.
  const { error, stderr } = await main([`./${entry}`, ...options, ...abort], {
    readFile: (path) => (path.endsWith('.ts') ? (files.get(path) ?? null) : null),
    writeFile: (_path, contents) => {
      if (typeof contents !== 'string') program = contents;
    },
    listFiles: () => [],
    reportDiagnostic: (diagnostic) => {
      if (diagnostic.category >= WARNING) marks.push(markOf(diagnostic, entry, files));
    },
  });
  if (marks.some(({ severity }) => severity === 'error')) return { program: null, marks };
  if (error !== null || program === null) throw new Error(error?.message ?? (stderr.toString().trim() || 'it gave no program'));
  return { program, marks };
}

/** What is wrong inside the compiler's own library is told at the place that led there. */
function markOf(diagnostic: Diagnostic, entry: string, files: Task['files']): CompileMark {
  const { message, code, category } = diagnostic;
  const range = [diagnostic.range, diagnostic.relatedRange].find((one) => files.has(one?.source.normalizedPath ?? ''));
  const file = range?.source.normalizedPath ?? entry;
  const text = files.get(file) ?? '';
  const from = placeIn(text, range?.start ?? 0);
  const to = placeIn(text, range?.end ?? 0);
  const said = message.replaceAll('~lib/string/String', 'string');
  return {
    file,
    severity: category === ERROR ? 'error' : 'warning',
    message: said,
    code: `AS${code}`,
    ...from,
    endLine: to.line,
    endColumn: to.column,
  };
}
