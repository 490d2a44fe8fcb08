import { afterEach, expect, it, vi } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { outputText } from '../../node/contract/outcome.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const HOUR = 3_600_000;
const realNow = Date.now.bind(Date);
let offsetMs = 0;

afterEach(() => {
  vi.restoreAllMocks();
  offsetMs = 0;
});

async function faults(made: TestNode, process: ProcessId): Promise<string[]> {
  const { entries } = await made.node.ask('su.log', { process, from: toSlot(0), limit: 1_000 });
  return entries.flatMap(({ assignment }, index) => {
    const before = entries[index - 1]?.assignment;
    if (before === undefined) return [];
    const isLater = assignment.timestampMs > before.timestampMs && assignment.blockHeight >= before.blockHeight;
    return isLater ? [] : [`slot ${assignment.slot}: ${assignment.timestampMs}, block ${assignment.blockHeight}`];
  });
}

it('a computer whose clock goes back, while the node runs and between two runs, makes no time fall and no cron run twice', async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
  const made = await startNode();
  const process = await made.spawn('ticks = 0; Handlers.add("tick", "Tick", function() ticks = ticks + 1 end)', [
    { name: 'Cron-Interval', value: '1-second' },
    { name: 'Cron-Tag-Action', value: 'Tick' },
  ]);
  const other = await made.spawn('');
  // Half a minute of crons is run, then the clock goes back behind it.
  offsetMs = 30_000;
  const ticks = async (): Promise<readonly number[]> =>
    (await made.node.ask('cu.cron', { process, after: null, limit: 1_000 })).ticks.map(({ timestampMs }) => timestampMs);
  const first = await ticks();
  expect(first.length).toBeGreaterThan(25);
  for (const back of [-HOUR, -24 * HOUR]) {
    offsetMs = back;
    for (const target of [process, other]) for (let n = 0; n < 3; n++) await made.send(target, 'Nothing', `${back} ${n}`);
    expect(await ticks()).toEqual(first);
    await made.restart();
    for (const target of [process, other]) await made.send(target, 'Nothing', `${back} again`);
    expect(await ticks()).toEqual(first);
  }
  offsetMs = 60_000;
  const later = await ticks();
  expect(later.slice(0, first.length)).toEqual(first);
  expect(later.length).toBeGreaterThan(first.length + 20);
  expect(later).toEqual([...new Set(later)].toSorted((a, b) => a - b));
  const { slot } = await made.send(process, 'Eval', 'return ticks');
  const { output } = await made.result(process, slot);
  const run = (await made.node.ask('cu.cron', { process, after: null, limit: 1_000 })).ticks.filter((tick) => tick.slot <= slot);
  expect(outputText(output).text).toContain(String(run.length));
  expect([...(await faults(made, process)), ...(await faults(made, other))]).toEqual([]);
  for (const one of [process, other]) expect(await made.node.ask('cu.verify', { process: one })).toMatchObject({ firstDifference: null });
}, 120_000);
