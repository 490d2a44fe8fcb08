import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startApp } from '../../node/app/start-app.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { startLocalNode } from '../../node/local.ts';

/**
 * Starts and stops what the first argument names (`node`: a whole node in this process, `app`: hub, supervisor, workspace
 * and four children), in the folder of the second, with the assets of the third. Then prints what still keeps this
 * process alive and leaves its ending to Node.
 */
const [what, dir = '', assetsDir = ''] = process.argv.slice(2);

async function node(): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const local = await startLocalNode({ dataDir: dir, assetsDir, http: true });
  await local.ask('su.time', {});
  await local.ask('mu.idle', {});
  await fetch(`${local.urls.gateway}/info`).then((answer) => answer.text());
  await local.close();
}

async function app(): Promise<void> {
  const running = await startApp({
    shell: 'served',
    version: '0.0.0',
    starter: createChildStarter({
      programOf: (unit) => join(import.meta.dirname, 'units', `${unit}.cjs`),
      output: (unit, text) => process.stderr.write(`${unit} ${text}`),
    }),
    paths: { assetsDir, userDir: dir },
    firstPort: null,
    project: null,
    chooseFolder: null,
  });
  await running.ready;
  const states = running.status().units.map((one) => `${one.unit} ${one.state} ${one.error?.message ?? ''}`);
  if (!states.every((one) => one.includes(' up '))) throw new Error(states.join('; '));
  const { samples } = await running.hub.ask('project.samples', {});
  await running.hub.ask('project.openSample', { sample: samples[0]?.id ?? '' });
  await running.hub.ask('mu.idle', {});
  await running.stop();
}

async function main(): Promise<void> {
  if (!existsSync(join(assetsDir, 'glue.wasm'))) throw new Error(`there is no glue.wasm in ${assetsDir}`);
  await (what === 'app' ? app() : node());
  // Handles that were closed a moment ago are gone in the next turns of the loop.
  await delay(100);
  // This process's own stdout and stderr stay; they are pipes here.
  process.stdout.write(`LEFT ${JSON.stringify(process.getActiveResourcesInfo().filter((one) => one !== 'PipeWrap'))}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
