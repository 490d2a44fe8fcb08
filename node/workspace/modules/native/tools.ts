import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What a program said, whatever its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const OUTPUT_MAX = 32 * 1024 * 1024;
/** The first build of a project in Rust compiles all that it needs. */
const BUILD_MS = 15 * 60_000;

/** Runs a program of this computer. Never rejects; -1 is one that could not be run, or did not end in time. */
export function runTool(program: string, args: readonly string[], cwd?: string): Promise<Said> {
  return new Promise((done) => {
    const options = { maxBuffer: OUTPUT_MAX, timeout: BUILD_MS, windowsHide: true, ...(cwd === undefined ? {} : { cwd }) };
    execFile(program, [...args], options, (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ code, out, errors: errors === '' && error !== null ? error.message : errors });
    });
  });
}

/**
 * Full paths of a program, from the folders of PATH: first its plain name, then those with a version behind it (`clang-19`), the
 * newest first.
 */
export async function findTool(name: string, path: string = process.env['PATH'] ?? ''): Promise<readonly string[]> {
  const pattern = new RegExp(`^${name}(?:-(\\d+))?(?:\\.exe|\\.bat)?$`, 'i');
  const found: { readonly path: string; readonly version: number }[] = [];
  for (const folder of path.split(delimiter).filter((one) => one !== '')) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const entry of names) {
      const match = pattern.exec(entry);
      const full = join(folder, entry);
      if (match !== null && (await isRunnable(full))) found.push({ path: full, version: Number(match[1] ?? Infinity) });
    }
  }
  return found.sort((a, b) => (a.version === b.version ? 0 : b.version - a.version)).map((one) => one.path);
}

function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
