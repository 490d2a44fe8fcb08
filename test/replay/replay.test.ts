import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toSlot, type ProcessId } from '../../node/contract/ids.ts';
import { startNode, type TestNode } from '../kit/node.ts';

/** Randomness, unordered walks, errors, waiting coroutines and time: whatever could make two runs differ. */
const RESTLESS = `
seen, rolls, names = 0, {}, {}
Handlers.add("roll", "Roll", function(msg)
  table.insert(rolls, math.random(1, 1000000)); names[msg.Id] = os.time()
  local order = {}
  for key in pairs(names) do order[#order + 1] = key:sub(1, 4) end
  print(table.concat(order, ","))
end)
Handlers.add("fail", "Fail", function() seen = seen + 1; error("rolled back " .. seen) end)
Handlers.add("ask", "Ask", function(msg)
  local answer = ao.send({ Target = msg.Data, Action = "Echo", Data = tostring(math.random()) }).receive()
  seen = seen + #answer.Data
end)
Handlers.add("echo", "Echo", function(msg) msg.reply({ Data = msg.Data .. tostring(math.random()) }) end)`;

/** A generator of numbers below `below`, the same for the same seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function busyLog(node: TestNode, seed: number): Promise<readonly ProcessId[]> {
  const random = seeded(seed);
  const processes = [await node.spawn(RESTLESS), await node.spawn(RESTLESS), await node.spawn(RESTLESS)];
  for (let n = 0; n < 60; n++) {
    const pick = (): ProcessId => processes[random(3)] ?? processes[0]!;
    await node.send(pick(), ['Roll', 'Roll', 'Fail', 'Ask'][random(4)] ?? 'Roll', pick());
  }
  await node.idle();
  return processes;
}

/** Every outcome hash and the memory hash at the end, by process. */
async function fingerprint(node: TestNode, processes: readonly ProcessId[]): Promise<readonly unknown[]> {
  const prints = [];
  for (const process of processes) {
    const { slotLatest } = await node.node.ask('su.process', { process });
    await node.result(process, slotLatest);
    const { results } = await node.node.ask('cu.results', { process, from: null, to: null, limit: 1000, order: 'asc' });
    const middle = toSlot(Math.floor(slotLatest / 2));
    const hashes = await Promise.all([middle, slotLatest].map((slot) => node.node.ask('cu.stateHash', { process, slot })));
    prints.push({ outcomes: results.map(({ slot, hash, error }) => `${slot} ${hash} ${error === null}`), hashes });
  }
  return prints;
}

describe('the same log', () => {
  it.each([1, 2, 3])('gives the same outcomes and the same memory when the compute unit has lost everything (seed %i)', async (seed) => {
    const node = await startNode();
    const processes = await busyLog(node, seed);
    const before = await fingerprint(node, processes);
    await node.stopUnits();
    for (const end of ['', '-wal', '-shm']) rmSync(join(node.dataDir, `cu.db${end}`), { force: true });
    await node.startUnits();
    expect(await fingerprint(node, processes)).toEqual(before);
    for (const process of processes) expect(await node.node.ask('cu.verify', { process })).toMatchObject({ firstDifference: null });
  });
});
