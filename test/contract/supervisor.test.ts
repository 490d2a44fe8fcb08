import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../node/contract/commands.ts';
import { DEFAULT_NETWORK } from '../../node/contract/network.ts';
import type { UnitStatus } from '../../node/contract/desktop.ts';
import { UNITS, type UnitName } from '../../node/contract/trace.ts';
import { createChildStarter } from '../../node/host/child-starter.ts';
import { createHub, type Hub } from '../../node/host/hub.ts';
import { findPorts, type PortsBlock } from '../../node/host/ports-block.ts';
import { createSupervisor, type Supervisor } from '../../node/host/supervisor.ts';
import type { Timings } from '../../node/host/timings.ts';
import { bundleTests, type Bundles } from './bundle.ts';

/** Real children, whose backoff is short so that the test need not be long. What is silent for this long hangs, on a busy machine too. */
const PATIENT = { silentMs: 30_000, restartsWithinMs: 600_000, closeMs: 1000, beatMs: 200, backoffMs: [10, 20, 40, 60, 80] };

/** Away from the usual ports, which apps in other tests look for at the same time. */
const OWN_BLOCK = 20_000 + (process.pid % 1000) * 20;

/** Only where silence is what is tried: a unit that is merely slow may be ended too then. */
const HASTY = { ...PATIENT, silentMs: 3_000 };

const PATIENCE = { timeout: 50_000 };

let bundles: Bundles;
let ports: PortsBlock;
let hub: Hub;
let supervisor: Supervisor;
let conduct: { [U in UnitName]?: string };
let history: (readonly UnitStatus[])[];
const pids = new Set<number>();

beforeAll(async () => {
  bundles = await bundleTests(['troubled']);
  for (const unit of UNITS) await writeFile(bundles.path(unit), `require('./troubled.cjs').run('${unit}');\n`);
});
afterAll(() => bundles.free());

async function start(given: { [U in UnitName]?: string } = {}, timings: Partial<Timings> = PATIENT): Promise<void> {
  conduct = given;
  history = [];
  pids.clear();
  ports = await findPorts(OWN_BLOCK);
  hub = createHub({ shell: null });
  supervisor = createSupervisor({
    starter: createChildStarter({ programOf: (unit) => bundles.path(unit), output: () => undefined }),
    hub,
    config: (unit) => ({
      dataDir: conduct[unit] ?? 'fine',
      walletDir: '',
      assetsDir: '',
      httpPort: ports.units[unit],
      limits: DEFAULT_LIMITS,
      network: DEFAULT_NETWORK,
    }),
    onStatus(units) {
      history.push(units);
      for (const { pid } of units) if (pid !== null) pids.add(pid);
    },
    timings,
  });
  await supervisor.start();
}
afterEach(async () => {
  await supervisor.stop();
  hub.close();
  assert.deepEqual([...pids].filter(isAlive), [], 'children are still alive');
  assert.deepEqual(await Promise.all(Object.values(ports.units).map(isListening)), [false, false, false, false], 'ports are still open');
});

const status = (unit: UnitName): UnitStatus => supervisor.units().find((one) => one.unit === unit) as UnitStatus;
const states = (): string[] => supervisor.units().map((one) => one.state);

test('all four come up, each in a process of its own, with address and port', async () => {
  await start({ su: 'scheduler' });
  expect(states()).toEqual(['up', 'up', 'up', 'up']);
  expect(pids.size).toBe(4);
  expect(status('mu').url).toBe(`http://127.0.0.1:${ports.units.mu}`);
  expect(supervisor.address('su')).toBe('scheduler');
  expect(await isListening(ports.units.cu)).toBe(true);
});

test('a unit that crashes is started again, says why, and answers', async () => {
  await start();
  const before = status('su').pid;
  await expect(hub.ask('su.facts', { after: 1, limit: 1 })).rejects.toMatchObject({ code: 'UNIT_DOWN', details: { unit: 'su' } });
  expect(await hub.ask('su.facts', { after: 0, limit: 1 })).toEqual({ facts: [], last: 0 });
  const after = status('su');
  expect(after).toMatchObject({ state: 'up', restarts: 1, error: { code: 'UNIT_ENDED' } });
  expect(after.error?.message).toContain('ended with code 7: TypeError: the unit has had enough');
  expect(after.pid).not.toBe(before);
  expect(history.some((units) => units.some((one) => one.unit === 'su' && one.state === 'restarting'))).toBe(true);
  expect(
    supervisor
      .units()
      .filter((one) => one.restarts > 0)
      .map((one) => one.unit),
  ).toEqual(['su']);
});

