import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Killed } from '../evaluator/evaluator.ts';
import { createAnswer, type Answer } from '../evaluator/answer.ts';
import { startLive, type Live } from '../evaluator/live.ts';
import type { Keyframe, Rebuild, Step } from '../evaluator/protocol.ts';
import { evaluatorThread } from '../evaluator/thread.ts';
import { imageHash } from '../timeline/state-hash.ts';
import { createDrive } from './drive.ts';
import type { Instance, Machine, MachineLimits, MemoryImage, MessageInput, ModuleSource, ProcessEnv } from './machine.ts';

/**
 * What every kind of machine must hold to: the same log gives the same outcomes and the same memory; whatever a program
 * does is ended, undone to the byte, and troubles nobody else. A new machine passes by calling {@link containmentSuite}.
 */
export interface SuiteKind {
  readonly machine: Machine;
  readonly module: ModuleSource;
  readonly env: ProcessEnv;
  readonly limits: MachineLimits;
  /** The message of a slot: slot 0 boots the process, later ones ask for `work`. */
  message(slot: number, work: string): MessageInput;
  /** Changes the state, and answers with what it has become. */
  readonly count: string;
  /** What is asked for, and what becomes of it. */
  readonly misbehaviours: Readonly<Record<string, Misbehaviour>>;
  /** Does not end by itself, and counts no instructions. */
  readonly endless: string;
}

export interface Misbehaviour {
  readonly work: string;
  /** The limit that ends it; `error` where the program itself is told, `error or …` where a small machine meets that limit first. */
  readonly ends: 'gas' | 'memory' | 'error' | 'error or memory' | 'error or gas';
}

const EVALUATOR = resolve(import.meta.dirname, '../../../out/node/evaluator.cjs');
const ASSETS = resolve(import.meta.dirname, '../../../out/assets');
const TIME_MS = 1_500;
/** Everything is run into its limit, several times over. */
const PATIENCE = { timeout: 300_000 };

