import { expect, it } from 'vitest';
import { toSlot } from '../../node/contract/ids.ts';
import { EVALUATOR, startNode, type TestNode } from '../kit/node.ts';

const GREEDY = `Count = 0
Handlers.add("add", "Add", function(msg) Count = Count + 1; msg.reply({ Data = tostring(Count) }) end)
Handlers.add("loop", "Loop", function() Count = 99; while true do end end)`;
const PAUSE = { gas: 3_000_000, onLimit: 'pause' } as const;

const pausedIn = async (made: TestNode) => (await made.node.ask('cu.paused', {})).paused;

it('a process that meets a limit stands still until a person lets the error stand; others do not notice', async () => {
  const made = await startNode({ limits: PAUSE });
  const [process, other] = [await made.spawn(GREEDY), await made.spawn(GREEDY)];
  await made.result(process, (await made.send(process, 'Add')).slot);
  const { slot } = await made.send(process, 'Loop');
  await expect(made.result(process, slot)).rejects.toMatchObject({ code: 'PROCESS_PAUSED' });
  const later = await made.send(process, 'Add');
  await expect(made.result(process, later.slot)).rejects.toMatchObject({ code: 'PROCESS_PAUSED' });
  expect((await made.result(other, (await made.send(other, 'Add')).slot)).error).toBeNull();
  const verdict = { kind: 'gas', limit: PAUSE.gas };
  expect(await pausedIn(made)).toMatchObject([{ process, slot, tick: null, verdict }]);
  const told = (await made.facts('cu')).filter(({ kind }) => kind === 'cu.paused');
  expect(told).toMatchObject([{ process, slot, tick: null, verdict }]);

  // It still stands still tomorrow, and the slot is not run a second time.
  await made.restart(PAUSE);
  expect(await pausedIn(made)).toMatchObject([{ process, slot }]);
  await expect(made.result(process, slot)).rejects.toMatchObject({ code: 'PROCESS_PAUSED' });
  expect((await made.facts('cu')).filter(({ kind }) => kind === 'cu.paused')).toHaveLength(1);

  await made.node.ask('cu.resume', { process, how: 'error' });
  expect(await made.result(process, slot)).toMatchObject({ verdict, messages: [] });
  expect(await made.result(process, later.slot)).toMatchObject({ error: null, messages: [{ Data: '2' }] });
  expect(await pausedIn(made)).toEqual([]);
  await expect(made.node.ask('cu.resume', { process, how: 'error' })).rejects.toMatchObject({ code: 'PROCESS_NOT_PAUSED' });
  // What it sent after it went on has been pushed.
  await made.idle();
  expect(await made.node.ask('cu.verify', { process })).toMatchObject({ difference: null, slots: later.slot + 1 });
});

it('a slot that ran out of time is run again where the person says so', async () => {
  const made = await startNode({ limits: { gas: 1e12, timeMs: 1_500, onLimit: 'pause' }, evaluatorScript: EVALUATOR });
  const process = await made.spawn(GREEDY);
  const { slot } = await made.send(process, 'Loop');
  await expect(made.result(process, slot)).rejects.toMatchObject({ code: 'PROCESS_PAUSED' });
  await made.node.ask('cu.resume', { process, how: 'again' });
  await expect.poll(async () => (await made.facts('cu')).filter(({ kind }) => kind === 'cu.paused').length, { timeout: 30_000 }).toBe(2);
  expect(await pausedIn(made)).toMatchObject([{ process, slot: toSlot(slot), verdict: { kind: 'time', limit: 1_500 } }]);
  await made.node.ask('cu.resume', { process, how: 'error' });
  expect(await made.result(process, slot)).toMatchObject({ verdict: { kind: 'time', limit: 1_500 } });
});
