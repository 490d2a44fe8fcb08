import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, Json } from '../../../contract/outcome.ts';
import type { Tag } from '../../../contract/item.ts';
import { buildLuaModule } from '../../../lua/module.ts';
import type { Evaluation, Instance, Machine, MachineLimits, MessageInput, ModuleSource, ProcessEnv } from '../machine.ts';
import { createLuaMachine } from './lua-machine.ts';

/** What the tests of this folder share: one process on the Lua machine, and messages to it. */

const ROOT = join(import.meta.dirname, '../../../..');
export const PROCESS = 'PROCESSprocessPROCESSprocessPROCESSprocess0';
export const OWNER = 'OWNERownerOWNERownerOWNERownerOWNERowner000';
export const STRANGER = 'STRANGERstrangerSTRANGERstrangerSTRANGER000';
export const MODULE = 'MODULEmoduleMODULEmoduleMODULEmoduleMODUL00';
export const LIMITS: MachineLimits = { gas: 300_000_000, memoryBytes: 256 * 1024 * 1024 };

export const machine: Machine = createLuaMachine(readFileSync(join(ROOT, 'node_modules/wasmoon/dist/glue.wasm')));
const built = buildLuaModule(join(ROOT, 'node/lua'));
export const moduleSource: ModuleSource = { id: MODULE, format: built.format, bytes: built.bytes };

/** Tags written as an object, or as a list where order or repetition matters. */
export type TagsInput = Readonly<Record<string, string>> | readonly Tag[];

export interface SpawnOptions {
  readonly tags?: TagsInput;
  readonly data?: string | null;
  readonly limits?: MachineLimits;
}

/** A process, driven as the CU drives it: after an error its memory is put back. */
export class TestProcess {
  readonly instance: Instance;
  readonly env: ProcessEnv;
  readonly limits: MachineLimits;
  /** The evaluation of slot 0. */
  boot: Evaluation | null = null;
  slot = 0;

  constructor(instance: Instance, env: ProcessEnv, limits: MachineLimits) {
    this.instance = instance;
    this.env = env;
    this.limits = limits;
  }

  /** The message object of the next slot. */
  message(tags: TagsInput, data: string | null = null, changes: Partial<MessageInput> = {}): MessageInput {
    const slot = this.slot;
    return {
      Id: slot === 0 ? PROCESS : `message-${slot}`,
      Signature: 'signature',
      Data: data,
      Owner: OWNER,
      From: OWNER,
      Tags: toTags(tags),
      Target: PROCESS,
      Epoch: 0,
      Nonce: slot,
      Timestamp: 1_700_000_000_000 + slot * 1000,
      'Block-Height': 1_000_000 + slot,
      'Hash-Chain': 'chain',
      Cron: false,
      'Read-Only': false,
      ...changes,
    };
  }

  /** Evaluates and, like the CU, forgets what an error left behind. */
  run(message: MessageInput): Evaluation {
    const before = this.instance.image();
    const evaluation = this.instance.evaluate(message, structuredClone(this.env), this.limits);
    this.slot++;
    if (!evaluation.isStateKept) this.instance.restore(before);
    return evaluation;
  }

  send(tags: TagsInput, data: string | null = null, changes: Partial<MessageInput> = {}): Outcome {
    return this.run(this.message(tags, data, changes)).outcome;
  }

  /** Evaluates code as the owner. */
  eval(code: string, tags: Readonly<Record<string, string>> = {}): Outcome {
    return this.send({ Action: 'Eval', ...tags }, code);
  }

  /** What the code returned or printed, without colours; throws what it threw. */
  show(code: string): string {
    const outcome = this.eval(code);
    if (outcome.error !== null) throw new Error(outcome.error);
    return printed(outcome);
  }
}

/** A fresh process whose slot 0 has been evaluated. */
export async function spawnProcess(options: SpawnOptions = {}): Promise<TestProcess> {
  const limits = options.limits ?? LIMITS;
  const tags = [
    { name: 'Data-Protocol', value: 'ao' },
    { name: 'Type', value: 'Process' },
    { name: 'Module', value: MODULE },
    { name: 'Name', value: 'tester' },
    ...toTags(options.tags ?? []),
  ];
  const env = { Process: { Id: PROCESS, Owner: OWNER, Tags: tags }, Module: { Id: MODULE, Owner: OWNER, Tags: [] } };
  const process = new TestProcess(await machine.create(moduleSource, limits), env, limits);
  process.boot = process.run(process.message(tags, options.data ?? null));
  return process;
}

/** The printed part of an outcome, without colours. */
export function printed(outcome: Outcome): string {
  return stripColours(outputField(outcome, 'data'));
}

/** The prompt of an outcome, without colours. */
export function promptOf(outcome: Outcome): string {
  return stripColours(outputField(outcome, 'prompt'));
}

export function outputField(outcome: Outcome, name: string): string {
  const output: Json = outcome.output;
  if (typeof output !== 'object' || output === null || !(name in output)) return '';
  const field: unknown = Reflect.get(output, name);
  return typeof field === 'string' ? field : JSON.stringify(field);
}

/** The tags of an outbox entry by name. */
export function tagsOf(entry: { readonly Tags: readonly Tag[] } | undefined): Record<string, string> {
  return Object.fromEntries((entry?.Tags ?? []).map((tag) => [tag.name, tag.value]));
}

export function stripColours(text: string): string {
  return text.replaceAll(/\u001b\[\d+m/g, '');
}

function toTags(tags: TagsInput): Tag[] {
  if (isList(tags)) return tags.map(({ name, value }) => ({ name, value }));
  return Object.entries(tags).map(([name, value]) => ({ name, value }));
}

function isList(tags: TagsInput): tags is readonly Tag[] {
  return Array.isArray(tags);
}
