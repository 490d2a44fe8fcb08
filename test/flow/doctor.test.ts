import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { UnitsNetwork } from '../../node/contract/networks.ts';
import type { Finding } from '../../node/contract/deploy.ts';
import { examine } from '../../node/deploy/doctor.ts';
import { runDoctor } from '../../node/cli/doctor.ts';
import { startNode } from '../kit/node.ts';

const PATIENT_MS = 30_000;
const HASTY_MS = 300;

async function addresses(): Promise<UnitsNetwork> {
  const { node } = await startNode({ http: true });
  const { gateway, su, cu, mu } = node.urls;
  if (gateway === null || su === null || cu === null || mu === null) throw new Error('a unit has no address');
  return { kind: 'units', gateway, su, cu, mu, upload: gateway };
}

/** Some program on loopback that is none of ours. @returns its address */
async function stranger(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function findings(...args: Parameters<typeof examine>): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const one of examine(...args)) found.push(one);
  return found;
}

const faults = (found: readonly Finding[]): (readonly [string, string])[] =>
  found.flatMap(({ what, fault }) => (fault === null ? [] : [[what, fault.code] as const]));

test('every unit of a node says who it is', async () => {
  const found = await findings('there', await addresses(), PATIENT_MS);
  expect(faults(found)).toEqual([]);
  expect(found.map(({ what }) => what)).toEqual([
    'gateway',
    'GraphQL of the gateway',
    'scheduler unit',
    'compute unit',
    'messenger unit',
    'upload service',
  ]);
  expect(found.find(({ what }) => what === 'scheduler unit')?.answer).toMatch(/^block \d+$/);
});

test('an address where nobody is, one that never answers and one of somebody else are told apart, and the others are asked all the same', async () => {
  const network = await addresses();
  const mute = await stranger(createServer(() => undefined));
  const closed = createServer();
  const nobody = await stranger(closed);
  await new Promise((resolve) => closed.close(resolve));
  const endless = await stranger(
    createServer((_request, response) => {
      const more = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => clearInterval(more));
    }),
  );
  const failing = await stranger(createServer((_request, response) => response.writeHead(503).end()));
  const found = await findings(
    'there',
    { ...network, su: nobody, mu: network.cu, cu: mute, upload: endless, graphql: failing },
    HASTY_MS * 10,
  );
  expect(faults(found)).toEqual([
    ['GraphQL of the gateway', 'NETWORK_REFUSED'],
    ['scheduler unit', 'NETWORK_SILENT'],
    ['compute unit', 'NETWORK_SILENT'],
    ['messenger unit', 'NETWORK_OTHER'],
    ['upload service', 'NETWORK_SILENT'],
  ]);
  expect(found.find(({ what }) => what === 'scheduler unit')?.fault).toMatchObject({
    message: `The scheduler unit at ${nobody}/timestamp does not answer: connect ECONNREFUSED ${nobody.slice('http://'.length)}.`,
    cure: expect.stringContaining('"networks.there.su"'),
  });
  expect(found.find(({ what }) => what === 'compute unit')?.fault?.message).toContain('nothing came within 3 s');
});

test('a HyperBEAM node is asked for its address and its scheduler', async () => {
  const address = 'n_XZJhUnmldNFo4dhajoPZWhBXuJk-OcQr5JQ49c4Zo';
  const answers: Readonly<Record<string, string>> = { '/~meta@1.0/info/address': address, '/~scheduler@1.0/status': '{"processes":[]}' };
  const node = await stranger(
    createServer(({ url = '' }, response) => {
      const answer = answers[url];
      response.writeHead(answer === undefined ? 404 : 200).end(answer);
    }),
  );
  const found = await findings('beam', { kind: 'hyperbeam', node }, PATIENT_MS);
  expect(found.map(({ answer, fault }) => [answer, fault])).toEqual([
    [address, null],
    ['{"processes":[]}', null],
  ]);
  const { gateway } = await addresses();
  expect(faults(await findings('beam', { kind: 'hyperbeam', node: gateway }, PATIENT_MS)).map(([what]) => what)).toEqual([
    'HyperBEAM node',
    'scheduler of the node',
  ]);
});

test('aoscope doctor reads the networks of a project, and its exit code tells', async () => {
  const network = await addresses();
  const folder = await mkdtemp(join(tmpdir(), 'aoscope-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const manifest = { version: 1, name: 'there', processes: [], networks: { there: network, half: { ...network, cu: network.mu } } };
  await writeFile(join(folder, 'aoscope.json'), JSON.stringify(manifest));
  const said: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  onTestFinished(() => {
    out.mockRestore();
    err.mockRestore();
  });
  expect(await runDoctor([folder, '--network', 'there', '--timeout', '30'])).toBe(0);
  expect(said.join('')).toMatch(/^ok {6}messenger unit, http:\S+: ao messenger unit \(\d+ ms\)$/m);
  expect(await runDoctor([folder, '--network', 'half', '--timeout', '30', '--json'])).toBe(1);
  expect(said.join('')).toContain('"code":"NETWORK_OTHER"');
  expect(await runDoctor([folder, '--network', 'nowhere'])).toBe(1);
  expect(said.join('')).toContain('half, legacynet, mainnet, there');
});