test('a unit that keeps crashing is given up with the reason, and can be started by hand', async () => {
  await start({ cu: 'die' });
  await expect.poll(() => status('cu').state, PATIENCE).toBe('down');
  expect(status('cu')).toMatchObject({ restarts: 5, url: null, pid: null, error: { code: 'UNIT_GAVE_UP', details: { times: 6 } } });
  expect(status('cu').error?.message).toContain('the unit has had enough');
  await expect(hub.ask('cu.facts', { after: 0, limit: 1 })).rejects.toMatchObject({ code: 'UNIT_DOWN' });
  expect(states()).toEqual(['up', 'up', 'down', 'up']);

  conduct = {};
  await supervisor.restart('cu');
  expect(status('cu')).toMatchObject({ state: 'up', error: null });
  expect(await hub.ask('cu.facts', { after: 0, limit: 1 })).toEqual({ facts: [], last: 0 });
});

test('a unit that hangs is ended and started again', async () => {
  await start({}, HASTY);
  const hanging = hub.ask('mu.facts', { after: 2, limit: 1 });
  await expect(hanging).rejects.toMatchObject({ code: 'UNIT_DOWN' });
  await expect.poll(() => status('mu').error?.message ?? '', PATIENCE).toContain('no sign of life for 3 s');
  expect(await hub.ask('mu.facts', { after: 0, limit: 1 })).toEqual({ facts: [], last: 0 });
  expect(status('mu').restarts).toBeGreaterThan(0);
});

test('a unit that takes long to open, as all do on a busy machine, is not taken for a hung one', async () => {
  await start({ cu: 'slow' }, HASTY);
  expect(status('cu')).toMatchObject({ state: 'up', restarts: 0 });
});

test('a unit that refuses to open says its own reason and is not tried again', async () => {
  await start({ gateway: 'refuse' });
  expect(status('gateway')).toMatchObject({
    state: 'down',
    restarts: 0,
    error: { code: 'STORE_BROKEN', details: { reason: 'it is a test' } },
  });
  expect(states()).toEqual(['down', 'up', 'up', 'up']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(status('gateway')).toMatchObject({ state: 'down', restarts: 0 });
});

test('a unit whose disk is full says so, and comes by itself when there is room', async () => {
  await start({ su: 'full' }, { ...PATIENT, roomMs: 200 });
  expect(status('su')).toMatchObject({ state: 'down', error: { code: 'DISK_FULL' } });
  await expect(hub.ask('su.facts', { after: 0, limit: 1 })).rejects.toMatchObject({ code: 'UNIT_DOWN' });
  conduct = {};
  await expect.poll(() => status('su').state, PATIENCE).toBe('up');
  expect(status('su')).toMatchObject({ restarts: 0, error: null });
});

test('another project: all four are opened anew, and it counts as no crash', async () => {
  await start({ su: 'one' });
  const before = new Set(supervisor.units().map((one) => one.pid));
  conduct = { su: 'two' };
  await supervisor.reopen();
  expect(supervisor.address('su')).toBe('two');
  expect(supervisor.units().some((one) => before.has(one.pid))).toBe(false);
  expect(supervisor.units()).toMatchObject([{ restarts: 0, error: null }, { restarts: 0 }, { restarts: 0 }, { restarts: 0 }]);
});

test('restarts that come at once follow one another', async () => {
  await start();
  await Promise.all([supervisor.restart('su'), supervisor.reopen(), supervisor.restart('su')]);
  await expect.poll(states, PATIENCE).toEqual(['up', 'up', 'up', 'up']);
  expect(await hub.ask('su.facts', { after: 0, limit: 1 })).toEqual({ facts: [], last: 0 });
});

test('a unit that does not close when asked is ended all the same', async () => {
  await start({ mu: 'deaf', su: 'deaf' });
  await supervisor.stop();
  expect(states()).toEqual(['down', 'down', 'down', 'down']);
});

test('stopping while everything is still starting leaves nothing behind', async () => {
  const starting = start();
  await expect.poll(() => pids.size, { ...PATIENCE, interval: 5 }).toBeGreaterThan(0);
  await supervisor.stop();
  await starting;
  expect(states()).toEqual(['down', 'down', 'down', 'down']);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
