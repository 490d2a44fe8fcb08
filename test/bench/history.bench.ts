import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureModulesForTests, type ModuleForTests } from '../../build/setup/modules-for-tests.mjs';
import { toModuleId, toSlot, type ModuleId, type ProcessId } from '../../node/contract/ids.ts';
import type { HistoryQuery } from '../../node/contract/recording.ts';
import { startLive } from '../../node/cu/evaluator/live.ts';
import { createMachines } from '../../node/cu/evaluator/machines.ts';
import { createDrive } from '../../node/cu/vm/drive.ts';
import type { Machine, MessageInput, ModuleSource, ProcessEnv } from '../../node/cu/vm/machine.ts';
import { buildItem } from '../../node/item/build.ts';
import { buildLuaModule } from '../../node/lua/module.ts';
import { ASSETS, EVALUATOR, nodeIn, type TestNode } from '../kit/node.ts';
import { inputAt, row } from './kit.ts';

/**
 * What exact history costs and gives. `SLOTS=50000` for the full length; `ONLY=storage,jump` for some of it:
 * cost, storage, step, jump, branch, replay, trace, search, fidelity. `OF="token on aos"` for processes whose description has that in it.
 */
const SLOTS = Number(process.env['SLOTS'] ?? 2_000);
const ONLY = process.env['ONLY']?.split(',') ?? null;
const OF = process.env['OF'] ?? '';
const isWanted = (name: string): boolean => ONLY === null || ONLY.includes(name);

const COUNTER = 'Counter = 0\nHandlers.add("inc", "Inc", function(m) Counter = Counter + 1; m.reply({ Data = tostring(Counter) }) end)';
const TOKEN = `Balances = { owner = 1000000 }
Handlers.add("inc", "Inc", function(m)
  local to = "wallet" .. (tonumber(m["Block-Height"] or 0) + #m.Id + (Sent or 0)) % 500
  Sent = (Sent or 0) + 1
  Balances.owner = Balances.owner - 1; Balances[to] = (Balances[to] or 0) + 1
  m.reply({ Action = "Credit-Notice", Quantity = "1", Data = to })
end)`;
const LARGE = `Counter = 0; T = {} for i = 1, 100000 do T[i] = { id = i } end
Handlers.add("inc", "Inc", function(m) Counter = Counter + 1; T[Counter % 100000 + 1].id = -Counter end)`;
const LIMITS = { gas: 3_000_000_000, memoryBytes: 512 * 1024 * 1024 };
const AT_ONCE = 100;
const JUMPS = 60;
const WARMING = 400;
const TRACES = 40;
const RECORDED = 150;
const SIDE_BY_SIDE = 100;
const COST_RUNS = 3;
/** So many that what takes keyframes is warm, as it is in a node that runs for more than some seconds. */
const COST_SLOTS = 6_000;

const modules = await ensureModulesForTests();

/** How long it took, and what it took of the processor, in all threads: on a busy machine only that says what it costs. */
async function measured<T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly cpuMs: number; readonly value: T }> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1_000, value };
}
const at = (all: readonly number[], share: number): number => all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * share)] ?? 0;
/** The n-th of places that lie far apart whatever their number (the golden ratio's multiples do), so that nothing is warm. */
const scattered = (n: number, count: number): number => Math.floor(((n * 0.618_034) % 1) * count);
const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** A program on a machine alone, without a node. */
interface Alone {
  readonly machine: Machine;
  readonly module: ModuleSource;
  readonly env: ProcessEnv;
  message(slot: number): MessageInput;
}

const machines = createMachines(ASSETS, createDrive());

/** Null where the module could not be fetched. */
function alone(name: ModuleForTests | 'our Lua', source: string): Alone | null {
  const { format, bytes } = name === 'our Lua' ? buildLuaModule(join(ASSETS, 'lua')) : moduleOf(name);
  const machine = machines.find(({ formats }) => formats.includes(format));
  if (bytes === null || machine === undefined) return null;
  const [ID, MODULE] = ['P'.repeat(43), 'M'.repeat(43)];
  const tags = [
    { name: 'Type', value: 'Process' },
    { name: 'On-Boot', value: 'Data' },
    { name: 'Module', value: MODULE },
  ];
  const boot = { tags, data: source };
  const inc = { tags: [{ name: 'Action', value: 'Inc' }], data: '1' };
  return {
    machine,
    module: { id: MODULE, format, bytes },
    env: { Process: { Id: ID, Owner: 'owner', Tags: tags }, Module: { Id: MODULE, Owner: 'owner', Tags: [] } },
    message(slot) {
      const { tags, data } = slot === 0 ? boot : inc;
      return inputAt(ID, slot, tags, data);
    },
  };
}

