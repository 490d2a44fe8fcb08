import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { AppImageUpdater } from 'electron-updater';
import { openUpdates } from '../../electron/updates.ts';

/** Looks for an update at AOSCOPE_FEED, and fetches what it finds, in Electron itself. Prints every state: `STATE` and JSON. */
async function main(): Promise<void> {
  await app.whenReady();
  const load = async (): Promise<AppImageUpdater> => {
    const updater = new AppImageUpdater();
    // As electron-builder writes it into a package.
    const config = join(app.getPath('userData'), 'app-update.yml');
    writeFileSync(
      config,
      `provider: generic
url: ${process.env['AOSCOPE_FEED'] ?? ''}
updaterCacheDirName: aoscope-updater
`,
    );
    updater.updateConfigPath = config;
    // Not packed, it is inactive otherwise.
    updater.forceDevUpdateConfig = true;
    return updater;
  };
  const updates = openUpdates(
    null,
    load,
    (state) => {
      if (state.kind !== 'downloading' || state.percent === 0) process.stdout.write(`STATE ${JSON.stringify(state)}\n`);
    },
    async () => undefined,
  );
  await updates.check();
  await updates.download();
  app.exit(0);
}

void main();
