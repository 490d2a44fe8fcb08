import { describe, expect, test } from 'vitest';
import { declaredCompute, declaredMemory, memoryLimit } from './declared-limits.ts';
import type { ProcessEnv } from './machine.ts';

const env = (process: Record<string, string>, module: Record<string, string> = {}): ProcessEnv => {
  const tags = (from: Record<string, string>): { name: string; value: string }[] =>
    Object.entries(from).map(([name, value]) => ({ name, value }));
  return { Process: { Id: 'p', Owner: 'o', Tags: tags(process) }, Module: { Id: 'm', Owner: 'o', Tags: tags(module) } };
};

describe('limits that tags declare', () => {
  test.each([
    ['1-gb', 1_073_741_824],
    ['500-mb', 524_288_000],
    ['17179869184-b', 17_179_869_184],
    ['1.5-GB', 1_610_612_736],
    ['4096', 4096],
    ['much', null],
    ['-5-mb', null],
  ])('Memory-Limit %s', (value, bytes) => {
    expect(declaredMemory(env({}, { 'Memory-Limit': value }))).toBe(bytes);
  });

  test("the process's own come first", () => {
    expect(declaredMemory(env({ 'Memory-Limit': '10-mb' }, { 'Memory-Limit': '1-gb' }))).toBe(10 * 1024 * 1024);
    expect(declaredCompute(env({ 'Compute-Limit': '7' }, { 'Compute-Limit': '9000000000000' }))).toBe(7);
  });

  test('what is declared holds within the limit of the slot, and 512 MiB where nothing is', () => {
    const limits = { memoryBytes: 2 * 1024 ** 3 };
    expect(memoryLimit(env({ 'Memory-Limit': '1-gb' }), limits)).toBe(1024 ** 3);
    expect(memoryLimit(env({ 'Memory-Limit': '3-gb' }), limits)).toBe(2 * 1024 ** 3);
    expect(memoryLimit(env({}), limits)).toBe(512 * 1024 ** 2);
    expect(memoryLimit(env({}), { memoryBytes: 1024 })).toBe(1024);
  });

  test('without tags there is no limit of this kind', () => {
    expect(declaredMemory(env({}))).toBeNull();
    expect(declaredCompute(env({ 'Compute-Limit': 'x' }))).toBe(Number.POSITIVE_INFINITY);
  });
});
