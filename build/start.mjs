import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { staleHalves } from './bundle/fresh.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { runInForeground } from './setup/foreground.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { at, ROOT } from './setup/paths.mjs';
import { hasDisplay, isRoot } from './setup/places.mjs';
import { say, sayError, SetupError, STARTED } from './setup/say.mjs';
import { requireNodeForApp } from './setup/tool-runtime.mjs';

const USAGE = `npm start -- [path/to/project or recording.aoscope] [options]

  --serve      serve the app for a browser even where a window could be opened
  --no-open    do not open a browser
  --port N     first port of the block that the node uses (default 4000)
  --help       this text`;

/** An Electron that ends with an error this soon never showed a window: libraries are missing, or the display is no display. */
const NEVER_STARTED_S = 5;

async function main() {
  const options = readOptions();
  if (options === null) return;
  requireNodeForApp();
  await ensurePackages();
  if (!(await build())) return;
  process.exitCode = (await openWindow(options)) ?? (await serve(options));
}

/**
 * Builds where sources changed, in a process of its own: the bundlers' memory must not stay for as long as the app runs.
 * @returns whether there is something to start
 */
async function build() {
  if (staleHalves().stale.length === 0) return true;
  const { code } = await runInForeground(process.execPath, [at('build', 'bundle.mjs')], {
    env: { [STARTED]: String(Date.now() - process.uptime() * 1000) },
  });
  process.exitCode = code;
  return code === 0;
}

function readOptions() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { serve: { type: 'boolean' }, 'no-open': { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new SetupError(error.message, USAGE);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return null;
  }
  if (positionals.length > 1)
    throw new SetupError(`One project folder at a time, not ${positionals.length}.`, 'Put a path that has spaces in it in quotes.');
  return {
    isServing: values.serve === true,
    isOpening: values['no-open'] !== true,
    port: values.port,
    project: projectPath(positionals[0]),
  };
}

/** npm runs us in the folder of package.json, whatever folder the person is in; INIT_CWD names that. The app says it where there is no such folder. */
function projectPath(given) {
  return given === undefined ? undefined : resolve(process.env.INIT_CWD ?? process.cwd(), given);
}

/** @returns the exit code, undefined where no window can be opened and the app is to be served */
async function openWindow({ isServing, project, port }) {
  if (isServing) return undefined;
  if (!hasDisplay()) {
    say('No display here: serving the app for a browser instead');
    return undefined;
  }
  const electron = await ensureElectron();
  if (electron === undefined) {
    say('Serving the app for a browser instead');
    return undefined;
  }
  say('Opening the window');
  const flags = process.platform === 'linux' && isRoot() ? ['--no-sandbox'] : [];
  const args = [...flags, ROOT, ...(port === undefined ? [] : [`--port=${port}`]), ...(project === undefined ? [] : [project])];
  const { code, seconds, wasAsked, error } = await runInForeground(electron, args, { env: { ELECTRON_RUN_AS_NODE: undefined } });
  if (code === 0 || wasAsked || seconds > NEVER_STARTED_S) return code;
  say(
    `Electron could not open a window here (${error?.message ?? `exit code ${code}`}); its reason stands above. Serving the app for a browser instead`,
  );
  return undefined;
}

async function serve({ isOpening, port, project }) {
  const args = [
    at('out', 'node', 'serve.cjs'),
    ...(port === undefined ? [] : ['--port', port]),
    ...(isOpening ? [] : ['--no-open']),
    ...(project === undefined ? [] : [project]),
  ];
  const { code } = await runInForeground(process.execPath, args);
  return code;
}

await main().catch(sayError);
