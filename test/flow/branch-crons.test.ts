import { describe, expect, test } from 'vitest';
import type { BranchEdit, BranchRun, BranchStep } from '../../node/contract/branch.ts';
import { nodeClock } from '../../node/contract/clock.ts';
import { toProcessId, toSlot, type ProcessId } from '../../node/contract/ids.ts';
import type { Tag } from '../../node/contract/item.ts';
import { startNode, type TestNode } from '../kit/node.ts';

const START = Date.parse('2030-01-01T00:00:00Z');
const CHILD = `Handlers.add("beat", "Beat", function(msg)
  Beats = (Beats or 0) + 1
  Send({ Target = Parent, Action = "Heard", Data = Word .. Beats })
end)`;
const FACTORY = `Heard = {}
Handlers.add("make", "Make", function(msg)
  Spawn(ao.env.Module.Id, {
    Data = "Word, Parent = '" .. msg.Tags.Word .. "', '" .. ao.id .. "' " .. [[${CHILD}]], ["On-Boot"] = "Data", Authority = ao.authorities[1],
    ["Cron-Interval"] = msg.Tags.Every, ["Cron-Tag-Action"] = "Beat",
  })
end)
Handlers.add("made", "Spawned", function(msg) Child = msg.Tags.Process end)
Handlers.add("heard", "Heard", function(msg) table.insert(Heard, msg.Data) end)`;

interface World {
  readonly node: TestNode;
  readonly factory: ProcessId;
  readonly child: ProcessId;
}

const make = (every: string, word: string): Tag[] => [
  { name: 'Action', value: 'Make' },
  { name: 'Every', value: every },
  { name: 'Word', value: word },
];

/** A factory that has made a child which wakes every ten seconds, and 35 seconds later. */
async function world(isMonitored: boolean): Promise<World> {
  const node = await startNode({ clock: { startMs: START, rate: null } });
  const factory = await node.spawn(FACTORY);
  await node.send(factory, 'Make', '', make('10-seconds', 'a').slice(1));
  await node.idle();
  const child = toProcessId((await node.evaluate(factory, 'Child')).trim());
  if (isMonitored) await node.node.ask('mu.monitor', { process: child });
  await nodeClock((name, args) => node.node.ask(name, args)).step(35);
  await node.idle();
  return { node, factory, child };
}

async function run({ node }: World, edits: readonly BranchEdit[]): Promise<{ readonly branch: number; readonly result: BranchRun }> {
  const { id } = await node.node.ask('cu.branchNew', { spec: { name: 'other crons', scope: 'node', later: 'apply', edits } });
  for (;;) {
    const result = await node.node.ask('cu.branchRun', { branch: id, budgetMs: 1_000 });
    if (result.isDone) return { branch: id, result };
  }
}
const stepsOf = async ({ node }: World, branch: number, process: ProcessId): Promise<readonly BranchStep[]> =>
  (await node.node.ask('cu.branchSteps', { branch, process, from: 0, limit: 1_000 })).steps;
const secondsOf = (times: readonly { readonly timestampMs: number }[]): number[] =>
  times.map(({ timestampMs }) => Math.floor((timestampMs - START) / 1_000));
const heardIn = async ({ node, factory }: World, branch: number, index: number): Promise<string[]> => {
  const { nodes } = await node.node.ask('cu.branchState', { branch, process: factory, index, path: ['.Heard'], offset: 0, limit: 100 });
  return nodes.map(({ preview }) => preview);
};
const spawnedIn = ({ lines }: BranchRun): ProcessId => {
  const line = lines.find(({ spawnedBy }) => spawnedBy !== null);
  if (line === undefined) throw new Error('nothing was spawned');
  return line.process;
};

