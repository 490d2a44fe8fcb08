import { describe, expect, test } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { HistoryHit, HistoryPage, HistoryQuery } from '../../node/contract/recording.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const SOURCE = `Balances = { alice = 100 }
Count = 0
Handlers.add("Move", { Action = "Move" }, function(msg)
  local amount = tonumber(msg.Tags.Amount)
  Balances.alice = Balances.alice - amount
  if amount > 60 then error("too much at once") end
  Count = Count + 1
end)
Handlers.add("Wait", "Wait", function() Receive({ Action = "Go" }) end)`;

const AMOUNTS = [10, 20, 30, 70, 25, 5, 40, 1];

/** Slots 1 to 8 move money; the fourth fails, and the seventh takes more than there is. */
async function moved(): Promise<{ readonly node: TestNode; readonly process: ProcessId; readonly last: number }> {
  const node = await startNode();
  const process = await node.spawn(SOURCE);
  let last = 0;
  for (const amount of AMOUNTS) {
    const { slot } = await node.send(process, 'Move', `pays ${amount}`, [{ name: 'Amount', value: String(amount) }]);
    last = slot;
  }
  await node.result(process, last);
  return { node, process, last };
}

/** Every hit of a search, part by part. `most` is how many one part gave. */
async function all(
  node: TestNode,
  process: ProcessId,
  query: HistoryQuery,
  direction: 'forwards' | 'backwards' = 'forwards',
  from = direction === 'forwards' ? 0 : 1_000_000,
): Promise<{ readonly hits: readonly HistoryHit[]; readonly parts: number; readonly slots: number; readonly most: number }> {
  const hits: HistoryHit[] = [];
  let looked = 0;
  let next: number | null = from;
  let parts = 0;
  let most = 0;
  while (next !== null) {
    const page: HistoryPage = await node.node.ask('cu.search', {
      process,
      query,
      from: toSlot(next),
      direction,
      isSampled: false,
      limit: 1,
      budgetMs: 0,
    });
    hits.push(...page.hits);
    looked += page.slots;
    most = Math.max(most, page.hits.length);
    next = page.next;
    parts++;
  }
  return { hits, parts, slots: looked, most };
}
const slots = (hits: readonly HistoryHit[]): number[] => hits.map(({ slot }) => slot);

describe('searching the history of a process', () => {
  test('a condition on a value is found in every slot after which it holds, from either end', async () => {
    const { node, process } = await moved();
    const query = { kind: 'condition', expression: 'Balances.alice < 0' } as const;
    const found = await all(node, process, query);
    expect(slots(found.hits)).toEqual([7, 8]);
    expect(slots((await all(node, process, query, 'backwards')).hits)).toEqual([8, 7]);
  });

  test('the history of a value is every slot that changed it, with before and after; failed slots changed nothing', async () => {
    const { node, process } = await moved();
    const { hits } = await all(node, process, { kind: 'change', expression: 'Balances["alice"]' });
    expect(hits.map(({ slot, before, text }) => `${slot}: ${before} → ${text}`)).toEqual([
      '0: nil → 100',
      '1: 100 → 90',
      '2: 90 → 70',
      '3: 70 → 40',
      '5: 40 → 15',
      '6: 15 → 10',
      '7: 10 → -30',
      '8: -30 → -31',
    ]);
  });

  test('any expression can be a condition, and asking it changes nothing', async () => {
    const { node, process, last } = await moved();
    const before = await node.node.ask('cu.stateHash', { process, slot: toSlot(last) });
    const { hits } = await all(node, process, { kind: 'condition', expression: 'Count % 2 == 0 and Balances.alice > 0 and Count > 0' });
    expect(slots(hits)).toEqual([2, 5]);
    expect(await node.node.ask('cu.stateHash', { process, slot: toSlot(last) })).toEqual(before);
    expect((await node.node.ask('cu.verify', { process })).firstDifference).toBeNull();
  });

  test('an expression that cannot be read is refused, and one that fails in a slot is no value there', async () => {
    const { node, process } = await moved();
    for (const kind of ['condition', 'change'] as const) {
      const unreadable = all(node, process, { kind, expression: 'Balances.alice <' });
      await expect(unreadable).rejects.toMatchObject({
        code: 'ARGUMENTS_INVALID',
        message: expect.stringContaining('Balances.alice <') as unknown,
      });
    }
    expect((await all(node, process, { kind: 'condition', expression: 'Nothing.at.all > 1' })).hits).toEqual([]);
  });

  test('a line is found where it ran, in slots that failed too, with a condition and with what a log gives there', async () => {
    const { node, process } = await moved();
    const line = { kind: 'line', chunk: 'aos', line: 5, condition: null, log: null } as const;
    expect(slots((await all(node, process, line)).hits)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const logged = await all(node, process, { ...line, condition: 'amount > 25', log: 'Balances.alice .. " - " .. amount' });
    expect(logged.hits.map(({ slot, text }) => `${slot}: ${text}`)).toEqual(['3: "70 - 30"', '4: "40 - 70"', '7: "10 - 40"']);
    const step = logged.hits[0]?.step ?? -1;
    const { frames } = await node.node.ask('cu.frames', { process, slot: toSlot(3), tick: null, step });
    expect(frames[0]?.place).toEqual({ chunk: 'aos', line: 5 });
  });

  test('a function, a handler, an error and a message are found', async () => {
    const { node, process } = await moved();
    expect(slots((await all(node, process, { kind: 'function', chunk: 'aos', line: 3, log: null })).hits)).toHaveLength(8);
    expect(slots((await all(node, process, { kind: 'handler', name: 'Move' })).hits)).toHaveLength(8);
    const failed = await all(node, process, { kind: 'error', text: 'too much' });
    expect(failed.hits.map(({ slot, text }) => [slot, text?.includes('too much at once')])).toEqual([[4, true]]);
    const said = await all(node, process, { kind: 'message', tags: { Action: 'Move' }, from: null, text: 'PAYS 25' });
    expect(slots(said.hits)).toEqual([5]);
  });

  test('a function is found by its name wherever it was entered, also where it took the place of its caller', async () => {
    const node = await startNode();
    const process = await node.spawn(`Bank = {}
