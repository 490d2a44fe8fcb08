import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { toItemId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { CU_SCHEMA } from '../../node/cu/timeline/memory.ts';
import { buildItem } from '../../node/item/build.ts';
import { openDatabase } from '../../node/store/database.ts';
import { SU_SCHEMA } from '../../node/su/schedule.ts';
import { EVALUATOR, startNode, type TestNode } from '../kit/node.ts';

const SECOND = [
  { name: 'Cron-Interval', value: '1-second' },
  { name: 'Cron-Tag-Action', value: 'Tick' },
];
const PARENT = `
Count = 0
Handlers.add("count", "Count", function(m) Count = Count + 1; m.reply({ Data = tostring(Count) }) end)
Handlers.add("spawn", "Breed", function(m) ao.spawn(ao.env.Module.Id, { Data = "Seen = 0", Tags = { ["On-Boot"] = "Data", Authority = m.Owner } }) end)
ao.addAssignable({ Title = "book" })
Handlers.add("book", { Title = "book" }, function(m) Book = m.Data end)
Handlers.add("loop", "Loop", function(m) Count = 1000; while true do end end)
Handlers.add("slow", "Slow", function(m) Count = 2000; string.find(("a"):rep(120000), ".-.-.-.-.-b") end)`;

const remove = (made: TestNode, unit: 'su' | 'cu'): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(join(made.dataDir, `${unit}.db${end}`), { force: true });
};

/** Everything of the logs and outcomes that must come back, byte for byte. */
function logBytes(made: TestNode): readonly object[] {
  const database = openDatabase(join(made.dataDir, 'su.db'), SU_SCHEMA, 'normal');
  const rows = database.all('SELECT * FROM log ORDER BY seq').map((row) => JSON.parse(JSON.stringify(row)) as object);
  const notes = database.all('SELECT process, slot, key, note FROM notes ORDER BY process, slot, key');
  database.close();
  return [...rows, ...notes];
}
function outcomeHashes(made: TestNode): readonly string[] {
  const database = openDatabase(join(made.dataDir, 'cu.db'), CU_SCHEMA, 'normal');
  const of = (table: string, order: string): string[] =>
    database.all(`SELECT process, slot, outcome FROM ${table} ORDER BY ${order}`).map((row) => {
      const { hash, verdict } = JSON.parse(String(row['outcome'])) as { hash: string; verdict: object | null };
      return `${String(row['process'])} ${String(row['slot'])} ${hash} ${JSON.stringify(verdict)}`;
    });
  const hashes = [...of('outcomes', 'process, slot'), ...of('ticks', 'process, slot, tick')];
  database.close();
  return hashes;
}
async function stateHashes(made: TestNode, processes: readonly ProcessId[]): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (const process of processes) {
    const { slotLatest } = await made.node.ask('su.process', { process });
    for (const slot of new Set([0, Math.floor(slotLatest / 2), slotLatest]))
      hashes.push(`${process} ${slot} ${(await made.node.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash}`);
  }
  return hashes;
}
/** Every process of the node, with those that were spawned by others. */
const processesOf = async (made: TestNode): Promise<ProcessId[]> =>
  (await made.facts('su')).flatMap((fact) => (fact.kind === 'su.assigned' && fact.slot === 0 ? [fact.process] : []));
/** Waits until the gateway has every line and every note. */
async function uploaded(made: TestNode): Promise<void> {
  const database = openDatabase(join(made.dataDir, 'su.db'), SU_SCHEMA, 'normal');
  const waiting = `SELECT (SELECT count(*) FROM log WHERE seq > (SELECT seq FROM uploaded))
    + (SELECT count(*) FROM notes WHERE seq > (SELECT seq FROM uploaded_notes)) AS count`;
  await expect.poll(() => database.get(waiting), { timeout: 30_000, interval: 100 }).toMatchObject({ count: 0 });
  database.close();
}

it('logs, outcomes and states come back from the gateway alone, with what limits ended', { timeout: 240_000 }, async () => {
  const limits = { gas: 5_000_000, timeMs: 2_000 };
  const made = await startNode({ limits: { ...limits, gas: 2_000_000_000 }, evaluatorScript: EVALUATOR });
  const parent = await made.spawn(PARENT);
  const clock = await made.spawn('Ticks = 0; Handlers.add("tick", "Tick", function() Ticks = Ticks + 1 end)', SECOND);
  const book = buildItem(made.wallet, { tags: [{ name: 'Title', value: 'book' }], data: 'once upon a time' });
  await made.node.ask('gateway.upload', { item: book.raw });
  await made.node.ask('mu.assign', { process: parent, message: toItemId(book.id), baseLayer: false, exclude: ['Signature'] });
  await made.send(parent, 'Count');
  await made.send(parent, 'Breed');
  const slow = await made.send(parent, 'Slow');
  expect((await made.result(parent, slow.slot)).verdict).toEqual({ kind: 'time', limit: 2_000 });
  await made.idle();
  await made.restart(limits);
  const loop = await made.send(parent, 'Loop');
  expect((await made.result(parent, loop.slot)).verdict).toEqual({ kind: 'gas', limit: 5_000_000 });
  await made.send(parent, 'Count');
  await pause(2_100);
  const { ticks } = await made.node.ask('cu.cron', { process: clock, after: null, limit: 100 });
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  await made.evaluate(clock, 'return Ticks');
  await made.idle();

  const processes = await processesOf(made);
  expect(processes).toHaveLength(3);
  await uploaded(made);
  const states = await stateHashes(made, processes);
  await made.stopUnits();
  const [log, outcomes] = [logBytes(made), outcomeHashes(made)];

  for (const lost of [['cu'], ['su', 'cu'], ['su']] as const) {
    for (const unit of lost) remove(made, unit);
    // Other limits than those that held: what was run obeys its own.
    await made.startUnits({ gas: 1_000_000, timeMs: 1_000 });
    expect(await stateHashes(made, processes)).toEqual(states);
    expect(await processesOf(made)).toEqual(processes);
    for (const process of processes) expect(await made.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
    expect(await made.node.ask('su.rebuild', {})).toMatchObject({ slots: 0, gaps: [] });
    await uploaded(made);
    await made.stopUnits();
    expect(logBytes(made)).toEqual(log);
    expect(outcomeHashes(made)).toEqual(outcomes);
  }
  await made.startUnits(limits);
  expect(await made.evaluate(parent, 'return Count .. Book')).toBe('2once upon a time');
});
