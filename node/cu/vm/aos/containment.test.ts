import { describe } from 'vitest';
import { TestProcess } from '../lua/process.fixture.ts';
import { COUNT, ENDLESS, MISBEHAVIOURS } from '../lua-misbehaviours.fixture.ts';
import { containmentSuite } from '../suite.fixture.ts';
import { isWithoutModules, machine, moduleSource, processEnv } from './aos.fixture.ts';

const LIMITS = { gas: 5_000_000, memoryBytes: 96 * 1024 * 1024 };
const env = processEnv();

describe.skipIf(isWithoutModules)('modules of the network', async () => {
  if (isWithoutModules) return;
  for (const [name, module] of [
    ['aos of 64 bits', moduleSource('aos-2.0.6')],
    ['aos of 32 bits', moduleSource('aos-2.0.4-32')],
  ] as const) {
    const instance = await machine.create(module, LIMITS);
    containmentSuite(name, {
      machine,
      module,
      env,
      limits: LIMITS,
      message(slot, work) {
        const process = new TestProcess(instance, env, LIMITS);
        process.slot = slot;
        return slot === 0 ? process.message(env.Process.Tags) : process.message({ Action: 'Eval' }, work);
      },
      count: COUNT,
      misbehaviours: MISBEHAVIOURS,
      endless: ENDLESS,
    });
  }
});
