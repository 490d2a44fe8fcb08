import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../setup/run.mjs';
import { listArchive, readFuses } from './tools.mjs';

/** Numbers of Electron's fuses, and how they must stand: 48 is off, 49 on, as they are written in the program. */
const OFF = 48;
const ON = 49;
const FUSES = [
  ['run as Node', 0, OFF],
  ['encrypted cookies', 1, ON],
  ['NODE_OPTIONS', 2, OFF],
  ['inspector arguments', 3, OFF],
  ['integrity of the archive', 4, ON],
  ['app from the archive alone', 5, ON],
  ['a snapshot of its own for the main process', 6, OFF],
];

/** What must be in the archive, and what must not. */
const NEEDED = [
  '/package.json',
  '/out/electron/main.cjs',
  '/out/electron/preload.cjs',
  '/out/node/units/su.cjs',
  '/out/node/compiler.cjs',
  '/out/node/git.cjs',
  '/out/renderer/index.html',
];
/** Sources of ours do not belong there; those of samples and templates are there for people to read. */
const UNWANTED =
  /\.map$|^(?!\/out\/assets\/(?:samples|templates)\/).*\.tsx?$|\/out\/node\/(?:cli|serve|index)\.|^\/node_modules\/(?!libsql|@libsql|@neon-rs|detect-libc)/;

/** What is wrong with a packed app, without starting its window: one line each. */
export async function packageFaults(program) {
  const resources = join(dirname(program), 'resources');
  const archive = join(resources, 'app.asar');
  if (!existsSync(archive)) return [`${archive} is missing`];
  const inside = listArchive(archive).map((path) => path.replaceAll('\\', '/'));
  const wire = await readFuses(program);
  const faults = [
    ...NEEDED.filter((path) => !inside.includes(path)).map((path) => `${path} is missing in app.asar`),
    ...inside.filter((path) => UNWANTED.test(path) && !/^\/node_modules\/@[^/]+$/.test(path)).map((path) => `${path} is in app.asar`),
    ...FUSES.filter(([, number, state]) => wire[number] !== state).map(
      ([name, , state]) => `the fuse "${name}" is not ${state === ON ? 'on' : 'off'}`,
    ),
  ];
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.md', 'icon.png'])
    if (!existsSync(join(resources, name))) faults.push(`${name} is missing`);
  if (existsSync(join(resources, 'app'))) faults.push('a folder "app" lies beside app.asar');
  const natives = join(resources, 'app.asar.unpacked', 'node_modules', '@libsql');
  if (!existsSync(natives) || readdirSync(natives).length === 0) faults.push('the native part of libsql is missing');
  return [...faults, ...(await nodeFaults(program))];
}

/** A program that still acts as Node would print this and end, with no window. */
async function nodeFaults(program) {
  const home = mkdtempSync(join(tmpdir(), 'aoscope-dist-node-'));
  try {
    const env = { AOSCOPE_HOME: home, ELECTRON_RUN_AS_NODE: '1', DISPLAY: '', WAYLAND_DISPLAY: '' };
    const { output } = await run(program, ['-p', '"acts as " + "Node"'], { env, timeoutMs: 20_000, isQuiet: true });
    return output.includes('acts as Node') ? ['it still runs as Node'] : [];
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
