import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { DesktopStatus } from '../../../node/contract/desktop.ts';
import { connect, type Client } from '../../../node/contract/rpc.ts';
import type { UnitName } from '../../../node/contract/trace.ts';
import { webSocketPort } from '../../../node/host/web-socket.ts';
import { newHome, startServed } from '../../kit/app.ts';
import type { RunningHost } from './host.ts';
import { ownFirstPort } from './node-program.ts';

/** The served app as `npm start -- --serve` runs it; asked as its own window asks it where its units are. */
export async function startServedApp(): Promise<RunningHost> {
  const { home, remove } = newHome();
  const served = await startServed(home, ['--port', String(ownFirstPort())]);
  const { host, searchParams } = new URL(served.address);
  const socket = new WebSocket(`ws://${host}/link?token=${searchParams.get('token') ?? ''}`, { headers: { Origin: `http://${host}` } });
  await once(socket, 'open');
  const window = connect(webSocketPort(socket));
  const status = await untilWhole(window);
  const urlOf = (unit: UnitName): string => status.units.find((one) => one.unit === unit)?.url ?? '';
  const gateway = urlOf('gateway');
  return {
    urls: { gateway, su: urlOf('su'), cu: urlOf('cu'), mu: urlOf('mu') },
    // The port after the gateway's, as README.md says.
    bundler: `http://127.0.0.1:${Number(new URL(gateway).port) + 1}`,
    authority: status.authority ?? '',
    scheduler: status.scheduler ?? '',
    module: status.luaModule ?? '',
    facts: async (unit) => (await window.ask(`${unit}.facts`, { after: 0, limit: 10_000 })).facts,
    async stop() {
      socket.close();
      const code = await served.stop();
      remove();
      if (code !== 0) throw new Error(`the app ended with ${code}:\n${served.printed()}`);
    },
  };
}

/** The app's page is there before its units are. */
async function untilWhole(window: Client): Promise<DesktopStatus> {
  const isWhole = ({ units, luaModule }: DesktopStatus): boolean => luaModule !== null && units.every(({ state }) => state === 'up');
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const status = await window.ask('shell.status', {});
      if (!isWhole(status)) return;
      stopListening();
      resolve(status);
    };
    const stopListening = window.on('status', () => void look().catch(reject));
    look().catch(reject);
  });
}
