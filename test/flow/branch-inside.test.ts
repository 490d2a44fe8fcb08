import { expect, test } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { HistoryQuery } from '../../node/contract/recording.ts';
import type { Tag } from '../../node/contract/item.ts';
import { startNode } from '../kit/node.ts';

const BANK = `Balances = { alice = 100 }
Handlers.add("Pay", "Pay", function(msg)
  local amount = tonumber(msg.Tags.Amount)
  Balances[msg.Tags.Who] = (Balances[msg.Tags.Who] or 0) + amount
end)`;
const SHOP = `Handlers.add("Buy", "Buy", function(msg)
  Send({ Target = msg.Tags.Bank, Action = "Pay", Who = msg.Tags.Who, Amount = msg.Tags.Price })
end)`;

test('a branch is looked into like the main line: lines, variables, searches and why', { timeout: 120_000 }, async () => {
  const node = await startNode();
  const bank = await node.spawn(BANK);
  const shop = await node.spawn(SHOP);
  const buy = (who: string, price: string): Tag[] => [
    { name: 'Action', value: 'Buy' },
    { name: 'Bank', value: bank },
    { name: 'Who', value: who },
    { name: 'Price', value: price },
  ];
  for (const [who, price] of [
    ['ann', '1'],
    ['bob', '2'],
    ['cal', '3'],
  ] as const) {
    await node.send(shop, 'Buy', '', buy(who, price).slice(1));
    await node.idle();
  }
  const { ask } = node.node;
  const edit = { kind: 'edit', process: shop, slot: toSlot(2), tags: buy('bob', '50'), data: null, from: null } as const;
  const fail = { kind: 'inject', process: bank, after: toSlot(3), from: node.wallet.address, data: '', tags: buy('x', 'y') } as const;
  const spec = {
    name: 'dear',
    scope: 'node',
    later: 'apply',
    edits: [edit, { ...fail, tags: [{ name: 'Action', value: 'Pay' }] }],
  } as const;
  const { id: branch } = await ask('cu.branchNew', { spec });
  expect(await ask('cu.branchRun', { branch, budgetMs: 10_000 })).toMatchObject({ isDone: true });
  // The bank has ann's payment before the branch, bob's and cal's in it, and one that fails.
  const place = { process: bank, slot: toSlot(2), tick: null, branch };
  const main = { process: bank, slot: toSlot(2), tick: null };

  const traced = await ask('cu.trace', place);
  expect(traced).toMatchObject({ isFaithful: true, error: null });
  expect(traced.handlers.find(({ name }) => name === 'Pay')?.answer).toBe('stop');
  const stepsAt = async (at: typeof place | typeof main) => ask('cu.traceSteps', { ...at, from: 0, limit: 100 });
  const steps = await stepsAt(place);
  expect(steps.line).toEqual((await stepsAt(main)).line);
  const writeAt = ({ step, line }: typeof steps): number => step[line.lastIndexOf(4)] ?? -1;
  const write = writeAt(steps);
  const amountAt = async (at: typeof place | typeof main): Promise<string | undefined> =>
    (await ask('cu.frames', { ...at, step: writeAt(await stepsAt(at)) })).frames[0]?.locals.find(({ name }) => name === 'amount')?.preview;
  expect([await amountAt(place), await amountAt(main)]).toEqual(['50', '2']);
  const valueOf = async (at: typeof place | typeof main, step: number | null, expression: string): Promise<string> =>
    (await ask('cu.expression', { ...at, step, frame: 0, expression })).preview;
  expect(await valueOf(place, write, 'amount + 1')).toBe('51');
  expect(await valueOf(place, null, 'Balances.bob')).toBe('50');
  expect(await valueOf(main, null, 'Balances.bob')).toBe('2');
  expect((await ask('cu.traceCalls', { ...place, from: 0, limit: 10 })).calls.length).toBeGreaterThan(0);
  const globals = { frame: 0, scope: 'globals', index: 0, path: ['.Balances'] } as const;
  const seen = await ask('cu.frameValue', { ...place, step: write, at: globals, offset: 0, limit: 10 });
  expect(seen.nodes.map(({ key }) => key)).toEqual(['.alice', '.ann']);
  expect(await ask('cu.trace', { ...place, slot: toSlot(4) })).toMatchObject({
    isFaithful: true,
    error: { message: expect.stringContaining('arithmetic') as unknown },
  });

  const find = { process: bank, slot: toSlot(3), path: [], text: '50', limit: 10 };
  expect((await ask('cu.stateFind', { ...find, branch })).hits.map(({ path }) => path.join(''))).toEqual(['.Balances.bob']);
  expect((await ask('cu.stateFind', find)).hits).toEqual([]);
  const state = await ask('cu.state', { process: bank, slot: toSlot(1), branch, path: ['.Balances'], offset: 0, limit: 10 });
  expect(state.nodes.map(({ key }) => key)).toEqual(['.alice', '.ann']);
  const hashes = [1, 2].map(async (slot) => {
    const at = { process: bank, slot: toSlot(slot) };
    return (await ask('cu.stateHash', { ...at, branch })).hash === (await ask('cu.stateHash', at)).hash;
  });
  expect(await Promise.all(hashes)).toEqual([true, false]);

  const diff = async (from: number | null, to: number, more: { readonly branch?: number; readonly isFromMain?: boolean }) => {
    const slots = { from: from === null ? null : toSlot(from), to: toSlot(to) };
    const { changes } = await ask('cu.diff', { process: bank, ...slots, ...more });
    return changes
      .filter(({ path }) => path[0] === '.Balances' && path.length === 2)
      .map(({ path, before, after }) => [path.join(''), before, after]);
  };
  // Within the branch, over where it begins, against the main line, and where nothing is otherwise.
  expect(await diff(2, 3, { branch })).toEqual([['.Balances.cal', null, '3']]);
  expect(await diff(1, 3, { branch })).toEqual([
    ['.Balances.bob', null, '50'],
    ['.Balances.cal', null, '3'],
  ]);
  expect(await diff(3, 3, { branch, isFromMain: true })).toEqual([['.Balances.bob', '2', '50']]);
  expect(await diff(1, 1, { branch, isFromMain: true })).toEqual([]);
  expect(await diff(null, 3, { branch })).toEqual(await diff(null, 3, { branch, isFromMain: true }));
  expect((await diff(null, 3, { branch })).map(([path]) => path)).toContain('.Balances.alice');
  await expect(diff(0, 9, { branch })).rejects.toMatchObject({ code: 'SLOT_UNKNOWN' });

  const search = async (process: ProcessId, query: HistoryQuery, direction: 'forwards' | 'backwards' = 'forwards') => {
    const from = toSlot(direction === 'forwards' ? 0 : 100);
    const part = { process, branch, query, from, direction, isSampled: false, limit: 100, budgetMs: 10_000 } as const;
    return (await ask('cu.search', part)).hits;
  };
  const bob = { kind: 'change', expression: 'Balances.bob' } as const;
  expect(await search(bank, bob)).toMatchObject([{ slot: 2, before: 'nil', text: '50' }]);
  const rich = { kind: 'condition', expression: '(Balances.bob or 0) > 10' } as const;
  expect((await search(bank, rich, 'backwards')).map(({ slot }) => slot)).toEqual([4, 3, 2]);
  expect(await search(bank, { kind: 'error', text: null })).toMatchObject([{ slot: 4 }]);
  const paid = { kind: 'message', tags: { Amount: '*' }, from: shop, text: null } as const;
  expect((await search(bank, paid)).map(({ slot }) => slot)).toEqual([1, 2, 3]);
  const line = { kind: 'line', chunk: 'aos', line: 4, condition: null, log: 'amount' } as const;
  expect(
    (await search(bank, { ...line, chunk: traced.sources.find(({ isRuntime }) => !isRuntime)?.chunk ?? '' })).map(({ slot, text }) => [
      slot,
      text,
    ]),
  ).toEqual([
    [1, '1'],
    [2, '50'],
    [3, '3'],
    [4, 'nil'],
  ]);

  const why = await ask('cu.why', { process: bank, slot: toSlot(3), branch, expression: 'Balances.bob' });
  expect(why.origin).toBe('person');
  expect(why.links).toMatchObject([
    { process: bank, slot: 2, did: 'wrote', change: { before: 'nil', after: '50' }, place: { line: 4 } },
    { process: shop, slot: 2, did: 'sent', place: { line: 2 }, message: { action: 'Buy', from: node.wallet.address } },
  ]);
  const shared = await ask('cu.why', { process: bank, slot: toSlot(3), branch, expression: 'Balances.ann' });
  expect(shared.links.map(({ process, slot }) => [process, slot])).toEqual([
    [bank, 1],
    [shop, 1],
  ]);
  // Another code in a branch is the text that is told there.
  const code = BANK.replace('+ amount', '+ amount * 2');
  const swap = { kind: 'edit', process: bank, slot: toSlot(0), tags: null, data: code, from: null } as const;
  const { id: swapped } = await ask('cu.branchNew', { spec: { ...spec, edits: [swap] } });
  await ask('cu.branchRun', { branch: swapped, budgetMs: 10_000 });
  const chunk = (await ask('cu.trace', { ...place, branch: swapped })).sources.find(({ isRuntime }) => !isRuntime)?.chunk ?? '';
  expect((await ask('cu.source', { process: bank, slot: toSlot(2), branch: swapped, chunk })).text).toBe(code);
  expect((await ask('cu.source', { process: bank, slot: toSlot(2), chunk })).text).toBe(BANK);
  await expect(ask('cu.trace', { ...place, slot: toSlot(9) })).rejects.toMatchObject({ code: 'SLOT_UNKNOWN' });
});
