import { COUNT, ENDLESS, MISBEHAVIOURS } from '../lua-misbehaviours.fixture.ts';
import type { ProcessEnv } from '../machine.ts';
import { containmentSuite } from '../suite.fixture.ts';
import { machine, MODULE, moduleSource, OWNER, PROCESS, TestProcess } from './process.fixture.ts';

const LIMITS = { gas: 5_000_000, memoryBytes: 128 * 1024 * 1024 };
const TAGS = [
  { name: 'Type', value: 'Process' },
  { name: 'Module', value: MODULE },
];
const env: ProcessEnv = { Process: { Id: PROCESS, Owner: OWNER, Tags: TAGS }, Module: { Id: MODULE, Owner: OWNER, Tags: [] } };
const instance = await machine.create(moduleSource, LIMITS);

containmentSuite('our Lua module', {
  machine,
  module: moduleSource,
  env,
  limits: LIMITS,
  message(slot, work) {
    const process = new TestProcess(instance, env, LIMITS);
    process.slot = slot;
    return slot === 0 ? process.message(TAGS) : process.message({ Action: 'Eval' }, work);
  },
  count: COUNT,
  misbehaviours: MISBEHAVIOURS,
  endless: ENDLESS,
});
