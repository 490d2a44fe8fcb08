import type { CommandName, Commands } from '../contract/commands.ts';
import { AoError } from '../contract/errors.ts';
import type { Port } from '../contract/port.ts';
import { connect, RemoteError, type Client } from '../contract/rpc.ts';
import type { UnitName } from '../contract/trace.ts';

/** Everyone's line to one unit: it outlives the unit's process. */
export interface UnitLine {
  attach(port: Port): Pick<Client, 'ask'>;
  up(): void;
  starting(): void;
  down(): void;
  /** @throws AoError UNIT_DOWN when it ends while asked, stays away, or is down; what the unit itself answers otherwise. */
  ask(name: CommandName, args: unknown, signal?: AbortSignal): Promise<unknown>;
}

/** A line whose questions wait at most `waitMs` for the unit while it is starting. */
export function createUnitLine(unit: UnitName, waitMs: number): UnitLine {
  let state: 'starting' | 'up' | 'down' = 'starting';
  let client: Client | null = null;
  const waiting = new Set<() => void>();

  const wake = (): void => {
    for (const one of [...waiting]) one();
    waiting.clear();
  };

  /** Resolves when the state is decided, the time is over or the asker gave up. */
  const settled = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });

  return {
    attach(port) {
      const attached = connect(port);
      client = attached;
      state = 'starting';
      port.onClose(() => {
        // A newer process may have taken its place already.
        if (client !== attached) return;
        client = null;
        if (state === 'up') state = 'starting';
      });
      return attached;
    },
    up() {
      state = 'up';
      wake();
    },
    starting() {
      state = 'starting';
    },
    down() {
      state = 'down';
      wake();
    },
    async ask(name, args, signal) {
      if (state === 'starting') await settled(signal);
      if (signal?.aborted) throw new AoError('CANCELLED');
      if (state !== 'up' || client === null) throw new AoError('UNIT_DOWN', { unit });
      try {
        return await client.ask(name, args as Commands[typeof name]['args'], signal);
      } catch (error) {
        const isCutOff = error instanceof AoError && !(error instanceof RemoteError) && error.code === 'PORT_CLOSED';
        throw isCutOff ? new AoError('UNIT_DOWN', { unit }) : error;
      }
    },
  };
}
