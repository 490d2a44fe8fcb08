import { describe, expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import type { StatePath } from '../../node/contract/state.ts';
import { startNode } from '../kit/node.ts';

const LEDGER = `
Balances = Balances or { alice = 100 }
Handlers.add("transfer", "Transfer", function(msg)
  local n = tonumber(msg.Quantity)
  assert(n > 0, "Quantity must be positive")
  Balances.alice = Balances.alice - n
  Balances[msg.Recipient] = (Balances[msg.Recipient] or 0) + n
end)`;

describe('stepping through slots', () => {
  it('shows the state of any slot, backwards and forwards, and what each slot changed', async () => {
    const { node, spawn, send, idle } = await startNode();
    const process = await spawn(LEDGER);
    for (let n = 1; n <= 30; n++)
      await send(process, 'Transfer', '', [
        { name: 'Quantity', value: '1' },
        { name: 'Recipient', value: 'bob' },
      ]);
    await idle();
    const balances = async (slot: number): Promise<Record<string, string>> => {
      const path: StatePath = ['.Balances'];
      const { nodes } = await node.ask('cu.state', { process, slot: toSlot(slot), path, offset: 0, limit: 10 });
      return Object.fromEntries(nodes.map(({ key, preview }) => [key, preview]));
    };
    expect(await balances(30)).toEqual({ '.alice': '70', '.bob': '30' });
    expect(await balances(29)).toEqual({ '.alice': '71', '.bob': '29' });
    expect(await balances(0)).toEqual({ '.alice': '100' });
    expect(await balances(17)).toEqual({ '.alice': '83', '.bob': '17' });
    const { changes } = await node.ask('cu.diff', { process, from: toSlot(16), to: toSlot(17) });
    expect(changes).toEqual(
      expect.arrayContaining([
        { path: ['.Balances', '.alice'], change: 'changed', before: '84', after: '83' },
        { path: ['.Balances', '.bob'], change: 'changed', before: '16', after: '17' },
      ]),
    );
    const first = await node.ask('cu.diff', { process, from: null, to: toSlot(0) });
    expect(first.changes.some(({ path, change }) => path.join('') === '.Balances.alice' && change === 'added')).toBe(true);
  });

  it('does not disturb the process that runs', async () => {
    const { node, spawn, send, idle, evaluate } = await startNode();
    const process = await spawn(LEDGER);
    const tags = [
      { name: 'Quantity', value: '5' },
      { name: 'Recipient', value: 'carol' },
    ];
    await send(process, 'Transfer', '', tags);
    await idle();
    await node.ask('cu.state', { process, slot: toSlot(0), path: [], offset: 0, limit: 100 });
    await node.ask('cu.dryRun', { process, message: { tags: [{ name: 'Action', value: 'Transfer' }, ...tags], data: '' } });
    expect(await evaluate(process, 'return Balances.carol')).toBe('5');
    expect(await node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });

  it('says so when a place or a slot does not exist', async () => {
    const { node, spawn } = await startNode();
    const process = await spawn(LEDGER);
    const ask = (slot: number, path: StatePath) => node.ask('cu.state', { process, slot: toSlot(slot), path, offset: 0, limit: 10 });
    await expect(ask(0, ['.Nowhere'])).rejects.toMatchObject({ code: 'STATE_PATH_UNKNOWN' });
    await expect(ask(9, [])).rejects.toMatchObject({ code: 'SLOT_UNKNOWN' });
  });
});

describe('a slot that fails', () => {
  it('leaves the state as it was before, and the next message goes on from there', async () => {
    const { node, spawn, send, result, evaluate } = await startNode();
    const process = await spawn(LEDGER);
    await send(process, 'Transfer', '', [
      { name: 'Quantity', value: '10' },
      { name: 'Recipient', value: 'bob' },
    ]);
    const { slot } = await send(process, 'Transfer', '', [
      { name: 'Quantity', value: '-1' },
      { name: 'Recipient', value: 'bob' },
    ]);
    const failed = await result(process, slot);
    expect(failed.error).toContain('Quantity must be positive');
    expect(failed.messages).toEqual([]);
    expect(await evaluate(process, 'return Balances.bob')).toBe('10');
    const { changes } = await node.ask('cu.diff', { process, from: toSlot(slot - 1), to: slot });
    expect(changes).toEqual([]);
    expect(await node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });
});
