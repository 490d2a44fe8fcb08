import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandName } from '../contract/commands.ts';
import { CONTRACT_VERSION, type Envelope } from '../contract/envelope.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/handlers.ts';
import { toItemId, toProcessId } from '../contract/ids.ts';
import type { Port } from '../contract/port.ts';
import { announcer, answer, connect, type Client, type Respond, type Tell } from '../contract/rpc.ts';
import type { Fact, UnitName } from '../contract/trace.ts';
import { createHub, type Hub } from './hub.ts';
import { inProcessPair } from './in-process.ts';

const PROCESS = toProcessId('p'.repeat(43));
const WAIT_MS = 60;

interface FakeUnit {
  readonly ask: Client['ask'];
  readonly tell: Tell;
  readonly port: Port;
}

let hub: Hub;
let asked: { name: CommandName; args: unknown }[];

beforeEach(() => {
  asked = [];
  const shell: Partial<HandlersOf<'shell'>> = { 'shell.recall': async ({ key }) => ({ value: `kept under ${key}` }) };
  hub = createHub({ shell: () => shell as HandlersOf<'shell'>, startingWaitMs: WAIT_MS });
});
afterEach(() => hub.close());

/** A unit that answers with `respond`, attached but not up. */
function attach(unit: UnitName, respond: Respond = async () => ({ height: 5 })): FakeUnit {
  const [ours, theirs] = inProcessPair();
  answer(theirs, async (name, args, signal) => {
    asked.push({ name, args });
    return respond(name, args, signal);
  });
  hub.attachUnit(unit, ours);
  return { ask: connect(theirs).ask, tell: announcer(theirs), port: theirs };
}

function openWindow(version: number = CONTRACT_VERSION): { readonly client: Client; readonly port: Port; readonly heard: Envelope[] } {
  const [ours, theirs] = inProcessPair();
  const heard: Envelope[] = [];
  theirs.onMessage((message) => heard.push(message));
  hub.attachWindow(ours);
  // connect greets with the right version; a later greeting counts.
  const client = connect(theirs);
  if (version !== CONTRACT_VERSION) theirs.post({ kind: 'hello', version });
  return { client, port: theirs, heard };
}

const fails = (asking: Promise<unknown>, code: ErrorCode): Promise<void> => expect(asking).rejects.toMatchObject({ code });
const fact = (seq: number): Fact => ({
  kind: 'su.rejected',
  id: toItemId('i'.repeat(43)),
  process: PROCESS,
  code: 'ITEM_NO_PROTOCOL',
  message: '',
  unit: 'su',
  seq,
  atMs: 0,
});

describe('routing', () => {
  test("a unit's question reaches the unit that owns the command", async () => {
    const mu = attach('mu');
    attach('gateway');
    hub.unitUp('gateway');
    expect(await mu.ask('gateway.network', {})).toEqual({ height: 5 });
    expect(asked).toEqual([{ name: 'gateway.network', args: {} }]);
  });

  test('units may not ask the shell, and nobody closes a unit over the hub', async () => {
    const mu = attach('mu');
    await fails(mu.ask('shell.recall', { key: 'theme' }), 'COMMAND_REFUSED');
    await fails(mu.ask('unit.close', {}), 'COMMAND_REFUSED');
    await fails(hub.ask('unit.close', {}), 'COMMAND_REFUSED');
  });

  test('a window asks the shell, and units only what windows may', async () => {
    attach('su', async () => ({ isProcess: true }));
    hub.unitUp('su');
    const { client } = openWindow();
    expect(await client.ask('shell.recall', { key: 'theme' })).toEqual({ value: 'kept under theme' });
    expect(await client.ask('su.isProcess', { id: 'x' })).toEqual({ isProcess: true });
    await fails(client.ask('su.schedule', { item: 'x' }), 'COMMAND_REFUSED');
    await fails(client.ask('unit.close', {}), 'COMMAND_REFUSED');
  });

  test("a window's arguments are parsed before anyone sees them", async () => {
    attach('su');
    hub.unitUp('su');
    const { port, heard } = openWindow();
    port.post({ kind: 'ask', id: 77, name: 'su.process', args: { process: 'too short' } });
    await expect
      .poll(() => heard.find((one) => one.kind === 'fail' && one.id === 77))
      .toMatchObject({ error: { code: 'ARGUMENTS_INVALID' } });
    expect(asked).toEqual([]);
  });

  test('without a shell its commands are unknown', async () => {
    const bare = createHub({ shell: null });
    await fails(bare.ask('shell.recall', { key: 'theme' }), 'COMMAND_UNKNOWN');
    bare.close();
  });
});

