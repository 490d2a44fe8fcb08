import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNodeToTry } from '../app/node-to-try.ts';
import { startApp, type RunningApp, type StartAppOptions } from '../app/start-app.ts';
import { AoError } from '../contract/errors.ts';
import { createChildStarter } from '../host/child-starter.ts';
import type { Starter } from '../host/starter.ts';
import { openLogFile } from '../host/log-file.ts';
import { builtParts } from '../serve/built.ts';
import type { NodeToTry, NodeWish } from '../workspace/ports.ts';
import { fillRecording, prepareRecording } from '../workspace/recording/fill.ts';

type More = Pick<StartAppOptions, 'clock' | 'limits' | 'network' | 'units' | 'isPublic' | 'isBuildTrusted'> & {
  /** How units are started; as processes when absent. */
  readonly starter?: Starter;
};

/** An app without a window. */
export interface HeadlessApp extends RunningApp {
  /** The file that is open in place of a project; null for a project. */
  readonly recording: string | null;
}

/**
 * Starts the node on a project, without the app. A recording, where `project` is a file, is opened in a folder of its
 * own, with wallets of its own, that is gone at the end; `ready` is rejected where the file is no good.
 * @throws AoError also where the project itself cannot be opened.
 */
export async function startHeadless(
  outDir: string,
  userDir: string,
  firstPort: number | null,
  project: string | null,
  more: More = {},
): Promise<HeadlessApp> {
  if (project !== null && (await isFile(project))) return startRecording(outDir, firstPort, project, more);
  return { ...(await start(outDir, userDir, firstPort, project, more)), recording: null };
}

/**
 * The same for a command that only looks at a history: the units that it needs, in this process, with no public address.
 * Nothing is pushed and nothing is put on the gateway.
 */
export async function startForHistory(outDir: string, userDir: string, project: string): Promise<HeadlessApp> {
  const { unitsHere } = await import('./units-here.ts');
  return startHeadless(outDir, userDir, null, project, { starter: unitsHere(outDir, { isStill: true }), isPublic: false });
}

/** A node on which something is tried, with its units in this process. @throws AoError UNIT_DOWN. */
export async function openHere(outDir: string, wish: NodeWish): Promise<NodeToTry> {
  const { unitsHere } = await import('./units-here.ts');
  const { version, assetsDir } = builtParts(outDir);
  return openNodeToTry({ start: startApp, starter: unitsHere(outDir, { isStill: false }), version, assetsDir }, wish);
}

async function startRecording(outDir: string, firstPort: number | null, file: string, more: More): Promise<HeadlessApp> {
  const root = await mkdtemp(join(tmpdir(), 'aoscope-recording-'));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    const folder = join(root, 'project');
    await prepareRecording(file, folder);
    const app = await start(outDir, join(root, 'home'), firstPort, folder, more);
    const ready = app.ready.then(() => fillRecording(app.hub.ask, file)).then(() => undefined);
    // Whoever waits for it is told; nobody may be waiting yet.
    ready.catch(() => undefined);
    const stop = async (): Promise<void> => {
      try {
        await app.stop();
      } finally {
        await remove();
      }
    };
    return { ...app, ready, recording: file, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(
  outDir: string,
  userDir: string,
  firstPort: number | null,
  project: string | null,
  { starter, ...more }: More,
): Promise<RunningApp> {
  const { version, assetsDir, programOf } = builtParts(outDir);
  const app = await startApp({
    shell: 'served',
    version,
    starter: starter ?? createChildStarter({ programOf, output: openLogFile(join(userDir, 'logs', 'units.log')) }),
    paths: { assetsDir, userDir },
    firstPort,
    project,
    chooseFolder: null,
    ...more,
  });
  const { isScratch, problem } = app.workspace.project();
  if (project !== null && isScratch && problem !== null) {
    await app.stop();
    throw new AoError(problem.code, { path: project, reason: problem.message });
  }
  return app;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
