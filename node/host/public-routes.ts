import { listen, type FetchApp, type Listening } from './listen.ts';

/**
 * Starts a unit's public HTTP routes, or none where its port is null.
 * @param onFailure closes what the unit has opened so far; called before the error is thrown on.
 * @throws AoError PORTS_TAKEN.
 */
export async function openPublicRoutes(app: FetchApp, httpPort: number | null, onFailure: () => Promise<void>): Promise<Listening | null> {
  if (httpPort === null) return null;
  try {
    return await listen(app, httpPort);
  } catch (error) {
    await onFailure();
    throw error;
  }
}
