import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_LIMITS, type CommandName, type Commands } from '../contract/commands.ts';
import { AoError, toWireError } from '../contract/errors.ts';
import { toItemId, toModuleId, toProcessId, toSlot, type Slot } from '../contract/ids.ts';
import type { LogEntry } from '../contract/item.ts';
import { RemoteError } from '../contract/rpc.ts';
import type { FactBody } from '../contract/trace.ts';
import { buildItem } from '../item/build.ts';
import { trustItem } from '../item/parse.ts';
import { createWallet } from '../item/wallet.ts';
import { openDatabase } from '../store/database.ts';
import { createPool } from './evaluator/pool.ts';
import { createMetEntries, type MetEntries } from './met.ts';
import { createRun, type Run } from './catch-up.ts';
import type { Evaluator } from './evaluator/evaluator.ts';
import type { EvaluatorCommand, EvaluatorCommands } from './evaluator/protocol.ts';
import { CU_SCHEMA, openMemory } from './timeline/memory.ts';

const wallet = createWallet();
const item = trustItem(buildItem(wallet, { tags: [{ name: 'Type', value: 'Process' }], data: '' }).bytes);
const PROCESS = toProcessId(item.id);
const MODULE = toModuleId(`${'m'.repeat(42)}A`);

const died = (): AoError => new AoError('EVALUATOR_DIED', { process: PROCESS, reason: 'test' });

/** An evaluator that only notes what it is asked, and can die. */
interface Scripted extends Evaluator {
  readonly asked: string[];
  /** Everything loaded is lost, as when another process's slot was killed. */
  die(): void;
  /** Runs before a question is answered. */
  before: (name: EvaluatorCommand) => void;
}

function scripted(): Scripted {
  const asked: string[] = [];
  const loaded = new Set<string>();
  let generation = 0;
  const notLoaded = (): AoError => new RemoteError(toWireError(died()));
  const answers: { readonly [N in EvaluatorCommand]?: (args: EvaluatorCommands[N]['args']) => EvaluatorCommands[N]['reply'] } = {
    load({ process, rebuild }) {
      asked.push(`load ${rebuild.steps.map(({ slot }) => slot).join(',')}`);
      loaded.add(process);
      return null;
    },
    evaluate({ process, step }) {
      if (!loaded.has(process)) throw notLoaded();
      asked.push(`evaluate ${step.slot}`);
      const outcome = { output: '', messages: [], spawns: [], assignments: [], error: null, gasUsed: 1, verdict: null };
      return { outcome, memoryBytes: 1, heldBytes: 1, durationMs: 1, busyMs: 1, keyframe: null };
    },
    unload({ process }) {
      if (!loaded.delete(process)) throw notLoaded();
      return { keyframe: null };
    },
  };
  const made: Scripted = {
    asked,
    before: () => undefined,
    async ask(name, args) {
      await Promise.resolve();
      made.before(name);
      const answer = answers[name];
      if (answer === undefined) throw new Error(`${name} is not expected here`);
      return answer(args);
    },
    generation: () => generation,
    stop: () => false,
    die() {
      generation++;
      loaded.clear();
    },
    close: async () => undefined,
  };
  return made;
}

const entryAt = (slot: number): LogEntry => ({
  message: item,
  assignment: {
    id: toItemId(item.id),
    owner: '',
    address: wallet.address,
    signature: '',
    anchor: '',
    tags: [],
    process: PROCESS,
    slot: toSlot(slot),
    epoch: 0,
    timestampMs: slot,
    blockHeight: 0,
    hashChain: '',
    message: item.id,
    exclude: [],
  },
});

interface World {
  readonly run: Run;
  readonly evaluator: Scripted;
  readonly facts: FactBody[];
  readonly met: MetEntries;
  readonly advance: (slot: number) => ReturnType<Run['advance']>;
}

