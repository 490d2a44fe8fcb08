import type { RunningApp } from './start-app.ts';
import { AoError } from '../contract/errors.ts';

/** A unit that ended while it was starting is started again; so long that may take in all. */
const UP_MS = 60_000;

/**
 * Waits until every unit of the app is up, and the gateway has the built-in module where it is here. A slow computer may need
 * a second attempt at a unit.
 * @throws AoError UNIT_DOWN for a unit that stays away.
 */
export async function untilUp(app: RunningApp): Promise<void> {
  await app.ready;
  const troubled = (): string | null => app.status().units.find(({ state }) => state !== 'up')?.unit ?? null;
  const isDecided = (): boolean => app.status().units.every(({ state }) => state === 'up' || state === 'down');
  if (!isDecided()) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stopListening();
        resolve();
      };
      const timer = setTimeout(done, UP_MS);
      const stopListening = app.hub.on('status', () => {
        if (isDecided()) done();
      });
    });
  }
  const unit = troubled();
  if (unit !== null) throw new AoError('UNIT_DOWN', { unit });
  const isHere = app.status().units.some((one) => one.unit === 'gateway' && one.foreign === undefined);
  if (isHere && app.status().luaModule === null) await app.workspace.unitsReady();
}
