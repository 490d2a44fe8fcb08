import { describe, expect, it } from 'vitest';
import { AoError } from '../contract/errors.ts';
import type { CommandName } from '../contract/commands.ts';
import { MONITORS_MAX } from './monitor.ts';
import { createWorld, id, processId, to, type World } from './world.fixture.ts';

const [ONE, TWO] = [processId('1'), processId('2')];
const quietSignal = new AbortController().signal;
const idle = (world: World): Promise<unknown> => world.mu.handlers['mu.idle']({}, quietSignal);
/** Throws `code` at a command so many times. */
const failing = (name: CommandName, code: 'UNIT_DOWN' | 'STORE_BROKEN' | 'UNEXPECTED', times: number) => {
  let left = times;
  return (asked: CommandName): void => {
    if (asked === name && left-- > 0) throw new AoError(code, { unit: 'su', path: '', reason: 'test' });
  };
};

describe('a unit that is away for long', () => {
  it.each(['cu.result', 'su.find', 'su.schedule', 'su.isProcess'] as const)('loses nothing of what is owed (%s)', async (command) => {
    const world = createWorld((process) => (process === ONE ? { messages: [to(TWO)] } : {}), [ONE, TWO]);
    await world.send(ONE);
    world.before = failing(command, 'UNIT_DOWN', 100);
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
    const kinds = world.facts.map(({ kind }) => kind);
    expect(kinds).not.toContain('mu.dropped');
    expect(kinds.filter((kind) => kind === 'mu.pushed')).toHaveLength(1);
    expect(world.outbox.owed()).toEqual([]);
  });

  it('loses nothing of what goes to a wallet', async () => {
    const world = createWorld(() => ({ messages: [to(id('W'))] }), [ONE]);
    world.before = failing('gateway.upload', 'UNIT_DOWN', 100);
    await world.send(ONE);
    await idle(world);
    expect(world.uploaded).toHaveLength(1);
  });
});

describe('an answer that is lost although the work was done', () => {
  it('doubles no assignment', async () => {
    const world = createWorld((process) => (process === ONE ? { assignments: [{ Processes: [TWO], Message: id('D') }] } : {}), [ONE, TWO]);
    world.after = failing('su.assign', 'UNIT_DOWN', 3);
    await world.send(ONE);
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
  });

  it('doubles no message', async () => {
    const world = createWorld((process) => (process === ONE ? { messages: [to(TWO)] } : {}), [ONE, TWO]);
    await world.send(ONE);
    world.after = failing('su.schedule', 'UNIT_DOWN', 3);
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
  });

  it('still pushes what comes of a message whose sender was told that the scheduler is down', async () => {
    const world = createWorld((process) => (process === ONE ? { messages: [to(TWO)] } : {}), [ONE, TWO]);
    world.after = failing('su.schedule', 'UNIT_DOWN', 1);
    await expect(world.send(ONE)).rejects.toMatchObject({ code: 'UNIT_DOWN' });
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
    expect(world.outbox.owed()).toEqual([]);
  });

  it('leaves nothing owed of a message that the scheduler never got', async () => {
    const world = createWorld(() => ({}), [ONE]);
    world.before = failing('su.schedule', 'UNIT_DOWN', 1);
    await expect(world.send(ONE)).rejects.toMatchObject({ code: 'UNIT_DOWN' });
    await idle(world);
    expect(world.outbox.owed()).toEqual([]);
  });
});

describe('a kill at any moment', () => {
  it('leaves no message in the log whose results nobody pushes: what is owed stands on disk before the scheduler is asked', async () => {
    const world = createWorld(() => ({}), [ONE]);
    const owed: number[] = [];
    world.before = (name) => {
      if (name === 'su.schedule' || name === 'su.assign') owed.push(world.outbox.owed().length);
    };
    await world.send(ONE);
    await idle(world);
    await world.mu.handlers['mu.assign']({ process: ONE, message: id('D'), baseLayer: false, exclude: [] }, quietSignal);
    expect(owed).toEqual([1, 1]);
  });

  it('assigns data once whose assignment was asked for, whether its sender was answered or not, and pushes what comes of it', async () => {
    const world = createWorld((process) => (process === ONE ? { messages: [to(TWO)] } : {}), [ONE, TWO]);
    const assign = { process: ONE, message: id('D'), baseLayer: false, exclude: [] };
    world.after = failing('su.assign', 'UNIT_DOWN', 1);
    await expect(world.mu.handlers['mu.assign'](assign, quietSignal)).rejects.toMatchObject({ code: 'UNIT_DOWN' });
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
    expect(world.outbox.owed()).toEqual([]);
  });
});

