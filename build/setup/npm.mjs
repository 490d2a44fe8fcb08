import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { run } from './run.mjs';

/** npm's own program, so that it can be run by Node without a shell, on Windows too. */
function npmProgram() {
  const nodeDir = dirname(process.execPath);
  const candidates = [
    process.env.npm_execpath,
    join(nodeDir, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeDir, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  return candidates.find((path) => path !== undefined && basename(path) === 'npm-cli.js' && existsSync(path));
}

/** Runs npm in `cwd`; the result is that of `run`. */
export function npm(args, { cwd, isQuiet = true, timeoutMs } = {}) {
  // What `npm start` itself was told (its own folder, its own lifecycle) must not steer the npm we start.
  const env = { npm_config_local_prefix: undefined, npm_config_prefix: undefined, npm_package_json: undefined, INIT_CWD: undefined };
  const program = npmProgram();
  if (program !== undefined) return run(process.execPath, [program, ...args], { cwd, env, isQuiet, timeoutMs });
  const isWindows = process.platform === 'win32';
  return run(isWindows ? 'npm.cmd' : 'npm', args, { cwd, env, isQuiet, timeoutMs, shell: isWindows });
}
