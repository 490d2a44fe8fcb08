import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { imageHash } from '../../timeline/image.ts';
import type { Evaluation, Instance, MachineLimits, MessageInput, ProcessEnv } from '../machine.ts';
import { createWasmMachine, WASM_FORMAT } from './wasm-machine.ts';

const { parseWat } = await wabt();
const machine = createWasmMachine();
const LIMITS: MachineLimits = { gas: 1_000_000, memoryBytes: 4 * 1024 * 1024 };
const ENV: ProcessEnv = { Process: { Id: 'p', Owner: 'o', Tags: [] }, Module: { Id: 'm', Owner: 'o', Tags: [] } };
const COUNTER = compile(readFileSync(join(import.meta.dirname, 'counter.wat'), 'utf8'));

function compile(wat: string): Uint8Array {
  return parseWat('test.wat', wat).toBinary({}).buffer;
}

function create(bytes: Uint8Array, limits = LIMITS): Promise<Instance> {
  return machine.create({ id: 'module', format: WASM_FORMAT, bytes }, limits);
}

function send(instance: Instance, data: string): Evaluation {
  const message: MessageInput = {
    Owner: 'o',
    From: 'o',
    Tags: [],
    Target: 'p',
    Data: data,
    Timestamp: 1_700_000_000_000,
    'Block-Height': 1,
    Cron: false,
    'Read-Only': false,
  };
  return instance.evaluate(message, ENV, LIMITS);
}

/** A module that answers with what an import gives it. */
const answering = (imports: string, answer: string, more = ''): Uint8Array =>
  compile(`(module ${imports}
  (memory (export "memory") 1)
  (data (i32.const 16) ${JSON.stringify(answer).replaceAll('\\"', '\\22')})
  (func (export "malloc") (param i32) (result i32) (i32.const 4096))
  ${more}
  (func (export "handle") (param i32 i32) (result i32) (i32.const 16)))`);

describe('plain WebAssembly', () => {
  test('a module written by hand counts, sends, and frees what it was given', async () => {
    const instance = await create(COUNTER);
    expect(send(instance, 'x')).toEqual({
      isStateKept: true,
      isBroken: false,
      outcome: {
        output: { data: 'counted 1' },
        messages: [{ Target: 'everyone', Anchor: '1', Tags: [{ name: 'Action', value: 'Counted' }], Data: 'hello' }],
        spawns: [],
        assignments: [],
        error: null,
        gasUsed: 0,
        verdict: null,
      },
    });
    for (let n = 2; n <= 1_234; n++) expect(send(instance, 'x'.repeat(n * 10)).outcome.output).toEqual({ data: `counted ${n}` });
    expect(instance.memoryBytes()).toBeLessThan(3 * 65_536);
  });

  test('an image holds what is outside of memory too', async () => {
    const instance = await create(COUNTER);
    send(instance, 'x');
    const one = instance.image();
    send(instance, 'x');
    const two = instance.image();
    expect(imageHash(two)).not.toBe(imageHash(one));
    const other = await create(COUNTER);
    other.restore(two);
    expect(send(other, 'x').outcome.output).toEqual({ data: 'counted 3' });
    instance.restore(one);
    expect(send(instance, 'x').outcome.output).toEqual({ data: 'counted 2' });
    expect(imageHash(instance.image())).toBe(imageHash(two));
  });

  test('an error of its own and a trap leave the state to be put back', async () => {
    const instance = await create(COUNTER);
    send(instance, 'x');
    const before = instance.image();
    expect(send(instance, 'error')).toMatchObject({ isStateKept: false, isBroken: false, outcome: { error: 'asked to fail' } });
    instance.restore(before);
    expect(send(instance, 'trap')).toMatchObject({
      isStateKept: false,
      isBroken: true,
      outcome: { error: expect.stringContaining('unreachable') as unknown },
    });
    instance.restore(before);
    expect(send(instance, 'x').outcome.output).toEqual({ data: 'counted 2' });
  });

  test('memory stops at the limit and becomes small again', async () => {
    const instance = await create(COUNTER);
    send(instance, 'x');
    const before = instance.image();
    expect(send(instance, 'greedy').outcome.error).toBeNull();
    expect(instance.memoryBytes()).toBeGreaterThan(before.byteLength);
    expect(instance.memoryBytes()).toBeLessThanOrEqual(LIMITS.memoryBytes);
    instance.restore(before);
    expect(instance.memoryBytes()).toBe(before.byteLength);
    expect(imageHash(instance.image())).toBe(imageHash(before));
  });

  test('the answer may come in {ok, response}, as aos modules give it', async () => {
    const fine = await create(answering('', '{"ok":true,"response":{"Output":5}}'));
    expect(send(fine, 'x').outcome).toMatchObject({ output: '5', error: null });
    const failing = await create(answering('', '{"ok":false,"response":"no"}'));
    expect(send(failing, 'x').outcome.error).toBe('no');
  });

  test.each([
    ['no JSON', 'hello'],
    ['no object', '[1]'],
  ])('an answer that is %s is an error', async (_what, answer) => {
    expect(send(await create(answering('', answer)), 'x')).toMatchObject({ isStateKept: false, outcome: { messages: [] } });
    expect(send(await create(answering('', answer)), 'x').outcome.error).not.toBeNull();
  });

  test('what compilers import without being asked is there; abort is an error', async () => {
    const abort =
      '(import "env" "abort" (func $abort (param i32 i32 i32 i32))) (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))';
    const wat = `(module ${abort} (memory (export "memory") 1)
      (func (export "malloc") (param i32) (result i32) (i32.const 4096))
      (func (export "handle") (param i32 i32) (result i32) (call $abort (i32.const 0) (i32.const 0) (i32.const 12) (i32.const 1)) (i32.const 0)))`;
    expect(send(await create(compile(wat)), 'x')).toMatchObject({ isBroken: true, outcome: { error: 'aborted at line 12' } });
  });

  test.each([
    [
      'no malloc',
      compile('(module (memory (export "memory") 1) (func (export "handle") (param i32 i32) (result i32) (i32.const 0)))'),
      'MODULE_BROKEN',
      'malloc',
    ],
    ['an import that nobody gives', answering('(import "env" "fetch" (func (param i32)))', '{}'), 'MODULE_BROKEN', 'env.fetch'],
    [
      'more memory than it may have',
      compile(
        '(module (memory (export "memory") 100) (func (export "malloc") (param i32) (result i32) (i32.const 0)) (func (export "handle") (param i32 i32) (result i32) (i32.const 0)))',
      ),
      'MODULE_MEMORY',
      '',
    ],
    ['bytes that are no module', Uint8Array.from([1, 2, 3]), 'MODULE_BROKEN', ''],
  ])('%s is refused', async (_what, bytes, code, text) => {
    await expect(create(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(text) as unknown });
  });

  test('its state has no names, and that is said', async () => {
    const instance = await create(COUNTER);
    expect(() => instance.children([], 0, 10)).toThrow(expect.objectContaining({ code: 'STATE_UNREADABLE' }));
    expect(() => instance.flatten(10)).toThrow(expect.objectContaining({ code: 'STATE_UNREADABLE' }));
  });
});
