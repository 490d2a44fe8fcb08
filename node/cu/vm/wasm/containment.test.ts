import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { containmentSuite } from '../suite.fixture.ts';
import { createWasmMachine, WASM_FORMAT } from './wasm-machine.ts';

const { parseWat } = await wabt();
const TRAP = '(if (call $holds (local.get $message) (i32.const 336)) (then (unreachable)))';

/** The counter, which can be asked for more than is good as well. */
function misbehaving(): Uint8Array {
  const counter = readFileSync(join(import.meta.dirname, 'counter.wat'), 'utf8');
  const wat = counter
    .replace(
      TRAP,
      `${TRAP}
    (if (call $holds (local.get $message) (i32.const 368)) (then (loop $ever (br $ever))))
    (if (call $holds (local.get $message) (i32.const 384)) (then (drop (call $deep (i32.const 1)))))
    (if (call $holds (local.get $message) (i32.const 400)) (then (return (call $giant))))`,
    )
    .replace(
      '(func (export "handle")',
      `(data (i32.const 368) "\\"loop\\"\\00")
  (data (i32.const 384) "\\"deep\\"\\00")
  (data (i32.const 400) "\\"giant\\"\\00")
  (data (i32.const 416) "{\\"Output\\":\\"")
  (data (i32.const 432) "\\"}\\00")
  (func $deep (param $n i32) (result i32)
    (i32.add (local.get $n) (call $deep (i32.add (local.get $n) (i32.const 1)))))
  (func $giant (result i32)
    (drop (memory.grow (i32.const 1800)))
    (drop (call $append (i32.const 65536) (i32.const 416) (i32.const 427)))
    (memory.fill (i32.const 65547) (i32.const 120) (i32.const 110000000))
    (drop (call $append (i32.const 110065547) (i32.const 432) (i32.const 435)))
    (i32.const 65536))
  (func (export "handle")`,
    );
  if (!wat.includes('$giant))))')) throw new Error('counter.wat has changed');
  return parseWat('misbehaving.wat', wat, { bulk_memory: true }).toBinary({}).buffer;
}

containmentSuite('plain WebAssembly', {
  machine: createWasmMachine(),
  module: { id: 'module', format: WASM_FORMAT, bytes: misbehaving() },
  env: { Process: { Id: 'p', Owner: 'o', Tags: [] }, Module: { Id: 'm', Owner: 'o', Tags: [] } },
  limits: { gas: 1_000_000, memoryBytes: 128 * 1024 * 1024 },
  message: (slot, work) => ({
    Owner: 'o',
    From: 'o',
    Tags: [],
    Target: 'p',
    Data: work,
    Nonce: slot,
    Timestamp: 1_700_000_000_000 + slot,
    'Block-Height': 1,
    Cron: false,
    'Read-Only': false,
  }),
  count: 'x',
  misbehaviours: {
    'a trap': { work: 'trap', ends: 'error' },
    'an error of its own': { work: 'error', ends: 'error' },
    'recursion without an end': { work: 'deep', ends: 'error' },
    'output without measure': { work: 'giant', ends: 'error' },
  },
  endless: 'loop',
});
