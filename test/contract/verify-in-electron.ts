import { app } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import { createUtilityStarter } from '../../electron/units/utility-starter.ts';
import { startApp } from '../../node/app/start-app.ts';
import { toProcessId } from '../../node/contract/ids.ts';
import { builtParts } from '../../node/serve/built.ts';
import { compareRecording, fillRecording, prepareRecording } from '../../node/workspace/recording/fill.ts';

/**
 * What `aoscope verify RECORDING --json` does, with the units in Electron's utility processes. AOSCOPE_VERIFY says as JSON
 * which recording, where the built app is, and which folder may be used. Prints `VERIFIED` and JSON.
 */
async function main(file: string, outDir: string, dir: string): Promise<void> {
  await app.whenReady();
  const { version, assetsDir, programOf } = builtParts(outDir);
  const project = join(dir, 'project');
  const { processes } = await prepareRecording(file, project);
  const running = await startApp({
    shell: 'electron',
    version,
    starter: createUtilityStarter({ programOf, output: (unit, text) => process.stderr.write(`${unit} ${text}`) }),
    paths: { assetsDir, userDir: join(dir, 'home') },
    firstPort: null,
    project,
    chooseFolder: null,
  });
  await running.ready;
  await fillRecording(running.hub.ask, file);
  const compared = await compareRecording(running.hub.ask, file);
  for (const { process: id } of processes) {
    const verified = await running.hub.ask('cu.verify', { process: toProcessId(id) });
    const recorded = compared.find(({ process: one }) => one === id);
    const { electron, node } = process.versions;
    process.stdout.write(`VERIFIED ${JSON.stringify({ electron, node, process: id, ...verified, recorded })}\n`);
  }
  await running.stop();
}

const wish = z.object({ file: z.string(), outDir: z.string(), dir: z.string() });
const { file, outDir, dir } = wish.parse(JSON.parse(process.env['AOSCOPE_VERIFY'] ?? '{}'));
main(file, outDir, dir).then(
  () => app.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    app.exit(1);
  },
);
