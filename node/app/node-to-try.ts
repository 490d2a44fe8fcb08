import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Starter } from '../host/starter.ts';
import type { NodeToTry, NodeWish } from '../workspace/ports.ts';
import type { RunningApp, StartAppOptions } from './start-app.ts';
import { untilUp } from './until-up.ts';

/** What the app is that such a node is of. */
interface Around {
  readonly start: (options: StartAppOptions) => Promise<RunningApp>;
  readonly starter: Starter;
  readonly version: string;
  readonly assetsDir: string;
}

/**
 * A whole node without a public address, with wallets and data of its own in a folder that is gone at the end.
 * @throws AoError UNIT_DOWN.
 */
export async function openNodeToTry(
  { start, starter, version, assetsDir }: Around,
  { network, limits, recording }: NodeWish,
): Promise<NodeToTry> {
  const home = await mkdtemp(join(tmpdir(), 'aoscope-try-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 3 });
  try {
    const app = await start({
      shell: 'served',
      version,
      starter,
      paths: { assetsDir, userDir: home },
      firstPort: null,
      project: null,
      chooseFolder: null,
      isPublic: false,
      network,
      ...(limits === undefined ? {} : { limits }),
      ...(recording === undefined ? {} : { recording }),
    });
    try {
      await untilUp(app);
    } catch (error) {
      await app.stop();
      throw error;
    }
    return {
      ask: app.hub.ask,
      signers: app.status,
      async close() {
        await app.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
