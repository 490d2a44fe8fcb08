import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { compareStates, rememberState } from '../../state-diff.ts';
import { decodeImage, encodeImage } from '../../timeline/image.ts';
import { imageHash } from '../../timeline/state-hash.ts';
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

function send(instance: Instance, data: string, env = ENV, limits = LIMITS): Evaluation {
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
  return instance.evaluate(message, env, limits);
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

  test('exports, globals, memory and texts are there to be read', async () => {
    const instance = await create(COUNTER);
    send(instance, 'x');
    const keys = (path: readonly string[]): Record<string, string> =>
      Object.fromEntries(instance.children(path, 0, 1000)?.nodes.map(({ key, preview }) => [key, preview]) ?? []);
    expect(Object.keys(keys([]))).toEqual(['.exports', '.globals', '.memory', '.strings']);
    expect(keys(['.exports'])).toMatchObject({ '.memory': 'memory', '.handle': 'function', '.malloc': 'function' });
    expect(Object.values(keys(['.globals'])).every((text) => text.endsWith(' · i32'))).toBe(true);
    const [text] = instance.find(['.strings'], 'counted', 10)?.hits ?? [];
    const address = Number(text?.path[1]?.slice(1, -1));
    expect(text?.preview).toContain('counted');
    // A jump: the rows from that address on.
    const rows = instance.children(['.memory', `[0x${address.toString(16)}]`], 0, 2);
    expect(rows?.nodes[0]?.key).toBe(`[0x${(address - (address % 16)).toString(16).padStart(8, '0')}]`);
    expect(rows?.nodes[0]?.preview).toMatch(/^([0-9a-f]{2} ){16} .{16}$/);
    expect(rows?.total).toBe((instance.memoryBytes() - address + (address % 16)) / 16);
    expect(instance.find(['.memory'], 'counted ', 10)?.hits.length).toBeGreaterThan(0);
    expect(instance.children(['.memory', '[0xffffffff]'], 0, 1)).toBeNull();
    expect(instance.children(['.nothing'], 0, 1)).toBeNull();
  });

  test('two states differ where memory or a global does', async () => {
    const instance = await create(COUNTER);
    const before = rememberState(instance.flatten(100_000));
    send(instance, 'x');
    const { changes, isComplete } = compareStates(before, rememberState(instance.flatten(100_000)), 0, 1000);
    expect(isComplete).toBe(true);
    expect(changes.length).toBeGreaterThan(0);
    expect(instance.flatten(1).isComplete).toBe(false);
  });
});

/**
 * Each message makes the memory 768 MiB larger and fills the last MiB of that; the answer is how often, and the sum of one
 * byte of each. Where memory is refused it is an error.
 */
const GROWS = `(module
  (memory (export "memory") 1 65536)
  (global $heap (mut i32) (i32.const 4096))
  (data (i32.const 16) "{\\22Output\\22:{\\22data\\22:\\22n s\\22}}\\00")
  (data (i32.const 64) "{\\22Error\\22:\\22it is full\\22}\\00")
  (func (export "malloc") (param $bytes i32) (result i32)
    (global.get $heap)
    (global.set $heap (i32.add (global.get $heap) (local.get $bytes))))
  (func (export "handle") (param i32 i32) (result i32) (local $n i32) (local $i i32) (local $sum i32)
    (global.set $heap (i32.const 4096))
    (if (i32.eq (memory.grow (i32.const 12288)) (i32.const -1)) (then (return (i32.const 64))))
    (local.set $n (i32.div_u (memory.size) (i32.const 12288)))
    (memory.fill (i32.sub (i32.mul (local.get $n) (i32.const 0x30000000)) (i32.const 0x100000)) (local.get $n) (i32.const 0x100000))
    (local.set $i (local.get $n))
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (i32.load8_u (i32.sub (i32.mul (local.get $i) (i32.const 0x30000000)) (i32.const 9)))))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i32.store8 (i32.const 35) (i32.add (i32.const 48) (local.get $n)))
    (i32.store8 (i32.const 37) (i32.add (i32.const 96) (local.get $sum)))
    (i32.const 16)))`;

test('a memory grows to 1.5 GiB, is kept as a keyframe, and comes back; a new limit holds from the next message on', async () => {
  const { parseWat: parse } = await wabt();
  const bytes = parse('grows.wat', GROWS, { bulk_memory: true }).toBinary({}).buffer;
  const limits = { ...LIMITS, memoryBytes: 2 ** 32 };
  const env = { ...ENV, Process: { ...ENV.Process, Tags: [{ name: 'Memory-Limit', value: '1600-mb' }] } };
  const instance = await create(bytes, limits);
  const grow = (within = limits): Evaluation => send(instance, '', env, within);
  expect(grow().outcome.output).toEqual({ data: '1 a' });
  const small = instance.image();
  expect(grow({ ...limits, memoryBytes: 2 ** 30 }).outcome.error).toBe('it is full');
  instance.restore(small);
  expect(grow().outcome.output).toEqual({ data: '2 c' });
  expect(instance.memoryBytes()).toBe(1.5 * 2 ** 30 + 65_536);
  const large = instance.image();
  expect(grow().outcome.error).toBe('it is full');
  const kept = decodeImage(encodeImage(large, small), small).image;
  expect(imageHash(kept)).toBe(imageHash(large));
  instance.restore(kept);
  expect(imageHash(instance.image())).toBe(imageHash(large));
}, 240_000);