describe('a process that is in a branch only', () => {
  test('wakes when the one on the main line did, or by its own schedule, up to the same moment', async () => {
    const at = await world(false);
    const { node, factory, child } = at;
    const main = (await node.node.ask('cu.cron', { process: child, after: null, limit: 100 })).ticks;
    expect(secondsOf(main)).toEqual([10, 20, 30]);
    const edit = { kind: 'edit', process: factory, slot: toSlot(1), data: null, from: null } as const;

    const other = await run(at, [{ ...edit, tags: make('10-seconds', 'b') }]);
    expect(other.result).toMatchObject({ isDone: true, isCutShort: false, spawnsNotRun: [] });
    const woken = (await stepsOf(at, other.branch, spawnedIn(other.result))).filter(({ origin }) => origin === 'cron');
    expect(secondsOf(woken)).toEqual([10, 20, 30]);
    expect(woken.map(({ messages }) => messages[0]?.Data)).toEqual(['b1', 'b2', 'b3']);
    // Nobody watches it: what it sends reaches nobody, as on the main line.
    expect((await stepsOf(at, other.branch, factory)).filter(({ action }) => action === 'Heard')).toEqual([]);

    const faster = await run(at, [{ ...edit, tags: make('5-seconds', 'c') }]);
    const often = (await stepsOf(at, faster.branch, spawnedIn(faster.result))).filter(({ origin }) => origin === 'cron');
    expect(secondsOf(often)).toEqual([5, 10, 15, 20, 25, 30]);
    // It is the same again, and stays so however long the node goes on.
    await nodeClock((name, args) => node.node.ask(name, args)).step(60);
    await node.restart();
    const again = await node.node.ask('cu.branchRun', { branch: faster.branch, budgetMs: 60_000 });
    expect(again.lines).toEqual(faster.result.lines);
    expect((await stepsOf(at, faster.branch, spawnedIn(again))).map(({ hash }) => hash)).toEqual(
      (await stepsOf(at, faster.branch, spawnedIn(faster.result))).map(({ hash }) => hash),
    );
    expect(await node.node.ask('cu.verify', { process: child })).toMatchObject({ difference: null });
  });

  test('is heard where the one on the main line was watched, each time once', async () => {
    const at = await world(true);
    const { node, factory } = at;
    expect(await node.evaluate(factory, 'table.concat(Heard, " ")')).toContain('a1 a2 a3');
    const edit = { kind: 'edit', process: factory, slot: toSlot(1), data: null, from: null } as const;
    const { branch, result } = await run(at, [{ ...edit, tags: make('10-seconds', 'b') }]);
    const steps = await stepsOf(at, branch, factory);
    const heard = steps.filter(({ action }) => action === 'Heard');
    expect(heard.map(({ origin, mainSlot }) => [origin, mainSlot])).toEqual(heard.map(() => ['sent in the branch', null]));
    expect(await heardIn(at, branch, steps.length - 1)).toEqual(['"b1"', '"b2"', '"b3"']);
    expect(result.lines.find(({ process }) => process === factory)?.missingCount).toBe(3);
  });
});

describe('a process that wakes by itself', () => {
  test('is heard once in a branch, and as often as its other clock says', async () => {
    const at = await world(true);
    const { node, factory, child } = at;
    await node.send(child, 'Nothing');
    await node.idle();
    // Both join with a message that changes nothing: what comes by itself comes as it came.
    const from = node.wallet.address;
    const other = { kind: 'inject', after: toSlot(0), from, tags: [{ name: 'Action', value: 'Other' }], data: '' } as const;
    const same = await run(at, [
      { ...other, process: child },
      { ...other, process: factory, after: toSlot(1) },
    ]);
    expect(secondsOf((await stepsOf(at, same.branch, child)).filter(({ origin }) => origin === 'cron'))).toEqual([10, 20, 30]);
    const steps = await stepsOf(at, same.branch, factory);
    expect(steps.filter(({ action }) => action === 'Heard').map(({ mainSlot }) => mainSlot !== null)).toEqual([true, true, true]);
    expect(await heardIn(at, same.branch, steps.length - 1)).toEqual(['"a1"', '"a2"', '"a3"']);
    const later = await run(at, [{ kind: 'clock', process: child, slot: toSlot(1), shiftMs: 30_000 }]);
    const shifted = (await stepsOf(at, later.branch, child)).filter(({ origin }) => origin === 'cron');
    expect(secondsOf(shifted)).toEqual([10, 20, 30, 40, 50, 60]);
  });
});
