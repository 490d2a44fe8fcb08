import { describe, expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import { startNode } from '../kit/node.ts';

const MIB = 1024 * 1024;
const WORK = 'for n = 1, 3000000 do end';
const HOARD = 'hoard = {} for n = 1, 40 do hoard[n] = (string.char(64 + n)):rep(1024 * 1024) end';

describe('limits that were changed after a slot was run', () => {
  it('leave its state as it was: a replay goes under the limits that held', async () => {
    const made = await startNode({ limits: { gas: 300_000_000, memoryBytes: 256 * MIB } });
    const process = await made.spawn('step = 0');
    await made.evaluate(process, `step = 1; ${WORK}; step = 2`);
    await made.evaluate(process, `step = 3; ${HOARD}; step = 4`);
    const { slot } = await made.send(process, 'Nothing');
    await made.idle();
    await made.restart({ gas: 1_000_000, memoryBytes: 20 * MIB });
    const { nodes } = await made.node.ask('cu.state', { process, slot: toSlot(slot - 2), path: [], offset: 0, limit: 500 });
    expect(nodes.find(({ key }) => key === '.step')?.preview).toBe('2');
    expect(await made.node.ask('cu.verify', { process })).toMatchObject({ slots: slot + 1, firstDifference: null });
    await made.restart({ gas: 1_000_000, memoryBytes: 256 * MIB });
    expect(await made.evaluate(process, 'return step')).toBe('4');
  });

  it('leave a slot that met one as it was, and the new limit holds from the next message on', async () => {
    const made = await startNode({ limits: { gas: 1_000_000 } });
    const process = await made.spawn('step = 0');
    const { slot } = await made.send(process, 'Eval', `step = 1; ${WORK}`);
    expect((await made.result(process, slot)).verdict).toEqual({ kind: 'gas', limit: 1_000_000 });
    await made.idle();
    await made.restart({ gas: 300_000_000 });
    expect(await made.evaluate(process, 'return step')).toBe('0');
    expect(await made.evaluate(process, `${WORK}; return "done"`)).toBe('done');
    expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });
});

it('the state of a process whose memory is larger than what is kept for stepping can be looked at', async () => {
  const made = await startNode({ limits: { memoryBytes: 512 * MIB } });
  const process = await made.spawn('hoard = {} for n = 1, 160 do hoard[n] = (string.char(n)):rep(1024 * 1024) end; tail = "there"');
  const { nodes } = await made.node.ask('cu.state', { process, slot: toSlot(0), path: [], offset: 0, limit: 500 });
  expect(nodes.find(({ key }) => key === '.tail')?.preview).toContain('there');
  const outcome = await made.node.ask('cu.dryRun', {
    process,
    message: { owner: made.wallet.address, tags: [{ name: 'Action', value: 'Eval' }], data: 'return tail' },
  });
  expect(outcome.error).toBeNull();
});