function openRun(log: (from: Slot, limit: number) => readonly LogEntry[]): World {
  const dir = mkdtempSync(join(tmpdir(), 'aoscope-cu-'));
  const database = openDatabase(join(dir, 'cu.db'), CU_SCHEMA, 'normal');
  const memory = openMemory(database, DEFAULT_LIMITS.keyframeBytes);
  onTestFinished(() => {
    memory.close();
    database.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const answers: { readonly [N in CommandName]?: (args: Commands[N]['args']) => Commands[N]['reply'] } = {
    'su.log': ({ from, limit }) => ({ entries: log(from, limit) }),
    'su.note': () => ({}),
    'su.process': () => ({ process: PROCESS, module: MODULE, name: null, item, assignment: entryAt(0).assignment, slotLatest: toSlot(0) }),
  };
  const evaluator = scripted();
  const facts: FactBody[] = [];
  const met = createMetEntries();
  const source = { id: MODULE, format: 'test', bytes: new Uint8Array() };
  const run = createRun(
    {
      async ask(name, args) {
        const answer = answers[name];
        if (answer === undefined) throw new Error(`${name} is not expected here`);
        return answer(args);
      },
      memory,
      met,
      pool: createPool([evaluator], []),
      viewer: evaluator,
      dryRunners: [],
      limits: DEFAULT_LIMITS,
      formats: null,
      weave: { read: async () => ({ halt: 'nothing is here' }), reads: () => [], give: () => undefined },
      modules: { get: async () => ({ source, env: { Id: MODULE, Owner: '', Tags: [] } }) },
      record: (fact) => void facts.push(fact),
    },
    PROCESS,
    evaluator,
  );
  return { run, evaluator, facts, met, advance: (slot) => run.advance(toSlot(slot)) };
}

const whole = (from: Slot, limit: number): readonly LogEntry[] => Array.from({ length: limit }, (_, at) => entryAt(from + at));

describe('a process on its way through its log', () => {
  it('is loaded once and runs every slot once, however many ask at the same time', async () => {
    const { evaluator, advance } = openRun(whole);
    const results = await Promise.all([advance(3), advance(1), advance(5), advance(5)]);
    expect(results.map(({ slot }) => slot)).toEqual([3, 1, 5, 5]);
    expect(evaluator.asked).toEqual(['load ', ...[0, 1, 2, 3, 4, 5].map((slot) => `evaluate ${slot}`)]);
  });

  it('is loaded again with what it had run when its evaluator has lost everything', async () => {
    const { evaluator, advance } = openRun(whole);
    await advance(1);
    evaluator.die();
    await advance(2);
    expect(evaluator.asked.slice(3)).toEqual(['load 0,1', 'evaluate 2']);
  });

  it('goes on however often its evaluator is lost to others between loading and running', async () => {
    const { evaluator, advance } = openRun(whole);
    let deaths = 5;
    evaluator.before = (name) => {
      if (name === 'evaluate' && deaths-- > 0) evaluator.die();
    };
    expect((await advance(0)).slot).toBe(0);
  });

  it('takes a slot that costs its evaluator its life every time for an error, and goes on after it', async () => {
    const { evaluator, facts, advance } = openRun(whole);
    await advance(0);
    let isDeadly = true;
    evaluator.before = (name) => {
      if (name !== 'evaluate' || !isDeadly) return;
      evaluator.die();
      throw died();
    };
    expect(await advance(1)).toMatchObject({ error: expect.stringContaining('test'), verdict: { kind: 'memory' }, messages: [] });
    expect(facts.at(-1)).toMatchObject({ kind: 'cu.evaluated', slot: 1, isCutShort: true });
    isDeadly = false;
    expect((await advance(2)).error).toBeNull();
    expect(evaluator.asked.slice(-2)).toEqual(['load 0', 'evaluate 2']);
  });

  it('parks also where its evaluator has just died, and comes back with the next message', async () => {
    const { run, evaluator, advance } = openRun(whole);
    await advance(1);
    evaluator.before = (name) => {
      if (name === 'unload') evaluator.die();
    };
    await run.park();
    expect((await advance(2)).slot).toBe(2);
    expect(evaluator.asked.at(-2)).toBe('load 0,1');
  });

  it('answers for a slot that has been run without running anything', async () => {
    const { run, evaluator, advance } = openRun(whole);
    await advance(2);
    await run.park();
    expect((await advance(1)).slot).toBe(1);
    expect(evaluator.asked.at(-1)).toBe('evaluate 2');
  });

  it('asks for no entry that a client has just named, but for all of them once a slot has come to nothing', async () => {
    const read: number[] = [];
    const { evaluator, met, advance } = openRun((from, limit) => {
      read.push(from);
      return whole(from, limit);
    });
    await advance(0);
    for (const slot of [1, 2, 3]) met.keep(entryAt(slot));
    expect((await advance(1)).slot).toBe(1);
    expect(read).toEqual([0]);
    evaluator.before = (name) => {
      if (name === 'evaluate') throw new AoError('STORE_BROKEN', { path: 'test', reason: 'test' });
    };
    await expect(advance(2)).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    evaluator.before = () => undefined;
    expect((await advance(3)).slot).toBe(3);
    expect(read).toEqual([0, 2]);
  });

  it('refuses a log with a gap, and runs nothing after it', async () => {
    const { evaluator, facts, advance } = openRun((from, limit) => whole(from, limit).filter(({ assignment }) => assignment.slot !== 1));
    await expect(advance(2)).rejects.toMatchObject({ code: 'LOG_BROKEN' });
    expect(evaluator.asked).toEqual(['load ', 'evaluate 0']);
    expect(facts.at(-1)).toMatchObject({ kind: 'cu.failed', code: 'LOG_BROKEN' });
  });
});
