import { expect, it, onTestFinished } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { SlotOutcome } from '../../node/contract/outcome.ts';
import { newWallet, startBenchApp } from '../bench/kit.ts';

const COUNTER = 'count = 0; Handlers.add("inc", "Inc", function(m) count = count + 1; m.reply({ Data = tostring(count) }) end)';
const LOOP = 'Handlers.add("loop", "Loop", function() while true do end end)';

it('a process in an endless loop keeps no other waiting, and the others keep their state when they make way', async () => {
  const bench = await startBenchApp();
  onTestFinished(bench.stop);
  const { hub } = bench.app;
  const wallet = newWallet();
  const looping = await bench.spawn(wallet, LOOP);
  const others = await Promise.all(Array.from({ length: 4 }, () => bench.spawn(wallet, COUNTER)));
  const { slot } = await hub.ask('mu.send', { item: bench.message(wallet, looping, 'Loop').raw });
  if (slot === null) throw new Error('no slot');
  let isOver = false;
  const ended = hub.ask('cu.result', { process: looping, slot }).then((outcome) => {
    isOver = true;
    return outcome;
  });
  for (const count of [1, 2, 3]) {
    for (const process of others) {
      const sent = await hub.ask('mu.send', { item: bench.message(wallet, process, 'Inc').raw });
      if (sent.slot === null) throw new Error('no slot');
      const { messages, error } = await hub.ask('cu.result', { process, slot: sent.slot });
      expect([error, messages[0]?.Data]).toEqual([null, String(count)]);
    }
  }
  expect(isOver).toBe(false);
  await hub.ask('cu.stop', { process: looping });
  expect((await ended).verdict).not.toBeNull();
}, 60_000);

it('a dry run in an endless loop keeps no dry run of another process waiting, nor anybody who looks at a state', async () => {
  const bench = await startBenchApp();
  onTestFinished(bench.stop);
  const { hub } = bench.app;
  const wallet = newWallet();
  const [looping, other] = await Promise.all([bench.spawn(wallet, LOOP), bench.spawn(wallet, COUNTER)]);
  const trying = (process: ProcessId, action: string): Promise<SlotOutcome['messages']> =>
    hub.ask('cu.dryRun', { process, message: { tags: [{ name: 'Action', value: action }], data: '' } }).then(({ messages }) => messages);
  // Loops up to the limit, then the next one does.
  let areOver = 0;
  const loops = Array.from({ length: 4 }, () => trying(looping, 'Loop').then(() => areOver++));
  const ended = Promise.allSettled(loops);
  for (let times = 0; times < 5; times++) expect((await trying(other, 'Inc'))[0]?.Data).toBe('1');
  for (const process of [looping, other]) await hub.ask('cu.state', { process, slot: toSlot(0), path: [], offset: 0, limit: 10 });
  expect(areOver).toBeLessThan(loops.length);
  await bench.stop();
  await ended;
}, 120_000);
