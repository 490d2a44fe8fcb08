import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { ensureModulesForTests, type ModuleForTests } from '../../build/setup/modules-for-tests.mjs';
import { AoError, ERRORS } from '../../node/contract/errors.ts';
import { toModuleId, toSlot, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { UnitName } from '../../node/contract/trace.ts';
import { buildItem } from '../../node/item/build.ts';
import { newWallet, startBenchApp, type BenchApp } from '../bench/kit.ts';
import { unitsOf } from '../kit/survive/killable-node.ts';

/** Chance, unordered walks, errors and waiting: whatever could make two runs differ. */
const RESTLESS = `
Seen = 0; Names = {}; Rolls = {}
Handlers.add("step", "Step", function(msg)
  Seen = Seen + 1; Names[msg.Id] = os.time(); Rolls[#Rolls + 1] = math.random(1, 1000000)
  local order = {}
  for key in pairs(Names) do order[#order + 1] = key:sub(1, 4) end
  print(table.concat(order, ","))
end)
Handlers.add("fail", "Fail", function() Seen = Seen + 100; error("rolled back") end)
Handlers.add("wait", "Wait", function() local m = Receive({ Action = "Go" }); Seen = Seen + #m.Id end)`;
const ACTIONS = ['Step', 'Step', 'Step', 'Fail', 'Wait', 'Go', 'Step'];
const MESSAGES = 20;
const ACTIONS_FAILED = Array.from({ length: MESSAGES }, (_, n) => ACTIONS[n % ACTIONS.length]).filter((action) => action === 'Fail').length;
const MOVES = 18;
const SEED = 20_261;
/** Which units are ended at once, in turns. */
const KILLED: readonly (readonly UnitName[])[] = [['cu'], ['cu', 'su'], ['cu', 'gateway']];

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

/** What a process is known by: the hash of every slot's outcome and of the memory after it. */
interface Line {
  readonly process: ProcessId;
  readonly last: number;
  readonly outcomes: readonly string[];
  readonly states: readonly string[];
}

const modules = await ensureModulesForTests();

async function publish({ app }: BenchApp, name: ModuleForTests): Promise<ModuleId[]> {
  const found = modules?.[name];
  if (found === undefined) return [];
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: found.format },
  ];
  const { raw } = buildItem(newWallet(), { tags, data: readFileSync(found.path) });
  return [toModuleId((await app.hub.ask('gateway.upload', { item: raw })).id)];
}

/** Asks until a unit that has been killed is back. */
async function surely<T>(work: () => Promise<T>): Promise<T> {
  for (const untilMs = performance.now() + 40_000; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AoError) || ERRORS[error.code].fault !== 'system' || performance.now() > untilMs) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

async function lineOf(bench: BenchApp, module: ModuleId): Promise<Line> {
  const { ask } = bench.app.hub;
  const wallet = newWallet();
  const process = await bench.spawn(wallet, RESTLESS, module);
  for (let n = 0; n < MESSAGES; n++)
    await ask('mu.send', { item: bench.message(wallet, process, ACTIONS[n % ACTIONS.length] ?? 'Step').raw });
  const { slotLatest: last } = await ask('su.process', { process });
  await ask('cu.result', { process, slot: last });
  const [outcomes, states]: [string[], string[]] = [[], []];
  for (let slot = 0; slot <= last; slot++) {
    outcomes.push((await ask('cu.result', { process, slot: toSlot(slot) })).hash);
    states.push((await ask('cu.stateHash', { process, slot: toSlot(slot) })).hash);
  }
  const { entries } = await ask('cu.timeline', { process, from: toSlot(0), limit: last + 1 });
  const keyframes = entries.filter(({ keyframe }) => keyframe !== null).map(({ slot }) => Number(slot));
  // Behind every slot that fails the memory is kept, so there are ways from one kept memory to the next, and to what lies between.
  expect(keyframes.length).toBeGreaterThanOrEqual(ACTIONS_FAILED);
  expect(keyframes.length).toBeLessThan(last);
  return { process, last, outcomes, states };
}

it(
  'any slot of real aos and Lua processes comes back in any order, both ways, over branches and over kill -9, with every hash equal',
  { timeout: 600_000 },
  async () => {
    const bench = await startBenchApp();
    onTestFinished(bench.stop);
    const { ask } = bench.app.hub;
    const all = [...(await publish(bench, 'aos-2.0.6')), ...(await publish(bench, 'aos-2.0.4-32')), bench.module];
    const lines: Line[] = [];
    for (const module of all) lines.push(await lineOf(bench, module));
    const random = seeded(SEED);
    const focus = new Map<ProcessId, number>();

    const look = async ({ process, states, outcomes }: Line, slot: number): Promise<void> => {
      focus.set(process, slot);
      const { hash } = await surely(() => ask('cu.stateHash', { process, slot: toSlot(slot) }));
      expect(hash, `state after slot ${slot}`).toBe(states[slot]);
      expect((await surely(() => ask('cu.result', { process, slot: toSlot(slot) }))).hash).toBe(outcomes[slot]);
    };
    /** Another future from a slot on, and back: the main line is as before. */
    const branch = async (line: Line, slot: number): Promise<void> => {
      const { process } = line;
      const edits = [{ kind: 'skip', process, slot: toSlot(Math.max(1, slot)) } as const];
      const { id } = await ask('cu.branchNew', { spec: { name: 'elsewhere', scope: 'process', later: { first: 4 }, edits } });
      while (!(await ask('cu.branchRun', { branch: id, budgetMs: 1_000 })).isDone);
      const { steps } = await ask('cu.branchSteps', { branch: id, process, from: 0, limit: 100 });
      expect(steps.length).toBeLessThanOrEqual(4);
      await ask('cu.branchDrop', { branch: id });
      await look(line, slot);
    };
    /** Ends units without a word while a question is on its way. */
    const kill = async (line: Line, slot: number, units: readonly UnitName[]): Promise<void> => {
      const asked = look(line, slot);
      const pids = unitsOf(globalThis.process.pid);
      for (const unit of units) globalThis.process.kill(pids.get(unit) ?? Number.NaN, 'SIGKILL');
      await asked;
      await look(line, slot);
    };

    // What was looked at is at hand no more: from here on slots are rebuilt from the kept memories on disk.
    const [first] = lines;
    if (first !== undefined) await kill(first, 0, ['cu']);
    for (const line of lines) for (const slot of [line.last, 0, line.last >> 1]) await look(line, slot);
    const done = { jump: 0, back: 0, forward: 0, branch: 0, kill: 0 };
    for (let move = 0; move < MOVES; move++) {
      const line = lines[random(lines.length)];
      if (line === undefined) throw new Error('there is no process');
      const at = focus.get(line.process) ?? line.last;
      const kind = move % 9 === 4 ? 'kill' : ((['jump', 'back', 'back', 'forward', 'forward', 'branch'] as const)[random(6)] ?? 'jump');
      done[kind]++;
      if (kind === 'kill') await kill(line, random(line.last + 1), KILLED[done.kill % KILLED.length] ?? []);
      else if (kind === 'branch') await branch(line, at);
      else await look(line, kind === 'jump' ? random(line.last + 1) : Math.min(line.last, Math.max(0, at + (kind === 'back' ? -1 : 1))));
    }
    for (const count of Object.values(done)) expect(count).toBeGreaterThan(0);
    for (const { process, last } of lines) {
      const verified = await surely(() => ask('cu.verify', { process }));
      expect(verified).toMatchObject({ difference: null, slots: last + 1 });
      expect(verified.keyframes).toBeGreaterThanOrEqual(ACTIONS_FAILED);
    }
  },
);