function moduleOf(name: ModuleForTests): { readonly format: string; readonly bytes: Uint8Array | null } {
  const found = modules?.[name];
  return found === undefined ? { format: '', bytes: null } : { format: found.format, bytes: readFileSync(found.path) };
}

/** What writing down a slot costs the machine, with lines alone and with values too, against its evaluation: each on the same memory. */
async function recording(name: ModuleForTests | 'our Lua', what: string, source: string): Promise<void> {
  const made = alone(name, source);
  if (made === null) return;
  const { machine, module, env, message } = made;
  const instance = await machine.create(module, LIMITS);
  const wish = { steps: 2_000_000, calls: 200_000 };
  const [plain, lines, values]: [number[], number[], number[]] = [[], [], []];
  for (let slot = 0; slot <= WARMING + RECORDED; slot++) {
    const before = instance.image();
    const run = async (times: number[], work: () => void): Promise<void> => {
      instance.restore(before);
      const { ms } = await measured(() => Promise.resolve(work()));
      if (slot > WARMING) times.push(ms);
    };
    await run(lines, () => void instance.debugger?.record(message(slot), env, LIMITS, { ...wish, isWithValues: false }));
    await run(values, () => void instance.debugger?.record(message(slot), env, LIMITS, { ...wish, isWithValues: true }));
    await run(plain, () => void instance.evaluate(message(slot), env, LIMITS));
  }
  instance.close();
  const plainMs = at(plain, 0.5);
  const times = (all: readonly number[]): string => `${(at(all, 0.5) / plainMs).toFixed(1)} ×`;
  row(
    `${what}: a slot written down by the machine`,
    `lines ${times(lines)}, with values ${times(values)} its ${ms(plainMs)}`,
    'aim: 3 ×, 10 ×',
  );
}

/** What the slots of a process have taken of the processor: on the machine alone, on an evaluator that keeps no history, and on one that does. */
interface Cost {
  readonly aloneMs: number;
  readonly unkeptMs: number;
  readonly keptMs: number;
  readonly keyframes: number;
}

/** What keeping its history costs a process, against twins that keep none: the middle of some runs, as others use the machine too. */
async function cost(name: ModuleForTests, what: string, source: string, count: number): Promise<void> {
  const made = alone(name, source);
  if (made === null) return;
  const runs: Cost[] = [];
  for (let run = 0; run < COST_RUNS; run++) runs.push(await costOnce(made, count));
  const told = (more: (one: Cost) => number, against: string): void => {
    const all = runs.map(more);
    row(
      `cost of history, ${what}, ${runs[0]?.keyframes ?? 0} keyframes in ${count} slots, against ${against}`,
      `${(at(all, 0.5) * 100).toFixed(1)} % more of the processor's time`,
      `of ${all.map((one) => `${(one * 100).toFixed(1)} %`).join(', ')} (aim: 8 %)`,
    );
  };
  told(({ unkeptMs, keptMs }) => keptMs / unkeptMs - 1, 'an evaluator that keeps none and can undo what fails all the same');
  told(({ aloneMs, keptMs }) => keptMs / aloneMs - 1, 'the machine alone, which can undo nothing');
}

async function costOnce({ machine, module, env, message }: Alone, count: number): Promise<Cost> {
  const plain = await machine.create(module, LIMITS);
  const rebuild = { module, env, limits: LIMITS, from: -1, keyframes: [], hash: null, steps: [] };
  const lives = [await startLive(machine, rebuild, undefined, { spare: null, isKept: false }), await startLive(machine, rebuild)];
  let keyframes = 0;
  const evaluators = [
    (slots: readonly number[]): Promise<void> => {
      for (const slot of slots) plain.evaluate(message(slot), env, LIMITS);
      return Promise.resolve();
    },
    ...lives.map((live) => async (slots: readonly number[]): Promise<void> => {
      for (const slot of slots) {
        const { keyframe, outcome } = await live.evaluate({ slot, message: message(slot), limits: LIMITS });
        if (outcome.error !== null) throw new Error(outcome.error);
        if (keyframe !== null && slot >= WARMING) keyframes++;
      }
    }),
  ];
  const tookMs = evaluators.map(() => 0);
  // Side by side, so that whatever else the machine does meets all, and in turn: who comes later collects some of what the others have left.
  for (let first = 0; first <= count + WARMING; first += SIDE_BY_SIDE) {
    const slots = Array.from({ length: SIDE_BY_SIDE }, (_, n) => first + n);
    for (const place of evaluators.keys()) {
      const which = (place + first / SIDE_BY_SIDE) % evaluators.length;
      const { cpuMs } = await measured(async () => evaluators[which]?.(slots));
      if (first >= WARMING) tookMs[which] = (tookMs[which] ?? 0) + cpuMs;
    }
  }
  for (const live of lives) live.close();
  plain.close();
  const [aloneMs = 0, unkeptMs = 0, keptMs = 0] = tookMs;
  return { aloneMs, unkeptMs, keptMs, keyframes };
}

