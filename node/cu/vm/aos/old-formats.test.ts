import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { imageHash } from '../../timeline/state-hash.ts';
import { LIMITS, machine, MODULE, processEnv } from './aos.fixture.ts';
import { TestProcess } from '../lua/process.fixture.ts';

const { parseWat } = await wabt();

/** The names under which glue of each old format looks for the parts of its modules. */
const FORMATS = {
  'wasm32-unknown-emscripten': {
    memory: 'E',
    ctors: 'F',
    handle: 'G',
    main: 'H',
    table: 'I',
    malloc: 'J',
    setThrew: 'L',
    save: 'M',
    restore: 'N',
    alloc: 'O',
    grow: 'q',
    from: 'a',
  },
  'wasm32-unknown-emscripten2': {
    memory: 'memory',
    ctors: '__wasm_call_ctors',
    handle: 'handle',
    main: 'main',
    table: '__indirect_function_table',
    malloc: 'malloc',
    setThrew: 'setThrew',
    save: 'stackSave',
    restore: 'stackRestore',
    alloc: 'stackAlloc',
    grow: 'emscripten_resize_heap',
    from: 'env',
  },
  'wasm32-unknown-emscripten3': {
    memory: 'memory',
    ctors: '__wasm_call_ctors',
    handle: 'handle',
    main: 'main',
    table: '__indirect_function_table',
    malloc: 'malloc',
    setThrew: 'setThrew',
    save: 'stackSave',
    restore: 'stackRestore',
    alloc: 'stackAlloc',
    grow: 'emscripten_resize_heap',
    from: 'env',
  },
} as const;

/** As small as a module for that glue can be. It counts its messages in one digit of its answer, and the second asks for 8 MiB. */
function moduleOf(format: keyof typeof FORMATS): Uint8Array {
  const names = FORMATS[format];
  const wat = `(module
    (import "${names.from}" "${names.grow}" (func $grow (param i32) (result i32)))
    (memory (export "${names.memory}") 96 32768)
    (table (export "${names.table}") 1 funcref)
    (global $stack (mut i32) (i32.const 5242880))
    (data (i32.const 1024) "{\\"ok\\":true,\\"response\\":{\\"Output\\":\\"message 0\\",\\"Messages\\":[]}}\\00")
    (func (export "${names.ctors}"))
    (func (export "${names.main}") (param i32 i32) (result i32) (i32.const 0))
    (func (export "${names.malloc}") (param i32) (result i32) (i32.const 65536))
    (func (export "${names.setThrew}") (param i32 i32))
    (func (export "${names.save}") (result i32) (global.get $stack))
    (func (export "${names.restore}") (param i32) (global.set $stack (local.get 0)))
    (func (export "${names.alloc}") (param i32) (result i32)
      (global.set $stack (i32.and (i32.sub (global.get $stack) (local.get 0)) (i32.const -16))) (global.get $stack))
    (func (export "emscripten_stack_init"))
    (func (export "emscripten_stack_get_end") (result i32) (i32.const 131072))
    (func (export "emscripten_stack_get_base") (result i32) (i32.const 5242880))
    (func (export "emscripten_stack_get_current") (result i32) (global.get $stack))
    (func (export "emscripten_stack_get_free") (result i32) (i32.const 1048576))
    (func (export "fflush") (param i32) (result i32) (i32.const 0))
    (func (export "${names.handle}") (param $message i32) (param $env i32) (result i32)
      ;; Both texts must be there, and be JSON objects.
      (if (i32.ne (i32.load8_u (local.get $message)) (i32.const 123)) (then (unreachable)))
      (if (i32.ne (i32.load8_u (local.get $env)) (i32.const 123)) (then (unreachable)))
      (i32.store8 (i32.const 1065) (i32.add (i32.load8_u (i32.const 1065)) (i32.const 1)))
      (if (i32.eq (i32.load8_u (i32.const 1065)) (i32.const 50)) (then (drop (call $grow (i32.const 8388608)))))
      (i32.const 1024)))`;
  return parseWat('old.wat', wat).toBinary({}).buffer;
}

describe.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('%s, on a module as small as its glue allows', (format) => {
  test('starts, keeps its memory, grows by the glue, and takes images back', async () => {
    const instance = await machine.create({ id: MODULE, format, bytes: moduleOf(format) }, LIMITS);
    const process = new TestProcess(instance, processEnv(), LIMITS);
    const first = instance.memoryBytes();
    expect(process.eval('grüße')).toMatchObject({ output: 'message 1', error: null, gasUsed: 0 });
    const one = instance.image();
    expect(process.eval('x')).toMatchObject({ output: 'message 2', error: null });
    expect(instance.memoryBytes()).toBeGreaterThanOrEqual(8_388_608);
    const two = instance.image();
    instance.restore(one);
    expect(instance.memoryBytes()).toBe(first);
    expect(imageHash(instance.image())).toBe(imageHash(one));
    expect(process.eval('x')).toMatchObject({ output: 'message 2', error: null });
    instance.restore(two);
    expect(process.eval('x')).toMatchObject({ output: 'message 3', error: null });
    expect(() => instance.children([], 0, 1)).toThrow(expect.objectContaining({ code: 'STATE_UNREADABLE' }));
  });
});