local function credit(amount) Total = (Total or 0) + amount return Total end
function Bank.pay(amount) return credit(amount) end
Handlers.add("Pay", "Pay", function(msg) Bank.pay(tonumber(msg.Tags.Amount)) end)`);
    const pay = (amount: number) => node.send(process, 'Pay', '', [{ name: 'Amount', value: String(amount) }]);
    await pay(5);
    await pay(7);
    await node.evaluate(process, 'function Bank.pay(amount)\n  return amount end');
    const { slot: last } = await pay(9);
    await node.result(process, last);
    const found = async (name: string, log: string | null = null, direction: 'forwards' | 'backwards' = 'forwards') =>
      (await all(node, process, { kind: 'call', name, log }, direction)).hits.map(({ slot, text }) => [slot, text]);
    // The line of the function as it was written in that slot.
    expect(await found('credit')).toEqual([
      [1, 'aos:2'],
      [2, 'aos:2'],
    ]);
    const paid = [
      [1, 'aos:3'],
      [2, 'aos:3'],
      [last, 'aos:1'],
    ];
    expect(await found('Bank.pay')).toEqual(paid);
    expect(await found('pay', null, 'backwards')).toEqual(paid.toReversed());
    expect(await found('pay', 'amount')).toEqual([
      [1, '5'],
      [2, '7'],
      [last, '9'],
    ]);
    expect(await found('Bank.credit')).toEqual([]);
  });

  test('functions that texts of one name have at the same line are told apart, also by where they end', async () => {
    const node = await startNode();
    const process = await node.spawn(`Handlers.add("Pay", "Pay", function(msg)
  local left = credit(10)
  local paid = pay(1) + pay(2)
  return debit(paid)
end)
Handlers.add("Debit", "Debit", function() return debit(5) end)`);
    await node.evaluate(process, 'function debit(amount)\n  return amount\nend');
    await node.evaluate(process, 'function credit(amount) Total = amount return amount end');
    await node.evaluate(process, 'function pay(amount) Total = Total - amount return amount end');
    const { slot: paid } = await node.send(process, 'Pay');
    const { slot: last } = await node.send(process, 'Debit');
    await node.result(process, last);
    const found = async (name: string, log: string | null = null) =>
      (await all(node, process, { kind: 'call', name, log })).hits.map(({ slot, text }) => [slot, text]);
    expect(await found('credit')).toEqual([[paid, 'aos:1']]);
    expect(await found('pay', 'amount')).toEqual([
      [paid, '1'],
      [paid, '2'],
    ]);
    // It takes the place of its caller, so that no call names it.
    expect(await found('debit', 'amount')).toEqual([
      [paid, '3'],
      [last, '5'],
    ]);
    // From here on the line is another's.
    await node.evaluate(process, '\nfunction credit(amount) return 2 * amount end');
    const { slot: again } = await node.send(process, 'Pay');
    await node.result(process, again);
    expect(await found('credit')).toEqual([
      [paid, 'aos:1'],
      [again, 'aos:2'],
    ]);
  });

  test('what stops forwards stops backwards too, in the other order, whatever it is', async () => {
    const { node, process } = await moved();
    const queries: readonly HistoryQuery[] = [
      { kind: 'line', chunk: 'aos', line: 7, condition: 'Count > 1', log: 'Count' },
      { kind: 'function', chunk: 'aos', line: 3, log: 'msg.Tags.Amount' },
      { kind: 'handler', name: 'Move' },
      { kind: 'error', text: null },
      { kind: 'message', tags: { Action: 'Move', Amount: '*' }, from: node.wallet.address, text: null },
      { kind: 'condition', expression: 'Count > 2' },
      { kind: 'change', expression: 'Count' },
    ];
    for (const query of queries) {
      const { hits } = await all(node, process, query);
      expect([query.kind, hits.length > 0]).toEqual([query.kind, true]);
      expect((await all(node, process, query, 'backwards')).hits).toEqual(hits.toReversed());
      // And again, also from a place in between.
      expect((await all(node, process, query, 'backwards')).hits).toEqual(hits.toReversed());
      const before = hits.filter(({ slot }) => slot <= 6).toReversed();
      for (let times = 0; times < 2; times++) expect((await all(node, process, query, 'backwards', 6)).hits).toEqual(before);
    }
  });

  test('over many slots both ways find the same, and every slot is looked at once', async () => {
    const node = await startNode();
    const process = await node.spawn(`Handlers.add("Inc", "Inc", function()
  Count = (Count or 0) + 1
  for index = 1, 20 do
    Last = index
  end
end)`);
    const sent = await Promise.all(Array.from({ length: 200 }, () => node.send(process, 'Inc')));
    const last = Math.max(...sent.map(({ slot }) => slot));
    await node.result(process, last);
    const queries: readonly HistoryQuery[] = [
      { kind: 'condition', expression: 'Count == 70' },
      { kind: 'change', expression: 'Count' },
      { kind: 'handler', name: 'Inc' },
      { kind: 'line', chunk: 'aos', line: 4, condition: null, log: null },
    ];
    for (const query of queries) {
      const forwards = await all(node, process, query);
      const backwards = await all(node, process, query, 'backwards');
      expect(backwards.hits).toEqual(forwards.hits.toReversed());
      expect([forwards.slots, backwards.slots]).toEqual([last + 1, last + 1]);
      if (query.kind === 'line') {
        // Where much is found in few slots, no part holds what very many of them gave.
        expect(forwards.hits).toHaveLength(sent.length * 20);
        expect(backwards.most).toBeLessThanOrEqual(2 * forwards.most);
      }
    }
  });

  test('a sampled search looks at kept memories and at the newest slot, and says that it was sampled', async () => {
    const { node, process, last } = await moved();
    const query = { kind: 'condition', expression: 'Balances.alice < 0' } as const;
    const part = { process, query, isSampled: true, limit: 100, budgetMs: 1_000 } as const;
    for (const direction of ['forwards', 'backwards'] as const) {
      const from = toSlot(direction === 'forwards' ? 0 : last);
      const page = await node.node.ask('cu.search', { ...part, from, direction });
      expect(page).toMatchObject({ isSampled: true, next: null });
      expect(slots(page.hits)).toContain(last);
    }
  });

  test('a search leaves nothing in the memories that it comes by', async () => {
    const { node, process } = await moved();
    const { slot } = await node.send(process, 'Move', '', [{ name: 'Amount', value: '0' }]);
    await node.result(process, slot);
    const hashes = async (): Promise<string[]> => {
      const all: string[] = [];
      for (let at = 0; at <= slot; at++) all.push((await node.node.ask('cu.stateHash', { process, slot: toSlot(at) })).hash);
      return all;
    };
    const before = await hashes();
    for (const expression of ['Count == -1', 'Count < 0 and true', 'Nothing.of.this.name'])
      await all(node, process, { kind: 'condition', expression });
    await all(node, process, { kind: 'change', expression: 'Count' });
    expect(await hashes()).toEqual(before);
  });

  test('a search that is cancelled ends, and the node answers on', async () => {
    const { node, process } = await moved();
    const stopper = new AbortController();
    const query = { kind: 'condition', expression: 'Count == -1' } as const;
    const part = { process, query, from: toSlot(0), direction: 'forwards', isSampled: false, limit: 1, budgetMs: 10_000 } as const;
    const asked = node.node.ask('cu.search', part, stopper.signal);
    stopper.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await node.evaluate(process, 'Count')).toBe('7');
  });

  test('a long search comes in parts, each of which says where the next begins', async () => {
    const { node, process } = await moved();
    for (let index = 0; index < 100; index++) await node.send(process, 'Move', '', [{ name: 'Amount', value: '0' }]);
    const { hits, parts } = await all(node, process, { kind: 'condition', expression: 'Count == 50' });
    expect(hits).toHaveLength(1);
    expect(parts).toBeGreaterThan(2);
  });

  test('a coroutine that was watched while it waited counts its instructions as before', async () => {
    const { node, process } = await moved();
    const { slot } = await node.send(process, 'Wait');
    await node.send(process, 'Go');
    await all(node, process, { kind: 'line', chunk: 'aos', line: 9, condition: null, log: null });
    expect(await node.node.ask('cu.trace', { process, slot, tick: null })).toMatchObject({ isFaithful: true });
    expect(await node.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });
});