interface World {
  readonly made: TestNode;
  readonly process: ProcessId;
  readonly last: number;
  readonly what: string;
}

async function publish(made: TestNode, name: ModuleForTests): Promise<ModuleId | null> {
  const found = modules?.[name];
  if (found === undefined) return null;
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Module' },
    { name: 'Module-Format', value: found.format },
  ];
  const { raw } = buildItem(made.wallet, { tags, data: readFileSync(found.path) });
  return toModuleId((await made.node.ask('gateway.upload', { item: raw })).id);
}

/** A process with a long log, evaluated to its end; what it has sent was delivered, so that nothing goes on beside what is measured. */
async function grown(made: TestNode, what: string, module: ModuleId | null, source: string, count: number): Promise<World> {
  const process = await made.spawn(source, module === null ? [] : [{ name: 'Module', value: module }]);
  let last = 0;
  for (let n = 0; n < count; n += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - n) }, () => made.send(process, 'Inc', '1'));
    for (const { slot } of await Promise.all(some)) last = Math.max(last, slot);
  }
  await made.result(process, last);
  await made.idle();
  return { made, process, last, what };
}

const hashOf = async ({ made, process }: World, slot: number): Promise<string> =>
  (await made.node.ask('cu.stateHash', { process, slot: toSlot(slot) })).hash;

async function step(world: World): Promise<void> {
  const { made, process, last, what } = world;
  const middle = last >> 1;
  await hashOf(world, middle);
  const [plain, withState]: [number[], number[]] = [[], []];
  for (let n = 0; n < 20; n++) {
    const slot = middle - (n % 10);
    plain.push((await measured(() => hashOf(world, slot))).ms);
    const page = { process, slot: toSlot(slot), path: [], offset: 0, limit: 50 };
    withState.push((await measured(() => made.node.ask('cu.state', page))).ms);
  }
  row(`${what}: step ±1, warm`, `${ms(at(plain, 0.5))}, p95 ${ms(at(plain, 0.95))}`, 'aim: 10 ms');
  row(`${what}: step ±1 with the visible state`, `${ms(at(withState, 0.5))}, p95 ${ms(at(withState, 0.95))}`, 'aim: 20 ms');
}

async function jump(world: World, aimMs: number): Promise<void> {
  const [times, cpu]: [number[], number[]] = [[], []];
  for (let n = 0; n < JUMPS; n++) {
    const took = await measured(() => hashOf(world, scattered(n, world.last + 1)));
    times.push(took.ms);
    cpu.push(took.cpuMs);
  }
  row(
    `${world.what}: jump to any of ${world.last + 1} slots, cold`,
    `median ${ms(at(times, 0.5))}, p95 ${ms(at(times, 0.95))}`,
    `of the processor ${ms(at(cpu, 0.5))}, p95 ${ms(at(cpu, 0.95))} (aim: ${aimMs} ms p95)`,
  );
}

/** A branch that is run over the whole log, and jumps into it. */
async function branch(world: World): Promise<void> {
  const { made, process, last, what } = world;
  const twice = { kind: 'duplicate', process, slot: toSlot(1), after: toSlot(1) } as const;
  const spec = { name: 'twice', scope: 'process', later: 'apply', edits: [twice] } as const;
  const { id } = await made.node.ask('cu.branchNew', { spec });
  const run = await measured(async () => {
    while (!(await made.node.ask('cu.branchRun', { branch: id, budgetMs: 10_000 })).isDone);
  });
  row(`${what}: a branch over ${last + 1} slots`, `${(((last + 1) * 1_000) / run.ms).toFixed(0)} slots/s`, '');
  const times: number[] = [];
  for (let n = 0; n < JUMPS; n++) {
    const slot = toSlot(1 + scattered(n, last + 1));
    times.push((await measured(() => made.node.ask('cu.stateHash', { process, slot, branch: id }))).cpuMs);
  }
  row(`${what}: jump into that branch, cold`, `of the processor ${ms(at(times, 0.5))}, p95 ${ms(at(times, 0.95))}`, '');
  await made.node.ask('cu.branchDrop', { branch: id });
}