it('what a program sends twice without an anchor arrives twice, and once more after a lost answer only once', async () => {
  const same = { ...to(TWO), Anchor: '' };
  const world = createWorld((process) => (process === ONE ? { messages: [same, same] } : {}), [ONE, TWO]);
  await world.send(ONE);
  world.after = failing('su.schedule', 'UNIT_DOWN', 1);
  await idle(world);
  expect(world.scheduled).toHaveLength(3);
});

describe('an outcome that cannot be had', () => {
  it('holds up only its own message, is told, and is tried again at the next start', async () => {
    const world = createWorld((process) => (process === ONE ? { messages: [to(TWO)] } : {}), [ONE, TWO]);
    world.before = failing('cu.result', 'UNEXPECTED', 10);
    await world.send(ONE);
    await idle(world);
    expect(world.facts.at(-1)).toMatchObject({ kind: 'mu.rejected', code: 'PUSH_WAITS' });
    expect(world.outbox.owed()).toHaveLength(1);
    world.restart();
    await idle(world);
    expect(world.scheduled).toHaveLength(2);
    expect(world.outbox.owed()).toEqual([]);
  });
});

it('a message larger than an item may be is dropped with the reason, and the next one goes', async () => {
  const large = { ...to(TWO), Data: 'x'.repeat(11 * 1024 * 1024) };
  const world = createWorld((process) => (process === ONE ? { messages: [large, to(TWO, 2)] } : {}), [ONE, TWO]);
  await world.send(ONE);
  await idle(world);
  expect(world.facts.filter(({ kind }) => kind === 'mu.dropped')).toMatchObject([{ code: 'ITEM_TOO_LARGE' }]);
  expect(world.scheduled).toHaveLength(2);
});

it('so many monitors and no more are started, however many are asked for at once', async () => {
  const world = createWorld(() => ({}), []);
  const asked = Array.from({ length: MONITORS_MAX + 10 }, (_, at) =>
    world.mu.handlers['mu.monitor'](
      { process: processId(String(at % 10)).replace(/^.{5}/, String(at).padStart(5, '0')) as never },
      quietSignal,
    ),
  );
  const refused = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'rejected' ? [one.reason as AoError] : []));
  expect(refused.map(({ code }) => code)).toEqual(Array(10).fill('MONITORS_FULL'));
});

it('a monitored process that has no cron is asked for once and never again', async () => {
  const world = createWorld(() => ({}), [ONE]);
  const asked: CommandName[] = [];
  world.before = (name) => void asked.push(name);
  await world.mu.handlers['mu.monitor']({ process: ONE }, quietSignal);
  for (let turns = 0; turns < 50; turns++) await idle(world);
  expect(asked.filter((name) => name === 'cu.cron')).toHaveLength(1);
  expect((await world.mu.handlers['mu.monitors']({}, quietSignal)).processes).toEqual([ONE]);
});

describe('a journey in which every message sends two', () => {
  it('is held once it has pushed so many items, visibly, and goes on when told to', async () => {
    let anchors = 0;
    const world = createWorld(() => ({ messages: [to(ONE, ++anchors), to(TWO, ++anchors)] }), [ONE, TWO], 50);
    const { id: journey } = await world.send(ONE);
    await idle(world);
    expect(world.scheduled).toHaveLength(51);
    expect(world.facts.filter(({ kind }) => kind === 'mu.dropped')).toEqual([]);
    expect(world.facts.at(-1)).toMatchObject({ kind: 'mu.held', journey, pushed: 50 });
    expect(world.outbox.owed().every(({ isHeld }) => isHeld)).toBe(true);
    await world.mu.handlers['mu.continue']({ journey }, quietSignal);
    await idle(world);
    expect(world.scheduled).toHaveLength(101);
    // Another journey is not touched by it.
    await world.send(TWO);
    await idle(world);
    expect(world.scheduled).toHaveLength(152);
  });
});
