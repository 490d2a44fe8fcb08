import { access, constants, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Where installers put compilers: an app that was started from a desktop has a shorter PATH than a terminal.
 * rustup, Homebrew's LLVM, which it keeps out of the PATH, emsdk, and the WASI SDK.
 */
function usualFolders(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const emsdk = env['EMSDK'];
  return [
    join(env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin'),
    '/usr/local/bin',
    '/opt/homebrew/bin',
    ...['/opt/homebrew/opt', '/usr/local/opt'].flatMap((opt) => [join(opt, 'llvm', 'bin'), join(opt, 'lld', 'bin')]),
    ...(emsdk === undefined ? [] : [join(emsdk, 'upstream', 'emscripten')]),
    join(env['WASI_SDK_PATH'] ?? '/opt/wasi-sdk', 'bin'),
  ];
}

/** The folders that compilers are looked for in: those of PATH, then the usual ones. A relative one would be the project's own. */
export function toolPath(env: NodeJS.ProcessEnv = process.env): string {
  return [...absolute(env['PATH'] ?? env['Path'] ?? ''), ...usualFolders(env)].join(delimiter);
}

const absolute = (path: string): readonly string[] => path.split(delimiter).filter((folder) => isAbsolute(folder));

/**
 * Full paths of a program, from the absolute folders of `path`: first its plain name, then those with a version behind it
 * (`clang-19`), the newest first. Scripts of Windows (.bat) are left out: they are run by a shell, which takes names for commands.
 */
export async function findTool(name: string, path: string = toolPath()): Promise<readonly string[]> {
  const pattern = new RegExp(`^${name}(?:-(\\d+))?${process.platform === 'win32' ? '\\.exe' : ''}$`, 'i');
  const found: { readonly path: string; readonly version: number }[] = [];
  for (const folder of absolute(path)) {
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