/** Declares the tests of one kind. */
export function containmentSuite(name: string, kind: SuiteKind): void {
  const stepOf = (slot: number, work: string): Step => ({ slot, message: kind.message(slot, work), limits: kind.limits });
  const rebuild = (steps: readonly Step[] = []): Rebuild => ({
    module: kind.module,
    env: kind.env,
    limits: kind.limits,
    from: -1,
    keyframes: [],
    hash: null,
    steps,
  });
  const started = (): Promise<Live> => startLive(kind.machine, rebuild());
  const fresh = (): Promise<Instance> => kind.machine.create(kind.module, kind.limits);

  describe(`containment of ${name}`, () => {
    test('the same log gives the same outcomes and the same memory on two fresh instances', PATIENCE, async () => {
      const works = ['boot', kind.count, kind.count, ...Object.values(kind.misbehaviours).map(({ work }) => work), kind.count];
      const run = async (): Promise<unknown[]> => {
        const live = await started();
        const seen: unknown[] = [];
        for (const [slot, work] of works.entries()) seen.push((await live.evaluate(stepOf(slot, work))).outcome, live.hash());
        live.close();
        return seen;
      };
      expect(await run()).toEqual(await run());
    });

    test.each(Object.entries(kind.misbehaviours))(
      '%s is ended and undone, and the process goes on',
      PATIENCE,
      async (_name, { work, ends }) => {
        const [live, untroubled] = [await started(), await started()];
        for (const one of [live, untroubled])
          for (const [slot, each] of ['boot', kind.count].entries())
            expect((await one.evaluate(stepOf(slot, each))).outcome.error).toBeNull();
        const before = live.hash();
        const { outcome } = await live.evaluate(stepOf(2, work));
        expect(outcome.error).not.toBeNull();
        expect([outcome.messages, outcome.spawns, outcome.assignments]).toEqual([[], [], []]);
        if (ends === 'error') expect(outcome.verdict).toBeNull();
        else if (ends === 'error or memory') expect([null, 'memory']).toContain(outcome.verdict?.kind ?? null);
        else if (ends === 'error or gas') expect([null, 'gas']).toContain(outcome.verdict?.kind ?? null);
        else expect(outcome.verdict).toEqual({ kind: ends, limit: ends === 'gas' ? kind.limits.gas : kind.limits.memoryBytes });
        expect(live.hash()).toBe(before);
        const after = await live.evaluate(stepOf(3, kind.count));
        expect(after.outcome).toEqual((await untroubled.evaluate(stepOf(3, kind.count))).outcome);
        expect(live.hash()).toBe(untroubled.hash());
        live.close();
        untroubled.close();
      },
    );

    test(
      'a memory that is too large to be kept leaves no keyframe, and what fails behind it is undone all the same',
      PATIENCE,
      async () => {
        const [live, untroubled] = [
          await startLive(kind.machine, rebuild(), undefined, { spare: null, isKept: true, keyframeMax: 1 }),
          await started(),
        ];
        for (const one of [live, untroubled])
          for (const [slot, each] of ['boot', kind.count].entries()) await one.evaluate(stepOf(slot, each));
        expect(live.keyframe()).toBeNull();
        expect(untroubled.keyframe()).not.toBeNull();
        const [failing] = Object.values(kind.misbehaviours);
        if (failing !== undefined) expect((await live.evaluate(stepOf(2, failing.work))).keyframe).toBeNull();
        for (const one of [live, untroubled]) await one.evaluate(stepOf(3, kind.count));
        expect(live.hash()).toBe(untroubled.hash());
        live.close();
        untroubled.close();
      },
    );

    test('images put back in any order are equal, and go on to the same', PATIENCE, async () => {
      const instance = await fresh();
      const run = (slot: number, on = instance): string =>
        JSON.stringify(on.evaluate(kind.message(slot, slot === 0 ? 'boot' : kind.count), kind.env, kind.limits).outcome);
      const images: MemoryImage[] = [];
      const outcomes: string[] = [];
      for (let slot = 0; slot < 8; slot++) {
        outcomes.push(run(slot));
        images.push(instance.image());
      }
      const spare = await fresh();
      for (const slot of [5, 0, 6, 2, 2, 4, 1, 3]) {
        const image = images[slot];
        if (image === undefined) throw new Error('no image');
        spare.restore(image);
        expect(imageHash(spare.image())).toBe(imageHash(image));
        expect(run(slot + 1, spare)).toBe(outcomes[slot + 1]);
        expect(imageHash(spare.image())).toBe(images[slot + 1] === undefined ? '' : imageHash(images[slot + 1] ?? image));
      }
    });

    test('a process is brought back in an instance made ahead, and knows nothing of the one that was let go', PATIENCE, async () => {
      let made = 0;
      const counting: Machine = {
        formats: kind.machine.formats,
        create(module, limits) {
          made++;
          return kind.machine.create(module, limits);
        },
      };
      const answer: Answer = createAnswer([counting], createDrive(), 1);
      const run = async (process: string, works: readonly string[]): Promise<Rebuild> => {
        await answer('load', { process, rebuild: rebuild() });
        const keyframes: (Keyframe | null)[] = [];
        for (const [slot, work] of works.entries()) {
          const { keyframe } = await answer('evaluate', { process, step: stepOf(slot, work) });
          keyframes.push(keyframe);
        }
        keyframes.push((await answer('unload', { process })).keyframe);
        const chain = keyframes.filter((one) => one !== null);
        return { ...rebuild(), from: works.length - 1, keyframes: chain.map(({ blob }) => blob), hash: chain.at(-1)?.hash ?? null };
      };
      const once = await run('once', ['boot', kind.count]);
      await run('thrice', ['boot', kind.count, kind.count, kind.count]);
      await expect.poll(() => made, { timeout: 20_000 }).toBe(3);
      await answer('load', { process: 'once', rebuild: once });
      expect(made).toBe(3);
      expect(await answer('hash', { process: 'once', slot: null })).toEqual({ hash: once.hash });
      const untroubled = await startLive(kind.machine, rebuild(['boot', kind.count].map((work, slot) => stepOf(slot, work))));
      const next = stepOf(2, kind.count);
      const { outcome } = await answer('evaluate', { process: 'once', step: next });
      expect(outcome).toEqual((await untroubled.evaluate(next)).outcome);
      expect(await answer('hash', { process: 'once', slot: null })).toEqual({ hash: untroubled.hash() });
      untroubled.close();
    });

    test('the state can be looked at without disturbing the process that runs', PATIENCE, async () => {
      const answer: Answer = createAnswer([kind.machine], createDrive(), 64 * 1024 * 1024);
      const steps = ['boot', kind.count, kind.count].map((work, slot) => stepOf(slot, work));
      await answer('load', { process: 'p', rebuild: rebuild() });
      for (const step of steps) await answer('evaluate', { process: 'p', step });
      const { hash } = await answer('hash', { process: 'p', slot: null });
      await answer('seek', { process: 'p', slot: 1, rebuild: rebuild(), steps: steps.slice(0, 2) });
      // A machine without names says so; what it touches by then is its spare copy.
      await answer('children', { process: 'p', slot: 1, path: [], offset: 0, limit: 50 }).catch(() => null);
      await answer('flatten', { process: 'p', slot: 1, limit: 500 }).catch(() => null);
      await answer('dryRun', { process: 'p', slot: 1, message: kind.message(2, kind.count) });
      await answer('seek', { process: 'p', slot: 2, rebuild: null, steps: steps.slice(2) });
      expect(await answer('hash', { process: 'p', slot: 2 })).toEqual({ hash });
      expect(await answer('hash', { process: 'p', slot: null })).toEqual({ hash });
      const untroubled = await started();
      for (const step of steps) await untroubled.evaluate(step);
      const next = stepOf(3, kind.count);
      const { outcome } = await answer('evaluate', { process: 'p', step: next });
      expect(outcome).toEqual((await untroubled.evaluate(next)).outcome);
      untroubled.close();
      await answer('drop', { process: 'p' });
    });

    test.skipIf(!existsSync(EVALUATOR))(
      'what counts no instructions ends in time; the process lives on, and others do not notice',
      PATIENCE,
      async () => {
        const settings = { assetsDir: ASSETS, givesWayTo: null, machines: [], windowBytes: 1 };
        const [here, there] = [evaluatorThread(EVALUATOR, settings), evaluatorThread(EVALUATOR, settings)];
        try {
          const boot = [stepOf(0, 'boot'), stepOf(1, kind.count)];
          for (const thread of [here, there]) await thread.ask('load', { process: 'p', rebuild: rebuild(boot) }, Infinity);
          const { hash } = await here.ask('hash', { process: 'p', slot: null }, Infinity);
          const ended = here.ask('evaluate', { process: 'p', step: stepOf(2, kind.endless) }, TIME_MS);
          const meanwhile = await there.ask('evaluate', { process: 'p', step: stepOf(2, kind.count) }, Infinity);
          expect(meanwhile.outcome.error).toBeNull();
          await expect(ended).rejects.toBeInstanceOf(Killed);
          await expect(ended).rejects.toMatchObject({ verdict: { kind: 'time', limit: TIME_MS } });
          await here.ask('load', { process: 'p', rebuild: rebuild(boot) }, Infinity);
          expect(await here.ask('hash', { process: 'p', slot: null }, Infinity)).toEqual({ hash });
          const { outcome } = await here.ask('evaluate', { process: 'p', step: stepOf(2, kind.count) }, Infinity);
          expect(outcome).toEqual(meanwhile.outcome);
        } finally {
          await Promise.all([here.close(), there.close()]);
        }
      },
    );
  });
}
