import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ensureModulesForTests } from '../../build/setup/modules-for-tests.mjs';
import { toSlot } from '../../node/contract/ids.ts';
import { TERMINAL_MODULE } from '../../node/contract/network.ts';
import { marked } from '../../node/contract/source-map.ts';
import { startNode } from '../kit/node.ts';

const modules = await ensureModulesForTests();
const WAITING = `local seen = 0
Handlers.add("order", "Order", function(msg)
  seen = seen + 1
  local paid = Receive({ Action = "Paid" })
  Last = paid.Data
end)`;

describe('the state of any slot', () => {
  it('shows who waits for what at one slot, and nobody at the next', async () => {
    const { node, spawn, send, result } = await startNode();
    const process = await spawn(WAITING, [{ name: 'Source', value: 'shop.lua' }]);
    const { slot } = await send(process, 'Order');
    const paid = await send(process, 'Paid', 'thanks');
    await result(process, paid.slot);
    const ask = (at: number) =>
      node.ask('cu.state', { process, slot: toSlot(at), path: ['.Handlers', '.coroutines'], offset: 0, limit: 10 });
    const { nodes } = await ask(slot);
    expect(nodes.map(({ preview }) => preview)).toEqual([`coroutine · waits for { Action = "Paid" } · since slot ${slot} · at shop.lua:4`]);
    await expect(ask(paid.slot)).rejects.toMatchObject({ code: 'STATE_PATH_UNKNOWN' });
  });

  it.each(['lua', ...(modules === undefined ? [] : ['aos 2.0.6'])])(
    'can be read where nobody owns the process any more, on %s',
    async (on) => {
      const { node, spawn, send, result } = await startNode();
      const tags = on === 'lua' ? [] : [{ name: 'Module', value: TERMINAL_MODULE }];
      if (on !== 'lua') await node.ask('gateway.known', { data: readFileSync(modules?.['aos-2.0.6'].path ?? '').toString('base64url') });
      const process = await spawn('Kept = { deep = { value = 42 } }', tags);
      const { slot } = await send(process, 'Eval', 'Owner = nil');
      await send(process, 'Eval', 'Kept = "by somebody else"');
      const last = toSlot(slot + 1);
      await result(process, last);
      for (const at of [last, toSlot(slot), last]) {
        const page = await node.ask('cu.state', { process, slot: at, path: ['.Kept', '.deep'], offset: 0, limit: 10 });
        expect(page.nodes.map(({ key, preview }) => `${key} ${preview}`)).toEqual(['.value 42']);
      }
      const { nodes } = await node.ask('cu.state', { process, slot: last, path: [], offset: 0, limit: 1_000 });
      expect(nodes.some(({ key }) => key === '.Owner')).toBe(false);
      expect(
        (await node.ask('cu.state', { process, slot: toSlot(0), path: [], offset: 0, limit: 1_000 })).nodes.some(
          ({ key }) => key === '.Owner',
        ),
      ).toBe(true);
      expect(await node.ask('cu.verify', { process })).toMatchObject({ difference: null });
    },
  );

  it('is searched through without touching the process', async () => {
    const { node, spawn, send, result, evaluate } = await startNode();
    const process = await spawn('Ledger = { alice = { note = "blue moon" } }');
    const { slot } = await send(process, 'Other');
    await result(process, slot);
    const find = (text: string, path: readonly string[] = []) =>
      node.ask('cu.stateFind', { process, slot: toSlot(slot), path, text, limit: 10 });
    expect(await find('Blue Moon', ['.Ledger'])).toMatchObject({
      hits: [{ path: ['.Ledger', '.alice', '.note'], preview: '"blue moon"' }],
      isComplete: true,
    });
    await expect(find('x', ['.Nothing'])).rejects.toMatchObject({ code: 'STATE_PATH_UNKNOWN' });
    expect(await evaluate(process, 'return Ledger.alice.note')).toBe('blue moon');
    expect(await node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });

  it('differs from another in pages that add up', async () => {
    const { node, spawn, evaluate } = await startNode();
    const process = await spawn('T = {} for i = 1, 30000 do T["k" .. i] = i end');
    await evaluate(process, 'for i = 1, 50 do T["k" .. i] = -i end');
    const ask = (offset: number, limit: number) => node.ask('cu.diff', { process, from: toSlot(0), to: toSlot(1), offset, limit });
    const whole = await ask(0, 1000);
    expect(whole.isComplete).toBe(true);
    expect(whole.changes.filter(({ path }) => path[0] === '.T')).toHaveLength(50);
    const first = await ask(0, 20);
    expect(first).toMatchObject({ total: whole.total, isComplete: false });
    expect([...first.changes, ...(await ask(20, 1000)).changes]).toEqual(whole.changes);
    // Backwards, too.
    const back = await node.ask('cu.diff', { process, from: toSlot(1), to: toSlot(0) });
    expect(back.total).toBe(whole.total);
  });
});

describe('where code came from', () => {
  const GREET = 'function greet()\n  return "one"\nend';

  it('is the Eval whose text fits, in force at the slot', async () => {
    const { node, spawn, send, result } = await startNode();
    const process = await spawn('Handlers.add("hi", "Hi", function() Said = greet() end)', [{ name: 'Source', value: 'app.lua' }]);
    const first = await send(process, 'Eval', GREET);
    await send(process, 'Eval', 'X = 1');
    const second = await send(process, 'Eval', `-- better\n\n${GREET.replace('one', 'two')}`);
    const failed = await send(process, 'Eval', `\n\n${GREET}\nerror("no")`);
    const hi = await send(process, 'Hi');
    await result(process, hi.slot);
    const source = (slot: number, chunk: string, more: { line?: number; function?: { line: number; lastLine: number } } = {}) =>
      node.ask('cu.source', { process, slot: toSlot(slot), chunk, ...more });
    expect(await source(hi.slot, 'aos', { function: { line: 1, lastLine: 3 } })).toMatchObject({
      slot: first.slot,
      text: GREET,
      kind: 'eval',
      certainty: 'exact',
      file: null,
    });
    expect(await source(hi.slot, '[string "aos"]:4', { function: { line: 3, lastLine: 5 } })).toMatchObject({ slot: second.slot });
    // What failed is not in force later, but it ran in its own slot.
    expect(await source(failed.slot, '[string "aos"]:6:')).toMatchObject({ slot: failed.slot });
    expect(await source(hi.slot, 'aos', { line: 1 })).toMatchObject({ certainty: 'likely' });
    expect(await source(hi.slot, '@app.lua', { line: 1 })).toMatchObject({
      slot: 0,
      kind: 'boot',
      certainty: 'exact',
      place: { file: 'app.lua', line: 1 },
    });
    await expect(source(hi.slot, 'other.lua:3')).rejects.toMatchObject({ code: 'SOURCE_UNKNOWN' });
    const trace = await node.ask('cu.trace', { process, slot: toSlot(hi.slot), tick: null });
    expect(trace.sources.filter(({ isRuntime }) => !isRuntime)).toEqual(
      expect.arrayContaining([
        { chunk: '@app.lua', isRuntime: false, slot: 0 },
        { chunk: 'aos', isRuntime: false, slot: second.slot },
      ]),
    );
  });

  it('leads through a bundle to the line of the file', async () => {
    const { node, spawn } = await startNode();
    const library = marked('lib/count.lua', 'local n = 0\nfunction up()\n  n = n + 1\n  error("at " .. n)\nend');
    const process = await spawn(`${library}${marked('main.lua', 'local start = 1\nHandlers.add("up", "Up", up)')}`, [
      { name: 'Source', value: 'out/bundle.lua' },
    ]);
    const source = await node.ask('cu.source', { process, slot: toSlot(0), chunk: 'out/bundle.lua:5' });
    expect(source.place).toEqual({ file: 'lib/count.lua', line: 4 });
    const main = await node.ask('cu.source', { process, slot: toSlot(0), chunk: '@out/bundle.lua', line: 9 });
    expect(main.place).toEqual({ file: 'main.lua', line: 2 });
  });
});