async function replay({ made, process, last, what }: World): Promise<void> {
  let liveMs = 0;
  for (let from = 0; from <= last; from += 1_000) {
    const { entries } = await made.node.ask('cu.timeline', { process, from: toSlot(from), limit: 1_000 });
    liveMs += entries.reduce((sum, { durationMs }) => sum + durationMs, 0);
  }
  const { ms: verifyMs, value } = await measured(() => made.node.ask('cu.verify', { process }));
  if (value.difference !== null) throw new Error(JSON.stringify(value));
  const told = `${value.slots} outcomes and ${value.keyframes} keyframes equal, ${((value.slots * 1000) / verifyMs).toFixed(0)} slots/s`;
  row(`${what}: verify from slot 0`, told, `${((liveMs / verifyMs) * 100).toFixed(0)} % of the bare evaluation's speed`);
}

async function trace(world: World): Promise<void> {
  const { made, process, last, what } = world;
  const [times, cpu]: [number[], number[]] = [[], []];
  const { entries } = await made.node.ask('cu.timeline', { process, from: toSlot(1), limit: 1_000 });
  const plainMs = at(
    entries.map(({ durationMs }) => durationMs),
    0.5,
  );
  for (let n = 1; n <= Math.min(TRACES, last - 1); n++) {
    const slot = toSlot(last - n);
    await hashOf(world, slot - 1);
    const took = await measured(() => made.node.ask('cu.trace', { process, slot, tick: null }));
    times.push(took.ms);
    cpu.push(took.cpuMs);
  }
  row(
    `${what}: trace of a slot with values`,
    `${ms(at(times, 0.5))}, of the processor ${ms(at(cpu, 0.5))}; the first ${ms(times[0] ?? 0)}`,
    `${(at(cpu, 0.5) / plainMs).toFixed(1)} × its evaluation of ${ms(plainMs)} (aim: 10 ×)`,
  );
}

async function search({ made, process, last, what }: World): Promise<void> {
  const query: HistoryQuery = { kind: 'condition', expression: 'Counter < 0' };
  for (const isSampled of [true, false]) {
    const startMs = performance.now();
    let slots = 0;
    for (let from: number | null = last; from !== null && performance.now() - startMs < 20_000;) {
      const part = { process, query, from: toSlot(from), direction: 'backwards', isSampled, limit: 10, budgetMs: 1_000 } as const;
      const page: Awaited<ReturnType<typeof ask>> = await ask(part);
      slots += page.slots;
      from = page.next;
    }
    const seconds = (performance.now() - startMs) / 1000;
    const rate = slots / seconds;
    const whole = `50,000 slots in ${(50_000 / rate).toFixed(1)} s`;
    row(
      `${what}: reverse search for a condition, ${isSampled ? 'at keyframes' : 'exact'}`,
      `${rate.toFixed(0)} slots/s`,
      isSampled ? `${whole} (aim: 5 s)` : whole,
    );
  }
  function ask(part: Parameters<typeof made.node.ask<'cu.search'>>[1]) {
    return made.node.ask('cu.search', part);
  }
}

/** How long it takes until the next question is answered where a search is cancelled that kept it waiting. */
async function cancel({ made, process, last, what }: World): Promise<void> {
  const query = { kind: 'condition', expression: 'Counter < 0' } as const;
  const times: number[] = [];
  for (let n = 0; n < 10; n++) {
    const stop = new AbortController();
    const isSampled = n % 2 === 0;
    const part = { process, query, from: toSlot(last), direction: 'backwards', isSampled, limit: 10, budgetMs: 10_000 } as const;
    const asked = made.node.ask('cu.search', part, stop.signal).catch(() => undefined);
    await new Promise((done) => setTimeout(done, 200 + n * 37));
    const took = await measured(async () => {
      stop.abort();
      await asked;
      await made.node.ask('cu.state', { process, slot: toSlot(last), path: [], offset: 0, limit: 1 });
    });
    times.push(took.ms);
  }
  row(
    `${what}: a search cancelled, until the next question is answered`,
    `${ms(at(times, 0.5))}, at most ${ms(at(times, 1))}`,
    'aim: 100 ms',
  );
}

