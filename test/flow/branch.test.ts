import { describe, expect, test } from 'vitest';
import type { BranchEdit, BranchRun, BranchSpec, BranchStep } from '../../node/contract/branch.ts';
import { toModuleId, toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const BANK = `Balances = Balances or { alice = 100 }
Handlers.add("Pay", "Pay", function(msg)
  local amount = tonumber(msg.Tags.Amount)
  Balances[msg.Tags.Who] = (Balances[msg.Tags.Who] or 0) + amount
  Last = msg.Timestamp
end)`;
const SHOP = `Handlers.add("Buy", "Buy", function(msg)
  Send({ Target = msg.Tags.Bank, Action = "Pay", Who = msg.Tags.Who, Amount = msg.Tags.Price })
end)`;

interface World {
  readonly node: TestNode;
  readonly bank: ProcessId;
  readonly shop: ProcessId;
}

/** Three purchases at a shop that pays a bank for each: bank slots 1 to 3, shop slots 1 to 3. */
async function world(): Promise<World> {
  const node = await startNode();
  const bank = await node.spawn(BANK);
  const shop = await node.spawn(SHOP);
  for (const [who, price] of [
    ['ann', '1'],
    ['bob', '2'],
    ['cal', '3'],
  ] as const) {
    await node.send(shop, 'Buy', '', [
      { name: 'Bank', value: bank },
      { name: 'Who', value: who },
      { name: 'Price', value: price },
    ]);
    await node.idle();
  }
  return { node, bank, shop };
}

async function run(
  { node }: World,
  edits: readonly BranchEdit[],
  more: Partial<BranchSpec> = {},
): Promise<{ readonly branch: number; readonly result: BranchRun }> {
  const { id } = await node.node.ask('cu.branchNew', { spec: { name: 'what if', scope: 'node', later: 'apply', edits, ...more } });
  for (;;) {
    const result = await node.node.ask('cu.branchRun', { branch: id, budgetMs: 1_000 });
    if (result.isDone) return { branch: id, result };
  }
}
const steps = async ({ node }: World, branch: number, process: ProcessId): Promise<readonly BranchStep[]> =>
  (await node.node.ask('cu.branchSteps', { branch, process, from: 0, limit: 100 })).steps;
const balance = async ({ node }: World, branch: number, process: ProcessId, index: number): Promise<string[]> => {
  const { nodes } = await node.node.ask('cu.branchState', { branch, process, index, path: ['.Balances'], offset: 0, limit: 100 });
  return nodes.map(({ key, preview }) => `${key}=${preview}`);
};

describe('a branch', () => {
  test('without a difference in effect is the main line, hash by hash', async () => {
    const made = await world();
    const { shop } = made;
    const { entries } = await made.node.node.ask('su.log', { process: shop, from: toSlot(1), limit: 1 });
    const tags = entries[0]?.message?.tags ?? [];
    const { branch, result } = await run(made, [{ kind: 'edit', process: shop, slot: toSlot(1), tags, data: null, from: null }]);
    expect(result.lines).toMatchObject([{ process: shop, base: 0, steps: 3, firstDifference: null, missing: [] }]);
    expect((await steps(made, branch, shop)).map(({ isSame }) => isSame)).toEqual([true, true, true]);
    const compared = await made.node.node.ask('cu.branchCompare', { branch, process: shop });
    expect(compared.diff.changes).toEqual([]);
    expect(compared.firstStateDifference).toBeNull();
  });

  test('what is not sent any more is missing all the way: also what came of it further on', async () => {
    const node = await startNode();
    const bank = await node.spawn(BANK);
    const till = await node.spawn(SHOP);
    const shop = await node.spawn(`Handlers.add("Order", "Order", function(msg)
      Send({ Target = msg.Tags.Till, Action = "Buy", Bank = msg.Tags.Bank, Who = msg.Tags.Who, Price = msg.Tags.Price })
    end)`);
    const order = (who: string, price: string): Tag[] =>
      Object.entries({ Till: till, Bank: bank, Who: who, Price: price }).map(([name, value]) => ({ name, value }));
    await node.send(shop, 'Order', '', order('ann', '1'));
    await node.send(shop, 'Order', '', order('bob', '2'));
    await node.idle();
    const made = { node, bank, shop };
    // The shop does not know this action: it sends nothing in slot 1.
    const tags = [{ name: 'Action', value: 'Lost' }, { name: 'Type', value: 'Message' }, ...order('ann', '1')];
    const { branch, result } = await run(made, [{ kind: 'edit', process: shop, slot: toSlot(1), tags, data: null, from: null }]);
    const missing = new Map(result.lines.map((line) => [line.process, line.missing]));
    expect([missing.get(till), missing.get(bank)]).toEqual([[1], [1]]);
    expect(await balance(made, branch, bank, (await steps(made, branch, bank)).length - 1)).toEqual(['.alice=100', '.bob=2']);
  });

  test('of the whole node carries an edited message on to whom it reaches, and nobody else is run', async () => {
    const made = await world();
    const { node, bank, shop } = made;
    const other = await node.spawn(BANK);
    const edit = { kind: 'edit', process: shop, slot: toSlot(2), data: null, from: null } as const;
    const tags = [
      { name: 'Action', value: 'Buy' },
      { name: 'Bank', value: bank },
      { name: 'Who', value: 'bob' },
      { name: 'Price', value: '50' },
    ];
    const { branch, result } = await run(made, [{ ...edit, tags }]);
    expect(result.lines.map(({ process, base }) => [process, base])).toEqual([
      [shop, 1],
      [bank, 1],
    ]);
    expect(result.lines.some(({ process }) => process === other)).toBe(false);
    const bankSteps = await steps(made, branch, bank);
    expect(bankSteps.map(({ origin, mainSlot }) => [origin, mainSlot])).toEqual([
      ['sent in the branch', 2],
      ['main', 3],
    ]);
    expect(await balance(made, branch, bank, 1)).toEqual(['.alice=100', '.ann=1', '.bob=50', '.cal=3']);
    const { diff, firstStateDifference } = await node.node.ask('cu.branchCompare', { branch, process: bank, isSearched: true });
    expect(diff.changes).toContainEqual({ path: ['.Balances', '.bob'], change: 'changed', before: '2', after: '50' });
    expect(firstStateDifference).toBe(0);
    // The main line is what it was.
    expect(await node.evaluate(bank, 'Balances.bob')).toBe('2');
    expect((await node.node.ask('cu.verify', { process: bank })).firstDifference).toBeNull();
  });

  test('without a message leaves out what came of it', async () => {
    const made = await world();
    const { bank, shop } = made;
    const { branch, result } = await run(made, [{ kind: 'skip', process: shop, slot: toSlot(1) }]);
    expect(result.lines.find(({ process }) => process === shop)?.missing).toEqual([1]);
    const bankSteps = await steps(made, branch, bank);
    expect(await balance(made, branch, bank, bankSteps.length - 1)).toEqual(['.alice=100', '.bob=2', '.cal=3']);
  });

  test('moves, repeats and puts in messages, and moves the clock', async () => {
    const made = await world();
    const { bank } = made;
    const pay = [
      { name: 'Action', value: 'Pay' },
      { name: 'Who', value: 'eve' },
      { name: 'Amount', value: '9' },
    ];
    const { branch, result } = await run(
      made,
      [
        { kind: 'move', process: bank, slot: toSlot(1), after: toSlot(3) },
        { kind: 'duplicate', process: bank, slot: toSlot(2), after: toSlot(2) },
        { kind: 'inject', process: bank, after: toSlot(0), from: made.node.wallet.address, tags: pay, data: '' },
        { kind: 'clock', process: bank, slot: toSlot(2), shiftMs: 3_600_000 },
      ],
      { scope: 'process' },
    );
    expect(result.lines).toHaveLength(1);
    const made4 = await steps(made, branch, bank);
    expect(made4.map(({ origin, mainSlot }) => `${origin} ${mainSlot}`)).toEqual([
      'injected null',
      'main 2',
      'duplicated null',
      'main 3',
      'moved 1',
    ]);
    expect(made4.map(({ slot }) => slot)).toEqual([1, 2, 3, 4, 5]);
    const times = made4.map(({ timestampMs }) => timestampMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(3_000_000);
    expect(await balance(made, branch, bank, 4)).toEqual(['.alice=100', '.ann=1', '.bob=4', '.cal=3', '.eve=9']);
  });

  test('spawns what the main line did not, in place of what it did, and carries it on', async () => {
    const node = await startNode();
    const child =
      'Handlers.add("up", "Up", function(msg) Count = Count + 1; Send({ Target = msg.From, Action = "Counted", Data = tostring(Count) }) end)';
    const factory = await node.spawn(`
Handlers.add("make", "Make", function(msg)
  Spawn(msg.Tags.On or ao.env.Module.Id, { Data = "Count = " .. msg.Tags.Start .. [[ ${child}]], ["On-Boot"] = "Data", Authority = ao.authorities[1] })
end)
Handlers.add("made", "Spawned", function(msg) Last = msg.Tags.Process; Send({ Target = Last, Action = "Up" }) end)
Handlers.add("counted", "Counted", function(msg) Result = msg.Data end)`);
    const make = (start: string, more: readonly Tag[] = []): Tag[] => [
      { name: 'Action', value: 'Make' },
      { name: 'Start', value: start },
      ...more,
    ];
    await node.send(factory, 'Make', '', make('5').slice(1));
    await node.idle();
    const made = toProcessId((await node.evaluate(factory, 'Last')).trim());
    const { slotLatest } = await node.node.ask('su.process', { process: factory });
    await node.result(factory, slotLatest);
    await node.result(made, (await node.node.ask('su.process', { process: made })).slotLatest);
    const at = { node, bank: factory, shop: factory };
    const resultOf = async (branch: number): Promise<string | undefined> => {
      const line = (await steps(at, branch, factory)).length - 1;
      const where = { branch, process: factory, index: line, path: [], offset: 0, limit: 1_000 };
      return (await node.node.ask('cu.branchState', where)).nodes.find(({ key }) => key === '.Result')?.preview;
    };

    const edit = { kind: 'edit', process: factory, slot: toSlot(1), data: null, from: null } as const;
    const other = await run(at, [{ ...edit, tags: make('50') }]);
    const added = other.result.lines.find(({ spawnedBy }) => spawnedBy !== null);
    expect(added).toMatchObject({ spawnedBy: factory, insteadOf: made, base: -1, steps: 2 });
    expect(other.result.lines.find(({ process }) => process === made)).toMatchObject({ steps: 0, missing: [0, 1] });
    expect(other.result.spawnsNotRun).toEqual([]);
    expect(await resultOf(other.branch)).toBe('"51"');
    const compared = await node.node.ask('cu.branchCompare', { branch: other.branch, process: added?.process ?? made });
    expect(compared.diff.changes).toContainEqual({ path: ['.Count'], change: 'changed', before: '6', after: '51' });
    // The same branch has the same process again.
    const again = await run(at, [{ ...edit, tags: make('50') }]);
    expect(again.result.lines.map(({ process }) => process)).toEqual(other.result.lines.map(({ process }) => process));

    const none = await run(at, [{ kind: 'skip', process: factory, slot: toSlot(1) }]);
    expect(none.result.lines.find(({ process }) => process === made)).toMatchObject({ steps: 0 });
    expect(await resultOf(none.branch)).toBeUndefined();

    const from = node.wallet.address;
    const more = await run(at, [{ kind: 'inject', process: factory, after: slotLatest, from, tags: make('7'), data: '' }]);
    expect(more.result.lines.find(({ spawnedBy }) => spawnedBy !== null)).toMatchObject({ insteadOf: null, steps: 2 });
    expect(await resultOf(more.branch)).toBe('"8"');

    const nowhere = make('1', [{ name: 'On', value: 'M'.repeat(43) }]);
    const failed = await run(at, [{ ...edit, tags: nowhere }]);
    expect(failed.result.spawnsNotRun).toMatchObject([
      { process: factory, slot: 1, index: 0, reason: expect.stringContaining('MMM') as unknown },
    ]);
    // The main line is what it was.
    expect(await node.evaluate(factory, 'Result')).toBe('6');
    expect((await node.node.ask('cu.verify', { process: made })).firstDifference).toBeNull();
  });

  test('swaps the code and replays what followed', async () => {
    const made = await world();
    const { node, bank } = made;
    const code = BANK.replace('+ amount', '+ amount * 2');
    const swapped = await run(made, [{ kind: 'edit', process: bank, slot: toSlot(0), tags: null, data: code, from: null }], {
      scope: 'process',
    });
    expect(swapped.result.lines[0]).toMatchObject({ base: -1, firstDifference: 1 });
    expect(await balance(made, swapped.branch, bank, 3)).toEqual(['.alice=100', '.ann=2', '.bob=4', '.cal=6']);
    // The same module under its own id gives the same line again, from the very first slot.
    const same = await run(made, [{ kind: 'module', process: bank, module: toModuleId(node.module) }], { scope: 'process' });
    expect(same.result.lines[0]).toMatchObject({ base: -1, steps: 4, firstDifference: null });
  });

  test('tells from which step on its state is another', async () => {
    const made = await world();
    const { bank } = made;
    const compared = async (data: string) => {
      const edits = [{ kind: 'edit', process: bank, slot: toSlot(0), tags: null, data, from: null }] as const;
      const { branch } = await run(made, edits, { scope: 'process' });
      return made.node.node.ask('cu.branchCompare', { branch, process: bank, isSearched: true });
    };
    const { diff, firstStateDifference } = await compared(BANK.replace('+ amount', '+ amount if amount > 2 then Large = true end'));
    expect(diff.changes).toEqual([{ path: ['.Large'], change: 'added', before: null, after: 'true' }]);
    expect(firstStateDifference).toBe(3);
    expect(await compared(BANK.replace('+ amount', '+ amount * 2'))).toMatchObject({ firstStateDifference: 1 });
    expect(await compared(BANK.replace('= 100', '= 7'))).toMatchObject({ firstStateDifference: 0 });
  });

  test('takes no later messages, or the first few', async () => {
    const made = await world();
    const { bank } = made;
    const edits = [{ kind: 'skip', process: bank, slot: toSlot(1) }] as const;
    const none = await run(made, edits, { scope: 'process', later: 'drop' });
    expect(none.result.lines[0]).toMatchObject({ steps: 0, missing: [1, 2, 3] });
    const one = await run(made, edits, { scope: 'process', later: { first: 1 } });
    expect(one.result.lines[0]).toMatchObject({ steps: 1, missing: [1, 3] });
  });

  test('puts messages in any order that is wished: what comes after one place comes in the order of the edits', async () => {
    const made = await world();
    const { bank } = made;
    const pay = (who: string) => [
      { name: 'Action', value: 'Pay' },
      { name: 'Who', value: who },
      { name: 'Amount', value: '1' },
    ];
    const from = made.node.wallet.address;
    const { branch } = await run(
      made,
      [
        { kind: 'move', process: bank, slot: toSlot(3), after: toSlot(0) },
        { kind: 'inject', process: bank, after: toSlot(0), from, tags: pay('first'), data: '' },
        { kind: 'move', process: bank, slot: toSlot(2), after: toSlot(0) },
        { kind: 'inject', process: bank, after: toSlot(1), from, tags: pay('last'), data: '' },
      ],
      { scope: 'process' },
    );
    const ran = await steps(made, branch, bank);
    expect(ran.map(({ origin, mainSlot }) => `${origin} ${mainSlot}`)).toEqual([
      'moved 3',
      'injected null',
      'moved 2',
      'main 1',
      'injected null',
    ]);
    expect(ran.map(({ slot }) => slot)).toEqual([1, 2, 3, 4, 5]);
  });

  test('asks about each later message where that is wished, and keeps what was answered', async () => {
    const made = await world();
    const { node, bank, shop } = made;
    const spec: BranchSpec = {
      name: 'asked',
      scope: 'node',
      edits: [{ kind: 'skip', process: shop, slot: toSlot(1) }],
      later: { answers: [], rest: 'ask' },
    };
    const { id: branch } = await node.node.ask('cu.branchNew', { spec });
    const on = () => node.node.ask('cu.branchRun', { branch, budgetMs: 5_000 });
    expect(await on()).toMatchObject({ isDone: false, question: { process: shop, slot: 2, action: 'Buy', number: 0 } });
    // To ask again answers nothing.
    expect(await on()).toMatchObject({ isDone: false, question: { slot: 2 } });
    await node.node.ask('cu.branchAnswer', { branch, answer: 'drop', isForAll: false });
    expect(await on()).toMatchObject({ isDone: false, question: { process: shop, slot: 3, number: 1 } });
    await node.restart();
    // What was said holds when the branch is run again.
    expect(await on()).toMatchObject({ isDone: false, question: { process: shop, slot: 3, number: 1 } });
    await node.node.ask('cu.branchAnswer', { branch, answer: 'apply', isForAll: true });
    const done = await on();
    expect(done).toMatchObject({ isDone: true, question: null, ahead: 0 });
    expect(done.lines.find(({ process }) => process === shop)).toMatchObject({ steps: 1, missing: [1, 2] });
    const bankSteps = await steps(made, branch, bank);
    expect(await balance(made, branch, bank, bankSteps.length - 1)).toEqual(['.alice=100', '.cal=3']);
    expect((await node.node.ask('cu.branches', {})).branches[0]?.later).toEqual({ answers: ['drop', 'apply'], rest: 'apply' });
    await expect(node.node.ask('cu.branchAnswer', { branch, answer: 'drop', isForAll: false })).rejects.toMatchObject({
      code: 'BRANCH_INVALID',
    });
  });

  test('is walked step by step: message, handlers, state, and the difference to the main line', async () => {
    const made = await world();
    const { node, bank, shop } = made;
    const tags = [
      { name: 'Action', value: 'Buy' },
      { name: 'Bank', value: bank },
      { name: 'Who', value: 'bob' },
      { name: 'Price', value: 'nothing' },
    ];
    const { branch, result } = await run(made, [{ kind: 'edit', process: shop, slot: toSlot(2), tags, data: null, from: null }]);
    // The shop sends another message; the bank fails on it and does the third as before.
    expect(result.lines).toMatchObject([
      { process: shop, alike: 1, different: 1, added: 0, mended: 0, broken: 0, missingCount: 0, firstEffect: 0 },
      { process: bank, alike: 1, different: 1, added: 0, mended: 0, broken: 1, missingCount: 0, firstEffect: 0 },
    ]);
    const rows = await node.node.ask('cu.branchRows', { branch, process: null, isDifferent: false, from: 0, limit: 100 });
    expect(rows).toMatchObject({ total: 4, firstDifferent: 0 });
    expect(rows.rows.map(({ process, mainSlot, isAlike }) => [process === shop ? 'shop' : 'bank', mainSlot, isAlike])).toEqual([
      ['shop', 2, false],
      ['bank', 2, false],
      ['shop', 3, true],
      ['bank', 3, true],
    ]);
    const different = await node.node.ask('cu.branchRows', { branch, process: bank, isDifferent: true, from: 0, limit: 100 });
    expect(different.rows).toMatchObject([{ index: 0, slot: 2, error: expect.stringContaining('nil') as unknown }]);

    const { index } = await node.node.ask('cu.branchFind', { branch, process: bank, slot: toSlot(3), of: 'main' });
    const third = { branch, process: bank, index: index ?? -1 };
    const message = await node.node.ask('cu.branchMessage', third);
    expect(message).toMatchObject({ from: shop, target: bank, slot: 3 });
    expect(message.tags).toContainEqual({ name: 'Who', value: 'cal' });
    const traced = await node.node.ask('cu.branchTrace', third);
    expect(traced.isFaithful).toBe(true);
    expect(traced.handlers.find(({ name }) => name === 'Pay')?.answer).not.toBe('skip');
    const failed = await node.node.ask('cu.branchTrace', { ...third, index: 0 });
    expect(failed).toMatchObject({ isFaithful: true, error: { message: expect.stringContaining('nil') as unknown } });

    const diff = async (at: number, against: 'before' | 'main' | number) =>
      (
        await node.node.ask('cu.branchDiff', {
          branch,
          process: bank,
          index: at,
          against: typeof against === 'number' ? toSlot(against) : against,
        })
      ).changes
        .filter(({ path }) => path[0] === '.Balances' && path.length === 2)
        .map(({ path, before, after }) => `${path[1]} ${before} ${after}`);
    expect(await diff(0, 'before')).toEqual([]);
    expect(await diff(0, 'main')).toEqual(['.bob 2 null']);
    expect(await diff(1, 'before')).toEqual(['.cal null 3']);
    expect(await diff(1, 'main')).toEqual(['.bob 2 null']);
    expect(await diff(1, 0)).toEqual(['.ann null 1', '.cal null 3']);
    // And back: each step's state is its own.
    expect(await balance(made, branch, bank, 0)).toEqual(['.alice=100', '.ann=1']);
    expect(await balance(made, branch, bank, 1)).toEqual(['.alice=100', '.ann=1', '.cal=3']);
  });

  test('of many steps has the state of each at hand, in any order', async () => {
    const node = await startNode();
    const worker = await node.spawn(`Count = 0
Handlers.add("Work", "Work", function(msg)
  for i = 1, 60000 do Sum = (Sum or 0) + i end
  Count = Count + 1
  if tonumber(msg.Data) % 7 == 0 then error("seven") end
end)`);
    for (let sent = 1; sent <= 60; sent++) await node.send(worker, 'Work', String(sent));
    await node.idle();
    const at = { node, bank: worker, shop: worker };
    const { branch, result } = await run(at, [{ kind: 'duplicate', process: worker, slot: toSlot(2), after: toSlot(1) }], {
      scope: 'process',
    });
    expect(result).toMatchObject({ isDone: true, isCutShort: false, stepsRun: 60, ahead: 0 });
    const countAt = async (index: number): Promise<string | undefined> => {
      const where = { branch, process: worker, index, path: [], offset: 0, limit: 1_000 };
      return (await node.node.ask('cu.branchState', where)).nodes.find(({ key }) => key === '.Count')?.preview;
    };
    const ran = await steps(at, branch, worker);
    // An error leaves the state as it was before.
    const expected = ran.map((_, index) => String(1 + ran.slice(0, index + 1).filter(({ error }) => error === null).length));
    for (const index of [59, 3, 30, 29, 31, 58, 0, 44]) expect([index, await countAt(index)]).toEqual([index, expected[index]]);
  });

  test('is kept by its name over a restart, and gone when it is thrown away', async () => {
    const made = await world();
    const { node, bank } = made;
    const { branch } = await run(made, [{ kind: 'skip', process: bank, slot: toSlot(2) }]);
    await node.node.ask('cu.branchName', { branch, name: 'without bob' });
    await node.restart();
    expect((await node.node.ask('cu.branches', {})).branches.map(({ id, name }) => [id, name])).toEqual([[branch, 'without bob']]);
    await node.node.ask('cu.branchRun', { branch, budgetMs: 5_000 });
    expect(await balance(made, branch, bank, 0)).toEqual(['.alice=100', '.ann=1', '.cal=3']);
    await node.node.ask('cu.branchDrop', { branch });
    await expect(node.node.ask('cu.branchRun', { branch, budgetMs: 0 })).rejects.toMatchObject({ code: 'BRANCH_UNKNOWN' });
    const spec = { name: 'nothing', scope: 'node', later: 'apply', edits: [] } as const;
    await expect(node.node.ask('cu.branchNew', { spec })).rejects.toMatchObject({ code: 'BRANCH_INVALID' });
  });
});