describe('units that come and go', () => {
  test('a question waits for a unit that is starting', async () => {
    const asking = hub.ask('gateway.network', {});
    attach('gateway');
    setTimeout(() => hub.unitUp('gateway'), WAIT_MS / 3);
    expect(await asking).toEqual({ height: 5 });
  });

  test('but only for a while', async () => {
    const startMs = Date.now();
    await fails(hub.ask('gateway.network', {}), 'UNIT_DOWN');
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(WAIT_MS - 5);
  });

  test('a unit that is down fails at once, and those who waited with it', async () => {
    const waiting = hub.ask('gateway.network', {});
    hub.unitDown('gateway');
    await expect(waiting).rejects.toMatchObject({ code: 'UNIT_DOWN', details: { unit: 'gateway' } });
    const startMs = Date.now();
    await fails(hub.ask('gateway.network', {}), 'UNIT_DOWN');
    expect(Date.now() - startMs).toBeLessThan(WAIT_MS);
  });

  test('open questions fail with the name of the unit that went away, and the next one waits for its successor', async () => {
    const { port } = attach('gateway', () => new Promise(() => undefined));
    hub.unitUp('gateway');
    const open = hub.ask('gateway.network', {});
    await expect.poll(() => asked.length).toBe(1);
    port.close();
    await expect(open).rejects.toMatchObject({ code: 'UNIT_DOWN', details: { unit: 'gateway' } });
    const next = hub.ask('gateway.network', {});
    attach('gateway');
    hub.unitUp('gateway');
    expect(await next).toEqual({ height: 5 });
  });

  test('the late end of an old process does not harm the new one', async () => {
    const old = attach('gateway');
    hub.unitUp('gateway');
    attach('gateway');
    hub.unitUp('gateway');
    old.port.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await hub.ask('gateway.network', {})).toEqual({ height: 5 });
  });

  test('a cancel goes all the way, also while the unit is starting', async () => {
    const early = new AbortController();
    const waiting = hub.ask('gateway.network', {}, early.signal);
    early.abort();
    await fails(waiting, 'CANCELLED');

    let isAborted = false;
    attach(
      'gateway',
      (_name, _args, signal) =>
        new Promise(() =>
          signal.addEventListener('abort', () => {
            isAborted = true;
          }),
        ),
    );
    hub.unitUp('gateway');
    const { client } = openWindow();
    const stop = new AbortController();
    const asking = client.ask('gateway.network', {}, stop.signal);
    await expect.poll(() => asked.length).toBe(1);
    stop.abort();
    await fails(asking, 'CANCELLED');
    await expect.poll(() => isAborted).toBe(true);
  });
});

describe('windows', () => {
  test('every window hears the facts in order, with numbers of its own, and no beats', async () => {
    const su = attach('su');
    const [first, second] = [openWindow(), openWindow()];
    const beats: string[] = [];
    hub.on('beat', ({ unit }) => beats.push(unit));
    for (let seq = 1; seq <= 3; seq += 1) {
      su.tell('beat', { unit: 'su' });
      su.tell('facts', { unit: 'su', facts: [fact(seq)] });
    }
    await expect.poll(() => beats.length).toBe(3);
    hub.tell('window.command', { command: 'file.save', argument: null });
    for (const { heard } of [first, second]) {
      await expect.poll(() => heard.filter((one) => one.kind === 'tell').length).toBe(4);
      const tells = heard.flatMap((one) => (one.kind === 'tell' ? [[one.name, one.seq]] : []));
      expect(tells).toEqual([
        ['facts', 1],
        ['facts', 2],
        ['facts', 3],
        ['window.command', 4],
      ]);
    }
    expect(beats).toEqual(['su', 'su', 'su']);
  });

  test('a unit announces its own things only', async () => {
    const su = attach('su');
    const { heard } = openWindow();
    su.tell('window.command', { command: 'file.save', argument: null });
    su.tell('facts', { unit: 'su', facts: [fact(1)] });
    await expect.poll(() => heard.some((one) => one.kind === 'tell')).toBe(true);
    expect(heard.filter((one) => one.kind === 'tell')).toHaveLength(1);
  });

  test('a window of another version is told so at every question', async () => {
    const { client } = openWindow(CONTRACT_VERSION + 1);
    await expect(client.ask('shell.recall', { key: 'theme' })).rejects.toMatchObject({
      code: 'CONTRACT_MISMATCH',
      details: { ours: CONTRACT_VERSION, theirs: CONTRACT_VERSION + 1 },
    });
  });

  test('a window that never greeted is not answered either', async () => {
    const [ours, theirs] = inProcessPair();
    const heard: Envelope[] = [];
    theirs.onMessage((message) => heard.push(message));
    hub.attachWindow(ours);
    theirs.post({ kind: 'ask', id: 1, name: 'shell.recall', args: { key: 'theme' } });
    await expect.poll(() => heard.find((one) => one.kind === 'fail')).toMatchObject({ error: { code: 'CONTRACT_MISMATCH' } });
  });

  test('one window has at most 1000 questions open; another is not touched by it', async () => {
    attach('gateway', () => new Promise(() => undefined));
    hub.unitUp('gateway');
    const { client } = openWindow();
    const open = Array.from({ length: 1000 }, () => client.ask('gateway.network', {}));
    const ended = Promise.allSettled(open);
    await fails(client.ask('gateway.network', {}), 'TOO_MANY_PENDING');
    expect(await openWindow().client.ask('shell.recall', { key: 'x' })).toEqual({ value: 'kept under x' });
    hub.close();
    expect((await ended).every((one) => one.status === 'rejected')).toBe(true);
  });

  test('a detached window hears nothing more', async () => {
    const [ours, theirs] = inProcessPair();
    let isClosed = false;
    theirs.onClose(() => {
      isClosed = true;
    });
    hub.attachWindow(ours)();
    await expect.poll(() => isClosed).toBe(true);
    hub.tell('window.command', { command: 'file.save', argument: null });
  });
});
