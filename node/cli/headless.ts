import { join } from 'node:path';
import { startApp, type RunningApp, type StartAppOptions } from '../app/start-app.ts';
import { AoError } from '../contract/errors.ts';
import { createChildStarter } from '../host/child-starter.ts';
import { openLogFile } from '../host/log-file.ts';
import { builtParts } from '../serve/built.ts';

/** Starts the node on a project, without the app. @throws AoError also where the project itself cannot be opened. */
export async function startHeadless(
  outDir: string,
  userDir: string,
  firstPort: number | null,
  project: string | null,
  more: Pick<StartAppOptions, 'clock' | 'limits' | 'network' | 'units'> = {},
): Promise<RunningApp> {
  const { version, assetsDir, programOf } = builtParts(outDir);
  const app = await startApp({
    shell: 'served',
    version,
    starter: createChildStarter({ programOf, output: openLogFile(join(userDir, 'logs', 'units.log')) }),
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
