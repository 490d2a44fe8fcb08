import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findPorts } from './ports-block.ts';

const taken: Server[] = [];
afterEach(async () => {
  await Promise.all(taken.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Takes `port` where nobody else has it yet; either way it is taken afterwards. */
function take(port: number): Promise<void> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve());
    server.listen(port, '127.0.0.1', () => {
      taken.push(server);
      resolve();
    });
  });
}

test('a block is the ports that scripts know, counted from its first', async () => {
  const { units, upload, app } = await findPorts(14_000);
  expect({ ...units, upload, app }).toEqual({ gateway: 14_000, upload: 14_001, mu: 14_002, su: 14_003, cu: 14_004, app: 14_010 });
});

test.each([4000, 4001, 4003, 4010])('with %i taken the usual block moves and says so', async (port) => {
  await take(port);
  const block = await findPorts();
  expect(block.isMoved).toBe(true);
  expect(block.units.gateway).toBeGreaterThan(4000);
  expect((block.units.gateway - 4000) % 20).toBe(0);
});

test('a block asked for by number that is taken is refused, with the port that stands in the way', async () => {
  await take(14_043);
  await expect(findPorts(14_040)).rejects.toMatchObject({ code: 'PORTS_TAKEN', details: { port: 14_043 } });
});

test('a port that somebody has on every address counts as taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(14_062, '0.0.0.0', resolve));
  taken.push(server);
  await expect(findPorts(14_060)).rejects.toMatchObject({ code: 'PORTS_TAKEN', details: { port: 14_062 } });
});

test.each([0, -1, 65_530, 1.5, Number.NaN])('%d cannot begin a block', async (first) => {
  await expect(findPorts(first)).rejects.toMatchObject({ code: 'ARGUMENTS_INVALID' });
});