/** The compute unit loses everything; each outcome must come back from the log. */
async function fidelity(made: TestNode, dataDir: string, worlds: readonly World[]): Promise<void> {
  const hashes = async ({ process, last }: World): Promise<string[]> => {
    await made.result(process, last);
    const all: string[] = [];
    for (let from = 0; from <= last; from += 1_000)
      for (const { hash } of (await made.node.ask('cu.timeline', { process, from: toSlot(from), limit: 1_000 })).entries) all.push(hash);
    all.push((await made.node.ask('cu.stateHash', { process, slot: toSlot(last) })).hash);
    return all;
  };
  const before: string[][] = [];
  for (const world of worlds) before.push(await hashes(world));
  await made.stopUnits();
  for (const end of ['', '-wal', '-shm']) rmSync(join(dataDir, `cu.db${end}`), { force: true });
  await made.startUnits();
  for (const [index, world] of worlds.entries()) {
    const after = await hashes(world);
    const equal = after.filter((hash, slot) => hash === before[index]?.[slot]).length;
    row(
      `${world.what}: replayed without the compute unit's data`,
      `${equal} of ${after.length} hashes equal`,
      `${((equal / after.length) * 100).toFixed(2)} % (aim: 100 %)`,
    );
  }
}

if (isWanted('cost')) {
  for (const [name, what, source, count] of [
    ['aos-2.0.6', 'counter on aos of 64 bits', COUNTER, COST_SLOTS],
    ['aos-2.0.6', 'token on aos of 64 bits', TOKEN, COST_SLOTS],
    ['aos-2.0.4-32', 'counter on aos of 32 bits', COUNTER, COST_SLOTS],
    ['aos-2.0.6', '100,000 tables on aos of 64 bits', LARGE, 400],
  ] as const)
    if (what.includes(OF)) await cost(name, what, source, count);
}
if (isWanted('trace')) {
  for (const [name, what, source] of [
    ['aos-2.0.6', 'counter on aos of 64 bits', COUNTER],
    ['aos-2.0.6', 'token on aos of 64 bits', TOKEN],
    ['aos-2.0.4-32', 'counter on aos of 32 bits', COUNTER],
    ['our Lua', 'counter on our Lua module', COUNTER],
  ] as const)
    if (what.includes(OF)) await recording(name, what, source);
}
const dataDir = mkdtempSync(join(tmpdir(), 'aoscope-history-'));
const made = await nodeIn(dataDir, { evaluatorScript: EVALUATOR, limits: { ...LIMITS, timeMs: 120_000 } });
try {
  const bytes = async (): Promise<number> => {
    await made.restart();
    return ['su.db', 'su.db-wal', 'cu.db', 'cu.db-wal'].reduce(
      (sum, name) => sum + (statSync(join(dataDir, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  };
  const wide = await publish(made, 'aos-2.0.6');
  const narrow = await publish(made, 'aos-2.0.4-32');
  const worlds: World[] = [];
  for (const [what, module, source] of [
    ['counter on aos of 64 bits', wide, COUNTER],
    ['token on aos of 64 bits', wide, TOKEN],
    ['counter on aos of 32 bits', narrow, COUNTER],
    ['counter on our Lua module', made.module, COUNTER],
  ] as const) {
    if (module === null || !what.includes(OF)) continue;
    const before = isWanted('storage') ? await bytes() : 0;
    worlds.push(await grown(made, what, module, source, SLOTS));
    if (isWanted('storage'))
      row(
        `${what}: on disk with the log, ${SLOTS} slots`,
        `${(((await bytes()) - before) / SLOTS / 1024).toFixed(2)} KiB a slot`,
        'aim: 6 KiB',
      );
  }
  for (const world of worlds) {
    if (isWanted('jump')) await jump(world, 100);
    if (isWanted('step')) await step(world);
    if (isWanted('branch')) await branch(world);
    if (isWanted('trace')) await trace(world);
    if (isWanted('search')) await search(world);
    if (isWanted('search')) await cancel(world);
    if (isWanted('replay')) await replay(world);
  }
  const tables = '100,000 tables on aos of 64 bits';
  if (wide !== null && isWanted('jump') && tables.includes(OF))
    await jump(await grown(made, tables, wide, LARGE, Math.min(SLOTS, 500)), 500);
  if (isWanted('fidelity')) await fidelity(made, dataDir, worlds);
} finally {
  await made.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
