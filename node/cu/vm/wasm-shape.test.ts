import { assert as holds, nat, property, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import wabt from 'wabt';
import { readShape } from './wasm-shape.ts';

const { parseWat } = await wabt();
const MODULE = parseWat(
  'shape.wat',
  `(module
  (import "env" "call" (func $call (param i32 i64) (result f64)))
  (import "env" "base" (global i32))
  (memory (export "memory") 2 7)
  (global $a (mut i64) (i64.const -1))
  (global $b f64 (f64.const 1.5))
  (table 3 9 funcref)
  (func $double (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func $hidden (param f32 i32)))`,
).toBinary({ write_debug_names: true }).buffer;

describe('the shape of a module', () => {
  test('its imports, exports, names, globals and memory', () => {
    const shape = readShape(MODULE);
    expect(shape.importNames).toEqual(['env.call', 'env.base']);
    expect(shape.imports.get('call')).toEqual({ params: 'ij', results: 'd' });
    expect([...shape.exports]).toEqual(['memory', 'double']);
    expect(shape.globals).toEqual([
      { type: 'i', isMutable: false },
      { type: 'j', isMutable: true },
      { type: 'd', isMutable: false },
    ]);
    expect(shape.memory).toEqual({ isWide: false, minBytes: 131_072, maxBytes: 458_752 });
    expect(shape.signature(shape.functions.get('hidden') ?? -1)).toEqual({ params: 'fi', results: '' });
    expect(shape.signature(99)).toBeNull();
  });

  test('any bytes are read or refused, and never for long', () => {
    const header = MODULE.subarray(0, 8);
    holds(
      property(uint8Array({ maxLength: 200 }), nat(MODULE.length - 1), (bytes, place) => {
        for (const whole of [Buffer.concat([header, bytes]), Buffer.concat([MODULE.subarray(0, place), bytes, MODULE.subarray(place)])]) {
          try {
            readShape(whole);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
