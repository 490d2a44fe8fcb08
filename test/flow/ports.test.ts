import { createServer, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startBenchApp } from '../bench/kit.ts';
import { findPorts } from '../../node/host/ports-block.ts';

const listenOn = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

it('a port that is taken between looking and listening moves the whole block, and everything answers there', async () => {
  const free = await findPorts(null);
  // The app looks at the ports, then starts; by then another program listens on the SU's.
  const starting = startBenchApp();
  const thief = await listenOn(free.units.su).catch(() => null);
  const bench = await starting;
  onTestFinished(async () => {
    await bench.stop();
    await new Promise((resolve) => (thief === null ? resolve(null) : thief.close(resolve)));
  });
  const { units } = bench.app.status();
  expect(units.map(({ state }) => state)).toEqual(['up', 'up', 'up', 'up']);
  expect(thief !== null && bench.app.ports().units.su === free.units.su).toBe(false);
  for (const { url } of units) expect((await fetch(url ?? '')).status).toBe(200);
}, 60_000);
