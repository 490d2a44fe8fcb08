import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureModulesForTests, type ModuleForTests } from '../../../../build/setup/modules-for-tests.mjs';
import { TestProcess } from '../lua/process.fixture.ts';
import type { Instance, Machine, MachineLimits, ModuleSource, ProcessEnv } from '../machine.ts';
import { createAosMachine } from './aos-machine.ts';

/** What the tests of this folder share: real modules, and processes on them. */

export const LOADER = join(import.meta.dirname, '../../../../node_modules/@permaweb/ao-loader/dist/index.cjs');
export const modules = await ensureModulesForTests();
/** True where the tests that need real modules cannot run; the reason has been printed. */
export const isWithoutModules = modules === undefined;

export const PROCESS = 'PROCESSprocessPROCESSprocessPROCESSprocess0';
export const OWNER = 'OWNERownerOWNERownerOWNERownerOWNERowner000';
export const MODULE = 'MODULEmoduleMODULEmoduleMODULEmoduleMODUL00';
export const LIMITS: MachineLimits = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };

export const machine: Machine = createAosMachine(() => readFileSync(LOADER, 'utf8'));

/** A real module, under another format when one is given. */
export function moduleSource(name: ModuleForTests, format?: string): ModuleSource {
  const found = modules?.[name];
  if (found === undefined) throw new Error(`there is no module ${name} here`);
  return { id: MODULE, format: format ?? found.format, bytes: readFileSync(found.path) };
}

export function processEnv(tags: readonly { readonly name: string; readonly value: string }[] = []): ProcessEnv {
  const all = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Variant', value: 'ao.TN.1' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: MODULE },
    { name: 'Name', value: 'tester' },
    ...tags,
  ];
  return { Process: { Id: PROCESS, Owner: OWNER, Tags: all }, Module: { Id: MODULE, Owner: OWNER, Tags: [] } };
}

/** A process on a real module whose slot 0 has been evaluated. */
export async function spawnReal(source: ModuleSource, limits: MachineLimits = LIMITS, on: Machine = machine): Promise<TestProcess> {
  return boot(await on.create(source, limits), limits);
}

export function boot(instance: Instance, limits: MachineLimits = LIMITS, tags: Parameters<typeof processEnv>[0] = []): TestProcess {
  const env = processEnv(tags);
  const process = new TestProcess(instance, env, limits);
  process.boot = process.run(process.message(env.Process.Tags));
  return process;
}
